"""How many follow webhooks a second become durable, beside a handler that keeps nothing."""

from __future__ import annotations

import contextlib
import sqlite3
import statistics
from collections.abc import Sequence

from scripts.benchmarks.bench import Bench, Follow, Unexpected
from scripts.benchmarks.load import Load, post_request, run_load
from scripts.benchmarks.processes import CHANNEL_ID, Running, own_module
from scripts.benchmarks.report import Cell, Table, percentile

CONNECTIONS = 32
REQUESTS = 10_000
ROUNDS = 3


async def measure(bench: Bench) -> Table:
    """Rounds of the bare handler and of the helper by turns; medians. Every event is counted afterwards."""
    bare, ours = Runs(), Runs()
    async with bench.connected("webhooks") as connected:
        with own_module("scripts.benchmarks.bare_webhook", bench.folder) as yardstick:
            for _ in range(ROUNDS):
                follows = await connected.follows(REQUESTS)
                await bare.add(yardstick, f"{yardstick.urls['webhook']}/webhook/{CHANNEL_ID}", follows)
                await ours.add(connected.running, connected.webhook, follows)
        stored = _stored(bench)
        memory = connected.running.memory_mib()
    if stored != REQUESTS * ROUNDS:
        raise Unexpected(f"{REQUESTS * ROUNDS} webhooks were answered 200, {stored} events are stored")
    return Table(
        "webhooks",
        "Follow webhooks",
        ("handler", "per second", "p50 ms", "p99 ms", "processor ms each"),
        (bare.row("bare aiohttp + HMAC, keeps nothing"), ours.row("Ittsu, durable before the 200")),
        f"{CONNECTIONS} connections, {ROUNDS} rounds of {REQUESTS:,} by turns, medians; all "
        f"{stored:,} events were found in the database afterwards. Names and pictures are fetched meanwhile. "
        + (f"Memory of the helper at the end: {memory:.0f} MiB." if memory else ""),
    )


class Runs:
    """The rounds of one handler."""

    def __init__(self) -> None:
        self._loads: list[Load] = []
        self._processor: list[float] = []

    async def add(self, server: Running, url: str, follows: Sequence[Follow]) -> None:
        """One round. Raises Unexpected unless every webhook was answered 200."""
        before = server.cpu_seconds()
        self._loads.append(await _load(url, follows))
        after = server.cpu_seconds()
        if before is not None and after is not None:
            self._processor.append((after - before) / len(follows) * 1000)

    def row(self, name: str) -> tuple[Cell, ...]:
        """The medians of the rounds."""
        per_second = statistics.median(load.per_second for load in self._loads)
        each = statistics.median(self._processor) if self._processor else None
        return (name, per_second, self._median_ms(0.5), self._median_ms(0.99), each)

    def _median_ms(self, share: float) -> float:
        return statistics.median(percentile(load.latencies, share) for load in self._loads) * 1000


async def _load(url: str, follows: Sequence[Follow]) -> Load:
    load = await run_load(
        url, [post_request(url, follow.body, follow.headers()) for follow in follows], CONNECTIONS
    )
    if load.statuses != {200: len(follows)}:
        raise Unexpected(f"webhooks were answered {load.statuses}")
    return load


def _stored(bench: Bench) -> int:
    with contextlib.closing(sqlite3.connect(bench.home("webhooks") / "ittsu.sqlite")) as connection:
        count: int = connection.execute("SELECT count(*) FROM event WHERE type = 'follow'").fetchone()[0]
    return count
