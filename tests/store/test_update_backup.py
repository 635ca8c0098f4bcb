"""A database of an older version is copied before it is changed; without the copy it stays as it is."""

import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from helper.flows.backups import EVERY, KEPT_BEFORE_UPDATES
from helper.model.clock import to_stamp
from helper.office import open_office
from helper.settings import load_settings
from helper.store.backup import check_file
from helper.store.database import StoreTrouble
from helper.store.sqlite import migrations
from tests.rig import HandClock
from tests.store.schemas import build, landed, tables

OLD = range(1, len(landed()))
"""Every version but the newest."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ITTSU_HOME", str(tmp_path))
    return tmp_path


async def start(clock: HandClock) -> None:
    """What every command and the daemon begin with."""
    async with AsyncExitStack() as stack:
        await open_office(stack, load_settings(), clock)


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)
            for table in tables(connection)
        }


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def kept(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "backups").glob("*"))


@pytest.mark.parametrize("old", OLD)
async def test_what_was_there_is_kept_and_told_in_one_line(
    home: Path, old: int, caplog: pytest.LogCaptureFixture
) -> None:
    clock = HandClock()
    build(home / "ittsu.sqlite", old)
    before = rows(home / "ittsu.sqlite")
    with caplog.at_level(logging.INFO):
        await start(clock)
        await start(clock)
    assert version(home / "ittsu.sqlite") == len(migrations())
    name = f"ittsu-before-update-{to_stamp(clock.now())}.sqlite"
    assert kept(home) == [name], "once, for the second start finds nothing to do"
    copy = home / "backups" / name
    said = check_file(copy)
    assert (said.version, said.taken_at) == (old, clock.now())
    after = rows(copy)
    after["meta"] = [row for row in after["meta"] if row[0] != "backup_at"]
    assert after == before
    assert copy.stat().st_mode & 0o077 == 0
    told = [record.getMessage() for record in caplog.records if name in record.getMessage()]
    assert len(told) == 1
    assert "更新前の控え" in told[0]


async def test_a_new_database_needs_no_copy(home: Path) -> None:
    await start(HandClock())
    assert kept(home) == []


async def test_the_last_three_are_kept_apart_from_the_daily_ones(home: Path) -> None:
    clock = HandClock()
    (home / "backups").mkdir()
    daily = [f"ittsu-{to_stamp(clock.now() - EVERY * day)}.sqlite" for day in range(5)]
    for name in daily:
        (home / "backups" / name).write_text("a daily one")
    made = []
    for _ in range(KEPT_BEFORE_UPDATES + 2):
        (home / "ittsu.sqlite").unlink(missing_ok=True)
        build(home / "ittsu.sqlite", OLD[-1])
        await start(clock)
        made.append(f"ittsu-before-update-{to_stamp(clock.now())}.sqlite")
        clock.moment += EVERY
    assert kept(home) == sorted([*daily, *made[-KEPT_BEFORE_UPDATES:]])


def fill_the_disk(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))


def block_the_folder(home: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "backups").write_text("no folder")


@pytest.mark.parametrize(
    ("spoil", "code", "reason"),
    [
        (fill_the_disk, "storage_full", "ディスクがいっぱい"),
        (block_the_folder, "storage_failed", "storage_failed"),
    ],
)
async def test_without_a_copy_nothing_is_changed(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path, pytest.MonkeyPatch], None],
    code: str,
    reason: str,
) -> None:
    build(home / "ittsu.sqlite", OLD[-1])
    before = rows(home / "ittsu.sqlite")
    spoil(home, monkeypatch)
    with pytest.raises(StoreTrouble, match="何も変えていません") as told:
        await start(HandClock())
    assert told.value.code == code
    assert reason in str(told.value)
    assert "The database is unchanged" in str(told.value)
    assert version(home / "ittsu.sqlite") == OLD[-1]
    assert rows(home / "ittsu.sqlite") == before


async def test_a_damaged_database_is_told_as_damaged(home: Path) -> None:
    path = home / "ittsu.sqlite"
    build(path, OLD[-1])
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'message'").fetchone()[0]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xa5" * 4096)
    with pytest.raises(StoreTrouble, match="壊れています"):
        await start(HandClock())
    assert version(path) == OLD[-1]
