"""What waits, and for whom: all of the relay's SQL on deliveries.

A delivery is one webhook of LINE's. For the tool, deliveries of one talk go one after the other: whichever holds an
event of a talk waits (`tool_due_at` null) until every earlier one with that talk has arrived or was given up.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from helper.model.refusal import Refused
from helper.model.relay import Failure, Queues
from helper.relay.reading import Heads, read_heads
from helper.store.database import Reader, Row, Transaction


@dataclass(frozen=True, slots=True)
class RelayedAccount:
    """An account here. `tool_private`: the administrator allows a private address for it."""

    id: str
    tool_url: str | None
    tool_private: bool
    changed_at: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook as it came. `received_at` in ms by the relay's clock."""

    id: int
    account_id: str
    received_at: int
    signature: str
    content_type: str
    body: bytes
    tool_since: int
    tool_tries: int


def _account(row: Row) -> RelayedAccount:
    return RelayedAccount(row["id"], row["tool_url"], bool(row["tool_private"]), row["changed_at"])


async def accounts(reader: Reader) -> list[RelayedAccount]:
    """Every account, oldest first."""
    return [_account(row) for row in await reader.fetch("SELECT * FROM account ORDER BY created_at, id")]


async def find_account(reader: Reader, account_id: str) -> RelayedAccount | None:
    """An account, or None."""
    row = await reader.fetch_one("SELECT * FROM account WHERE id = $1", account_id)
    return None if row is None else _account(row)


async def save_account(
    transaction: Transaction, account_id: str, tool_url: str | None, tool_private: bool, now: int
) -> None:
    """Add an account or change its tool. Without a tool nothing waits for one any more."""
    await transaction.execute(
        """
        INSERT INTO account (id, tool_url, tool_private, created_at, changed_at) VALUES ($1, $2, $3, $4, $4)
        ON CONFLICT (id) DO UPDATE SET tool_url = excluded.tool_url, tool_private = excluded.tool_private,
            changed_at = excluded.changed_at, failure = NULL, failure_status = NULL, failed_at = NULL
        """,
        account_id,
        tool_url,
        int(tool_private),
        now,
    )
    if tool_url is None:
        await transaction.execute(
            "UPDATE delivery SET tool = 'none', tool_due_at = NULL WHERE account_id = $1", account_id
        )
        await transaction.execute("DELETE FROM talk WHERE account_id = $1", account_id)
        await _forget_done(transaction, account_id)


async def remove_account(transaction: Transaction, account_id: str) -> None:
    """Delete an account and all that waits."""
    for table in ("talk", "seen_event", "delivery"):
        await transaction.execute(f"DELETE FROM {table} WHERE account_id = $1", account_id)
    await transaction.execute("DELETE FROM account WHERE id = $1", account_id)


async def take_in(
    transaction: Transaction,
    account_id: str,
    heads: Heads,
    body: bytes,
    signature: str,
    content_type: str,
    now: int,
) -> None:
    """Queue a webhook for both sides; raises `Refused` account_unknown.

    What came before is not queued again; but a redelivery renews reply tokens, so the helper hears of it.
    """
    account = await find_account(transaction, account_id)
    if account is None:
        raise Refused("account_unknown")
    fresh = await _note_seen(transaction, account_id, heads.event_ids, now)
    if not fresh and not heads.redelivered:
        return
    for_tool = fresh and account.tool_url is not None
    row = await transaction.fetch_one(
        """
        INSERT INTO delivery (account_id, received_at, signature, content_type, body, for_helper, tool, tool_since)
        VALUES ($1, $2, $3, $4, $5, 1, $6, $2) RETURNING id
        """,
        account_id,
        now,
        signature,
        content_type,
        b64encode(body).decode(),
        "waiting" if for_tool else "none",
    )
    assert row is not None
    if for_tool:
        await _line_up(transaction, account_id, row["id"], heads.talks, now)


async def _note_seen(transaction: Transaction, account_id: str, event_ids: Sequence[str], now: int) -> bool:
    """Whether any of these events is new."""
    fresh = 0
    for event_id in event_ids:
        fresh += await transaction.execute(
            "INSERT INTO seen_event (account_id, event_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            account_id,
            event_id,
            now,
        )
    return fresh > 0


async def _line_up(
    transaction: Transaction, account_id: str, delivery_id: int, talks: Sequence[str], now: int
) -> None:
    """Take a place behind earlier deliveries of the same talks; due at once where there are none."""
    for talk in talks:
        await transaction.execute(
            "INSERT INTO talk (account_id, talk, delivery_id) VALUES ($1, $2, $3)",
            account_id,
            talk,
            delivery_id,
        )
    await _release(transaction, [delivery_id], now)


