"""Work that goes on beside the requests. What fails is logged and started again, never silently gone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from helper.store.database import StoreTrouble, TooBusy

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds before work that failed is started again: doubled each time, up to this."""

INSIST_SECONDS = 0.1


class Background:
    """The tasks of one daemon."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run endless work, again after a failure."""
        self._start(_again(name, work))

    def once(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run work that ends; its failure is logged."""
        self._start(_logged(name, work))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._closed:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Cancel everything and wait for its end. Work that swallows a cancellation is told again."""
        self._closed = True
        tasks = set(self._tasks)
        while tasks:
            for task in tasks:
                task.cancel()
            _, tasks = await asyncio.wait(tasks, timeout=INSIST_SECONDS)


async def _again(name: str, work: Callable[[], Awaitable[None]]) -> None:
    pause = FIRST_PAUSE
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        await _logged(name, work)
        if loop.time() - started > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _logged(name: str, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except (StoreTrouble, TooBusy) as trouble:
        # The store has told what is wrong with it; a trace would only fill the disk further.
        log.info("background work %s waits for the database: %s", name, type(trouble).__name__)
    except Exception:
        log.exception("background work %s failed", name)
