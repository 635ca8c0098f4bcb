"""The helper's connection, as the relay sees it: who is it, what waits for it, what has it got."""

import asyncio
import logging
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import cast

from aiohttp import WSMsgType, web
from pydantic import BaseModel, ValidationError

from helper.model.clock import Clock
from helper.model.refusal import Refused
from helper.model.relay import Queues
from helper.relay import queues, wire
from helper.relay.door import Door
from helper.store.database import Database, StoreTrouble, TooBusy
from helper.web.problems import Problem

log = logging.getLogger(__name__)

FIRST_FRAMES_SECONDS = 10.0
"""How long a stranger may take to prove who it is."""
MOST_STRANGERS = 32
CLOSE_SECONDS = 1.0
STATUS_SECONDS = 2.0
"""How often it is looked whether how much waits differs."""


class Unwanted(Exception):
    """This connection ends, with one of `wire`'s close codes."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class HelperSockets:
    """Serves the one helper. `address` is where this relay is reached: `host:port`."""

    def __init__(self, database: Database, door: Door, clock: Clock, address: Callable[[], str]) -> None:
        self._database = database
        self._door = door
        self._clock = clock
        self._address = address
        self._strangers = 0
        self._current: _Connection | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._closing = False

    def wake(self) -> None:
        """Something waits for the helper."""
        if self._current is not None:
            self._current.wake.set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from the handshake to its end."""
        if "Origin" in request.headers:
            raise Problem("origin_refused")  # a page in a browser; helpers send none
        if self._strangers >= MOST_STRANGERS or self._closing:
            raise Problem("too_busy")
        socket = web.WebSocketResponse(
            compress=False,
            max_msg_size=wire.LONGEST_FROM_HELPER,
            timeout=CLOSE_SECONDS,
            heartbeat=wire.HEARTBEAT_SECONDS,
        )
        handler = cast("asyncio.Task[None]", asyncio.current_task())
        self._handlers.add(handler)
        try:
            await socket.prepare(request)
            await self._talk(socket)
        except Unwanted as unwanted:
            await socket.close(code=unwanted.code)
        except (StoreTrouble, TooBusy):
            await socket.close(code=1013)
        except ConnectionError:
            log.debug("a helper's socket was cut off")
        finally:
            self._handlers.discard(handler)
        return socket

    async def _talk(self, socket: web.WebSocketResponse) -> None:
        self._strangers += 1
        try:
            async with asyncio.timeout(FIRST_FRAMES_SECONDS):
                opening = await self._acquaint(socket)
        except TimeoutError:
            raise Unwanted(wire.TOO_LATE) from None
        finally:
            self._strangers -= 1
        connection = _Connection(socket, self._database, self._clock, opening.accounts)
        former, self._current = self._current, connection
        try:
            if former is not None:
                await former.end(wire.REPLACED)
            await self._door.note(connected=True)
            log.info("the helper is connected")
            await connection.run()
        finally:
            if self._current is connection:
                self._current = None
                log.info("the helper has gone")
                with suppress(StoreTrouble, TooBusy):
                    await self._door.note(connected=False)

    async def _acquaint(self, socket: web.WebSocketResponse) -> wire.Open:
        """Until the helper has shown its token."""
        while True:
            match await _read(socket):
                case wire.Pair() as asked:
                    try:
                        admitted = await self._door.admit(asked.code, asked.name)
                    except Refused as refused:
                        code = wire.TOO_MANY if refused.code == "too_many_attempts" else wire.CODE_INVALID
                        raise Unwanted(code) from None
                    await _say(
                        socket,
                        wire.Paired(
                            token=admitted.token, token_id=admitted.token_id, proof_key=admitted.proof_key
                        ),
                    )
                    if self._current is not None:  # its token is worth nothing any more
                        await self._current.end(wire.UNAUTHENTICATED)
                case wire.Hello() as asked:
                    proof = await self._door.proof(asked.token_id, asked.nonce, self._address())
                    await _say(socket, wire.Proof(proof=proof, now=self._clock.now()))
                case wire.Open() as opening:
                    if not await self._door.is_fetcher(opening.token):
                        raise Unwanted(wire.UNAUTHENTICATED)
                    return opening
                case _:
                    raise Unwanted(wire.UNAUTHENTICATED)

    async def close(self) -> None:
        """Let go of everybody."""
        self._closing = True
        if self._current is not None:
            await self._current.end(1001)
        handlers = list(self._handlers)
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)


