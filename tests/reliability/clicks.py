"""Clicks on the daemon, the kill in their middle, and what must be true of them at the end."""

import asyncio
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import aiohttp
import orjson

from helper.line.signature import sign
from helper.model.message import Message
from helper.sandbox.occurrences import Occurrence
from helper.sandbox.people import Person
from helper.store.database import Reader
from helper.store.messages import Attempt, find_message, last_attempt
from helper.store.quota import ledger_sums
from helper.store.sqlite import open_sqlite
from tests.reliability.line_side import CHANNEL, USED_BEFORE, LineSide, Point, Trap
from tests.reliability.process import Daemon

Route = Literal["reply", "push"]

PATIENCE = 40.0
"""Seconds before something that must happen is given up: bounds a failing test, promises nothing."""
_LOOK_EVERY = 0.03
_OVER = ("sent", "failed", "cancelled", "uncertain")
_SAID_NO = (400, 401, 429)
_MESSAGES = f"/accounts/{CHANNEL}/messages"


@dataclass
class Click:
    """One click of one person on one friend. `answered`: the daemon said 201 before it died."""

    person: Person
    route: Route
    hold_seconds: float = 0
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    text: str = field(default_factory=lambda: f"はじめまして {uuid.uuid4()}")
    message_id: str | None = None
    answered: bool = False
    status: str = ""

    @property
    def user_id(self) -> str:
        return self.person.user_id

    @property
    def body(self) -> dict[str, Any]:
        # A reply may always fall back to a push, so that a wrong one would be seen.
        return {
            "user_id": self.user_id,
            "messages": [{"type": "text", "text": self.text}],
            "max_cost": 1,
            "hold_seconds": self.hold_seconds,
        }


@dataclass(frozen=True)
class Left:
    """What the dead daemon left of a message on the disk."""

    message: Message
    attempt: Attempt | None


