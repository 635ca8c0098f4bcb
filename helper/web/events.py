"""`GET /api/v1/events`: the WebSocket. The doors of HTTP hold at its opening; its first frame brings the token."""

import asyncio
import logging
from collections.abc import Callable
from typing import Annotated, cast

from aiohttp import WSMsgType, web
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from helper.flows.pairing import PairingDesk
from helper.store.teammates import Token
from helper.web.doors import extension_origin
from helper.web.hub import Hub, Watcher

log = logging.getLogger(__name__)

FIRST_FRAME_SECONDS = 5.0
LONGEST_FRAME = 4_096
CLOSE_SECONDS = 1.0

# Close codes of our own (4000–4999 are for applications).
UNAUTHENTICATED = 4401
FORBIDDEN = 4403
TOO_LATE = 4408
GOING_AWAY = 1001


class Opening(BaseModel):
    """The first frame a client sends."""

    model_config = ConfigDict(extra="ignore")

    token: str
    last_id: Annotated[int | None, BeforeValidator(lambda value: _number(value))] = None


def _number(value: object) -> int | None:
    """A frame's id as the client gives it back; what cannot be one counts as unknown."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and value.isascii() else -1


class EventSockets:
    """Opens sockets, proves who is behind them and closes them when that changes."""

    def __init__(self, hub: Hub, desk: PairingDesk, first_frame_seconds: float = FIRST_FRAME_SECONDS) -> None:
        self._hub = hub
        self._desk = desk
        self._first_frame_seconds = first_frame_seconds
        self._strangers: set[web.WebSocketResponse] = set()
        self._handlers: set[asyncio.Task[None]] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from the handshake to its end."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=LONGEST_FRAME, timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        handler = cast("asyncio.Task[None]", asyncio.current_task())
        self._handlers.add(handler)
        try:
            await self._talk(request, socket)
        except ConnectionError:
            log.debug("a socket was cut off")
        finally:
            self._handlers.discard(handler)
        return socket

    async def _talk(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self._strangers.add(socket)
        try:
            opening = await self._read_opening(socket)
        finally:
            self._strangers.discard(socket)
        if opening is None:
            return
        token = await self._desk.authenticate(opening.token)
        if token is None:
            await socket.close(code=UNAUTHENTICATED, message=b"unauthenticated")
            return
        origin = extension_origin(request)
        if origin is not None and origin != token.origin:
            await socket.close(code=FORBIDDEN, message=b"origin_refused")
            return
        watcher = Watcher(token.id, token.teammate.id, token.teammate.role, _cut(request))
        self._hub.join(watcher)
        reader = asyncio.create_task(_drain(socket, watcher))
        try:
            # Joined first, so that nothing falls between what is replayed and what comes live.
            if opening.last_id is not None:
                for text in await self._hub.missed(opening.last_id, watcher.seen):
                    await socket.send_str(text)
            await socket.send_str(self._hub.beat())
            # Between the look at the token and joining it may have been revoked.
            await self.recheck(token.teammate.id)
            await _write(socket, watcher)
        finally:
            self._hub.leave(watcher)
            # Nobody may be reading when the socket is closed, or aiohttp would not wait for the client's goodbye.
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        await socket.close(code=watcher.close_code)

    async def _read_opening(self, socket: web.WebSocketResponse) -> Opening | None:
        try:
            message = await socket.receive(timeout=self._first_frame_seconds)
        except TimeoutError:
            await socket.close(code=TOO_LATE, message=b"no token in time")
            return None
        if message.type is not WSMsgType.TEXT:
            await socket.close(code=UNAUTHENTICATED, message=b"unauthenticated")
            return None
        try:
            return Opening.model_validate_json(message.data)
        except ValidationError:
            await socket.close(code=UNAUTHENTICATED, message=b"unauthenticated")
            return None

    async def recheck(self, teammate_id: str) -> None:
        """Close a teammate's sockets whose token is gone or whose role is another now."""
        for watcher in self._hub.of_teammate(teammate_id):
            token: Token | None = await self._desk.token(watcher.token_id)
            if token is None:
                watcher.end(UNAUTHENTICATED)
            elif token.teammate.role != watcher.role:
                watcher.end(FORBIDDEN)

    async def close_all(self) -> None:
        """`on_shutdown`: without this a stop would wait for every socket."""
        self._hub.end_all(GOING_AWAY)
        await asyncio.gather(*(socket.close(code=GOING_AWAY) for socket in list(self._strangers)))
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=CLOSE_SECONDS)


async def _write(socket: web.WebSocketResponse, watcher: Watcher) -> None:
    """Send what is queued until the hub or the client ends it."""
    while (text := await watcher.queue.get()) is not None:
        await socket.send_str(text)


async def _drain(socket: web.WebSocketResponse, watcher: Watcher) -> None:
    """Read (and ignore) what a client sends, so that its close is noticed."""
    async for _ in socket:
        pass
    watcher.end(1000)


def _cut(request: web.Request) -> Callable[[], None]:
    """What ends a connection without waiting for the other side."""
    transport = request.transport
    return transport.abort if transport is not None else lambda: None
