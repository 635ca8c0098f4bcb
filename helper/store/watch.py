"""What is watched of accounts' webhooks, and when this helper was awake."""

from helper.model.watch import Missed, Watched
from helper.store.database import Reader, Row, Transaction

_COLUMNS = "account_id, watched_since, last_at, longest_gap, longest_at, trouble, trouble_since, away"


def _watched(row: Row) -> Watched:
    return Watched(
        row["account_id"],
        row["watched_since"],
        row["last_at"],
        row["longest_gap"],
        row["longest_at"],
        row["trouble"],
        row["trouble_since"],
        row["away"],
    )


async def watched(reader: Reader) -> dict[str, Watched]:
    """What is known of each account that was ever watched."""
    rows = await reader.fetch(f"SELECT {_COLUMNS} FROM webhook_watch")
    return {row["account_id"]: _watched(row) for row in rows}


async def save_watched(transaction: Transaction, one: Watched) -> None:
    """Store all of it."""
    await transaction.execute(
        f"""
        INSERT INTO webhook_watch ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id) DO UPDATE SET
            last_at = excluded.last_at, longest_gap = excluded.longest_gap, longest_at = excluded.longest_at,
            trouble = excluded.trouble, trouble_since = excluded.trouble_since, away = excluded.away
        """,
        one.account_id,
        one.watched_since,
        one.last_at,
        one.longest_gap,
        one.longest_at,
        one.trouble,
        one.trouble_since,
        one.away,
    )


async def seen_awake(reader: Reader) -> int | None:
    """When this helper was last seen awake (ms); None before the first time."""
    row = await reader.fetch_one("SELECT seen_at FROM awake")
    return None if row is None else row["seen_at"]


async def note_awake(transaction: Transaction, now: int) -> None:
    """It is awake now."""
    await transaction.execute(
        "INSERT INTO awake (one, seen_at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET seen_at = excluded.seen_at",
        now,
    )


async def add_missed(transaction: Transaction, missed: Missed, forget_before: int) -> None:
    """A time in which nothing could be received; those that ended before `forget_before` (ms) are forgotten."""
    await transaction.execute("DELETE FROM absence WHERE until < $1", forget_before)
    await transaction.execute(
        "INSERT INTO absence (since, until) VALUES ($1, $2) ON CONFLICT (since) DO UPDATE SET until = excluded.until",
        missed.since,
        missed.until,
    )


async def missed(reader: Reader) -> list[Missed]:
    """The times in which nothing could be received, until they were read."""
    rows = await reader.fetch("SELECT since, until FROM absence ORDER BY since")
    return [Missed(row["since"], row["until"]) for row in rows]


async def forget_missed(transaction: Transaction) -> None:
    """Somebody has read of them."""
    await transaction.execute("DELETE FROM absence")
