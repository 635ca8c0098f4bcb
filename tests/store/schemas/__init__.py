"""Every schema that was ever on main, as SQL with a few rows in each table, and the writer of the next one.

When a migration lands, run `python -m tests.store.schemas`: it brings the newest dump up to the new schema, puts
a row into each table that has none, and notes the migration's checksum. Commit what it wrote. What has landed
is never written again.
"""

import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from helper.store.dialect import SqliteDialect
from helper.store.sqlite import APPLICATION_ID, _statements, migrations

FOLDER = Path(__file__).parent
CHECKSUMS = FOLDER / "checksums.txt"
MIGRATIONS = Path(__file__).parents[3] / "helper" / "store" / "migrations"


def migration_files() -> list[Path]:
    """The migrations, in order."""
    return sorted(MIGRATIONS.glob("*.sql"))


def checksum(path: Path) -> str:
    """What a migration's text comes to, on every platform."""
    return hashlib.sha256(path.read_text("utf-8").encode()).hexdigest()


def landed() -> dict[str, str]:
    """File name → checksum of each migration that has landed, in order."""
    lines = CHECKSUMS.read_text("utf-8").splitlines() if CHECKSUMS.exists() else []
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def dump_of(version: int) -> Path:
    """The dump of a schema version."""
    return FOLDER / f"{version:04}.sql"


def build(path: Path, version: int) -> None:
    """A database with what the dump of this version holds."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump_of(version).read_text("utf-8"))


def apply(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Bring a database from one schema version to another."""
    for number in range(first, last):
        for statement in _statements(SqliteDialect().migration(migrations()[number])):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {last}")


def tables(connection: sqlite3.Connection) -> list[str]:
    """Its tables' names, what others refer to first."""
    rows = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    )
    return [row[0] for row in rows]


def write_missing() -> list[Path]:
    """Write the dumps and checksums that are not there yet; which files."""
    written = []
    known = landed()
    for number, path in enumerate(migration_files(), 1):
        if path.name in known:
            continue
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            if number > 1:
                connection.executescript(dump_of(number - 1).read_text("utf-8"))
            apply(connection, number - 1, number)
            for table in tables(connection):
                if connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] == 0:
                    _put_a_row(connection, table)
            dump_of(number).write_text(_dump(connection), "utf-8")
        known[path.name] = checksum(path)
        written.append(dump_of(number))
    CHECKSUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in known.items()), "utf-8")
    return written


def _put_a_row(connection: sqlite3.Connection, table: str) -> None:
    """A row of made-up values that its checks and references allow."""
    create = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    references = {
        row[3]: (row[2], row[4]) for row in connection.execute(f'PRAGMA foreign_key_list("{table}")')
    }
    names, values = [], []
    for _, name, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")'):
        allowed = re.search(rf"\b{name}\b[^,]*?\bIN \('([^']*)'", create)
        if name in references:
            other, column = references[name]
            value = connection.execute(f'SELECT "{column}" FROM "{other}" LIMIT 1').fetchone()[0]
        elif allowed:
            value = allowed[1]
        else:
            value = f"{table} {name} 日本語🌸" if kind == "TEXT" else 1
        names.append(f'"{name}"')
        values.append(value)
    marks = ", ".join("?" * len(values))
    connection.execute(f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})', values)


def _dump(connection: sqlite3.Connection) -> str:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    lines = [f"PRAGMA application_id = {APPLICATION_ID};", f"PRAGMA user_version = {version};"]
    return "\n".join([*lines, *connection.iterdump()]) + "\n"
