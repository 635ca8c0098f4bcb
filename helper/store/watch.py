"""What is watched of accounts' webhooks, and when this helper was awake."""

from collections.abc import Sequence

from helper.model.watch import Missed, Watched
from helper.store.database import Reader, Row, Transaction

_COLUMNS = "account_id, watched_since, last_at, longest_gap, longest_at, trouble, trouble_since"


def _watched(row: Row) -> Watched:
    return Watched(
        row["account_id"],
        row["watched_since"],
        row["last_at"],
        row["longest_gap"],
        row["longest_at"],
        row["trouble"],
        row["trouble_since"],
    )


async def watched(reader: Reader, account_ids: Sequence[str]) -> dict[str, Watched]:
    """What is known of these accounts; who was never watched is not among them."""
    rows = await reader.fetch(f"SELECT {_COLUMNS} FROM webhook_watch")
    return {row["account_id"]: _watched(row) for row in rows if row["account_id"] in account_ids}


async def save_watched(transaction: Transaction, one: Watched) -> None:
    """Store all of it."""
    await transaction.execute(
        f"""
        INSERT INTO webhook_watch ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (account_id) DO UPDATE SET
            last_at = excluded.last_at, longest_gap = excluded.longest_gap, longest_at = excluded.longest_at,
            trouble = excluded.trouble, trouble_since = excluded.trouble_since
        """,
        one.account_id,
        one.watched_since,
        one.last_at,
        one.longest_gap,
        one.longest_at,
        one.trouble,
        one.trouble_since,
    )


async def seen_awake(reader: Reader) -> int | None:
    """When this helper was last seen awake (ms); None before the first time."""
    row = await reader.fetch_one("SELECT seen_at FROM awake")
    return None if row is None else row["seen_at"]


async def note_awake(transaction: Transaction, now: int, missed: Missed | None) -> None:
    """It is awake now; `missed` replaces what was missed before."""
    await transaction.execute(
        """
        INSERT INTO awake (one, seen_at, missed_from, missed_to) VALUES (1, $1, $2, $3)
        ON CONFLICT (one) DO UPDATE SET
            seen_at = excluded.seen_at,
            missed_from = coalesce(excluded.missed_from, awake.missed_from),
            missed_to = coalesce(excluded.missed_to, awake.missed_to)
        """,
        now,
        None if missed is None else missed.since,
        None if missed is None else missed.until,
    )


async def missed(reader: Reader) -> Missed | None:
    """The newest time in which nothing could be received, until it was read."""
    row = await reader.fetch_one("SELECT missed_from, missed_to FROM awake WHERE missed_from IS NOT NULL")
    return None if row is None else Missed(row["missed_from"], row["missed_to"])


async def forget_missed(transaction: Transaction) -> None:
    """Somebody has read of it."""
    await transaction.execute("UPDATE awake SET missed_from = NULL, missed_to = NULL")
