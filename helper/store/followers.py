"""Friends from before: how far the reading of LINE's follower list has come, and the rows that it makes.

An account's newest import is one row of `meta`, so that it outlives a restart.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from helper.store.database import Reader, Transaction
from helper.store.forgetting import find_salt, hashed
from helper.store.restores import RESTORED
from helper.store.sightings import WHENEVER

State = Literal["running", "done", "stopped", "not_verified", "failed"]

_KEY = "followers:"
_BEHIND = "followers;"


@dataclass(frozen=True, slots=True)
class FollowerImport:
    """An import. Times in ms; `due_at` is when LINE is asked next; `cursor` is LINE's, where the next page begins.

    `found` friends were listed, `added` of them were unknown; LINE told the profiles of `named`, but not of `nameless`.
    """

    account_id: str
    state: State
    started_at: int
    changed_at: int
    due_at: int
    cursor: str | None = None
    pages: int = 0
    found: int = 0
    added: int = 0
    named: int = 0
    nameless: int = 0
    tries: int = 0
    error: str | None = None


async def find_import(reader: Reader, account_id: str) -> FollowerImport | None:
    """The account's newest import, or None."""
    row = await reader.fetch_one("SELECT value FROM meta WHERE key = $1", _KEY + account_id)
    return FollowerImport(**json.loads(row["value"])) if row else None


async def running_imports(reader: Reader) -> list[FollowerImport]:
    """Every import that still has pages to read."""
    rows = await reader.fetch("SELECT value FROM meta WHERE key > $1 AND key < $2", _KEY, _BEHIND)
    found = [FollowerImport(**json.loads(row["value"])) for row in rows]
    return [one for one in found if one.state == "running"]


async def save_import(transaction: Transaction, one: FollowerImport) -> None:
    """Store how an import stands."""
    await transaction.execute(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        _KEY + one.account_id,
        json.dumps(asdict(one)),
    )


async def add_followers(
    transaction: Transaction,
    account_id: str,
    user_ids: Sequence[str],
    now: int,
    restored_at: int | None,
    source: Literal["followers", "import"] = "followers",
) -> int:
    """Add those of LINE's followers who are unknown; how many they were.

    Who was erased stays erased. After a restore (`restored_at`, ms) she may have been greeted in the lost time.
    """
    erased = await erased_of(transaction, account_id, user_ids)
    # Whose profile LINE did not tell last time is asked for once more.
    await transaction.execute(
        f"""
        UPDATE friend SET profile_due_at = $2
        WHERE account_id = $1 AND user_id IN {transaction.dialect.members("$3")}
          AND display_name IS NULL AND profile_due_at IS NULL
        """,
        account_id,
        WHENEVER,
        list(user_ids),
    )
    return await transaction.execute(
        f"""
        INSERT INTO friend (account_id, user_id, source, first_seen_at, profile_due_at, contact_at, contact_route)
        SELECT $1, value, $7, $2, $3, $4, $5 FROM {transaction.dialect.members("$6")} AS listed
        WHERE true
        ON CONFLICT (account_id, user_id) DO NOTHING
        """,
        account_id,
        now,
        WHENEVER,
        restored_at,
        None if restored_at is None else RESTORED,
        [user_id for user_id in user_ids if user_id not in erased],
        source,
    )


async def erased_of(reader: Reader, account_id: str, user_ids: Sequence[str]) -> set[str]:
    """Those of them who were erased here."""
    salt = await find_salt(reader)
    if salt is None:
        return set()
    by_hash = {hashed(salt, account_id, user_id): user_id for user_id in user_ids}
    rows = await reader.fetch(
        f"SELECT hash FROM forgotten WHERE hash IN {reader.dialect.members('$1')}", list(by_hash)
    )
    return {by_hash[row["hash"]] for row in rows}
