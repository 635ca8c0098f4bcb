"""The SQLite engine keeps its promises: durable, atomic, apart, and clear when it can't."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from helper.model.change import Change
from helper.store import sqlite
from helper.store.database import Reader, StoreTrouble, TooBusy, Transaction
from helper.store.sqlite import open_sqlite


async def put(transaction: Transaction, key: str, value: str = "") -> None:
    await transaction.execute("INSERT INTO meta (key, value) VALUES ($1, $2)", key, value)
    transaction.publish(Change("account", None, key))


async def keys(reader: Reader) -> list[str]:
    return [row["key"] for row in await reader.fetch("SELECT key FROM meta ORDER BY key")]


async def test_a_unit_that_fails_takes_only_itself_back(tmp_path: Path) -> None:
    told: list[Change] = []
    db = await open_sqlite(tmp_path / "x.db", told.extend)

    async def fails(transaction: Transaction) -> None:
        await put(transaction, "broken")
        raise ValueError("no")

    results = await asyncio.gather(
        db.write(lambda tx: put(tx, "a")),
        db.write(fails),
        db.write(lambda tx: put(tx, "b")),
        return_exceptions=True,
    )
    assert isinstance(results[1], ValueError)
    assert await db.read(keys) == ["a", "b"]
    assert [change.subject for change in told] == ["a", "b"]
    await db.close()


async def test_subscribers_hear_of_a_change_only_once_it_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    seen: list[tuple[str, int]] = []

    def look(changes: list[Change]) -> None:
        with sqlite3.connect(path) as other:
            for change in changes:
                found = other.execute("SELECT count(*) FROM meta WHERE key = ?", (change.subject,)).fetchone()
                seen.append((change.subject, found[0]))
        other.close()

    db = await open_sqlite(path, look)
    await db.write(lambda tx: put(tx, "a"))
    assert seen == [("a", 1)]
    await db.close()


async def test_a_unit_may_await_nothing_but_its_transaction(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")

    async def wanders(transaction: Transaction) -> None:
        await put(transaction, "a")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its own transaction"):
        await db.write(wanders)
    assert await db.read(keys) == []
    await db.close()


async def test_a_caller_that_goes_away_does_not_undo_its_unit(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    task = asyncio.create_task(db.write(lambda tx: put(tx, "a")))
    await asyncio.sleep(0)
    task.cancel()
    await db.write(lambda tx: put(tx, "b"))
    assert await db.read(keys) == ["a", "b"]
    await db.close()


async def test_what_waits_is_stored_before_closing(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    writes = [asyncio.create_task(db.write(lambda tx, n=n: put(tx, f"{n:03d}"))) for n in range(600)]  # type: ignore[misc]
    await asyncio.sleep(0)
    await db.close()
    await asyncio.gather(*writes)
    again = await open_sqlite(tmp_path / "x.db")
    assert len(await again.read(keys)) == 600
    await again.close()


async def test_more_than_can_be_stored_soon_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAITING", 3)
    db = await open_sqlite(tmp_path / "x.db")
    results = await asyncio.gather(
        *(db.write(lambda tx, n=n: put(tx, str(n))) for n in range(5)),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert sum(isinstance(result, TooBusy) for result in results) == 2
    await db.close()


async def test_readers_cannot_write(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await db.read(lambda reader: reader.fetch("INSERT INTO meta VALUES ('a', 'b') RETURNING key"))
    await db.close()


async def test_lists_travel_as_one_parameter(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    for name in ("a", "b'c", "日本"):
        await db.write(lambda tx, name=name: put(tx, name))  # type: ignore[misc]

    async def some(reader: Reader) -> list[str]:
        sql = f"SELECT key FROM meta WHERE key IN {reader.dialect.members('$1')} ORDER BY key"
        return [row["key"] for row in await reader.fetch(sql, ["b'c", "日本", "none"])]

    assert await db.read(some) == ["b'c", "日本"]
    await db.close()


async def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    assert (tmp_path / "x.db").stat().st_mode & 0o077 == 0
    await db.close()


async def test_a_foreign_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreTrouble, match="not a database of Ittsu's"):
        await open_sqlite(path)
    with sqlite3.connect(path) as again:
        assert again.execute("SELECT count(*) FROM theirs").fetchone() == (0,)
        assert again.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (1,)
    again.close()
    assert before[:16] == path.read_bytes()[:16]


async def test_what_is_no_database_is_said_clearly(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"hello, this is a letter and not a database at all" * 100)
    with pytest.raises(StoreTrouble, match="Cannot open the database"):
        await open_sqlite(path)


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    await (await open_sqlite(path)).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 999")
    other.close()
    with pytest.raises(StoreTrouble, match="newer Ittsu"):
        await open_sqlite(path)
