"""Data of every version that was ever published comes through: each old schema becomes the newest, with all rows."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from helper.model.watch import Missed
from helper.store.sqlite import migrations, open_sqlite
from helper.store.watch import missed
from tests.store.schemas import build, checksum, landed, migration_files, tables

VERSIONS = range(1, len(landed()) + 1)

GONE = {"awake": {"missed_from", "missed_to"}}
"""Columns that went away; what became of their content has its own test."""


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns, generated ones too."""
    return [row[1] for row in connection.execute(f'PRAGMA table_xinfo("{table}")')]


def content(connection: sqlite3.Connection, table: str, names: list[str]) -> list[Any]:
    quoted = ", ".join(f'"{name}"' for name in names)
    return sorted(connection.execute(f'SELECT {quoted} FROM "{table}"').fetchall(), key=repr)


def shape(path: Path) -> dict[str, Any]:
    """Tables with their columns, and the words of indexes."""
    with closing(sqlite3.connect(path)) as connection:
        found: dict[str, Any] = {
            table: connection.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
            for table in tables(connection)
        }
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema WHERE type <> 'table'"):
            found[f"{name} (index)"] = " ".join((sql or "").split())
        found["application"] = connection.execute("PRAGMA application_id").fetchone()
        found["version"] = connection.execute("PRAGMA user_version").fetchone()
    return found


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_schema_becomes_the_newest_with_all_its_rows(tmp_path: Path, version: int) -> None:
    path, fresh = tmp_path / "old.sqlite", tmp_path / "fresh.sqlite"
    build(path, version)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
        names = {
            table: [name for name in columns(connection, table) if name not in GONE.get(table, ())]
            for table in tables(connection)
        }
        before = {table: content(connection, table, names[table]) for table in names}
    assert all(before.values()), "a table without rows shows nothing"
    await (await open_sqlite(path)).close()
    await (await open_sqlite(fresh)).close()
    assert shape(path) == shape(fresh)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for table, rows in before.items():
            kept = [name for name in names[table] if name in columns(connection, table)]
            assert kept == names[table], "a column that went away needs its own test"
            assert content(connection, table, kept) == rows


async def test_what_was_missed_before_0013_is_still_told(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    build(path, 12)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE awake SET missed_from = 1000, missed_to = 5000")
        connection.commit()
    database = await open_sqlite(path)
    try:
        assert await database.read(missed) == [Missed(1000, 5000)]
    finally:
        await database.close()


def test_a_migration_that_has_landed_never_changes() -> None:
    now = {path.name: checksum(path) for path in migration_files()}
    assert {name: now.get(name) for name in landed()} == landed()


def test_every_migration_has_its_checksum() -> None:
    missing = [path.name for path in migration_files() if path.name not in landed()]
    assert missing == [], "run `python -m tests.store.schemas` and commit what it writes"
    assert len(landed()) == len(migrations())


async def test_a_migration_that_breaks_off_leaves_the_old_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from helper.store import sqlite

    path = tmp_path / "old.sqlite"
    build(path, 1)
    before = shape(path)
    broken = [*migrations(), "CREATE TABLE more (a TEXT); INSERT INTO nowhere VALUES (1);"]
    monkeypatch.setattr(sqlite, "migrations", lambda schema: broken)
    with pytest.raises(Exception, match="nowhere"):
        await open_sqlite(path)
    assert shape(path) == before
