"""Hours in small: events and sends at a steady pace, a socket that stays; memory and files must not grow."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import orjson
import pytest

from helper.line.signature import sign
from helper.model.clock import to_rfc3339
from helper.sandbox.occurrences import Occurrence
from tests.reliability.conftest import option
from tests.reliability.line_side import CHANNEL, LineSide
from tests.reliability.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="package")

SHORT = 10
EVENTS_A_SECOND, SENDS_A_SECOND = 50, 5
CROWD = 200
"""Friends who go on writing: each has her turn every four seconds, so that no two frames of hers merge."""
CONNECTIONS = 8
SETTLING_SECONDS = 60.0
SAMPLE_SECONDS = 1.0
SPARE_KIB = 4 * 1024
PAGES = 1.5
"""Memory may grow by what the file grows, and half as much again, and by this: SQLite's page caches of 16 MB each
fill while the file is smaller than they are. (With caches of 1 MB it stays within 0.2 MiB.)"""
FILES = 12
"""Open files that may be more in the last third: connections that are just being closed."""


@dataclass
class Seen:
    """What the socket told."""

    numbers: list[int] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    facts: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    sent: set[str] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Read until the socket ends."""
        async for message in socket:
            frame = orjson.loads(message.data)
            self.kinds.add(frame["type"])
            if frame["type"] == "beat":
                continue
            self.numbers.append(frame["id"])
            data = frame["data"]
            if frame["type"] == "friend":
                if data["display_name"]:
                    self.named.add(data["user_id"])
                for name in ("followed_at", "blocked_at", "last_received_at"):
                    self.facts[data["user_id"]].add((name, data[name]))
            if frame["type"] == "message" and data["status"] == "sent":
                self.sent.add(data["id"])
            self.changed.set()

    async def wait_for(self, condition: Callable[[], bool]) -> None:
        """Until the socket has told so much."""
        async with asyncio.timeout(SETTLING_SECONDS):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Load:
    """Who writes and follows, and what the socket has to tell of it."""

    daemon: Daemon
    line: LineSide
    session: aiohttp.ClientSession
    expected: list[tuple[str, str, str]] = field(default_factory=list)
    sends: dict[str, str] = field(default_factory=dict)
    _turn: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        platform, account = self.line.sandbox.platform, self.line.account
        self._crowd = [platform.add_person(account) for _ in range(CROWD)]
        for person in self._crowd:
            person.following = True

    async def gather_the_crowd(self, seen: Seen) -> None:
        """Everybody has written once and is named: from here on each event makes the one frame that tells of it."""
        platform, account = self.line.sandbox.platform, self.line.account
        for person in self._crowd:
            await self._post(platform.write(account, person, "はじめまして"))
        await seen.wait_for(lambda: seen.named >= {person.user_id for person in self._crowd})

    async def event(self) -> None:
        """Somebody of the crowd writes, leaves or comes back."""
        number = next(self._turn)
        person, platform, account = self._crowd[number % CROWD], self.line.sandbox.platform, self.line.account
        match number // CROWD % 4:
            case 1:
                occurrence, told = platform.block(account, person), "blocked_at"
            case 2:
                occurrence, told = platform.follow(account, person), "followed_at"
            case _:
                occurrence, told = platform.write(account, person, f"{number}番"), "last_received_at"
        await self._deliver(occurrence, told, person.user_id)

    async def send(self) -> None:
        """Somebody new follows and is greeted at once, by reply and by push in turn."""
        platform, account = self.line.sandbox.platform, self.line.account
        person = platform.add_person(account)
        late = 120 if len(self.sends) % 2 else 0
        await self._deliver(platform.follow(account, person, late), "followed_at", person.user_id)
        body = {
            "user_id": person.user_id,
            "messages": [{"type": "text", "text": "はじめまして"}],
            "max_cost": 1,
            "hold_seconds": 0,
        }
        answer = await self.daemon.call("POST", f"/accounts/{CHANNEL}/messages", body, key=person.user_id)
        assert answer.status == 201, answer.body
        self.sends[answer.body["id"]] = person.user_id

    async def _deliver(self, occurrence: Occurrence, told: str, user_id: str) -> None:
        await self._post(occurrence)
        self.expected.append((user_id, told, to_rfc3339(occurrence.event["timestamp"])))

    async def _post(self, occurrence: Occurrence) -> None:
        body = orjson.dumps({"destination": "U", "events": [occurrence.event]})
        headers = {"X-Line-Signature": sign(self.line.account.secret, body)}
        url = f"{self.daemon.webhook}/webhook/{CHANNEL}"
        async with self.session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200


