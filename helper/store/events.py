"""Webhook events as they came, and the reply tokens they brought."""

from collections.abc import Sequence
from dataclasses import dataclass

from helper.model.route import REDELIVERY_LIMIT, ReplyToken
from helper.store.database import Reader, Row, Transaction

TOKEN_MEMORY = REDELIVERY_LIMIT + 60_000
"""ms after which a token is not looked at any more."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event; `at` is LINE's time, `received_at` ours (ms), `raw` the event's JSON text."""

    webhook_event_id: str
    type: str
    mode: str
    at: int
    user_id: str | None
    raw: str


async def store_event(transaction: Transaction, account_id: str, event: StoredEvent, now: int) -> bool:
    """Store an event; False when it is here already."""
    changed = await transaction.execute(
        """
        INSERT INTO event (account_id, webhook_event_id, type, mode, at, received_at, user_id, raw)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id, webhook_event_id) DO NOTHING
        """,
        account_id,
        event.webhook_event_id,
        event.type,
        event.mode,
        event.at,
        now,
        event.user_id,
        event.raw,
    )
    return changed == 1


async def store_reply_token(
    transaction: Transaction,
    account_id: str,
    user_id: str,
    token: str,
    event_at: int,
    now: int,
    redelivered: bool,
) -> None:
    """Keep a reply token; a redelivery of its event renews its minute unless it is used."""
    await transaction.execute(
        """
        INSERT INTO reply_token (account_id, user_id, event_at, token, received_at, renewed_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, user_id, event_at, token) DO UPDATE SET renewed_at = $6
            WHERE excluded.renewed_at IS NOT NULL AND reply_token.used_by IS NULL
        """,
        account_id,
        user_id,
        event_at,
        token,
        now,
        now if redelivered else None,
    )


def _token(row: Row) -> ReplyToken:
    # A first delivery that LINE itself calls a redelivery is as fresh as its arrival.
    return ReplyToken(
        token=row["token"],
        event_at=row["event_at"],
        received_at=row["received_at"],
        renewed_at=row["renewed_at"],
    )


async def newest_reply_tokens(
    reader: Reader, account_id: str, user_ids: Sequence[str], now: int
) -> dict[str, ReplyToken]:
    """The newest unused reply token of each friend that has one young enough to look at."""
    rows = await reader.fetch(
        f"""
        SELECT * FROM reply_token
        WHERE account_id = $1 AND user_id IN {reader.dialect.members("$2")}
          AND event_at > $3 AND used_by IS NULL
        ORDER BY event_at, received_at
        """,
        account_id,
        list(user_ids),
        now - TOKEN_MEMORY,
    )
    return {row["user_id"]: _token(row) for row in rows}


async def use_reply_token(
    transaction: Transaction, account_id: str, user_id: str, token: str, message_id: str
) -> bool:
    """Give a token to a message; False when another message has it."""
    changed = await transaction.execute(
        """
        UPDATE reply_token SET used_by = $4
        WHERE account_id = $1 AND user_id = $2 AND token = $3 AND (used_by IS NULL OR used_by = $4)
        """,
        account_id,
        user_id,
        token,
        message_id,
    )
    return changed == 1


@dataclass(frozen=True, slots=True)
class Received:
    """A message or postback of hers, as stored."""

    id: str
    at: int
    type: str
    raw: str


async def received_before(
    reader: Reader, account_id: str, user_id: str, at: int, event_id: str, limit: int
) -> list[Received]:
    """What she sent before a position, newest first."""
    rows = await reader.fetch(
        """
        SELECT webhook_event_id, at, type, raw FROM event
        WHERE account_id = $1 AND user_id = $2 AND type IN ('message', 'postback')
          AND (at, webhook_event_id) < ($3, $4)
        ORDER BY at DESC, webhook_event_id DESC LIMIT $5
        """,
        account_id,
        user_id,
        at,
        event_id,
        limit,
    )
    return [Received(row["webhook_event_id"], row["at"], row["type"], row["raw"]) for row in rows]


async def with_history(reader: Reader, account_id: str, user_ids: Sequence[str]) -> set[str]:
    """Those of the given friends to or from whom anything was sent."""
    rows = await reader.fetch(
        f"""
        SELECT value FROM {reader.dialect.members("$2")} AS wanted
        WHERE EXISTS (SELECT 1 FROM message WHERE account_id = $1 AND user_id = value)
           OR EXISTS (SELECT 1 FROM event WHERE account_id = $1 AND user_id = value
                                            AND type IN ('message', 'postback'))
        """,
        account_id,
        list(user_ids),
    )
    return {row["value"] for row in rows}
