"""Background work: nothing is done twice, also when its turn ends while it is looked for what is due."""

import asyncio

from helper.flows.worker import DueWorker
from helper.model.clock import SystemClock


async def test_what_ends_during_a_look_is_not_taken_up_by_that_look() -> None:
    due, handled = {"a"}, []
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
    signal, looked = asyncio.Event(), asyncio.Event()

    async def find_due(_now: int, _limit: int) -> tuple[list[str], int | None]:
        found = sorted(due)
        if begun.is_set() and not ended.is_set():
            may_end.set()
            await ended.wait()
            await asyncio.sleep(0)  # and its turn is over
        elif ended.is_set():
            looked.set()
        return found, None

    async def handle(item: str) -> None:
        handled.append(item)
        begun.set()
        signal.set()
        await may_end.wait()
        due.discard(item)
        ended.set()

    worker = DueWorker(SystemClock(), signal, find_due, handle, str, 2)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        await looked.wait()
    running.cancel()
    await worker.close(1.0)
    assert handled == ["a"]
