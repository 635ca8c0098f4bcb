"""Tells everybody who watches what changed, after it is durable.

Numbered changes wait in a ring, not finished frames: what a frame says is read when it is sent, so that a
watcher who was away gets each thing once, as it is now. Building and serialising happens once for all sockets.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from helper.model.change import Change
from helper.model.clock import Clock
from helper.store.database import StoreTrouble, TooBusy

log = logging.getLogger(__name__)

RING = 4_096
"""Changes that a watcher may have missed and still gets one by one."""
QUEUE = 512
"""Frames that may wait for one slow reader before it is dropped."""
BATCH = 200
"""Changes described in one go."""
BEAT_SECONDS = 20.0

Describe = Callable[[list[Change]], Awaitable[Mapping[Change, Any]]]
"""Reads what changes are about, as it is now. A change that is missing in the answer makes no frame."""


@dataclass(eq=False, slots=True)
class Watcher:
    """One open socket. `queue` ends with None when the socket is to be closed with `close_code`.

    `abort` cuts the connection of a reader that takes nothing any more. Frames up to number `seen` are old.
    """

    token_id: str
    teammate_id: str
    role: str
    abort: Callable[[], None]
    seen: int = 0
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(QUEUE + 1))
    close_code: int = 1000

    def offer(self, text: str) -> bool:
        """Queue a frame; False if this reader is too slow."""
        if self.queue.qsize() >= QUEUE:
            return False
        self.queue.put_nowait(text)
        return True

    def end(self, code: int) -> None:
        """Have the socket closed; what still waits is dropped."""
        self.close_code = code
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


def frame(kind: str, number: int, account_id: str | None, data: Any) -> str:
    """A frame's text."""
    return orjson.dumps({"type": kind, "id": number, "account_id": account_id, "data": data}).decode()


class Hub:
    """Numbers changes, keeps the last ones, and hands frames to watchers.

    Numbers grow across restarts (they start from the time), so that one of an earlier run is never taken
    for one of this run.
    """

    def __init__(self, describe: Describe, clock: Clock) -> None:
        self._describe = describe
        self._first = clock.now() * 1000
        self._last = self._first
        self._ring: deque[tuple[int, Change]] = deque(maxlen=RING)
        self._pending: dict[Change, int] = {}
        self._watchers: set[Watcher] = set()
        self._wake = asyncio.Event()

    @property
    def last_id(self) -> int:
        """The number of the newest change."""
        return self._last

    @property
    def watching(self) -> int:
        """How many sockets are open."""
        return len(self._watchers)

    def publish(self, changes: Iterable[Change]) -> None:
        """Take note of committed changes. Called in the event loop, returns at once."""
        for change in changes:
            self._last += 1
            if change.type == "forgotten":
                self._start_anew()
                continue
            self._ring.append((self._last, change))
            # A later change of the same thing replaces the earlier one: frames show the present.
            self._pending.pop(change, None)
            self._pending[change] = self._last
        self._wake.set()

    def _start_anew(self) -> None:
        """Somebody was erased: remember nothing from before, and have everybody read everything again.

        Frames that are being made now were read before: their numbers are old from here on.
        """
        self._first = self._last
        self._ring.clear()
        self._pending.clear()
        self._have_all_read_again()

    def _have_all_read_again(self) -> None:
        """Have everybody read everything; what is older than now need not be told any more."""
        text = frame("resync", self._last, None, {})
        for watcher in list(self._watchers):
            watcher.seen = self._last
            self._offer(watcher, text)

    def join(self, watcher: Watcher) -> None:
        """From now on this watcher gets what changes."""
        watcher.seen = self._last
        self._watchers.add(watcher)

    def leave(self, watcher: Watcher) -> None:
        """The socket is closed."""
        self._watchers.discard(watcher)

    def end_all(self, code: int) -> None:
        """Have every socket closed."""
        for watcher in list(self._watchers):
            watcher.end(code)

    def of_teammate(self, teammate_id: str) -> list[Watcher]:
        """The open sockets of a teammate."""
        return [watcher for watcher in self._watchers if watcher.teammate_id == teammate_id]

    async def missed(self, last_id: int, upto: int) -> list[str]:
        """Frames for what happened after `last_id` up to `upto`; one `resync` frame if that isn't known."""
        if last_id == upto:
            return []
        oldest = self._ring[0][0] if self._ring else self._last + 1
        if not self._first <= last_id <= upto or last_id < oldest - 1:
            return [frame("resync", upto, None, {})]
        newest = {change: number for number, change in self._ring if last_id < number <= upto}
        return [text for _, text in await self._frames(newest)]

    def beat(self) -> str:
        """A frame that says "still here" and where the numbers stand."""
        return frame("beat", self._last, None, {})

    async def run(self) -> None:
        """Send what changes to everybody, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                batch = {change: self._pending.pop(change) for change in list(self._pending)[:BATCH]}
                if self._watchers:
                    self._send(await self._frames_or_back(batch))

    async def _frames_or_back(self, batch: dict[Change, int]) -> list[tuple[int, str]]:
        """The batch's frames. Where they cannot be made, nobody who watches may miss what they would have told."""
        first = self._first
        try:
            return await self._frames(batch)
        except (StoreTrouble, TooBusy):
            if self._first == first:  # nobody was erased meanwhile: it waits until the store is well again
                self._pending = batch | self._pending
                self._wake.set()
            raise
        except Exception:
            self._have_all_read_again()
            raise

    async def keep_beating(self, seconds: float = BEAT_SECONDS) -> None:
        """Send a beat to everybody every `seconds`, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            text = self.beat()
            for watcher in list(self._watchers):
                self._offer(watcher, text)

    async def _frames(self, changes: Mapping[Change, int]) -> list[tuple[int, str]]:
        """(number, text) of each change that has something to tell, in order."""
        described = await self._describe(list(changes))
        frames = [
            (number, frame(change.type, number, change.account_id, described[change]))
            for change, number in changes.items()
            if change in described
        ]
        return sorted(frames)

    def _send(self, frames: list[tuple[int, str]]) -> None:
        for watcher in list(self._watchers):
            for number, text in frames:
                if number > watcher.seen and not self._offer(watcher, text):
                    break

    def _offer(self, watcher: Watcher, text: str) -> bool:
        if watcher.offer(text):
            return True
        log.warning("a socket of token %s reads too slowly and is closed", watcher.token_id)
        self._watchers.discard(watcher)
        watcher.end(1013)
        watcher.abort()
        return False
