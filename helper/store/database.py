"""The small face between the flows and an engine.

SQL is written once: `$1`, `$2` … as parameters, `ON CONFLICT`, `RETURNING`, common table expressions, text and
bigint columns only, times as integer milliseconds. Where engines differ, `Dialect` has the words.

A unit of work is an async function that awaits nothing but its `Reader` or `Transaction`: on SQLite it
runs inside the connection's own thread, so that a whole group of units costs one hop and one fsync. It
changes nothing outside: when one of a group fails, the others are run once more.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol, TypeVar

from helper.model.change import Change

T = TypeVar("T")
Value = str | int | None | list[str]


class Row(Protocol):
    """One row: a column by its name, or all of them in order (`one, other = row`), which is faster."""

    def __getitem__(self, column: str) -> Any:
        """A column's value."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """The values in the order of the columns."""
        ...


class Dialect(Protocol):
    """The spots where engines differ."""

    def members(self, parameter: str) -> str:
        """SQL for the rows of a list parameter (a Python list of text): one column, called `value`."""
        ...

    def holds(self, text: str, part: str) -> str:
        """SQL for "this text holds that part", letter by letter."""
        ...


class Reader(Protocol):
    """A consistent view of what is committed."""

    @property
    def dialect(self) -> Dialect:
        """The engine's own words."""
        ...

    async def fetch(self, sql: str, *parameters: Value) -> list[Row]:
        """All rows of a statement."""
        ...

    async def fetch_one(self, sql: str, *parameters: Value) -> Row | None:
        """The first row, or None."""
        ...


class Transaction(Reader, Protocol):
    """One atomic unit: all of it becomes durable, or nothing."""

    async def execute(self, sql: str, *parameters: Value) -> int:
        """Run a statement; the number of rows it changed."""
        ...

    def publish(self, change: Change) -> None:
        """Tell the subscriber about a change, but only once this unit is durable."""
        ...


class Database(Protocol):
    """An open database. Reads run beside each other, writes one after the other."""

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        """Run a reading unit."""
        ...

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a writing unit; returns after it is durable.

        An exception from `work` rolls back this unit only and comes out here. Raises `TooBusy` when
        more waits than can be stored soon, `StoreTrouble` when the file cannot take it (nothing is stored
        then, and a later unit may well succeed).
        """
        ...

    async def size(self) -> int:
        """Bytes of the engine's main file."""
        ...

    async def wipe(self, *, whole: bool) -> bool:
        """Overwrite what deleted rows left in the engine's files; units wait meanwhile.

        `whole`: also in unused places of the main file, which is written anew for it (a second per 70 MB).
        False while somebody else uses the files: try again later.
        """
        ...

    async def close(self) -> None:
        """Finish what waits, then close."""
        ...


class TooBusy(Exception):
    """More writes wait than can be stored soon."""


class StoreTrouble(Exception):
    """The database cannot be opened or used; the message says why and what to do, in both languages.

    `code` is the reason for programs: `storage_full`, `storage_read_only`, `storage_corrupt`,
    `storage_busy` or `storage_failed`.
    """

    def __init__(self, message: str, code: str = "storage_failed") -> None:
        super().__init__(message)
        self.code = code
