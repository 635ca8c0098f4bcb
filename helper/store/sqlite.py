"""SQLite behind the `Database` face: one writer with group commit, readers on connections of their own.

Everything that queues up while a commit is under way goes into the next one; a unit that fails is rolled back
alone. A unit is driven inside the connection's thread (`aiosqlite` has one per connection), so it must await nothing
but its transaction: a unit that does is refused.
"""

import asyncio
import json
import logging
import os
import re
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import aiosqlite

from helper.model.change import Change
from helper.store.database import Reader, Row, StoreTrouble, T, TooBusy, Transaction, Value
from helper.store.dialect import SqliteDialect
from helper.store.faults import damaged, trouble_of
from helper.store.wiping import size, wipe

APPLICATION_ID = 0x49545355
"""Marks a file as the helper's (SQLite's `application_id`)."""
GROUP = 256
"""Units in one commit, at most."""
WAITING = 20_000
"""Units that may wait; one more is refused with `TooBusy`."""
READERS = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of database: SQLite's `application_id` of its files, the package whose `migrations` make it.

    `cache_kib`: what each of its connections may keep in memory.
    """

    application_id: int
    package: str
    cache_kib: int = 16_000


HELPER = Schema(APPLICATION_ID, "helper.store")

_PARAMETER = re.compile(r"\$(\d+)")

Subscriber = Callable[[list[Change]], None]


class _Statements:
    """Statements on one connection, run at once in its thread."""

    dialect = SqliteDialect()

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _run(self, sql: str, parameters: Sequence[Value]) -> sqlite3.Cursor:
        if list in map(type, parameters):
            parameters = [
                json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
                for value in parameters
            ]
        return self._connection.execute(_numbered(sql), parameters)

    async def fetch(self, sql: str, *parameters: Value) -> list[Row]:
        return cast("list[Row]", self._run(sql, parameters).fetchall())

    async def fetch_one(self, sql: str, *parameters: Value) -> Row | None:
        # All rows are read so that a RETURNING statement is complete before the next one.
        rows = self._run(sql, parameters).fetchall()
        return cast("Row", rows[0]) if rows else None


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    """`$1` as SQLite writes it when values come by position."""
    return _PARAMETER.sub(r"?\1", sql)


class _Unit(_Statements):
    """One writing unit inside a group."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.changes: list[Change] = []

    async def execute(self, sql: str, *parameters: Value) -> int:
        return self._run(sql, parameters).rowcount

    def publish(self, change: Change) -> None:
        self.changes.append(change)


@dataclass(slots=True)
class _Waiting:
    work: Callable[[Transaction], Awaitable[Any]]
    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    changes: list[Change] = field(default_factory=list)


def _drive(unit: Awaitable[T]) -> T:
    """Run a unit to its end without an event loop."""
    coroutine = cast("Coroutine[Any, Any, T]", unit)
    try:
        coroutine.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    coroutine.close()
    raise RuntimeError("a unit of work may await nothing but its own transaction")


def _run_group(connection: sqlite3.Connection, group: list[_Waiting]) -> None:
    """Run the units in one transaction; what fails alone is rolled back alone."""
    try:
        with _transaction(connection):
            for waiting in group:
                _run_unit(connection, waiting)
    except Exception:
        if len(group) == 1:
            raise
    else:
        return
    # One of them failed, which is rare: the group again, with a savepoint that ends each one's fault.
    with _transaction(connection):
        for waiting in group:
            connection.execute("SAVEPOINT unit")
            try:
                _run_unit(connection, waiting)
            except Exception as error:
                if not connection.in_transaction:  # SQLite gave the whole group up (disk full, I/O error)
                    raise
                connection.execute("ROLLBACK TO unit")
                waiting.error, waiting.changes = error, []
            connection.execute("RELEASE unit")


