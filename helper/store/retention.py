"""Removing what was kept long enough: raw events, texts, idempotency keys.

Rows are walked through in the order of their keys, piece by piece, so that each unit is small and no index is
needed: one by age would cost every webhook something.
"""

from helper.store.database import Reader, Row, Transaction


async def oldest_account(reader: Reader) -> int | None:
    """When the first account was connected (ms), None while there is none: nothing here is older."""
    row = await reader.fetch_one("SELECT min(created_at) AS at FROM account")
    return row["at"] if row else None


async def every_account(reader: Reader) -> list[str]:
    """Ids of all accounts, disconnected ones, too."""
    return [row["id"] for row in await reader.fetch("SELECT id FROM account ORDER BY id")]


def _id(row: Row | None) -> str | None:
    return None if row is None else str(row["id"])


# --- raw events ---


async def event_behind(reader: Reader, account_id: str, after: str, places: int) -> str | None:
    """The id of the event so many places behind another, in the order of ids; None past the end."""
    row = await reader.fetch_one(
        """
        SELECT webhook_event_id AS id FROM event WHERE account_id = $1 AND webhook_event_id > $2
        ORDER BY webhook_event_id LIMIT 1 OFFSET $3
        """,
        account_id,
        after,
        places - 1,
    )
    return _id(row)


async def old_events(reader: Reader, account_id: str, after: str, upto: str, before: int) -> list[str]:
    """Ids of the events of a piece that were received before a time (ms) and still have their content."""
    rows = await reader.fetch(
        """
        SELECT webhook_event_id AS id FROM event
        WHERE account_id = $1 AND webhook_event_id > $2 AND webhook_event_id <= $3
          AND received_at < $4 AND raw <> ''
        """,
        account_id,
        after,
        upto,
        before,
    )
    return [row["id"] for row in rows]


async def empty_old_events(transaction: Transaction, account_id: str, event_ids: list[str]) -> None:
    """Remove the content of events. That they came, from whom and when stays."""
    await transaction.execute(
        f"""
        UPDATE event SET raw = ''
        WHERE account_id = $1 AND webhook_event_id IN {transaction.dialect.members("$2")}
        """,
        account_id,
        event_ids,
    )


# --- messages ---


async def message_behind(reader: Reader, after: str, places: int) -> str | None:
    """The id of the message so many places behind another, in the order of ids; None past the end."""
    return _id(
        await reader.fetch_one(
            "SELECT id FROM message WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2", after, places - 1
        )
    )


async def old_messages(reader: Reader, after: str, upto: str, before: int) -> list[str]:
    """Ids of the messages of a piece that were made before a time (ms) and still have their texts."""
    rows = await reader.fetch(
        """
        SELECT id FROM message
        WHERE id > $1 AND id <= $2 AND created_at < $3 AND texts_removed_at IS NULL
          AND status NOT IN ('held', 'sending')
        """,
        after,
        upto,
        before,
    )
    return [row["id"] for row in rows]


async def remove_texts(transaction: Transaction, message_ids: list[str], now: int) -> None:
    """Remove the texts of messages. To whom, when, by whom, at what cost and how it ended stays."""
    await transaction.execute(
        f"""
        UPDATE message SET objects = '[]', override_reason = NULL, texts_removed_at = $2
        WHERE id IN {transaction.dialect.members("$1")}
        """,
        message_ids,
        now,
    )


# --- idempotency keys ---


async def key_behind(reader: Reader, account_id: str, after: str, places: int) -> str | None:
    """The idempotency key so many places behind another; None past the end."""
    row = await reader.fetch_one(
        """
        SELECT idempotency_key AS id FROM message
        WHERE account_id = $1 AND idempotency_key > $2 AND idempotency_key IS NOT NULL
        ORDER BY idempotency_key LIMIT 1 OFFSET $3
        """,
        account_id,
        after,
        places - 1,
    )
    return _id(row)


async def old_keys(reader: Reader, account_id: str, after: str, upto: str, before: int) -> list[str]:
    """Ids of the messages of a piece of keys that were made before a time (ms)."""
    rows = await reader.fetch(
        """
        SELECT id FROM message
        WHERE account_id = $1 AND idempotency_key > $2 AND idempotency_key <= $3
          AND idempotency_key IS NOT NULL AND created_at < $4
        """,
        account_id,
        after,
        upto,
        before,
    )
    return [row["id"] for row in rows]


async def drop_keys(transaction: Transaction, message_ids: list[str]) -> None:
    """Take the idempotency keys of messages away, and the hashes of what was asked for."""
    await transaction.execute(
        f"""
        UPDATE message SET idempotency_key = NULL, body_hash = ''
        WHERE id IN {transaction.dialect.members("$1")}
        """,
        message_ids,
    )