async def test_memory_and_files_stay_and_the_socket_misses_nothing(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    seconds = option(request, "long_run", 0) or SHORT
    async with LineSide().listening() as line:
        line.account.quota = None
        daemon = Daemon(tmp_path_factory.mktemp("long"), line.base, reply_safe_seconds=60)
        try:
            await daemon.settle_in(line.account.channel_id, line.account.secret)
            # As a tunnel does: a few connections, which stay.
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:
                await _run(daemon, line, session, seconds)
        finally:
            await daemon.close()


async def _run(daemon: Daemon, line: LineSide, session: aiohttp.ClientSession, seconds: int) -> None:
    load, seen = Load(daemon, line, session), Seen()
    memory: list[int] = []
    files: list[int] = []
    pages: list[int] = []
    async with session.ws_connect(f"{daemon.api}/api/v1/events") as socket:
        await socket.send_json({"token": daemon.token})
        await socket.receive_json()  # the first beat: from here on everything is told
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(seen.listen(socket))
            await load.gather_the_crowd(seen)
            watching = group.create_task(_watch(daemon, memory, files, pages))
            await asyncio.gather(
                _steadily(seconds, EVENTS_A_SECOND - SENDS_A_SECOND, load.event),
                _steadily(seconds, SENDS_A_SECOND, load.send),
            )
            await seen.wait_for(lambda: seen.sent >= load.sends.keys())
            await seen.wait_for(lambda: all((told, at) in seen.facts[who] for who, told, at in load.expected))
            assert not listening.done(), "the socket did not stay"
            watching.cancel()
            listening.cancel()

    assert len(load.expected) >= seconds * EVENTS_A_SECOND - 2
    assert "resync" not in seen.kinds, "the socket missed something"
    assert all(earlier < later for earlier, later in pairwise(seen.numbers)), "a frame came twice"
    accepted = [str(entry.to) for entry in line.accepted()]
    assert sorted(accepted) == sorted(load.sends.values()), "each 201 is accepted once"
    more_memory, more_pages = _growth(memory), _growth(pages)
    third = len(files) // 3
    more_files = max(files[2 * third :]) - max(files[third : 2 * third])
    print(
        f"{seconds} s: {len(load.expected)} events, {len(load.sends)} sends, {len(seen.numbers)} frames; from the"
        f" middle third to the last: memory + {more_memory} KiB, database + {more_pages} KiB,"
        f" most open files + {more_files} ({files[-1]})\nmemory every ten seconds: {memory[::10]}"
    )
    assert more_memory < PAGES * more_pages + SPARE_KIB, f"memory: {memory}, database: {pages}"
    assert more_files < FILES, f"open files: {files}"


def _growth(samples: list[int]) -> int:
    """How much more it was in the last third than in the one before."""
    third = len(samples) // 3
    return round(median(samples[2 * third :]) - median(samples[third : 2 * third]))


async def _steadily(seconds: int, a_second: int, act: Callable[[], Awaitable[None]]) -> None:
    """So many a second, also where single ones take longer."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with asyncio.TaskGroup() as group:
        for number in range(seconds * a_second):
            await asyncio.sleep(max(0.0, started + number / a_second - loop.time()))
            group.create_task(act())  # type: ignore[arg-type]


async def _watch(daemon: Daemon, memory: list[int], files: list[int], pages: list[int]) -> None:
    """Memory (KiB), open files and the database (KiB) of the daemon, again and again."""
    process = Path(f"/proc/{daemon.pid}")
    if not process.exists():
        pytest.skip("only Linux tells how much memory and how many files another process has")
    while True:
        status = (process / "status").read_text()
        memory.append(int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]))
        files.append(len(list((process / "fd").iterdir())))
        pages.append(daemon.database.stat().st_size // 1024)
        await asyncio.sleep(SAMPLE_SECONDS)
