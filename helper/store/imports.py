"""LINE user ids from a file: which still wait for LINE's answer, and how the import stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from helper.store.database import Reader, Row, Transaction

State = Literal["running", "done", "stopped"]


@dataclass(frozen=True, slots=True)
class FileImport:
    """An account's newest import from a file. Times in ms.

    Of `total` unknown ids LINE has told a profile of `added`, who are friends now, and none of `missing`.
    """

    account_id: str
    state: State
    started_at: int
    changed_at: int
    total: int
    added: int = 0
    missing: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An id that LINE is to be asked about."""

    account_id: str
    user_id: str
    tries: int


def _shape(row: Row) -> FileImport:
    return FileImport(
        row["account_id"],
        row["state"],
        row["started_at"],
        row["changed_at"],
        row["total"],
        row["added"],
        row["missing"],
        row["error"],
    )


async def find_file_import(reader: Reader, account_id: str) -> FileImport | None:
    """The account's newest import from a file, or None."""
    row = await reader.fetch_one("SELECT * FROM file_import WHERE account_id = $1", account_id)
    return None if row is None else _shape(row)


async def save_file_import(transaction: Transaction, one: FileImport) -> None:
    """Store how it stands."""
    await transaction.execute(
        """
        INSERT INTO file_import (account_id, state, started_at, changed_at, total, added, missing, error)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id) DO UPDATE SET
            state = excluded.state, started_at = excluded.started_at, changed_at = excluded.changed_at,
            total = excluded.total, added = excluded.added, missing = excluded.missing, error = excluded.error
        """,
        one.account_id,
        one.state,
        one.started_at,
        one.changed_at,
        one.total,
        one.added,
        one.missing,
        one.error,
    )


async def unknown_ids(reader: Reader, account_id: str, user_ids: Sequence[str]) -> list[str]:
    """Those who are not in the registry yet."""
    rows = await reader.fetch(
        f"SELECT user_id FROM friend WHERE account_id = $1 AND user_id IN {reader.dialect.members('$2')}",
        account_id,
        list(user_ids),
    )
    known = {row["user_id"] for row in rows}
    return [user_id for user_id in user_ids if user_id not in known]


NOT_YET = 1 << 62
"""Due when the whole file is stored: else a quick reader would be done before the rest of it is here."""


async def add_candidates(transaction: Transaction, account_id: str, user_ids: Sequence[str]) -> int:
    """Keep these, to be asked about once `make_due` is called; how many were not waiting yet."""
    return await transaction.execute(
        f"""
        INSERT INTO import_candidate (account_id, user_id, due_at, tries)
        SELECT $1, value, $2, 0 FROM {transaction.dialect.members("$3")} AS listed WHERE true
        ON CONFLICT (account_id, user_id) DO NOTHING
        """,
        account_id,
        NOT_YET,
        list(user_ids),
    )


async def make_due(transaction: Transaction, account_id: str, now: int) -> int:
    """Have LINE asked about everybody of the account's who waits, whatever kept them back; how many they are."""
    return await transaction.execute(
        "UPDATE import_candidate SET due_at = $2, tries = 0 WHERE account_id = $1", account_id, now
    )


async def candidates_due(reader: Reader, now: int, limit: int) -> list[Candidate]:
    """Who is to be asked about now."""
    rows = await reader.fetch(
        "SELECT account_id, user_id, tries FROM import_candidate WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
        now,
        limit,
    )
    return [Candidate(row["account_id"], row["user_id"], row["tries"]) for row in rows]


async def next_candidate_due(reader: Reader, now: int) -> int | None:
    """When the next one is, in ms."""
    row = await reader.fetch_one(
        "SELECT min(due_at) AS due FROM import_candidate WHERE due_at > $1 AND due_at < $2", now, NOT_YET
    )
    return None if row is None else row["due"]


async def drop_candidate(transaction: Transaction, account_id: str, user_id: str) -> bool:
    """LINE has answered for this one; False where nobody waits for it any more."""
    gone = await transaction.execute(
        "DELETE FROM import_candidate WHERE account_id = $1 AND user_id = $2", account_id, user_id
    )
    return gone > 0


async def put_candidate_off(transaction: Transaction, account_id: str, user_id: str, due_at: int) -> None:
    """Ask about this one later."""
    await transaction.execute(
        "UPDATE import_candidate SET due_at = $3, tries = tries + 1 WHERE account_id = $1 AND user_id = $2",
        account_id,
        user_id,
        due_at,
    )


async def drop_candidates(transaction: Transaction, account_id: str) -> None:
    """Ask about none of the account's any more."""
    await transaction.execute("DELETE FROM import_candidate WHERE account_id = $1", account_id)


async def candidates_left(reader: Reader, account_id: str) -> bool:
    """Whether any of the account's still waits."""
    row = await reader.fetch_one(
        "SELECT 1 AS one FROM import_candidate WHERE account_id = $1 LIMIT 1", account_id
    )
    return row is not None
