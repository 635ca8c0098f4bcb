"""Reading a big registry over HTTP: the 200 rows of a dashboard's list, a page of friends, a name search."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from scripts.benchmarks.bench import Bench, Connected, Unexpected
from scripts.benchmarks.fill import (
    COMMON_CHARACTER,
    DASHBOARD,
    LINKED_EVERY,
    RARE_NAME,
    member_id,
    names,
    user_id,
)
from scripts.benchmarks.report import Cell, Table, percentile

KEYS = 200
REPEATS = 100
_ABSENT_NAME = "龘龘龘"

Question = tuple[str, str, Any]  # method, path, body


async def measure(bench: Bench) -> Table:
    """Each question a hundred times, one after the other, over one kept-alive connection."""
    async with bench.million() as connected:
        rows = [
            await _time(connected, f"lookup of {KEYS} user_ids", _by_user_id(bench), KEYS),
            await _time(connected, f"lookup of {KEYS} linked dashboard rows", _by_link(bench), KEYS),
            await _time(connected, f"lookup of {KEYS} unlinked rows by name", _by_name(bench), KEYS),
            await _time(connected, "queue of new friends, first 50", lambda: _get("stage=new&limit=50"), 50),
            await _time(connected, "all friends, first 50", lambda: _get("limit=50"), 50),
            await _time(connected, "all friends, a later 50", await _later(connected), 50),
            await _time(connected, f"search 「{COMMON_CHARACTER}」 (common)", _search(COMMON_CHARACTER), 50),
            await _time(connected, "search 「佐藤」 (common)", _search("佐藤"), 50),
            await _time(connected, f"search 「{RARE_NAME[:2]}」 (three of them)", _search(RARE_NAME[:2]), 3),
            await _time(connected, "search for a name that is not there", _search(_ABSENT_NAME), 0),
        ]
        memory = connected.running.memory_mib()
    size = (bench.home("million") / "ittsu.sqlite").stat().st_size / 2**20
    return Table(
        "lookup",
        f"Reading a registry of {bench.friends:,} friends",
        ("question", "p50 ms", "p95 ms", "first ms"),
        tuple(rows),
        f"Over HTTP, {REPEATS} times each, one after the other. The database has {size:,.0f} MiB."
        + (f" Memory of the helper at the end: {memory:.0f} MiB." if memory else ""),
    )


async def _time(
    connected: Connected, name: str, question: Callable[[], Question], expected: int
) -> tuple[Cell, ...]:
    seconds = []
    for _ in range(REPEATS):
        method, path, body = question()
        started = time.perf_counter()
        answer = await connected.call(method, path, body)
        seconds.append(time.perf_counter() - started)
        found = len(answer["items"] if "items" in answer else answer["results"])
        if found != expected:
            raise Unexpected(f"{name}: {found} instead of {expected}")
    return (name, percentile(seconds, 0.5) * 1000, percentile(seconds, 0.95) * 1000, seconds[0] * 1000)


def _get(query: str) -> Question:
    return ("GET", f"/friends?{query}", None)


def _search(text: str) -> Callable[[], Question]:
    return lambda: _get(f"q={quote(text)}&limit=50")


async def _later(connected: Connected) -> Callable[[], Question]:
    cursor = None
    for _ in range(20):
        query = "limit=200" + (f"&cursor={quote(cursor)}" if cursor else "")
        cursor = (await connected.call("GET", f"/friends?{query}"))["next"]
    return lambda: _get(f"limit=50&cursor={quote(cursor or '')}")


def _by_user_id(bench: Bench) -> Callable[[], Question]:
    chance = random.Random(1)
    return lambda: _lookup([{"user_id": user_id(chance.randrange(bench.friends))} for _ in range(KEYS)])


def _by_link(bench: Bench) -> Callable[[], Question]:
    chance = random.Random(2)

    def question() -> Question:
        numbers = [chance.randrange(bench.friends // LINKED_EVERY) * LINKED_EVERY for _ in range(KEYS)]
        return _lookup([{"dashboard": DASHBOARD, "member_id": member_id(number)} for number in numbers])

    return question


def _by_name(bench: Bench) -> Callable[[], Question]:
    """Rows of a list that was never linked; most names of a million stand for thousands of friends."""
    chance = random.Random(3)
    known = list(dict.fromkeys(name for name, _ in zip(names(bench.friends), range(20_000), strict=False)))

    def question() -> Question:
        return _lookup(
            [
                {
                    "dashboard": DASHBOARD,
                    "member_id": f"9{chance.randrange(10**8):08d}",
                    "name": chance.choice(known),
                    "followed_at": "2026-10-01T03:00:00.000Z",
                }
                for _ in range(KEYS)
            ]
        )

    return question


def _lookup(keys: list[dict[str, str]]) -> Question:
    return ("POST", "/friends/lookup", {"keys": keys})