class _Connection:
    """A helper that has shown who it is."""

    def __init__(
        self, socket: web.WebSocketResponse, database: Database, clock: Clock, accounts: list[str]
    ) -> None:
        self._socket = socket
        self._database = database
        self._clock = clock
        self._accounts = set(accounts)
        # Later than this is what was not offered to this connection yet.
        self._offered = 0
        self._sent: set[int] = set()
        self._answered = asyncio.Event()
        self._told: list[Queues] | None = None
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Deliver until one side ends it."""
        work = [asyncio.create_task(self._send()), asyncio.create_task(self._receive())]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in work:
                task.cancel()
            ends = await asyncio.gather(*work, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end
        await self._socket.close()

    async def end(self, code: int) -> None:
        """Hang up."""
        await self._socket.close(code=code)

    async def _send(self) -> None:
        looked_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            self.wake.clear()
            if loop.time() - looked_at >= STATUS_SECONDS or self._told is None:
                looked_at = loop.time()
                await self._tell_status()
            if not await self._deliver():
                with suppress(TimeoutError):
                    async with asyncio.timeout(STATUS_SECONDS):
                        await self.wake.wait()

    async def _deliver(self) -> bool:
        """Send the oldest that wait and wait until they are taken; whether there were any."""
        found = await self._database.read(
            lambda reader: queues.next_for_helper(
                reader, sorted(self._accounts), self._offered, wire.MOST_AT_ONCE, wire.MOST_BYTES
            )
        )
        if not found:
            return False
        self._sent = {delivery.id for delivery in found}
        self._offered = max(self._sent)
        self._answered.clear()
        items = [
            wire.Delivered(
                id=delivery.id,
                account_id=delivery.account_id,
                received_at=delivery.received_at,
                signature=delivery.signature,
                body=b64encode(delivery.body).decode(),
            )
            for delivery in found
        ]
        await _say(self._socket, wire.Deliveries(now=self._clock.now(), items=items))
        await self._answered.wait()
        return True

    async def _tell_status(self) -> None:
        found = await self._database.read(queues.report)
        if found != self._told:
            self._told = found
            told = [_told(queue) for queue in found]
            await _say(self._socket, wire.Status(now=self._clock.now(), accounts=told))

    async def _receive(self) -> None:
        while True:
            match await _read(self._socket):
                case wire.Taken() as taken:
                    await self._take(taken)
                case wire.Accounts() as given:
                    self._accounts = set(given.accounts)
                    self._offered = 0  # what was left may be taken now
                    self._told = None
                    self.wake.set()
                case wire.Clock():
                    await _say(self._socket, wire.Clock(now=self._clock.now()))
                case _:
                    raise Unwanted(wire.NOT_UNDERSTOOD)

    async def _take(self, taken: wire.Taken) -> None:
        if {*taken.ids, *taken.left} != self._sent:
            raise Unwanted(wire.NOT_UNDERSTOOD)
        await self._database.write(lambda transaction: queues.helper_has(transaction, taken.ids))
        self._sent = set()
        self._answered.set()


def _told(queue: Queues) -> wire.Told:
    members = asdict(queue)
    failure = queue.failure
    members["failure"] = None if failure is None else failure.code
    members["failure_status"] = None if failure is None else failure.status
    return wire.Told(**members)


async def _read(socket: web.WebSocketResponse) -> wire.FromHelper:
    message = await socket.receive()
    if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
        raise ConnectionResetError
    if message.type is not WSMsgType.TEXT:
        raise Unwanted(wire.NOT_UNDERSTOOD)
    try:
        return wire.read_from_helper.validate_json(message.data)
    except ValidationError:
        raise Unwanted(wire.NOT_UNDERSTOOD) from None


async def _say(socket: web.WebSocketResponse, frame: BaseModel) -> None:
    await socket.send_str(frame.model_dump_json())
