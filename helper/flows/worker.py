"""Background work that is due at a time: found in the database, done a few at once, never twice at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from helper.model.clock import Clock
from helper.store.database import StoreTrouble, TooBusy

T = TypeVar("T")
log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks at most: what a crash, a sleep or a clock change left is found by then."""


class DueWorker(Generic[T]):
    """Runs `handle` for whatever is due; `key` names an item so that it isn't handled twice at once.

    `find_due` is asked with the present (ms) and how many items are wanted; it tells the items and when
    the next one will be due (ms), if any.
    """

    def __init__(
        self,
        clock: Clock,
        signal: asyncio.Event,
        find_due: Callable[[int, int], Awaitable[tuple[list[T], int | None]]],
        handle: Callable[[T], Awaitable[None]],
        key: Callable[[T], str],
        width: int,
    ) -> None:
        self._clock = clock
        self._signal = signal
        self._find_due = find_due
        self._handle = handle
        self._key = key
        self._width = width
        self._active: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._signal.clear()
            wait = LOOK_EVERY
            if len(self._active) < self._width:
                wait = await self._start_due()
            # Not `wait_for`: before Python 3.12 it loses a cancellation that comes together with the signal.
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._signal.wait()

    async def _start_due(self) -> float:
        """Start what is due; seconds until the next look."""
        now = self._clock.now()
        # What is active may still look due, so as many more are asked for; also what ends during the look.
        taken = set(self._active)
        found, due = await self._find_due(now, self._width + len(taken))
        for item in found:
            key = self._key(item)
            if key not in taken and len(self._active) < self._width:
                taken.add(key)
                self._active[key] = asyncio.create_task(self._handle_one(key, item))
        return LOOK_EVERY if due is None else min(LOOK_EVERY, max(0.0, (due - self._clock.now()) / 1000))

    async def _handle_one(self, key: str, item: T) -> None:
        try:
            await self._handle(item)
        except (StoreTrouble, TooBusy):
            # Told by the store itself.
            await asyncio.sleep(LOOK_EVERY)
        except Exception:
            log.exception("background work failed; it is taken up again", extra={"key": key})
            await asyncio.sleep(LOOK_EVERY)
        finally:
            del self._active[key]
            self._signal.set()

    async def close(self, seconds: float) -> None:
        """Give what is under way this long to end, then stop it; what it left is taken up at the next start."""
        tasks = list(self._active.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
