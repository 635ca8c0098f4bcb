"""One account's channel: the questions and sends that Ittsu makes, with typed outcomes.

Nothing is repeated here: a send is one request, and what became of it is said exactly. Texts, names
and tokens are in no log line and no exception's words.
"""

import re
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import quote

from aiolimiter import AsyncLimiter

from helper.line.answers import (
    BotInfo,
    ChannelRefused,
    Credentials,
    Failed,
    FollowerPage,
    Followers,
    FollowersExpired,
    FollowersForbidden,
    FollowersUnavailable,
    LineRejected,
    LineUnavailable,
    Profile,
    ProfileFound,
    ProfileMissing,
    ProfileUnavailable,
    TooManyTests,
    WebhookEndpoint,
    WebhookTest,
)
from helper.line.outcomes import rejected, send_outcome
from helper.line.skew import ClockSkew
from helper.line.tokens import ChannelTokens, TokenRefused, TokenUnavailable
from helper.line.transport import Answer, NeverLeft, NoAnswer, Transport
from helper.model.clock import Clock
from helper.model.outcome import NotSent, Outcome, RateLimited, Rejected, Unauthorised, Unknown

__all__ = [
    "BotInfo",
    "Credentials",
    "LineClient",
    "LineRejected",
    "LineUnavailable",
    "Profile",
    "ProfileFound",
    "ProfileMissing",
    "ProfileUnavailable",
    "WebhookEndpoint",
]

_TIMEOUT_SECONDS = 10.0
# LINE counts per channel and endpoint (reference, "Rate limits"); all that we use allow this many.
_REQUESTS_PER_SECOND = 2_000
_WEBHOOK_TESTS_PER_HOUR = 60

_FOLLOWERS_PER_PAGE = 1_000
_USER_ID = re.compile(r"U[0-9a-f]{32}")
_ID = re.compile(r"(?<=/)U[^/]+")

_Message = dict[str, Any]


