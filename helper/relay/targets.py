"""The other tool's address: https, and called at checked addresses only (`helper.outside`)."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from helper import __version__
from helper.model.relay import Failure
from helper.outside import AddressRefused, Lookup, is_allowed, is_number, look_up, open_session
from helper.relay.queues import Delivery, RelayedAccount
from helper.web.problems import VERSION_HEADER
from helper.web.webhook import RELAYED_HEADER
from helper.words import Trouble, Words

SECONDS = 10.0
"""How long an attempt may take from its first look-up to the answer's head."""
LONGEST_URL = 2_000

NOT_HTTPS = Words(
    "転送先「{url}」は使えません。ほかのツールに表示されているWebhook URL（https://…）を指定してください。",
    'The tool\'s URL "{url}" is refused: give the webhook URL that the tool shows (https://…).',
)


def checked_url(url: str) -> str:
    """The tool's URL as it was given. Raises Trouble for what no tool can have."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Trouble(NOT_HTTPS.filled(url=url), exit_code=2) from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not plain or parts.scheme != "https" or not parts.hostname or port == 0:
        raise Trouble(NOT_HTTPS.filled(url=url), exit_code=2)
    if "@" in parts.netloc or parts.fragment:
        raise Trouble(NOT_HTTPS.filled(url=parts.hostname), exit_code=2)
    return url


class ToolCaller:
    """Passes webhooks on to other tools. `ssl` None: the system's certificate authorities."""

    def __init__(self, relay_id: str, lookup: Lookup = look_up, ssl: Any = None) -> None:
        self._relay_id = relay_id
        self._lookup = lookup
        self._ssl = ssl
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def pass_on(self, account: RelayedAccount, delivery: Delivery) -> Failure | None:
        """One attempt: the exact bytes and LINE's signature. None: the tool took it."""
        headers = {"X-Line-Signature": delivery.signature, "Content-Type": delivery.content_type}
        return await self._ask("POST", account, headers, delivery.body)

    async def is_ittsu(self, account: RelayedAccount) -> bool:
        """Whether one of us answers at the tool's URL: a former tunnel, or this relay itself."""
        failure = await self._ask("GET", account, {}, None)
        return failure is not None and failure.code == "tool_is_ittsu"

    async def _ask(
        self, method: str, account: RelayedAccount, headers: dict[str, str], body: bytes | None
    ) -> Failure | None:
        assert account.tool_url is not None
        # `encoded`: the URL goes out as it was given.
        url = URL(account.tool_url, encoded=True)
        host = url.host or ""
        if is_number(host) and not is_allowed(host, private=account.tool_private):
            return Failure("tool_address")
        own = {RELAYED_HEADER: self._relay_id, "User-Agent": f"Ittsu-Relay/{__version__}"}
        try:
            async with self._session(account.tool_private).request(
                method, url, data=body, headers={**headers, **own}, allow_redirects=False
            ) as answer:
                return _judge(answer)
        except TimeoutError:
            return Failure("tool_timeout")
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            return Failure("tool_certificate")
        except (aiohttp.ClientError, OSError) as error:
            refused = any(isinstance(one, AddressRefused) for one in (error, error.__cause__))
            return Failure("tool_address" if refused else "tool_unreachable")

    def _session(self, private: bool) -> aiohttp.ClientSession:
        if private not in self._sessions:
            self._sessions[private] = open_session(
                private=private, seconds=SECONDS, lookup=self._lookup, ssl=self._ssl
            )
        return self._sessions[private]

    async def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            await session.close()


def _judge(answer: aiohttp.ClientResponse) -> Failure | None:
    if VERSION_HEADER in answer.headers:
        return Failure("tool_is_ittsu")
    if 200 <= answer.status < 300:
        return None
    if 300 <= answer.status < 400:
        return Failure("tool_redirects", answer.status)
    return Failure("tool_status", answer.status)
