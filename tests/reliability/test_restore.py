"""Going back to a backup that is older than the truth: nobody is greeted twice, whoever was greeted meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from helper.sandbox.people import Person
from tests.reliability.clicks import PATIENCE, Click, Counter
from tests.reliability.line_side import CHANNEL, LineSide
from tests.reliability.process import Daemon

FRIEND = f"/accounts/{CHANNEL}/friends"


@asynccontextmanager
async def connected(home: Path) -> AsyncIterator[tuple[Daemon, LineSide, Counter]]:
    """A LINE side that outlives the daemon's data, and a daemon with its account."""
    async with LineSide().listening() as line:
        daemon = Daemon(home, line.base)
        line.webhook = lambda channel: f"{daemon.webhook}/webhook/{channel}"
        try:
            await daemon.settle_in(line.account.channel_id, line.account.secret)
            yield daemon, line, Counter(daemon, line)
        finally:
            await daemon.close()


async def ittsu(daemon: Daemon, *arguments: object) -> str:
    return await asyncio.to_thread(daemon._command, *map(str, arguments))


async def follows(counter: Counter, person: Person, seconds_ago: float = 120) -> None:
    line = counter.line
    assert await counter.deliver([line.sandbox.platform.follow(line.account, person, seconds_ago)]) == 200


async def greet(counter: Counter, person: Person, hold_seconds: float = 0) -> Click:
    """A click that is taken; without a hold, its message is sent before this returns."""
    click = Click(person, "push", hold_seconds)
    assert await counter.post(click)
    if not hold_seconds:
        assert await counter.settled([click])
        assert click.status == "sent"
    return click


async def refused(daemon: Daemon, person: Person) -> str:
    """The code with which a click is refused."""
    click = Click(person, "push")
    answer = await daemon.call("POST", f"/accounts/{CHANNEL}/messages", click.body, key=click.key)
    assert answer.status in (404, 409), answer.body
    return str(answer.body["code"])


async def line_is_asked(daemon: Daemon, line: LineSide) -> None:
    """Until LINE was asked how much is used, nothing is left; afterwards never more than LINE allows."""
    async with asyncio.timeout(PATIENCE):
        while True:
            quota = (await daemon.call("GET", f"/accounts/{CHANNEL}/quota")).body
            if quota["asked_at"] is not None:
                break
            assert quota["remaining"] == 0
            await asyncio.sleep(0.02)
    assert 0 <= quota["remaining"] <= (line.account.quota or 0) - line.counted()


async def test_after_a_restore_nobody_is_greeted_twice(tmp_path: Path) -> None:
    async with connected(tmp_path / "home") as (daemon, line, counter):
        platform, account = line.sandbox.platform, line.account

        def somebody() -> Person:
            return platform.add_person(account)

        greeted_before, waiting, held = somebody(), somebody(), somebody()
        for person in (greeted_before, waiting, held):
            await follows(counter, person)
        await greet(counter, greeted_before)
        hanako = await daemon.pair("花子")
        # Its hold is still running in the backup; in truth it goes out a moment later.
        held_click = await greet(counter, held, hold_seconds=3)
        await ittsu(daemon, "backup", tmp_path / "copy.sqlite")
        taro = daemon.token

        # What the backup will not know.
        assert await counter.settled([held_click])
        assert held_click.status == "sent"
        await greet(counter, waiting)
        greeted_after, only_followed, came_back, silent = somebody(), somebody(), somebody(), somebody()
        follow_of_greeted = platform.follow(account, greeted_after, 120)
        follow_of_other = platform.follow(account, only_followed, 120)
        assert await counter.deliver([follow_of_greeted, follow_of_other]) == 200
        for person in (came_back, silent):
            await follows(counter, person)
            await greet(counter, person)
        await greet(counter, greeted_after)
        await ittsu(daemon, "teammate", "revoke", "花子")
        sent = len(line.accepted())

        daemon.kill()
        told = await ittsu(daemon, "restore", tmp_path / "copy.sqlite")
        assert "連絡済みかもしれません" in told
        assert "ittsu pair" in told
        await daemon.start()
        for token in (taro, hanako):
            assert (await daemon.call("GET", "/me", token=token)).status == 401
        daemon.token = await daemon.pair("太郎")
        # LINE gives again what it was never answered for, somebody comes back, somebody taps a menu, a new one follows.
        newcomer = somebody()
        assert await counter.deliver([follow_of_greeted, follow_of_other]) == 200
        platform.block(account, came_back)  # LINE never told us of it
        await follows(counter, came_back, 0)
        assert await counter.deliver([platform.postback(account, silent, "menu")]) == 200
        await follows(counter, newcomer, 0)

        doubtful = (greeted_before, waiting, held, greeted_after, only_followed, came_back, silent)
        for person in doubtful:
            assert await refused(daemon, person) == "already_contacted", person
        queue = (await daemon.call("GET", f"{FRIEND}?stage=new")).body["items"]
        assert [friend["user_id"] for friend in queue] == [newcomer.user_id]
        message = (await daemon.call("GET", f"/accounts/{CHANNEL}/messages/{held_click.message_id}")).body
        assert (message["status"], message["error"]["code"]) == ("uncertain", "restored")
        for person in (waiting, only_followed):
            friend = (await daemon.call("GET", f"{FRIEND}/{person.user_id}")).body
            assert friend["first_contact"]["route"] == "restored"
            assert friend["first_contact"]["message_id"] is None

        await line_is_asked(daemon, line)
        # An operator knows of one that she was not greeted; and the new one really is new.
        freed = await daemon.call("DELETE", f"{FRIEND}/{only_followed.user_id}/first-contact")
        assert freed.status == 200
        for person in (only_followed, newcomer):
            await greet(counter, person)
        assert len(line.accepted()) == sent + 2
        for person in (*doubtful, newcomer):
            assert len(line.accepted(person.user_id)) == 1, "greeted twice, or not at all"

        remaining = await counter.remaining()
        assert 0 <= remaining <= (account.quota or 0) - line.counted(), "more is shown than LINE allows"
        delivered = {"outcome": "delivered"}
        path = f"/accounts/{CHANNEL}/messages/{held_click.message_id}/resolution"
        assert (await daemon.call("POST", path, delivered)).body["status"] == "sent"
        assert await counter.remaining() <= remaining
        assert "×" not in await ittsu(daemon, "doctor")


async def test_a_restore_waits_for_the_daemon_to_stop(tmp_path: Path) -> None:
    async with connected(tmp_path / "home") as (daemon, _line, counter):
        await ittsu(daemon, "backup", tmp_path / "copy.sqlite")
        before = daemon.database.stat().st_ino
        with pytest.raises(AssertionError, match=r"(?s)止めてから.*stop it"):
            await ittsu(daemon, "restore", tmp_path / "copy.sqlite")
        assert daemon.database.stat().st_ino == before
        assert await counter.remaining() >= 0
