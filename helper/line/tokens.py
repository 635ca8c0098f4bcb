"""Channel access tokens: stateless ones, issued when needed and kept in memory only.

They live 15 minutes, there is no limit to their number, and issuing one never revokes another tool's.
Source: LINE developers, "Channel access tokens", "Issue stateless channel access token".
"""

import asyncio

from helper.line.answers import Credentials
from helper.line.skew import ClockSkew
from helper.line.transport import Answer, NeverLeft, NoAnswer, Transport
from helper.model.clock import Clock

_TIMEOUT_SECONDS = 10.0
# A token is not used in its last minute: it might end on the way.
_SPARE_SECONDS = 60


class TokenUnavailable(Exception):
    """No token could be got just now; nothing else was asked of LINE."""


class TokenRefused(Exception):
    """LINE refused the channel id and secret, or wants us to wait (`status` 429)."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"LINE refused to issue a channel access token ({answer.status})")
        self.status = answer.status
        self.message = answer.message
        self.request_id = answer.request_id


class ChannelTokens:
    """One channel's token. Callers that need a new one at the same time share one request."""

    def __init__(self, credentials: Credentials, transport: Transport, clock: Clock, skew: ClockSkew) -> None:
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._skew = skew
        self._token: str | None = None
        self._usable_until = 0
        self._issuing: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token that is good for the next minute.

        Raises TokenRefused, TokenUnavailable.
        """
        if self._credentials.access_token:
            return self._credentials.access_token
        # The wall clock, not a monotonic one: a token ages while the computer sleeps.
        if self._token is not None and self._clock.now() < self._usable_until:
            return self._token
        if self._issuing is None:
            self._issuing = asyncio.create_task(self._issue())
            self._issuing.add_done_callback(self._issued)
        return await asyncio.shield(self._issuing)

    def forget(self) -> None:
        """Issue a new token for the next call. (A given long-lived token stays: it isn't ours.)"""
        self._token = None

    async def close(self) -> None:
        """End a request for a token that nobody waits for any more."""
        if self._issuing is not None:
            self._issuing.cancel()
            await asyncio.wait([self._issuing])

    def _issued(self, task: asyncio.Task[str]) -> None:
        self._issuing = None
        if not task.cancelled():
            task.exception()  # whoever still waits gets it; with nobody waiting it is of no use

    async def _issue(self) -> str:
        asked_at = self._clock.now()
        try:
            answer = await self._transport.request(
                "POST",
                "/oauth2/v3/token",
                timeout_seconds=_TIMEOUT_SECONDS,
                form={
                    "grant_type": "client_credentials",
                    "client_id": self._credentials.channel_id,
                    "client_secret": self._credentials.channel_secret,
                },
            )
        except NeverLeft as error:
            raise TokenUnavailable(str(error)) from error
        except NoAnswer as error:
            raise TokenUnavailable(error.reason) from error
        self._skew.learn(answer.date, asked_at, self._clock.now())
        if 400 <= answer.status < 500 and answer.status != 408:
            raise TokenRefused(answer)
        token = answer.content.get("access_token") if answer.content else None
        life = answer.content.get("expires_in") if answer.content else None
        if answer.status != 200 or not isinstance(token, str) or not isinstance(life, int):
            raise TokenUnavailable(f"no token in LINE's answer ({answer.status})")
        self._token = token
        self._usable_until = asked_at + max(life - _SPARE_SECONDS, life // 2) * 1000
        return token
