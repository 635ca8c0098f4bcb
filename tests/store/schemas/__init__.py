"""Every schema that was ever on main, with a row in each table: built from the migrations, which never change.

When a migration lands, run `python -m tests.store.schemas`: it notes the checksum of what SQLite is given.
"""

import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from helper.store.dialect import SqliteDialect
from helper.store.sqlite import APPLICATION_ID, _statements, migrations

CHECKSUMS = Path(__file__).parent / "checksums.txt"
MIGRATIONS = Path(__file__).parents[3] / "helper" / "store" / "migrations"


def migration_files() -> list[Path]:
    """The migrations, in order."""
    return sorted(MIGRATIONS.glob("*.sql"))


def checksum(path: Path) -> str:
    """What a migration comes to, as SQLite is given it."""
    return hashlib.sha256(SqliteDialect().migration(path.read_text("utf-8")).encode()).hexdigest()


def landed() -> dict[str, str]:
    """File name → checksum of each migration that has landed, in order."""
    lines = CHECKSUMS.read_text("utf-8").splitlines() if CHECKSUMS.exists() else []
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def note_missing() -> list[str]:
    """Note the checksums that are not there yet; of which migrations."""
    known = landed()
    missing = [path for path in migration_files() if path.name not in known]
    known |= {path.name: checksum(path) for path in missing}
    CHECKSUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in known.items()), "utf-8")
    return [path.name for path in missing]


def build(path: Path, version: int) -> None:
    """A database as that version of the schema had it, with rows as old as their tables."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for number in range(version):
            for statement in _statements(SqliteDialect().migration(migrations()[number])):
                connection.execute(statement)
            for table in tables(connection):
                if connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] == 0:
                    _put_a_row(connection, table)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {version}")


def tables(connection: sqlite3.Connection) -> list[str]:
    """Its tables' names, what others refer to first."""
    rows = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    )
    return [row[0] for row in rows]


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
