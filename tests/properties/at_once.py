"""The store without threads, files and an event loop, so that very many histories fit into a test.

The schema, the SQL and the rule "a unit is all or nothing" are the real ones. What is left out is what these
histories are not about: durability and many units in one commit (tests/store, tests/reliability).
"""

import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from helper.store.database import Reader, Transaction
from helper.store.sqlite import _drive, _Statements, _transaction, _Unit, open_sqlite

T = TypeVar("T")


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The result of a flow that waits for nothing. RuntimeError where it does."""
    try:
        work.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    work.close()
    raise RuntimeError("this flow waits for something")


@cache
def _empty_file() -> bytes:
    """An empty database of the present schema."""
    import asyncio

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"

        async def make() -> None:
            await (await open_sqlite(path)).close()

        asyncio.run(make())
        content = bytearray(path.read_bytes())
    content[18:20] = b"\x01\x01"  # no write-ahead log in memory
    return bytes(content)


class AtOnceDatabase:
    """A `Database` in memory; every unit runs at once."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
        self._connection.deserialize(_empty_file())
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        """Run a reading unit."""
        return _drive(work(_Statements(self._connection)))

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a writing unit, all of it or nothing."""
        with _transaction(self._connection):
            return _drive(work(_Unit(self._connection)))

    async def size(self) -> int:
        """Nothing is kept in a file."""
        return 0

    async def wipe(self, *, whole: bool) -> bool:
        """Nothing is kept in a file."""
        return True

    async def close(self) -> None:
        """Forget everything."""
        self._connection.close()
