"""A disk on which commits take long, or none succeeds for a while: LINE's answers get slow or 503, nothing is lost."""

import asyncio
import sqlite3
from collections import Counter as Tally
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
import pytest_asyncio

from helper.line.signature import sign
from helper.sandbox.accounts import SandboxAccount
from helper.store.database import Reader
from helper.store.sqlite import open_sqlite
from tests.reliability.line_side import LineSide
from tests.reliability.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="package")

HANGS_UP_AFTER = 0.5
"""Seconds after which the sender hangs up. LINE waits 2 s, which would only make the flood slower."""
EVENTS_IN_A_BODY = 4
SLOW_BODIES = 300
COMMIT_SECONDS = 0.25
PAUSE_SECONDS = 0.15
"""Longer than SQLite's own pause between two looks whether the file is free."""
FLOOD = 3_000
FLOOD_AT_ONCE = 200
HELD_SECONDS = 8.0
"""Longer than a commit waits for the file."""
MEMORY_KIB = 128 * 1024
"""Memory the flood may need at most: 2,000 waiting webhooks, taken apart, with all that aiohttp keeps of each."""

_numbers = count()
Event = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def account(daemon: Daemon, line: LineSide) -> SandboxAccount:
    """An account of these tests' own."""
    account = line.sandbox.platform.add_account("1650000004", "遅い店", "@000slow")
    connect = {"channel_id": account.channel_id, "channel_secret": account.secret}
    assert (await daemon.call("POST", "/accounts", connect)).status == 201
    return account


@contextmanager
def _file_in_use(path: Path) -> Iterator[None]:
    """Somebody else has the file: no commit succeeds meanwhile."""
    other = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@asynccontextmanager
async def _slow_disk(path: Path) -> AsyncIterator[None]:
    """Every commit waits for its turn, as behind a disk's slow flushes."""
    over = asyncio.Event()

    async def hold() -> None:
        while not over.is_set():
            with _file_in_use(path):
                await asyncio.sleep(COMMIT_SECONDS)
            await asyncio.sleep(PAUSE_SECONDS)

    holding = asyncio.create_task(hold())
    try:
        yield
    finally:
        over.set()
        await holding


def _bodies(wanted: int) -> list[list[Event]]:
    """Messages of five hundred people."""
    bodies = []
    for _ in range(wanted):
        events: list[Event] = []
        for _ in range(EVENTS_IN_A_BODY):
            number = next(_numbers)
            events.append(
                {
                    "type": "message",
                    "mode": "active",
                    "timestamp": 1_700_000_000_000 + number,
                    "source": {"type": "user", "userId": f"U{number % 500:032x}"},
                    "webhookEventId": f"01S{number:023d}",
                    "replyToken": f"slow{number}",
                    "message": {"id": str(number), "type": "text", "text": f"{number}番", "quoteToken": "q"},
                }
            )
        bodies.append(events)
    return bodies


class _Line:
    """LINE's webhook sender: hangs up, and delivers again what was not answered 200."""

    def __init__(self, daemon: Daemon, account: SandboxAccount) -> None:
        self._daemon = daemon
        self._account = account
        self.answers: Tally[int] = Tally()
        self.after: dict[int, asyncio.Event] = {}
        self.slowest = 0.0
        self.answered: set[str] = set()

    async def deliver(self, bodies: list[list[Event]], at_once: int, patience: float) -> list[list[Event]]:
        """Deliver; those that were not answered 200."""
        waiting, again = list(bodies), []
        loop = asyncio.get_running_loop()

        async def sender() -> None:
            while waiting:
                events = waiting.pop()
                started = loop.time()
                status = await self._post(events, patience)
                self.slowest = max(self.slowest, loop.time() - started)
                self.answers[status] += 1
                if status == 200 and self.answers[200] in self.after:
                    self.after[self.answers[200]].set()
                if status == 200:
                    self.answered.update(event["webhookEventId"] for event in events)
                else:
                    again.append(events)

        await asyncio.gather(*(sender() for _ in range(at_once)))
        return again

    async def _post(self, events: list[Event], patience: float) -> int:
        body = orjson.dumps({"destination": "U", "events": events})
        headers = {"X-Line-Signature": sign(self._account.secret, body)}
        url = f"{self._daemon.webhook}/webhook/{self._account.channel_id}"
        try:
            async with (
                asyncio.timeout(patience),
                self._daemon.session.post(url, data=body, headers=headers) as answer,
            ):
                return answer.status
        except (TimeoutError, aiohttp.ClientError):
            return 0  # nobody answered in time


