"""What a database that is about to be replaced knows better than the backup that replaces it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helper.store.backup import opened
from helper.store.database import Reader, StoreTrouble, Transaction
from helper.store.forgetting import SALT, find_salt, hashed, remember
from helper.store.sqlite import check_owner

_FORGETTING_SINCE = 2
"""The schema version that brought erasing."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody who was erased, as `store.forgetting` keeps her: a hash with the salt of her database."""

    hash: str
    account_id: str
    forgotten_at: int
    contact_at: int | None


@dataclass(frozen=True, slots=True)
class Carried:
    """Ids of teammates whose access was taken away, and who was erased."""

    revoked: tuple[str, ...] = ()
    salt: str | None = None
    gone: tuple[Gone, ...] = ()


def read_what_must_stay(path: Path) -> Carried | None:
    """What of a database must outlive its replacement; None where it cannot be read. Blocks."""
    try:
        with opened(path) as connection:
            version = check_owner(connection, path)
            if version == 0:
                return Carried()
            revoked = tuple(
                row[0] for row in connection.execute("SELECT id FROM teammate WHERE revoked_at IS NOT NULL")
            )
            if version < _FORGETTING_SINCE:
                return Carried(revoked)
            salt = connection.execute("SELECT value FROM meta WHERE key = ?", (SALT,)).fetchone()
            return Carried(revoked, salt[0] if salt else None, tuple(_gone(connection)))
    except StoreTrouble:
        return None


def _gone(connection: sqlite3.Connection) -> Iterator[Gone]:
    for row in connection.execute("SELECT hash, account_id, forgotten_at, contact_at FROM forgotten"):
        yield Gone(*row)


@dataclass(frozen=True, slots=True)
class ToErase:
    """A person of the backup who was erased after it."""

    account_id: str
    user_id: str
    forgotten_at: int


async def take_over_gone(transaction: Transaction, carried: Carried) -> list[ToErase]:
    """Know again who was erased; answers those of whom the backup still holds something.

    Databases that made different salts know nothing of each other's hashes. Then whoever is in the backup is
    found all the same, and the others are not taken over.
    """
    if carried.salt is None or not carried.gone:
        return []
    before = {
        row["hash"]: row["forgotten_at"]
        for row in await transaction.fetch("SELECT hash, forgotten_at FROM forgotten")
    }
    own = await find_salt(transaction)
    if own is None:
        await transaction.execute("INSERT INTO meta (key, value) VALUES ($1, $2)", SALT, carried.salt)
    if own in (None, carried.salt):
        for one in carried.gone:
            await remember(transaction, one.hash, one.account_id, one.forgotten_at, one.contact_at)
    later = {one.hash: one for one in carried.gone if one.forgotten_at > before.get(one.hash, -1)}
    found = []
    for row in await _everybody(transaction) if later else []:
        erased = later.get(hashed(carried.salt, row["account_id"], row["user_id"]))
        if erased is not None:
            found.append(ToErase(row["account_id"], row["user_id"], erased.forgotten_at))
    return found


async def _everybody(reader: Reader) -> list[dict[str, str]]:
    rows = await reader.fetch(
        """
        SELECT account_id, user_id FROM friend
        UNION SELECT account_id, user_id FROM message WHERE user_id <> ''
        UNION SELECT account_id, user_id FROM event WHERE user_id IS NOT NULL
        UNION SELECT account_id, user_id FROM link
        """
    )
    return [{"account_id": row["account_id"], "user_id": row["user_id"]} for row in rows]
