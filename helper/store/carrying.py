"""What a database that is about to be replaced knows better than the backup that replaces it."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from helper.store.backup import opened
from helper.store.database import StoreTrouble, Transaction
from helper.store.restores import revoke_again
from helper.store.sqlite import check_owner


@dataclass(frozen=True, slots=True)
class Carried:
    """Ids of teammates whose access was taken away."""

    revoked: tuple[str, ...] = ()


def read_what_must_stay(path: Path) -> Carried | None:
    """What of a database must outlive its replacement; None where it cannot be read. Blocks."""
    try:
        with opened(path) as connection:
            if check_owner(connection, path) == 0:
                return Carried()
            return Carried(revoked=tuple(_column(connection, "SELECT id FROM teammate WHERE revoked_at > 0")))
    except StoreTrouble:
        return None


def _column(connection: sqlite3.Connection, sql: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(sql)]


async def take_over(transaction: Transaction, carried: Carried, now: int) -> None:
    """Write it into the restored database."""
    await revoke_again(transaction, list(carried.revoked), now)