async def test_a_slow_disk_slows_answers_and_loses_nothing(daemon: Daemon, account: SandboxAccount) -> None:
    """Killed in the middle: what was answered 200 by then is on the disk."""
    line, bodies = _Line(daemon, account), _bodies(SLOW_BODIES)
    async with _slow_disk(daemon.database):
        killing = asyncio.create_task(_kill_after(daemon, line, SLOW_BODIES // 2))
        left = await line.deliver(bodies, at_once=16, patience=30)
        await killing
    assert line.slowest > COMMIT_SECONDS / 2, "the disk was not slow"
    assert line.answered <= await _stored(daemon, account), "a 200 was said of events not on the disk"
    await daemon.start()
    async with _slow_disk(daemon.database):
        while left:
            left = await line.deliver(left, at_once=16, patience=30)
    assert await _stored(daemon, account) >= {event["webhookEventId"] for body in bodies for event in body}


async def test_a_queue_that_grows_too_long_answers_503_and_not_with_memory(
    daemon: Daemon, account: SandboxAccount
) -> None:
    line, bodies = _Line(daemon, account), _bodies(FLOOD)
    before = _memory(daemon, "VmRSS")
    _forget_peak(daemon)
    with _file_in_use(daemon.database):
        loop = asyncio.get_running_loop()
        until = loop.time() + HELD_SECONDS
        left = bodies
        while left and loop.time() < until:
            left = await line.deliver(left, at_once=FLOOD_AT_ONCE, patience=HANGS_UP_AFTER)
    assert line.answers[200] == 0, "nothing could be stored"
    assert line.answers[503] > 0
    assert set(line.answers) <= {0, 503}
    grown = _memory(daemon, "VmHWM") - before
    print(f"flood: {dict(line.answers)}, memory + {grown} KiB")
    assert grown < MEMORY_KIB
    while left:
        left = await line.deliver(left, at_once=16, patience=30)
    everything = {event["webhookEventId"] for body in bodies for event in body}
    assert line.answered == everything
    assert await _stored(daemon, account) >= everything
    assert (await daemon.call("GET", "/accounts")).status == 200


async def _kill_after(daemon: Daemon, line: _Line, answers: int) -> None:
    """SIGKILL once so many webhooks were answered 200."""
    line.after[answers] = asyncio.Event()
    async with asyncio.timeout(60):
        await line.after[answers].wait()
    daemon.kill()


def _memory(daemon: Daemon, name: str) -> int:
    """KiB of a field of the process's status."""
    status = Path(f"/proc/{daemon.pid}/status")
    if not status.exists():
        pytest.skip("only Linux tells how much memory another process has")
    line = next(line for line in status.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])


def _forget_peak(daemon: Daemon) -> None:
    """From now on VmHWM is the highest from here."""
    Path(f"/proc/{daemon.pid}/clear_refs").write_text("5")


async def _stored(daemon: Daemon, account: SandboxAccount) -> set[str]:
    async def look(reader: Reader) -> set[str]:
        rows = await reader.fetch(
            "SELECT webhook_event_id FROM event WHERE account_id = $1", account.channel_id
        )
        return {str(row["webhook_event_id"]) for row in rows}

    database = await open_sqlite(daemon.database)
    try:
        return await database.read(look)
    finally:
        await database.close()
