"""From the click to the request at LINE: what a person waits for when there is no hold."""

from __future__ import annotations

import time
import uuid

from scripts.benchmarks.bench import Bench, Connected, Unexpected
from scripts.benchmarks.report import Table, in_milliseconds

CLICKS = 100
_WARMING = 5
_LONGEST_SECONDS = 30.0


async def measure(bench: Bench) -> Table:
    """A hundred clicks on each route, one after the other, each on a friend of its own."""
    async with bench.connected("click", hold_seconds="0") as connected:
        free = await _clicks(connected, seconds_ago=0, max_cost=0)
        paid = await _clicks(connected, seconds_ago=120, max_cost=1)
    return Table(
        "click",
        "Click to request at LINE",
        ("route", "p50 ms", "p95 ms", "most ms"),
        (in_milliseconds("free reply", free), in_milliseconds("push", paid)),
        f"{CLICKS} clicks each, hold 0, name known, LINE's SDK loaded: from the API request leaving the client "
        "to the request reaching the stand-in for LINE, message and attempt durable in between.",
    )


async def _clicks(connected: Connected, *, seconds_ago: float, max_cost: int) -> list[float]:
    follows = await connected.follows(CLICKS + _WARMING, seconds_ago)
    seconds = []
    for follow in follows:
        await connected.deliver(follow)
        await connected.wait_for_name(follow.user_id)
        await connected.arrivals()
        clicked = time.monotonic_ns()
        message = await connected.send(follow.user_id, str(uuid.uuid4()), max_cost)
        seconds.append((await _arrival(connected) - clicked) / 1e9)
        if message["cost"] != max_cost:
            raise Unexpected(f"a send of cost {message['cost']} where {max_cost} was asked for")
    return seconds[_WARMING:]


async def _arrival(connected: Connected) -> int:
    until = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < until:
        if arrivals := await connected.arrivals():
            return arrivals[0]
    raise Unexpected("a send did not reach LINE")