class LineClient:
    """LINE's API on behalf of one account."""

    def __init__(
        self,
        credentials: Credentials,
        clock: Clock,
        transport: Transport | None = None,
        timeout_seconds: float = _TIMEOUT_SECONDS,
        note: Callable[[Failed], None] | None = None,
    ) -> None:
        """Without `transport` the client makes and closes its own. `note` is told of what LINE did not do.

        Raises ValueError for an API base that is neither https nor on this computer.
        """
        self._own_transport = transport is None
        self._transport = transport or Transport(credentials.api_base)
        self._clock = clock
        self._skew = ClockSkew()
        self._tokens = ChannelTokens(credentials, self._transport, clock, self._skew)
        self._limits: dict[str, AsyncLimiter] = {}
        self._timeout_seconds = timeout_seconds
        self._account_id = credentials.channel_id
        self._note = note

    @property
    def clock_offset_ms(self) -> int:
        """LINE's clock minus ours in milliseconds, by the Date headers seen; 0 until they prove another."""
        return self._skew.milliseconds

    def forget_token(self) -> None:
        """Drop the channel token, after `Unauthorised`: the next call issues a new one."""
        self._tokens.forget()

    async def warm(self) -> None:
        """Import the SDK and get a token, so that the first send pays for neither.

        A LINE that cannot be reached is no error here: the send will say it.
        """
        try:
            await self._transport.open()
            await self._tokens.get()
        except (NeverLeft, TokenRefused, TokenUnavailable):
            return

    async def close(self) -> None:
        """Give back what is open."""
        await self._tokens.close()
        if self._own_transport:
            await self._transport.close()

    async def push(self, to: str, messages: list[_Message], retry_key: str) -> Outcome:
        """Send 1–5 message objects to a user: counts 1. `retry_key` is a UUID, the same on every try."""
        return await self._send(
            "push", {"to": to, "messages": messages}, {"X-Line-Retry-Key": retry_key}, retry_keyed=True
        )

    async def reply(self, reply_token: str, messages: list[_Message]) -> Outcome:
        """Answer an event with 1–5 message objects: free, once per token. Takes no retry key."""
        return await self._send("reply", {"replyToken": reply_token, "messages": messages}, None, False)

    async def validate(self, kind: Literal["push", "reply"], messages: list[_Message]) -> Rejected | None:
        """Ask LINE whether it would take these messages; sends nothing. None means it would.

        Raises LineUnavailable, and LineRejected for any refusal that isn't about the messages.
        """
        answer = await self._ask("POST", f"/v2/bot/message/validate/{kind}", json={"messages": messages})
        if answer.status == 400:
            return rejected(answer)
        _accept(answer)
        return None

    async def profile(self, user_id: str) -> Profile:
        """The user's name and picture; ProfileMissing where a message would not arrive."""
        try:
            answer = await self._ask("GET", f"/v2/bot/profile/{quote(user_id, safe='')}", limit="profile")
            if answer.status == 404:
                return ProfileMissing()
            content = _accept(answer)
        except LineRejected as error:
            return ProfileUnavailable(str(error), error.status)
        except LineUnavailable as error:
            return ProfileUnavailable(str(error))
        name = content.get("displayName")
        if not isinstance(name, str):
            return ProfileUnavailable("the profile names nobody")
        return ProfileFound(name, _optional(content, "pictureUrl"), _optional(content, "language"))

    async def bot_info(self) -> BotInfo:
        """The account's ids and name. Raises LineUnavailable, LineRejected."""
        content = _accept(await self._ask("GET", "/v2/bot/info"))
        return BotInfo(
            user_id=_required(content, "userId"),
            basic_id=_required(content, "basicId"),
            premium_id=_optional(content, "premiumId"),
            display_name=_required(content, "displayName"),
            picture_url=_optional(content, "pictureUrl"),
            chat_mode="chat" if content.get("chatMode") == "chat" else "bot",
        )

    async def followers_readable(self) -> bool:
        """Whether LINE lets this account list its friends, which only verified and premium ones may.

        Raises LineUnavailable, LineRejected.
        """
        answer = await self._ask("GET", "/v2/bot/followers/ids?limit=1", limit="followers")
        if answer.status == 403:
            return False
        _accept(answer)
        return True

    async def followers(self, start: str | None) -> Followers:
        """A page of the ids of the account's friends; blocked ones are not among them. `start` None: the first."""
        path = f"/v2/bot/followers/ids?limit={_FOLLOWERS_PER_PAGE}"
        if start is not None:
            path += f"&start={quote(start, safe='')}"
        try:
            answer = await self._ask("GET", path, limit="followers")
            if answer.status == 403:
                return FollowersForbidden()
            if answer.status == 400:
                return FollowersExpired()
            content = _accept(answer)
        except (LineUnavailable, LineRejected) as error:
            return FollowersUnavailable(str(error))
        listed = content.get("userIds")
        if not isinstance(listed, list):
            return FollowersUnavailable("LINE's answer has no userIds")
        user_ids = tuple(one for one in listed if isinstance(one, str) and _USER_ID.fullmatch(one))
        return FollowerPage(user_ids, _optional(content, "next"))

    async def quota(self) -> int | None:
        """This month's allowance in messages, None where the plan has no limit.

        Raises LineUnavailable, LineRejected.
        """
        content = _accept(await self._ask("GET", "/v2/bot/message/quota"))
        if content.get("type") == "none":
            return None
        return _count(content, "value")

    async def consumption(self) -> int:
        """Messages counted this month, LINE's own sends included; approximate and late.

        Raises LineUnavailable, LineRejected.
        """
        return _count(_accept(await self._ask("GET", "/v2/bot/message/quota/consumption")), "totalUsage")

    async def webhook_endpoint(self) -> WebhookEndpoint | None:
        """The webhook URL set at LINE, None where there is none. Raises LineUnavailable, LineRejected."""
        answer = await self._ask("GET", "/v2/bot/channel/webhook/endpoint")
        if answer.status == 404:
            return None
        content = _accept(answer)
        return WebhookEndpoint(_required(content, "endpoint"), content.get("active") is True)

    async def set_webhook_endpoint(self, url: str) -> None:
        """Have LINE send the channel's webhooks there; what stood there is overwritten. LINE may take a minute.

        Raises LineUnavailable (it may have been taken all the same), LineRejected.
        """
        _accept(await self._ask("PUT", "/v2/bot/channel/webhook/endpoint", json={"endpoint": url}))

    async def test_webhook(self, url: str | None = None) -> WebhookTest:
        """Let LINE call the webhook URL (or `url`) with no events.

        LINE allows 60 tests an hour. Raises TooManyTests, LineUnavailable, LineRejected.
        """
        path = "/v2/bot/channel/webhook/test"
        if not self._limiter(path).has_capacity():
            raise TooManyTests("60 tests an hour are used up")
        answer = await self._ask("POST", path, json={"endpoint": url} if url else {})
        if answer.status == 429:
            raise TooManyTests(answer.message)
        content = _accept(answer)
        status = content.get("statusCode")
        return WebhookTest(
            content.get("success") is True,
            _optional(content, "reason") or "",
            status if type(status) is int and status > 0 else None,
            _optional(content, "detail") or "",
        )

    async def _send(
        self, kind: str, body: dict[str, Any], headers: dict[str, str] | None, retry_keyed: bool
    ) -> Outcome:
        try:
            token = await self._tokens.get()
        except TokenUnavailable as error:
            return NotSent(f"no channel access token: {error}")
        except TokenRefused as error:
            if error.status == 429:
                return RateLimited(error.message, error.request_id)
            return Unauthorised(error.message, error.request_id)
        try:
            answer = await self._request(
                "POST", f"/v2/bot/message/{kind}", kind, token=token, json=body, headers=headers
            )
        except NeverLeft as error:
            return NotSent(str(error))
        except NoAnswer as error:
            return Unknown(error.reason, error.status, error.request_id)
        return send_outcome(answer, retry_keyed=retry_keyed)

    async def _ask(
        self, method: str, path: str, *, limit: str | None = None, json: dict[str, Any] | None = None
    ) -> Answer:
        """A question that changes nothing: a dead token is renewed once (normal after a sleep)."""
        try:
            answer = await self._request(
                method, path, limit or path, token=await self._tokens.get(), json=json
            )
            if answer.status == 401:
                self._tokens.forget()
                answer = await self._request(
                    method, path, limit or path, token=await self._tokens.get(), json=json
                )
        except TokenRefused as error:
            if error.status == 429:
                raise LineUnavailable(error.message) from error
            raise ChannelRefused(error.status, error.message) from error
        except TokenUnavailable as error:
            raise LineUnavailable(f"no channel access token: {error}") from error
        except NeverLeft as error:
            raise LineUnavailable(f"LINE cannot be reached ({error})") from error
        except NoAnswer as error:
            raise LineUnavailable(error.reason) from error
        return answer

    async def _request(self, method: str, path: str, limit: str, **what: Any) -> Answer:
        async with self._limiter(limit):
            sent_at = self._clock.now()
            try:
                answer = await self._transport.request(
                    method, path, timeout_seconds=self._timeout_seconds, **what
                )
            except NoAnswer as error:
                self._failed(sent_at, method, path, error.status, error.request_id)
                raise
        if answer.status >= 400 and not _is_usual(answer.status, path):
            self._failed(sent_at, method, path, answer.status, answer.request_id)
        self._skew.learn(answer.date, sent_at, self._clock.now())
        return answer

    def _failed(self, at: int, method: str, path: str, status: int | None, request_id: str | None) -> None:
        if self._note is not None:
            told = _ID.sub("{user_id}", path.partition("?")[0])
            self._note(Failed(at, self._account_id, method, told, status, request_id))

    def _limiter(self, endpoint: str) -> AsyncLimiter:
        limiter = self._limits.get(endpoint)
        if limiter is None:
            if endpoint.endswith("/webhook/test"):
                limiter = AsyncLimiter(_WEBHOOK_TESTS_PER_HOUR, 3600)
            else:
                limiter = AsyncLimiter(_REQUESTS_PER_SECOND, 1)
            self._limits[endpoint] = limiter
        return limiter


def _is_usual(status: int, path: str) -> bool:
    """Whether it is an answer like any other: no profile, no webhook URL, an account that may list nobody."""
    return (status == 404 and "/message/" not in path) or (status == 403 and "/followers/" in path)


def _accept(answer: Answer) -> dict[str, Any]:
    """The content of a good answer. Raises LineUnavailable, LineRejected."""
    if 200 <= answer.status < 300:
        if answer.content is None:
            raise LineUnavailable("unreadable answer")
        return answer.content
    if 400 <= answer.status < 500 and answer.status not in (408, 429):
        raise LineRejected(answer.status, answer.message)
    raise LineUnavailable(f"LINE answered {answer.status}")


def _required(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise LineUnavailable(f"LINE's answer has no {name}")
    return value


def _optional(content: dict[str, Any], name: str) -> str | None:
    value = content.get(name)
    return value if isinstance(value, str) and value else None


def _count(content: dict[str, Any], name: str) -> int:
    value = content.get(name)
    if type(value) is not int or value < 0:
        raise LineUnavailable(f"LINE's answer has no {name}")
    return value