async def _release(transaction: Transaction, delivery_ids: Sequence[int], now: int) -> None:
    """Let those go to the tool that have nothing before them."""
    await transaction.execute(
        f"""
        UPDATE delivery SET tool_due_at = $2
        WHERE id IN (SELECT CAST(value AS BIGINT) FROM {transaction.dialect.members("$1")} AS wanted)
          AND tool = 'waiting' AND tool_due_at IS NULL
          AND NOT EXISTS (
              SELECT 1 FROM talk AS mine JOIN talk AS earlier
                ON earlier.account_id = mine.account_id AND earlier.talk = mine.talk
               AND earlier.delivery_id < mine.delivery_id
              WHERE mine.delivery_id = delivery.id)
        """,
        [str(delivery_id) for delivery_id in delivery_ids],
        now,
    )


# --- to the tool ---


async def due_for_tool(reader: Reader, account_id: str, now: int, limit: int) -> list[int]:
    """Deliveries that may be tried now, by their ids."""
    rows = await reader.fetch(
        """
        SELECT id FROM delivery WHERE account_id = $1 AND tool_due_at IS NOT NULL AND tool_due_at <= $2
        ORDER BY tool_due_at, id LIMIT $3
        """,
        account_id,
        now,
        limit,
    )
    return [row["id"] for row in rows]


async def find_delivery(reader: Reader, delivery_id: int) -> Delivery | None:
    """A delivery with its bytes."""
    row = await reader.fetch_one("SELECT * FROM delivery WHERE id = $1", delivery_id)
    return None if row is None else _delivery(row)


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        account_id=row["account_id"],
        received_at=row["received_at"],
        signature=row["signature"],
        content_type=row["content_type"],
        body=b64decode(row["body"]),
        tool_since=row["tool_since"],
        tool_tries=row["tool_tries"],
    )


async def tool_has_it(transaction: Transaction, delivery: Delivery, now: int) -> None:
    """The tool took it: nothing of this waits for it any more, and the next of its talks may go."""
    await transaction.execute(
        "UPDATE delivery SET tool = 'none', tool_due_at = NULL WHERE id = $1", delivery.id
    )
    await _next_in_line(transaction, delivery.account_id, delivery.id, now)
    await transaction.execute("DELETE FROM delivery WHERE id = $1 AND for_helper = 0", delivery.id)
    await transaction.execute(
        """
        UPDATE account SET failure = NULL, failure_status = NULL, failed_at = NULL
        WHERE id = $1 AND failure IS NOT NULL
        """,
        delivery.account_id,
    )


async def tool_failed(
    transaction: Transaction, delivery: Delivery, failure: Failure, due_at: int | None, now: int
) -> None:
    """An attempt failed: again at `due_at`, or (None) it is given up and kept, and the next of its talks may go."""
    if due_at is None:
        await transaction.execute(
            """
            UPDATE delivery SET tool = 'kept', tool_tries = tool_tries + 1, tool_due_at = NULL
            WHERE id = $1 AND tool = 'waiting'
            """,
            delivery.id,
        )
        await _next_in_line(transaction, delivery.account_id, delivery.id, now)
    else:
        await transaction.execute(
            "UPDATE delivery SET tool_tries = tool_tries + 1, tool_due_at = $2 WHERE id = $1 AND tool = 'waiting'",
            delivery.id,
            due_at,
        )
    await transaction.execute(
        "UPDATE account SET failure = $2, failure_status = $3, failed_at = $4 WHERE id = $1",
        delivery.account_id,
        failure.code,
        failure.status,
        now,
    )


async def _next_in_line(transaction: Transaction, account_id: str, delivery_id: int, now: int) -> None:
    talks = await transaction.fetch("SELECT talk FROM talk WHERE delivery_id = $1", delivery_id)
    await transaction.execute("DELETE FROM talk WHERE delivery_id = $1", delivery_id)
    following = []
    for row in talks:
        first = await transaction.fetch_one(
            "SELECT min(delivery_id) AS id FROM talk WHERE account_id = $1 AND talk = $2",
            account_id,
            row["talk"],
        )
        if first is not None and first["id"] is not None:
            following.append(first["id"])
    if following:
        await _release(transaction, following, now)


