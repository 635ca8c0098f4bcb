"""Going through a whole table beside the daily work: piece by piece, each a small unit, others come first."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from helper.store.database import Database, Reader

PLACES = 1_000
"""Rows of a piece: a few milliseconds of a reader."""
PAUSE = 0.002
"""Seconds between two pieces."""
END = "\U0010ffff"
"""Behind every key."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows behind the key `after`, up to and with the key `upto`."""

    after: str
    upto: str


async def pieces(
    db: Database, key_behind: Callable[[Reader, str, int], Awaitable[str | None]]
) -> AsyncIterator[Piece]:
    """The pieces of a table in the order of its keys. `key_behind` tells the key so many places behind another,
    None past the end."""
    after = ""
    while True:
        start = after

        async def find(reader: Reader, start: str = start) -> str | None:
            return await key_behind(reader, start, PLACES)

        upto = await db.read(find)
        yield Piece(after, END if upto is None else upto)
        if upto is None:
            return
        after = upto
        await asyncio.sleep(PAUSE)
