"""What is wrong with the file comes out as trouble with a code and words; when it is over, writing goes on."""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from helper.store.database import Reader, StoreTrouble, Transaction
from helper.store.sqlite import SqliteDatabase, _in_thread, open_sqlite
from tests.store.schemas import build


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    db = await open_sqlite(tmp_path / "x.sqlite")
    yield db
    await db.close()


async def put(transaction: Transaction, key: str, size: int = 1) -> None:
    await transaction.execute("INSERT INTO meta (key, value) VALUES ($1, $2)", key, "x" * size)


async def keys(reader: Reader) -> list[str]:
    return [row["key"] for row in await reader.fetch("SELECT key FROM meta ORDER BY key")]


async def pragma(db: SqliteDatabase, text: str) -> None:
    await _in_thread(db._writer, lambda connection: connection.execute(f"PRAGMA {text}").fetchall())


async def test_a_full_file_refuses_and_takes_again(
    db: SqliteDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    await pragma(db, "max_page_count = 1")  # SQLite takes it as "as large as it is now"
    caplog.set_level(logging.WARNING)
    for number in range(3):
        with pytest.raises(StoreTrouble, match=r"(?s)ディスクがいっぱい.*disk is full") as raised:
            await db.write(lambda tx, number=number: put(tx, f"large {number}", 100_000))  # type: ignore[misc]
        assert raised.value.code == "storage_full"
    assert await db.read(keys) == []
    await pragma(db, "max_page_count = 100000")
    await db.write(lambda tx: put(tx, "large", 100_000))
    assert await db.read(keys) == ["large"]
    said = [record.message for record in caplog.records]
    assert len(said) == 2, "once when it begins, once when it ends"
    assert "can be written again" in said[1]


async def test_a_file_that_became_read_only_is_told(db: SqliteDatabase) -> None:
    await pragma(db, "query_only = ON")
    with pytest.raises(StoreTrouble, match="read-only") as raised:
        await db.write(lambda tx: put(tx, "a"))
    assert raised.value.code == "storage_read_only"


async def test_damage_that_is_met_while_running_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    db = await open_sqlite(path)
    for number in range(300):
        await db.write(lambda tx, number=number: put(tx, f"{number:04}", 500))  # type: ignore[misc]
    await db.close()
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'meta'").fetchone()[0]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    db = await open_sqlite(path)
    with path.open("r+b") as file:
        for page in range(root + 8, pages):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    try:
        with pytest.raises(StoreTrouble, match=r"(?s)ittsu restore.*damaged") as raised:
            await db.read(lambda reader: reader.fetch("SELECT sum(length(value)) FROM meta"))
        assert raised.value.code == "storage_corrupt"
    finally:
        await db.close()


async def test_another_programs_lock_is_told_and_waited_for(db: SqliteDatabase) -> None:
    await pragma(db, "busy_timeout = 50")
    with closing(sqlite3.connect(db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreTrouble) as raised:
            await db.write(lambda tx: put(tx, "a"))
        assert raised.value.code == "storage_busy"
        other.execute("ROLLBACK")
    await db.write(lambda tx: put(tx, "a"))
    assert await db.read(keys) == ["a"]


async def test_mistakes_of_our_own_are_not_blamed_on_the_file(db: SqliteDatabase) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await db.read(lambda reader: reader.fetch("SELECT * FROM nowhere"))
    await db.write(lambda tx: put(tx, "a"))
    with pytest.raises(sqlite3.IntegrityError):
        await db.write(lambda tx: put(tx, "a"))


async def test_a_command_of_a_newer_version_leaves_the_schema_of_a_running_daemon_alone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.sqlite"
    build(path, 1)
    with pytest.raises(StoreTrouble, match=r"(?s)前の版.*older version"):
        await open_sqlite(path, may_migrate=False)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    await (await open_sqlite(path)).close()


async def test_a_foreign_file_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "theirs.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(StoreTrouble, match="not a database of Ittsu's"):
        await open_sqlite(path)
    assert path.read_bytes() == before
