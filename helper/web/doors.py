"""Who may knock: Host, Origin and Sec-Fetch-Site of every API request, WebSocket handshakes included.

A web page somewhere must reach nothing, by a rebound DNS name as little as by a request from the browser
(stack.md, "Rules found by trying"). An extension's GET carries no Origin, its POST does.
"""

import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from helper.settings import is_loopback
from helper.web.problems import Problem

EXTENSION_ORIGIN = re.compile(r"(?:chrome|moz)-extension://[0-9A-Za-z-]{1,64}")
ALLOWED_SITES = ("none", "same-origin")


def split_host(host: str) -> tuple[str, int]:
    """`name:port` → (name in lower case without brackets, port). Raises ValueError."""
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@\s]+)(?::(\d{1,5}))?", host)
    if match is None:
        raise ValueError("not a host")
    return match[1].strip("[]").lower(), int(match[2] or 80)


def is_extension(origin: str) -> bool:
    """Whether an Origin is a browser extension's."""
    return EXTENSION_ORIGIN.fullmatch(origin) is not None


class Doors:
    """The rules for one API listener. `names` are further hosts from the settings, `name` or `name:port`."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._names = frozenset(names)

    def is_own_host(self, host: str, port: int) -> bool:
        """Whether a Host header names this listener, which hears on `port`."""
        try:
            name, dialled = split_host(host)
        except ValueError:
            return False
        if name in self._names or f"{name}:{dialled}" in self._names:
            return True
        return dialled == port and is_loopback(name)

    def own_address(self, request: web.Request) -> str | None:
        """`host:port` as the client dialled it, if that is certainly us; what a proof may be given for.

        Other loopback addresses of the same port may belong to somebody else's program.
        """
        bound, port = _socket_name(request)
        name, dialled = split_host(request.host)
        if name in self._names or f"{name}:{dialled}" in self._names:
            return f"{name}:{dialled}"
        if dialled == port and name in ("localhost", bound):
            return f"[{name}]:{dialled}" if ":" in name else f"{name}:{dialled}"
        return None

    def check(self, request: web.Request) -> None:
        """Raise Problem unless the request came to us, from us or from an extension."""
        hosts = request.headers.getall("Host", [])
        _, port = _socket_name(request)
        if len(hosts) != 1 or not self.is_own_host(hosts[0], port):
            raise Problem("host_refused")
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None and site not in ALLOWED_SITES and not _opens_a_page(request):
            raise Problem("site_refused")
        origins = request.headers.getall("Origin", [])
        if origins and not (
            len(origins) == 1 and (self._is_own(origins[0], hosts[0]) or is_extension(origins[0]))
        ):
            raise Problem("origin_refused")

    @staticmethod
    def _is_own(origin: str, host: str) -> bool:
        return origin == f"http://{host}"


def _opens_a_page(request: web.Request) -> bool:
    """Whether somebody follows a link to a page of ours. It may stand anywhere: the page alone tells nothing."""
    return (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
        and not request.path.startswith("/api/")
    )


def extension_origin(request: web.Request) -> str | None:
    """The extension a request comes from, None where it carries no Origin or our own."""
    origin = request.headers.get("Origin")
    return origin if origin is not None and is_extension(origin) else None


def check_extension(request: web.Request, paired_from: str | None) -> None:
    """Raise Problem if the request comes from another extension than the token was paired from."""
    origin = extension_origin(request)
    if origin is not None and origin != paired_from:
        raise Problem("origin_refused")


def doors_middleware(doors: Doors) -> Any:
    """The middleware that holds the doors of one application."""

    @web.middleware
    async def middleware(request: web.Request, handler: Any) -> web.StreamResponse:
        doors.check(request)
        response: web.StreamResponse = await handler(request)
        return response

    return middleware


def _socket_name(request: web.Request) -> tuple[str, int]:
    """Address and port on which the connection arrived."""
    name = request.transport.get_extra_info("sockname") if request.transport is not None else None
    if not name:
        return "", 0
    return str(name[0]), int(name[1])
