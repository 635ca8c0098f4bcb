"""A disk that is full or read-only, a file that is damaged or in use: said clearly, and nothing lost."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from helper.store.backup import check_file
from helper.store.quota import ledger_sums
from helper.store.sqlite import open_sqlite
from tests.reliability.clicks import PATIENCE, Click, Counter
from tests.reliability.disk import SmallDisk, small_disk
from tests.reliability.line_side import CHANNEL, LineSide, Trap
from tests.reliability.process import ROOT, Daemon


@asynccontextmanager
async def connected(home: Path, disk: SmallDisk | None = None) -> AsyncIterator[Counter]:
    """A daemon with LINE's account, its data folder on the disk."""
    async with LineSide().listening() as line:
        daemon = Daemon(home, line.base, prefix=disk.prefix if disk else ())
        line.webhook = lambda channel: f"{daemon.webhook}/webhook/{channel}"
        try:
            await daemon.settle_in(line.account.channel_id, line.account.secret)
            yield Counter(daemon, line)
        finally:
            await daemon.close()


async def webhook(counter: Counter, click: Click, seconds_ago: float) -> int:
    line = counter.line
    return await counter.deliver([line.sandbox.platform.follow(line.account, click.person, seconds_ago)])


async def test_a_full_disk_stores_nothing_loses_nothing_and_sends_nothing_untold(tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", 6) as disk:
        async with connected(disk.place, disk) as counter:
            daemon, line = counter.daemon, counter.line
            on_its_way, held, other = (
                counter.new_click(route, "clicked") for route in ("reply", "push", "push")
            )
            held.hold_seconds = 2
            for click, age in ((on_its_way, 0), (held, 120), (other, 120)):
                assert await webhook(counter, click, age) == 200

            # The disk fills up just when LINE has taken a reply and is about to answer.
            async def fill() -> None:
                await asyncio.to_thread(disk.fill)

            trap = line.trap = Trap("accepted", [on_its_way.user_id], fill)
            assert await counter.post(held)
            assert await counter.post(on_its_way)
            async with asyncio.timeout(PATIENCE):
                await trap.sprung.wait()
            line.trap = None

            follow = line.sandbox.platform.follow(
                line.account, line.sandbox.platform.add_person(line.account), 0
            )
            assert await counter.deliver([follow]) == 503, "never 200 for what is not stored"
            answer = await daemon.call("POST", f"/accounts/{CHANNEL}/messages", other.body, key=other.key)
            assert (answer.status, answer.body["code"]) == (503, "storage_full")
            assert "ディスクがいっぱい" in answer.body["detail"]
            assert (await daemon.call("GET", f"/accounts/{CHANNEL}/friends")).status == 200, "reading goes on"
            # The hold of the other message ends meanwhile: without a durable attempt nothing leaves.
            await asyncio.sleep(held.hold_seconds + 0.5)
            assert line.asked(held.user_id) == []

            disk.make_room()
            async with asyncio.timeout(PATIENCE):
                while await counter.deliver([follow]) != 200:  # noqa: ASYNC110 - as LINE does it
                    await asyncio.sleep(0.1)
            assert await counter.post(other)
            clicks = [on_its_way, held, other]
            assert await counter.settled(clicks)
            assert [click.status for click in clicks] == ["sent"] * 3, (
                "what LINE said was kept until there was room"
            )
            await counter.judge(clicks)
            assert daemon.starts == 1
            log = daemon.log()
            assert "Traceback" not in log, log
            assert len(re.findall("storage_full", log)) < 5, "the log needs room, too"


async def test_a_start_on_a_full_disk_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", 6) as disk:
        async with connected(disk.place, disk) as counter:
            counter.daemon.kill()
            disk.fill()
            said = run(counter.daemon, "serve")
            assert said.returncode != 0
            assert "いっぱい" in said.stderr or "空き" in said.stderr, said.stderr
            assert "disk" in said.stderr
            assert "Traceback" not in said.stderr
            disk.make_room()
            await counter.daemon.start()
            assert (await counter.daemon.call("GET", f"/accounts/{CHANNEL}/friends")).status == 200


async def test_a_start_on_a_read_only_disk_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", 6) as disk:
        async with connected(disk.place, disk) as counter:
            counter.daemon.kill()
            disk.make_read_only()
            for command in ("serve", "doctor"):
                said = run(counter.daemon, command)
                assert said.returncode != 0
                assert "書き込めません" in said.stderr
                assert "cannot be written" in said.stderr
                assert "Traceback" not in said.stderr


def run(daemon: Daemon, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command where the daemon is, which may fail."""
    return subprocess.run(
        [*daemon._prefix, sys.executable, "-m", "helper", *arguments],
        cwd=ROOT,
        env=daemon._environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


async def test_two_daemons_never_share_a_database(tmp_path: Path) -> None:
    async with connected(tmp_path / "home") as counter:
        daemon = counter.daemon
        again = run(daemon, "serve", "--api-port", "0", "--webhook-port", "0")
        assert again.returncode != 0
        assert "もう起動しています" in again.stderr
        link = tmp_path / "link.sqlite"
        os.symlink(daemon.database, link)
        other = run(
            daemon,
            *("serve", "--home", str(tmp_path / "other"), "--database-url", f"sqlite:///{link}"),
            *("--api-port", "0", "--webhook-port", "0"),
        )
        assert other.returncode != 0
        assert "別のデータフォルダー" in other.stderr
        assert "another data folder" in other.stderr
        assert (await daemon.call("GET", "/me")).status == 200


async def test_a_damaged_database_is_told_at_the_start_and_left_as_it_is(tmp_path: Path) -> None:
    async with connected(tmp_path / "home") as counter:
        daemon = counter.daemon
        daemon.kill()
        await (await open_sqlite(daemon.database)).close()  # what the journal held is in the file
        whole = daemon.database.read_bytes()
        for broken in (
            b"\0" * 100 + whole[100:],
            whole[: len(whole) // 4 * 3 + 100],
            whole[:4096] + b"\xa5" * (len(whole) - 4096),
        ):
            daemon.database.write_bytes(broken)
            _is_told_as_damaged(daemon, "serve")
            assert daemon.database.read_bytes() == broken
        _is_told_as_damaged(daemon, "doctor")
        _is_told_as_damaged(daemon, "backup", str(tmp_path / "copy.sqlite"))
        assert not (tmp_path / "copy.sqlite").exists()


def _is_told_as_damaged(daemon: Daemon, *command: str) -> None:
    said = run(daemon, *command)
    assert said.returncode != 0, said.stdout
    told = said.stdout + said.stderr
    assert "壊れています" in told, told
    assert "ittsu restore" in told
    assert "Traceback" not in told


async def test_a_backup_in_the_middle_of_sends_and_webhooks(tmp_path: Path) -> None:
    async with connected(tmp_path / "home") as counter:
        daemon, line = counter.daemon, counter.line
        line.account.quota = 5_000
        assert (await daemon.call("POST", f"/accounts/{CHANNEL}/quota/refresh")).status == 200
        taken: set[str] = set()
        before: set[str] = set()
        backing_up, enough = asyncio.Event(), asyncio.Event()
        answered_after = 0

        async def work() -> None:
            nonlocal answered_after
            while not backing_up.is_set():
                click = counter.new_click("push", "clicked")
                assert await webhook(counter, click, 120) == 200
                assert await counter.post(click)
                taken.add(click.user_id)
                if len(taken) >= 60:
                    enough.set()
                answered_after += bool(before)

        workers = [asyncio.create_task(work()) for _ in range(8)]
        async with asyncio.timeout(PATIENCE):
            await enough.wait()
        before |= taken
        copy = tmp_path / "copy.sqlite"
        told = await asyncio.to_thread(daemon._command, "backup", str(copy))
        backing_up.set()
        await asyncio.gather(*workers)
        assert "確認済み" in told
        assert "secrets.json" in told, "what is not in it"
        assert answered_after > 0, "clicks went on meanwhile"
        assert check_file(copy).taken_at is not None
        assert await counter.settled(counter.clicks)
        await counter.judge(counter.clicks)
        opened = await open_sqlite(copy)
        try:
            sums = await opened.read(lambda reader: ledger_sums(reader, CHANNEL))
            rows = await opened.read(lambda reader: reader.fetch("SELECT user_id FROM message"))
            friends = await opened.read(lambda reader: reader.fetch("SELECT user_id FROM friend"))
        finally:
            await opened.close()
        for month in sums:
            for name in ("spent", "reserved", "elsewhere"):
                assert month[name] == month[f"row_{name}"]
        assert before <= {row["user_id"] for row in rows}, "answered before, but not in it"
        assert {row["user_id"] for row in rows} <= {row["user_id"] for row in friends}
        secret = line.account.secret.encode()
        assert secret not in copy.read_bytes()