class Counter:
    """The counter of clicks: daemon, LINE and everything that was clicked so far."""

    def __init__(self, daemon: Daemon, line: LineSide) -> None:
        self.daemon = daemon
        self.line = line
        self.clicks: list[Click] = []
        self.kills = 0
        self.needless_doubts: set[str] = set()

    # --- a round ---

    def new_click(self, route: Route, point: Point) -> Click:
        """Somebody new, who will be greeted by this route; she follows in `begin`."""
        person = self.line.sandbox.platform.add_person(self.line.account)
        click = Click(person, route, 1.0 if point == "held" else 0.0)
        self.clicks.append(click)
        return click

    async def clicked_and_killed(
        self, point: Point, clicks: Sequence[Click], *, first: bool = False, delay: float = 0
    ) -> None:
        """Click; the daemon is dead at `point` of all clicks (or of the first to come there)."""

        async def kill() -> None:
            if delay:
                # Where exactly it dies, after the point was reached, is left to chance.
                await asyncio.sleep(delay)
            self.daemon.kill()
            self.kills += 1

        trap = self.line.trap = Trap(point, [click.user_id for click in clicks], kill, first=first)
        async with asyncio.timeout(PATIENCE):
            for click in clicks:
                await self._follow(click, point)
            if point == "clicked":
                await asyncio.gather(*(self._post_blindly(click) for click in clicks))
                await trap.spring()
            elif point == "held":
                await asyncio.gather(*(self.post(click) for click in clicks))
                await trap.spring()
            elif point in ("announced", "settled"):
                await self._killed_when_told(trap, clicks, "sent" if point == "settled" else "sending")
            else:
                await asyncio.gather(*(self.post(click) for click in clicks), trap.sprung.wait())
        self.line.trap = None

    async def _follow(self, click: Click, point: Point) -> None:
        platform, account = self.line.sandbox.platform, self.line.account
        if point == "profile":
            occurrences = [platform.follow(account, click.person, 1_200)]
            if click.route == "reply":  # a tap on the menu: its token is fresh, and she has written nothing
                occurrences.append(platform.postback(account, click.person, "menu"))
        else:
            occurrences = [platform.follow(account, click.person, 0 if click.route == "reply" else 120)]
        assert await self.deliver(occurrences) == 200

    async def deliver(self, occurrences: Iterable[Occurrence]) -> int:
        """Post events in one body; the answer's status."""
        body = orjson.dumps({"destination": "U", "events": [one.event for one in occurrences]})
        headers = {"X-Line-Signature": sign(self.line.account.secret, body)}
        url = f"{self.daemon.webhook}/webhook/{CHANNEL}"
        async with self.daemon.session.post(url, data=body, headers=headers) as answer:
            return answer.status

    async def post(self, click: Click) -> bool:
        """The click's request; False where the daemon died before it answered."""
        try:
            answer = await self.daemon.call("POST", _MESSAGES, click.body, key=click.key)
        except aiohttp.ClientError:
            return False
        assert answer.status == (200 if click.message_id else 201) or not click.answered, answer.body
        assert answer.status in (200, 201), answer.body
        assert click.message_id in (None, answer.body["id"]), "the same key made another message"
        click.message_id, click.answered = answer.body["id"], True
        if answer.status == 201:
            assert answer.body["route"] == click.route or self.daemon.starts > 1, answer.body
        return True

    async def _post_blindly(self, click: Click) -> None:
        """Write the request and look at no answer."""
        address = urlsplit(self.daemon.api)
        body = json.dumps(click.body).encode()
        head = (
            f"POST /api/v1{_MESSAGES} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Authorization: Bearer {self.daemon.token}\r\nIdempotency-Key: {click.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async def _killed_when_told(self, trap: Trap, clicks: Sequence[Click], status: str) -> None:
        """Kill as soon as the event socket tells that the messages have this status."""
        url = f"{self.daemon.api}/api/v1/events"
        async with self.daemon.session.ws_connect(url) as socket:
            await socket.send_json({"token": self.daemon.token})
            await socket.receive_json()  # the first beat: from here on everything is told
            posting = [asyncio.create_task(self.post(click)) for click in clicks]
            told: set[str] = set()
            while True:
                frame = await socket.receive_json()
                if frame["type"] != "message" or frame["data"]["status"] != status:
                    continue
                user_id = frame["data"]["user_id"]
                if user_id in trap.users and user_id not in told:
                    told.add(user_id)
                    if trap.came(user_id):
                        break
            await trap.spring()
            await asyncio.gather(*posting)

    async def what_is_left(self, click: Click) -> Left | None:
        """What stands on the dead daemon's disk; None where the click never got there."""

        async def look(reader: Reader) -> Left | None:
            row = await reader.fetch_one("SELECT id FROM message WHERE idempotency_key = $1", click.key)
            message = await find_message(reader, CHANNEL, row["id"]) if row else None
            return None if message is None else Left(message, await last_attempt(reader, message.id))

        database = await open_sqlite(self.daemon.database)
        try:
            return await database.read(look)
        finally:
            await database.close()

    async def settled(self, clicks: Sequence[Click], trap: Trap | None = None) -> bool:
        """Wait until nothing is under way any more; False where the daemon was killed once more before."""
        async with asyncio.timeout(PATIENCE):
            for click in clicks:
                # What the extension does after a lost answer: the same key again.
                while not click.answered and not (trap and trap.sprung.is_set()):
                    await self.post(click)
            while not (trap and trap.sprung.is_set()):
                try:
                    await asyncio.gather(*(self._look(click) for click in clicks))
                except aiohttp.ClientError:
                    assert trap is not None, self.daemon.log()
                    await trap.sprung.wait()
                    break
                if all(click.status in _OVER for click in clicks):
                    return True
                await asyncio.sleep(_LOOK_EVERY)
        return False

    async def _look(self, click: Click) -> None:
        answer = await self.daemon.call("GET", f"{_MESSAGES}/{click.message_id}")
        assert answer.status == 200, answer.body
        click.status = answer.body["status"]

    # --- what must be true ---

    async def judge(self, clicks: Sequence[Click]) -> None:
        """Everything that was promised about these clicks, by LINE's own journal and by the phones."""
        for click in clicks:
            before = len(self.line.asked(click.user_id))
            assert await self.post(click), "the daemon runs"  # the same key once more changes nothing
            answer = await self.daemon.call("GET", f"{_MESSAGES}/{click.message_id}")
            message = answer.body
            accepted = self.line.accepted(click.user_id)
            assert len(accepted) <= 1, f"{click.route}: accepted {len(accepted)} times"
            assert self.line.shown(click.person) == [click.text] * len(accepted)
            match message["status"]:
                case "sent":
                    assert len(accepted) == 1, "told as sent, but LINE has not got it"
                    if message["route"] == "push":
                        assert message["line_request_id"] == accepted[0].request_id
                case "uncertain":
                    assert message["route"] == "reply", "a push can always learn its outcome by its key"
                    if not self.line.asked(click.user_id):
                        # Died between the attempt's row and its first byte, twice: the next life cannot tell.
                        self.needless_doubts.add(click.key)
                case "failed" | "cancelled":
                    assert accepted == [], f"told as {message['status']}, but LINE has it"
                case status:
                    raise AssertionError(f"not settled: {status}")
            self._no_push_after_an_unknown_reply(click)
            friend = await self.daemon.call("GET", f"/accounts/{CHANNEL}/friends/{click.user_id}")
            slot = friend.body["first_contact"]
            holds = message["status"] in ("sent", "uncertain")
            assert (slot["message_id"] if slot else None) == (click.message_id if holds else None)
            assert len(self.line.asked(click.user_id)) == before, "the repeated key was sent"

    def _no_push_after_an_unknown_reply(self, click: Click) -> None:
        asked = self.line.asked(click.user_id)
        unknown = [
            number for number, one in enumerate(asked) if one.route == "reply" and one.status not in _SAID_NO
        ]
        if unknown:
            assert all(one.route == "reply" for one in asked[unknown[0] :]), "a push after an unknown reply"
        keys = {one.retry_key for one in asked if one.route == "push"}
        assert len(keys) <= 1, "one message, two retry keys"

    async def books_balance(self) -> None:
        """The counters, which must be what the ledger's rows add up to and what LINE itself counts."""
        database = await open_sqlite(self.daemon.database)
        try:
            rows = await database.read(lambda reader: ledger_sums(reader, CHANNEL))
        finally:
            await database.close()
        for row in rows:
            for name in ("spent", "reserved", "elsewhere"):
                assert row[name] == row[f"row_{name}"], (
                    f"{name} is {row[name]}, its rows say {row[f'row_{name}']}"
                )
        (row,) = rows
        assert row["reserved"] == 0, "a reservation stays although every push is settled"
        assert row["elsewhere"] == USED_BEFORE, "our own sends were taken for others'"
        assert row["elsewhere"] + row["spent"] == self.line.counted()
        assert row["spent"] == len([one for one in self.line.accepted() if one.route == "push"])
        assert await self.remaining() == (self.line.account.quota or 0) - self.line.counted()

    async def remaining(self) -> int:
        """What an operator sees as left."""
        answer = await self.daemon.call("GET", f"/accounts/{CHANNEL}/quota")
        return int(answer.body["remaining"])

    def tally(self) -> dict[str, int]:
        """How the clicks ended."""
        found: dict[str, int] = {}
        for click in self.clicks:
            found[f"{click.route} {click.status}"] = found.get(f"{click.route} {click.status}", 0) + 1
        return dict(sorted(found.items()))
