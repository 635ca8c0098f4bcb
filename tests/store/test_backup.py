"""A backup is one consistent moment of a database that goes on being written, and is checked before it counts."""

import asyncio
import itertools
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from helper.store import backup
from helper.store.backup import Stopped, check_file, copy_database, publish
from helper.store.database import StoreTrouble, Transaction
from helper.store.sqlite import open_sqlite

NOW = 1_795_000_000_000


async def put(transaction: Transaction, number: int) -> None:
    """Two rows that belong together."""
    for key in (f"a{number:06}", f"b{number:06}"):
        await transaction.execute("INSERT INTO meta (key, value) VALUES ($1, $2)", key, "x" * 500)


def keys(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0] for row in connection.execute("SELECT key FROM meta")}


async def test_a_copy_of_a_database_in_use_is_one_moment_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES", 8)  # many steps, between which is written
    path, copy = tmp_path / "x.sqlite", tmp_path / "copy.sqlite"
    db = await open_sqlite(path)
    for number in range(400):
        await db.write(lambda tx, number=number: put(tx, number))  # type: ignore[misc]
    done = asyncio.Event()

    async def go_on() -> int:
        for number in itertools.count(400):
            if done.is_set():
                return number
            await db.write(lambda tx, number=number: put(tx, number))  # type: ignore[misc]
        raise AssertionError

    writing = asyncio.create_task(go_on())
    await asyncio.to_thread(copy_database, path, copy, NOW)
    done.set()
    written = await writing
    await db.close()
    found = keys(copy) - {backup.TAKEN_AT}
    pairs = {key[1:] for key in found}
    assert written > 400, "nothing was written meanwhile"
    assert {f"{number:06}" for number in range(400)} <= pairs
    assert found == {f"{letter}{number}" for number in pairs for letter in "ab"}, "half a unit"
    assert check_file(copy).taken_at == NOW
    assert copy.stat().st_mode & 0o077 == 0
    assert sorted(tmp_path.glob("copy*")) == [copy], "one file, nothing beside it"


async def test_a_damaged_database_gives_no_backup(tmp_path: Path) -> None:
    path, copy = tmp_path / "x.sqlite", tmp_path / "copy.sqlite"
    db = await open_sqlite(path)
    for number in range(200):
        await db.write(lambda tx, number=number: put(tx, number))  # type: ignore[misc]
    await db.close()
    flip_a_page(path)
    with pytest.raises(StoreTrouble, match=r"(?s)壊れています.*damaged") as raised:
        copy_database(path, copy, NOW)
    assert raised.value.code == "storage_corrupt"
    assert str(path) in str(raised.value)
    assert not copy.exists()


def flip_a_page(path: Path) -> None:
    """Overwrite the inner pages of a table, as a dying disk does."""
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'meta'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xa5" * 4096)


async def test_a_copy_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    await (await open_sqlite(tmp_path / "x.sqlite")).close()
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        copy_database(tmp_path / "x.sqlite", tmp_path / "copy.sqlite", NOW, stop)
    assert not (tmp_path / "copy.sqlite").exists()


def test_what_is_there_is_not_replaced_unless_it_is_said(tmp_path: Path) -> None:
    fresh, target = tmp_path / "fresh", tmp_path / "target"
    fresh.write_text("new")
    target.write_text("old")
    with pytest.raises(FileExistsError):
        publish(fresh, target)
    assert target.read_text() == "old"
    publish(fresh, target, overwrite=True)
    assert target.read_text() == "new"
    assert not fresh.exists()


async def test_only_our_own_whole_files_are_taken_for_backups(tmp_path: Path) -> None:
    good = tmp_path / "x.sqlite"
    await (await open_sqlite(good)).close()
    assert check_file(good).taken_at is None
    letter, foreign, newer, empty = (tmp_path / name for name in ("letter", "foreign", "newer", "empty"))
    letter.write_text("not a database at all, only a letter " * 50)
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.commit()
    newer.write_bytes(good.read_bytes())
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 999")
    empty.touch()
    for path, words in (
        (letter, "damaged"),
        (foreign, "not a database of Ittsu's"),
        (newer, "newer Ittsu"),
        (empty, "is empty"),
    ):
        with pytest.raises(StoreTrouble, match=words):
            check_file(path)