def _run_unit(connection: sqlite3.Connection, waiting: _Waiting) -> None:
    unit = _Unit(connection)
    waiting.result = _drive(waiting.work(unit))
    waiting.changes = unit.changes


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _read(connection: sqlite3.Connection, work: Callable[[Reader], Awaitable[T]]) -> T:
    """Run a reading unit on one snapshot."""
    connection.execute("BEGIN")
    try:
        return _drive(work(_Statements(connection)))
    finally:
        connection.execute("COMMIT")


class SqliteDatabase:
    """An open SQLite file."""

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection,
        readers: list[aiosqlite.Connection],
        subscriber: Subscriber | None,
    ) -> None:
        self.path = path
        self._writer = writer
        self._readers = readers
        self._subscriber = subscriber
        self._trouble: str | None = None
        self._waiting: deque[_Waiting] = deque()
        self._turn = 0
        self._committing: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """Writing units that wait for their commit."""
        return len(self._waiting)

    def subscribe(self, subscriber: Subscriber) -> None:
        """From now on tell `subscriber` what each commit changed."""
        self._subscriber = subscriber

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        """Run a reading unit on one snapshot of what is committed."""
        self._turn = (self._turn + 1) % len(self._readers)
        try:
            return await _in_thread(self._readers[self._turn], _read, work)
        except sqlite3.DatabaseError as error:
            if (trouble := trouble_of(error, self.path)) is None or trouble.code == "storage_read_only":
                raise  # a reader that writes is a bug of ours
            raise trouble from error

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a writing unit; returns when it is durable."""
        if self._closed:
            raise StoreTrouble("The database is closed. / データベースは閉じられています。")
        if len(self._waiting) >= WAITING:
            raise TooBusy
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, answer))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_waiting())
        return cast("T", await answer)

    async def _commit_waiting(self) -> None:
        """Commit groups until nothing waits."""
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
                try:
                    await _in_thread(self._writer, _run_group, group)
                except Exception as error:  # noqa: BLE001 - every caller of the group is told
                    trouble = trouble_of(error, self.path)
                    if trouble is not None:
                        self._tell_trouble(trouble)
                    for waiting in group:
                        waiting.error = trouble or error
                        waiting.changes = []
                else:
                    self._tell_trouble(None)
                self._answer(group)
        finally:
            self._committing = None

    def _tell_trouble(self, trouble: StoreTrouble | None) -> None:
        """Log the file's trouble when it begins, changes and ends: not for every unit, the log needs room too."""
        code = None if trouble is None else trouble.code
        if code == self._trouble:
            return
        self._trouble = code
        if trouble is None:
            log.warning("the database can be written again")
        else:
            log.error("%s: %s", code, trouble)

    def _answer(self, group: list[_Waiting]) -> None:
        for waiting in group:
            if waiting.answer.done():  # the caller went away; its unit is done all the same
                continue
            if waiting.error is not None:
                waiting.answer.set_exception(trouble_of(waiting.error, self.path) or waiting.error)
            else:
                waiting.answer.set_result(waiting.result)
        changes = [change for waiting in group for change in waiting.changes]
        if changes and self._subscriber is not None:
            self._subscriber(changes)

    async def size(self) -> int:
        """Bytes of the file."""
        return await _in_thread(self._readers[0], size)

    async def wipe(self, *, whole: bool) -> bool:
        """Overwrite what deleted rows left in the files; units wait meanwhile. False: in use elsewhere, try later."""
        try:
            return await _in_thread(self._writer, wipe, whole)
        except sqlite3.Error as error:
            raise trouble_of(error, self.path) or error from error

    async def close(self) -> None:
        """Finish what waits, then close every connection."""
        self._closed = True
        if self._committing is not None:
            await self._committing
        for connection in [*self._readers, self._writer]:
            await connection.close()


