"""Addresses of others' that somebody has typed: resolved, every address checked, connected to exactly those.

A name that leads into a private network is refused, whatever it led to a moment ago: the check is part of the
connection itself.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

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


class AddressRefused(OSError):
    """The name leads where a webhook must not go."""


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
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError(f"{host!r} cannot be a host's name") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedResolver(AbstractResolver):
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


def is_number(host: str) -> bool:
    """Whether it is an address, however it is spelled (`127.1`, `2130706433`): aiohttp dials those unasked."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.startswith("0x")


def open_session(
    *, private: bool, seconds: float, lookup: Lookup | None = None, ssl: object = None
) -> aiohttp.ClientSession:
    """A session that connects to checked addresses only, keeps nothing and follows no environment's proxy.

    `ssl` None: the system's certificate authorities. Redirects are the caller's to refuse.
    """
    connector = aiohttp.TCPConnector(
        resolver=CheckedResolver(lookup or look_up, private),
        use_dns_cache=False,
        ssl=True if ssl is None else ssl,  # type: ignore[arg-type]
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds),
        auto_decompress=False,
        trust_env=False,
    )
