"""How soon a new friend is on the dashboards: many that watch one follow, and one that watches a rush."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import aiohttp

from scripts.benchmarks.bench import Bench, Connected, Follow, Unexpected
from scripts.benchmarks.report import Table, in_milliseconds

WATCHERS = 100
FOLLOWS = 50
PER_SECOND = 500
RUSH_SECONDS = 10
_LONGEST_SECONDS = 60.0

Seen = Callable[[str, float], None]
"""Told a frame's text and when it came."""


async def measure(bench: Bench) -> Table:
    """From a webhook to the `friend` frames it causes, over real sockets."""
    async with bench.connected("sockets") as connected:
        # The seconds after a start, in which LINE's SDK is loaded, are not what is measured.
        for follow in await connected.follows(1):
            await connected.deliver(follow)
            await connected.wait_for_name(follow.user_id)
        many = await _many_watchers(connected)
        rush = await _rush(connected)
    return Table(
        "sockets",
        "From a follow to the dashboards",
        ("what", "p50 ms", "p95 ms", "most ms"),
        (
            in_milliseconds(f"webhook sent → the last of {WATCHERS} sockets has the new friend", many),
            in_milliseconds(f"webhook answered → a socket has her, at {PER_SECOND} follows a second", rush),
        ),
        f"{FOLLOWS} follows one after the other; then {PER_SECOND * RUSH_SECONDS:,} in {RUSH_SECONDS} s, each "
        "friend awaited, LINE's SDK loaded. The watching clients share the cores with the helper.",
    )


async def _many_watchers(connected: Connected) -> list[float]:
    """Seconds from sending each webhook until every socket has its friend."""
    waiting_for = ""
    missing: set[int] = set()
    complete = asyncio.Event()

    def seen_by(number: int) -> Seen:
        def seen(text: str, _at: float) -> None:
            if waiting_for and waiting_for in text:
                missing.discard(number)
                if not missing:
                    complete.set()

        return seen

    seconds = []
    async with contextlib.AsyncExitStack() as stack:
        for number in range(WATCHERS):
            await stack.enter_async_context(watching(connected, seen_by(number)))
        for follow in await connected.follows(FOLLOWS):
            missing.update(range(WATCHERS))
            complete.clear()
            waiting_for = follow.user_id
            started = time.perf_counter()
            await connected.deliver(follow)
            async with asyncio.timeout(_LONGEST_SECONDS):
                await complete.wait()
            seconds.append(time.perf_counter() - started)
    return seconds


async def _rush(connected: Connected) -> list[float]:
    """Seconds from each webhook's 200 until a socket has its friend."""
    follows = await connected.follows(PER_SECOND * RUSH_SECONDS)
    came: dict[str, float] = {}
    wanted = {follow.user_id for follow in follows}
    answered: dict[str, float] = {}
    complete = asyncio.Event()

    def seen(text: str, at: float) -> None:
        if '"type":"friend"' not in text:
            return
        user_id = text.partition('"user_id":"')[2][:33]
        if user_id in wanted:
            came.setdefault(user_id, at)
            if len(came) == len(wanted):
                complete.set()

    async def deliver(follow: Follow) -> None:
        await connected.deliver(follow)
        answered[follow.user_id] = time.perf_counter()

    async with watching(connected, seen):
        started = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for number, follow in enumerate(follows):
                await asyncio.sleep(max(0.0, started + number / PER_SECOND - time.perf_counter()))
                tasks.create_task(deliver(follow))
        took = time.perf_counter() - started
        if took > RUSH_SECONDS * 1.1:
            raise Unexpected(f"{PER_SECOND} follows a second could not be kept up: {took:.1f} s")
        async with asyncio.timeout(_LONGEST_SECONDS):
            await complete.wait()
    return [max(0.0, came[user_id] - answered[user_id]) for user_id in wanted]


@contextlib.asynccontextmanager
async def watching(connected: Connected, seen: Seen) -> AsyncIterator[None]:
    """An open event socket; its frames are told to `seen`."""
    async with connected.open_events() as socket:

        async def read() -> None:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    seen(message.data, time.perf_counter())

        await socket.receive()  # the first beat: from here on everything comes
        reading = asyncio.create_task(read())
        try:
            yield
        finally:
            await socket.close()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
