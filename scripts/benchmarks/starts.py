"""Cold start to the line `ready`, the stop after it, and memory along the way."""

from __future__ import annotations

import asyncio
import statistics
import uuid
from pathlib import Path

from scripts.benchmarks.bench import Bench
from scripts.benchmarks.processes import own_module, start_helper
from scripts.benchmarks.report import Cell, Table

STARTS = 5


async def measure_start(bench: Bench) -> Table:
    """Medians of five starts: in an empty folder, again in the same one, and with a big registry."""
    async with bench.million():
        pass
    fresh = [bench.home(f"start-{number}") for number in range(STARTS)]
    again = bench.home("start-0")
    with own_module("scripts.benchmarks.stand_in", bench.folder) as line:
        connected = {"sandbox": "never", "line_api_base": line.urls["line"]}
        rows = [
            _row("empty folder: database, practice account and pages made", fresh, {}),
            _row("the same again", [again] * STARTS, {}),
            _row(f"one account, {bench.friends:,} friends", [bench.home("million")] * STARTS, connected),
        ]
    return Table(
        "start",
        "Cold start",
        ("start of `ittsu serve`", "ready after s", "slowest s", "stopped after s"),
        tuple(rows),
        f"Medians of {STARTS} starts as a new process, files in the system's cache; the stop is by SIGTERM "
        "right after `ready`.",
    )


def _row(name: str, homes: list[Path], settings: dict[str, str]) -> tuple[Cell, ...]:
    starts, stops = [], []
    for home in homes:
        running = start_helper(home, **settings)
        starts.append(running.seconds)
        stops.append(running.stop())
    return (name, statistics.median(starts), max(starts), statistics.median(stops))


async def measure_memory(bench: Bench) -> Table:
    """Resident memory of the helper in the states a day brings."""
    running = start_helper(bench.home("memory-empty"))
    rows: list[tuple[Cell, ...]] = [("practice mode, just started", running.memory_mib())]
    running.stop()
    async with bench.connected("memory", hold_seconds="0") as connected:
        follow = (await connected.follows(1))[0]
        await connected.deliver(follow)
        await connected.wait_for_name(follow.user_id)
        await connected.send(follow.user_id, str(uuid.uuid4()), max_cost=0)
        rows.append(
            ("one account, after the first message (LINE's SDK loaded)", connected.running.memory_mib())
        )
        for follow in await connected.follows(1_000):
            await connected.deliver(follow)
        rows.append(("after 1,000 more follows", connected.running.memory_mib()))
    async with bench.million() as connected:
        await asyncio.gather(*(connected.call("GET", "/friends?limit=200") for _ in range(20)))
        rows.append(
            (f"{bench.friends:,} friends, after 20 list pages at once", connected.running.memory_mib())
        )
    return Table(
        "memory",
        "Memory",
        ("state", "resident MiB"),
        tuple(rows),
        "Figures exist where the system tells (Linux).",
    )
