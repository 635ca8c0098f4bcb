"""The other tool's address: https, resolved, every address of it checked, and connected to exactly those.

A name that leads into a private network is refused, whatever it led to a moment ago: the check is part of the
connection itself.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from helper import __version__
from helper.model.relay import Failure
from helper.relay.queues import Delivery, RelayedAccount
from helper.web.problems import VERSION_HEADER
from helper.web.webhook import RELAYED_HEADER
from helper.words import Trouble, Words

SECONDS = 10.0
"""How long an attempt may take from its first look-up to the answer's head."""
LONGEST_URL = 2_000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Awaitable[list[str]]]
"""Name and port → addresses. Raises OSError."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# The services by which hosts of a cloud ask for their own keys: never, whatever is allowed.
_NEVER = (
    ipaddress.ip_network("169.254.0.0/16"),
    ipaddress.ip_network("fe80::/10"),
    ipaddress.ip_network("fd00:ec2::/32"),
    ipaddress.ip_network("100.100.100.200/32"),
    ipaddress.ip_network("192.0.0.192/32"),
)

NOT_HTTPS = Words(
    "転送先「{url}」は使えません。ほかのツールに表示されているWebhook URL（https://…）を指定してください。",
    'The tool\'s URL "{url}" is refused: give the webhook URL that the tool shows (https://…).',
)


class AddressRefused(OSError):
    """The name leads where a webhook must not go."""


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


def is_allowed(text: str, *, private: bool) -> bool:
    """Whether a webhook may go to an address; `private`: the administrator allows private networks."""
    try:
        address = _meant(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if address.is_multicast or address.is_unspecified or any(address in network for network in _NEVER):
        return False
    return private or (address.is_global and not address.is_reserved)


def _meant(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only carries it (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address.teredo is not None:
            inner = address.teredo[1]
        # ::1.2.3.4, long out of use.
        if inner is None and int(address) >> 32 == 0 and int(address) > 1:
            inner = ipaddress.IPv4Address(int(address))
        return inner or address
    return address


async def look_up(host: str, port: int) -> list[str]:
    """The system's answer."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _CheckedResolver(AbstractResolver):
    """Resolves for aiohttp: it connects to what is answered here, and looks nowhere else."""

    def __init__(self, lookup: Lookup, private: bool) -> None:
        self._lookup = lookup
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = await self._lookup(host, port)
        if not addresses or not all(is_allowed(address, private=self._private) for address in addresses):
            raise AddressRefused(f"{host} leads into a network that is not public")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


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
        if _is_number(host) and not is_allowed(host, private=account.tool_private):
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
            connector = aiohttp.TCPConnector(
                resolver=_CheckedResolver(self._lookup, private),
                use_dns_cache=False,
                ssl=True if self._ssl is None else self._ssl,
            )
            self._sessions[private] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=SECONDS),
                auto_decompress=False,
                trust_env=False,
            )
        return self._sessions[private]

    async def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            await session.close()


def _is_number(host: str) -> bool:
    """Whether it is an address, however it is spelled (`127.1`, `2130706433`): aiohttp dials those unasked."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.startswith("0x")


def _judge(answer: aiohttp.ClientResponse) -> Failure | None:
    if VERSION_HEADER in answer.headers:
        return Failure("tool_is_ittsu")
    if 200 <= answer.status < 300:
        return None
    if 300 <= answer.status < 400:
        return Failure("tool_redirects", answer.status)
    return Failure("tool_status", answer.status)