async def try_again(transaction: Transaction, account_id: str, now: int) -> int:
    """Have the tool get what was given up; how many."""
    rows = await transaction.fetch(
        "SELECT * FROM delivery WHERE account_id = $1 AND tool = 'kept' ORDER BY id", account_id
    )
    for row in rows:
        await transaction.execute(
            "UPDATE delivery SET tool = 'waiting', tool_tries = 0, tool_since = $2 WHERE id = $1",
            row["id"],
            now,
        )
        await _line_up(transaction, account_id, row["id"], read_heads(b64decode(row["body"])).talks, now)
    return len(rows)


# --- to the helper ---


async def next_for_helper(
    reader: Reader, account_ids: Sequence[str], after: int, most: int, most_bytes: int
) -> list[Delivery]:
    """The oldest later than `after` that wait for the helper: at most so many, and bytes, but one at least."""
    heads = await reader.fetch(
        f"""
        SELECT id, length(body) AS size FROM delivery
        WHERE for_helper = 1 AND id > $2 AND account_id IN {reader.dialect.members("$1")} ORDER BY id LIMIT $3
        """,
        list(account_ids),
        after,
        most,
    )
    wanted: list[str] = []
    left = most_bytes
    for row in heads:
        left -= row["size"]
        if wanted and left < 0:
            break
        wanted.append(str(row["id"]))
    if not wanted:
        return []
    rows = await reader.fetch(
        f"""
        SELECT * FROM delivery
        WHERE id IN (SELECT CAST(value AS BIGINT) FROM {reader.dialect.members("$1")} AS wanted) ORDER BY id
        """,
        wanted,
    )
    return [_delivery(row) for row in rows]


async def helper_has(transaction: Transaction, delivery_ids: Sequence[int]) -> None:
    """The helper holds these durably."""
    ids = [str(delivery_id) for delivery_id in delivery_ids]
    members = f"(SELECT CAST(value AS BIGINT) FROM {transaction.dialect.members('$1')} AS wanted)"
    await transaction.execute(f"UPDATE delivery SET for_helper = 0 WHERE id IN {members}", ids)
    await transaction.execute(f"DELETE FROM delivery WHERE id IN {members} AND tool = 'none'", ids)


# --- what is told, and how it ends ---


async def _forget_done(transaction: Transaction, account_id: str) -> None:
    await transaction.execute(
        "DELETE FROM delivery WHERE account_id = $1 AND for_helper = 0 AND tool = 'none'", account_id
    )


async def report(reader: Reader) -> list[Queues]:
    """How much waits, by account."""
    return [
        await _queues(reader, row)
        for row in await reader.fetch("SELECT * FROM account ORDER BY created_at, id")
    ]


async def _queues(reader: Reader, row: Row) -> Queues:
    async def count(condition: str) -> tuple[int, int | None]:
        found = await reader.fetch_one(
            f"SELECT count(*) AS number, min(id) AS first FROM delivery WHERE account_id = $1 AND {condition}",
            row["id"],
        )
        assert found is not None
        if found["first"] is None:
            return 0, None
        oldest = await reader.fetch_one("SELECT received_at FROM delivery WHERE id = $1", found["first"])
        return found["number"], None if oldest is None else oldest["received_at"]

    for_helper, oldest_helper_at = await count("for_helper = 1")
    for_tool, oldest_tool_at = await count("tool = 'waiting'")
    kept, _ = await count("tool = 'kept'")
    return Queues(
        account_id=row["id"],
        tool=None if row["tool_url"] is None else urlsplit(row["tool_url"]).hostname,
        waiting_helper=for_helper,
        waiting_tool=for_tool,
        kept=kept,
        oldest_helper_at=oldest_helper_at,
        oldest_tool_at=oldest_tool_at,
        failure=None if row["failure"] is None else Failure(row["failure"], row["failure_status"]),
        failed_at=row["failed_at"],
        dropped=row["dropped"],
        dropped_at=row["dropped_at"],
    )


async def drop_old(transaction: Transaction, before: int, now: int) -> int:
    """Let go of what nobody has fetched since a time (ms), noting how many; forget old events' ids.

    At most a thousand, so that a webhook does not wait; how many went.
    """
    rows = await transaction.fetch(
        "SELECT id, account_id FROM delivery WHERE received_at < $1 ORDER BY received_at LIMIT 1000", before
    )
    for row in rows:
        await _next_in_line(transaction, row["account_id"], row["id"], now)
        await transaction.execute("DELETE FROM delivery WHERE id = $1", row["id"])
        await transaction.execute(
            "UPDATE account SET dropped = dropped + 1, dropped_at = $2 WHERE id = $1", row["account_id"], now
        )
    return len(rows)


async def forget_seen(transaction: Transaction, before: int) -> None:
    """Forget which events came before a time (ms)."""
    await transaction.execute("DELETE FROM seen_event WHERE at < $1", before)
