"""The webhook listener: the only one that a tunnel may expose. It serves two routes and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from aiohttp import web
from multidict import CIMultiDictProxy

from helper.line.events import NotAWebhook, NotJson
from helper.line.signature import BadSignature
from helper.store.database import TooBusy
from helper.web.problems import OWN_HEADERS, Problem, problems

BODY_LIMIT = 1024**2
BODY_SECONDS = 10.0
"""How long a body may take to arrive. LINE itself gives up after 2 s."""
IDLE_SECONDS = 30.0
"""How long a connection may send nothing, or less than a request's head."""
MOST_CONNECTIONS = 256
"""Connections at once. LINE comes through a tunnel that needs fewer; whoever opens more may not use up the
files that the API and the sends need."""
MOST_WAITING = 2_000
"""Webhooks that may wait for their commit at once: more cannot be stored while LINE waits."""
MOST_WAITING_BYTES = 8 * 1024**2
"""Their bodies together. Taken apart they need several times as much memory."""

RELAYED_HEADER = "X-Ittsu-Relay"
"""What a relay writes on the webhooks it passes on. Whoever of us sees it is not the tool they are meant for."""

Knows = Callable[[str], Awaitable[bool]]
"""Whether an account is connected here."""
Take = Callable[[str, bytes, CIMultiDictProxy[str]], Awaitable[None]]
"""Takes account, body and headers; returns once durable. Raises `BadSignature`, `NotJson`, `NotAWebhook`."""

ReadIcon = Callable[[str], Awaitable[bytes | None]]
"""The PNG of this SHA-256, or None."""

_ICON_HEADERS = {
    "Content-Type": "image/png",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    # Its name is its content's.
    "Cache-Control": "public, max-age=31536000, immutable",
    **OWN_HEADERS,
}
_HEADERS = {"Content-Type": "application/json; charset=utf-8", **OWN_HEADERS}


def webhook_app(knows: Knows, take: Take, icon: ReadIcon | None = None) -> web.Application:
    """The application of the webhook listener, the helper's and (without icons) the relay's."""
    app = web.Application(middlewares=[problems], client_max_size=BODY_LIMIT)
    if icon is not None:
        app.router.add_get("/icon/{sha256:[0-9a-f]{64}}.png", _icon(icon))
    app.router.add_post("/webhook/{account_id}", _webhook(knows, take))
    app.router.add_get("/healthz", _healthz)
    return app


class _WaitingRoom:
    """What waits to be stored. LINE hangs up after 2 s, what it has asked stays here until it is durable."""

    def __init__(self) -> None:
        self._webhooks = 0
        self._bytes = 0

    @contextmanager
    def place(self, size: int) -> Iterator[None]:
        """A place for a body of so many bytes. Raises TooBusy where there is none: LINE will come again."""
        if self._webhooks >= MOST_WAITING or self._bytes + size > MOST_WAITING_BYTES:
            raise TooBusy
        self._webhooks += 1
        self._bytes += size
        try:
            yield
        finally:
            self._webhooks -= 1
            self._bytes -= size


def _webhook(knows: Knows, take: Take) -> Callable[[web.Request], Awaitable[web.Response]]:
    room = _WaitingRoom()

    async def webhook(request: web.Request) -> web.Response:
        account_id = request.match_info["account_id"]
        # Before a byte of the body is read: nobody may fill memory for an account that isn't there.
        if not await knows(account_id):
            raise Problem("account_unknown")
        if RELAYED_HEADER in request.headers:
            raise Problem("relayed_already")
        if request.content_length is not None and request.content_length > BODY_LIMIT:
            raise Problem("too_large", headers={"Connection": "close"})
        body = await _body_of(request)
        try:
            with room.place(len(body)):
                await take(account_id, body, request.headers)
        except BadSignature:
            raise Problem("signature_invalid") from None
        except NotJson:
            raise Problem("not_json") from None
        except NotAWebhook:
            raise Problem("not_a_webhook") from None
        return _answer(b"{}")

    return webhook


def _icon(read: ReadIcon) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def icon(request: web.Request) -> web.Response:
        png = await read(request.match_info["sha256"])
        if png is None:
            raise Problem("not_found")
        return web.Response(body=png, headers=_ICON_HEADERS)

    return icon


async def _body_of(request: web.Request) -> bytes:
    if request.content.is_eof():  # it came with the head, as LINE's do: nothing to wait for
        return await request.read()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise Problem("timeout", headers={"Connection": "close"}) from None


async def _healthz(_request: web.Request) -> web.Response:
    return _answer(b'{"status":"ok"}')


def _answer(body: bytes) -> web.Response:
    return web.Response(body=body, headers=_HEADERS)