async def _in_thread(connection: aiosqlite.Connection, function: Callable[..., T], *arguments: object) -> T:
    """Run `function(raw connection, …)` in the connection's own thread, one hop for all it does.

    aiosqlite's public calls cost a hop per statement; its own hop is the one private thing used here.
    """
    run = partial(function, connection._conn, *arguments)  # noqa: SLF001
    return cast("T", await connection._execute(run))  # type: ignore[no-untyped-call]  # noqa: SLF001


async def open_sqlite(
    path: Path,
    subscriber: Subscriber | None = None,
    *,
    may_migrate: bool = True,
    before_migration: Callable[[], None] = lambda: None,
    schema: Schema = HELPER,
) -> SqliteDatabase:
    """Open (or create) the database file and bring its schema up to date, if it may be.

    `before_migration` is called when a file with data in it is about to be changed, while nobody else can write;
    where it raises, nothing is. Raises `StoreTrouble` with a message for the operator when the file can't be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        writer = await _connect(path, schema)
        try:
            await _in_thread(writer, _migrate, path, may_migrate, before_migration, schema)
            await _in_thread(writer, _look_into_every_table)
            readers = [await _connect(path, schema) for _ in range(READERS)]
            for reader in readers:
                await _in_thread(reader, _only_read)
        except BaseException:
            await writer.close()
            raise
    except (OSError, sqlite3.Error) as error:
        raise (trouble_of(error, path) or damaged(path, str(error))) from error
    return SqliteDatabase(path, writer, readers, subscriber)


async def _connect(path: Path, schema: Schema) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None, cached_statements=256)
    try:
        await _in_thread(connection, _prepare, path, schema)
    except BaseException:
        await connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA busy_timeout = 5000")
    check_owner(connection, path, schema)  # before the journal's mode: a foreign file is not written to
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",  # deleted bytes are overwritten; not every build of SQLite does so by itself
        "temp_store = MEMORY",
        f"cache_size = -{schema.cache_kib}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _only_read(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")


def _look_into_every_table(connection: sqlite3.Connection) -> None:
    """Read a row of every table: cheap, and most files that are no whole database any more fail here."""
    for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        connection.execute(f'SELECT * FROM "{row["name"]}" LIMIT 1').fetchone()


def check_owner(connection: sqlite3.Connection, path: Path, schema: Schema = HELPER) -> int:
    """The file's schema version. Raises `StoreTrouble` for a file of another program or of a newer Ittsu."""
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and owner != schema.application_id:
        raise StoreTrouble(
            f"{path} はIttsuのデータベースではありません。\n{path} is not a database of Ittsu's."
        )
    known = len(migrations(schema))
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > known:
        raise StoreTrouble(
            f"{path} は新しい版のIttsuで作られています（{version}）。Ittsuを更新してください。\n"
            f"{path} was written by a newer Ittsu (schema {version}, this one knows {known}): update Ittsu."
        )
    return version


def _migrate(
    connection: sqlite3.Connection,
    path: Path,
    may_migrate: bool,
    before_migration: Callable[[], None],
    schema: Schema,
) -> None:
    """Apply the migrations that this file has not seen, all or none."""
    version = check_owner(connection, path, schema)
    steps = migrations(schema)
    if version == len(steps):
        return
    if version and not may_migrate:
        raise StoreTrouble(
            f"前の版のIttsu本体が起動しています。止めて起動し直してから、もう一度実行してください（{path}）。\n"
            f"A helper of an older version is running on {path}: stop it, start it again, then try once more."
        )
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been faster between the look and the lock.
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if 0 < version < len(steps):
            before_migration()
        for step in steps[version:]:
            for statement in _statements(SqliteDialect().migration(step)):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {schema.application_id}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrations(schema: Schema = HELPER) -> list[str]:
    """The numbered migration files' texts, in order."""
    folder = files(schema.package) / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in names]


def _statements(script: str) -> list[str]:
    """The statements of a migration (comments stand on lines of their own, no statement holds a semicolon)."""
    code = "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("--"))
    return [part.strip() for part in code.split(";") if part.strip()]
