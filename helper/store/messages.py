"""Messages, their attempts and leases."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from helper.model.friend import Named
from helper.model.message import Message
from helper.store.database import Reader, Row, Transaction
from helper.store.forgetting import find_salt, hashed, hidden_key

# In the order in which `_message` takes them.
_COLUMNS = """
    message.id, message.account_id, message.user_id, message.status, message.route, message.max_cost,
    message.first_contact, message.override_reason, message.hold_until, message.teammate_id, teammate.name,
    message.persona_id, message.persona_name, message.template_id, message.objects, message.retry_key,
    message.reply_token, message.reply_until, message.attempts, message.first_attempt_at,
    message.maybe_accepted, message.unknown_replies, message.token_renewed, message.reserved_month,
    message.next_at, message.line_request_id, message.error_code, message.error_text, message.created_at,
    message.settled_at, message.texts_removed_at, message.origin
"""
_FROM = "FROM message LEFT JOIN teammate ON teammate.id = message.teammate_id"
_SELECT = f"SELECT {_COLUMNS} {_FROM}"


def _message(row: Iterable[Any]) -> Message:
    # fmt: off
    (
        message_id, account_id, user_id, status, route, max_cost,
        first_contact, override_reason, hold_until, teammate_id, teammate_name,
        persona_id, persona_name, template_id, objects, retry_key,
        reply_token, reply_until, attempts, first_attempt_at,
        maybe_accepted, unknown_replies, token_renewed, reserved_month,
        next_at, line_request_id, error_code, error_text, created_at,
        settled_at, texts_removed_at, origin,
    ) = row
    # fmt: on
    return Message(
        id=message_id,
        account_id=account_id,
        user_id=user_id,
        status=status,
        route=route,
        max_cost=max_cost,
        first_contact=bool(first_contact),
        override_reason=override_reason,
        hold_until=hold_until,
        teammate=Named(teammate_id or None, teammate_name or ""),
        persona=Named(persona_id, persona_name) if persona_name is not None else None,
        template_id=template_id,
        objects=tuple(orjson.loads(objects)),
        retry_key=retry_key,
        reply_token=reply_token,
        reply_until=reply_until,
        attempts=attempts,
        first_attempt_at=first_attempt_at,
        maybe_accepted=bool(maybe_accepted),
        unknown_replies=unknown_replies,
        token_renewed=bool(token_renewed),
        reserved_month=reserved_month,
        next_at=next_at,
        line_request_id=line_request_id,
        error_code=error_code,
        error_text=error_text,
        created_at=created_at,
        settled_at=settled_at,
        texts_removed_at=texts_removed_at,
        origin=origin,
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """What a new message row holds besides the message itself. No client's key: nobody clicked."""

    idempotency_key: str | None
    body_hash: str
    template_name: str | None


async def insert_message(transaction: Transaction, message: Message, origin: Origin) -> None:
    """Store a new message."""
    await transaction.execute(
        """
        INSERT INTO message (id, account_id, user_id, status, first_contact, override_reason, route, max_cost,
                             reply_token, reply_until, retry_key, idempotency_key, body_hash, teammate_id,
                             persona_id, persona_name, template_id, template_name, objects, created_at,
                             hold_until, next_at, reserved_month, origin)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                $21, $22, $23, $24)
        """,
        message.id,
        message.account_id,
        message.user_id,
        message.status,
        int(message.first_contact),
        message.override_reason,
        message.route,
        message.max_cost,
        message.reply_token,
        message.reply_until,
        message.retry_key,
        origin.idempotency_key,
        origin.body_hash,
        message.teammate.id or "",
        message.persona.id if message.persona else None,
        message.persona.name if message.persona else None,
        message.template_id,
        origin.template_name,
        orjson.dumps(message.objects).decode(),
        message.created_at,
        message.hold_until,
        message.next_at,
        message.reserved_month,
        message.origin,
    )


async def find_message(reader: Reader, account_id: str, message_id: str) -> Message | None:
    """One message of an account, or None."""
    row = await reader.fetch_one(
        f"{_SELECT} WHERE message.id = $1 AND message.account_id = $2", message_id, account_id
    )
    return _message(row) if row else None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message that a key has made already."""

    message: Message
    body_hash: str
    salt: str | None = None

    def is_for(self, body_hash: str) -> bool:
        """Whether it was made for this body. Of an erased friend's message a salted hash is left of the hash."""
        return self.body_hash == (body_hash if self.salt is None else hashed(self.salt, body_hash))


async def message_of_key(reader: Reader, account_id: str, key: str) -> Earlier | None:
    """The message that an idempotency key has made, or None."""
    salt = None
    row = await _row_of_key(reader, account_id, key)
    if row is None:
        salt = await find_salt(reader)
        row = await _row_of_key(reader, account_id, hidden_key(salt, account_id, key)) if salt else None
    if row is None:
        return None
    body_hash, *message = row
    return Earlier(_message(message), body_hash, salt)


async def _row_of_key(reader: Reader, account_id: str, key: str) -> Row | None:
    return await reader.fetch_one(
        f"""
        SELECT message.body_hash, {_COLUMNS} {_FROM}
        WHERE message.account_id = $1 AND message.idempotency_key = $2
        """,
        account_id,
        key,
    )


async def forget_key(transaction: Transaction, account_id: str, key: str) -> None:
    """Let an old idempotency key be used anew."""
    await transaction.execute(
        "UPDATE message SET idempotency_key = NULL WHERE account_id = $1 AND idempotency_key = $2",
        account_id,
        key,
    )


async def messages_before(
    reader: Reader, account_id: str, user_id: str, at: int, message_id: str, limit: int
) -> list[Message]:
    """Messages to a friend before a position, newest first."""
    rows = await reader.fetch(
        f"""
        {_SELECT}
        WHERE message.account_id = $1 AND message.user_id = $2
          AND (message.created_at, message.id) < ($3, $4)
        ORDER BY message.created_at DESC, message.id DESC LIMIT $5
        """,
        account_id,
        user_id,
        at,
        message_id,
        limit,
    )
    return [_message(row) for row in rows]


async def held_messages(reader: Reader, account_id: str, user_id: str) -> list[Message]:
    """Messages to a friend that can still be undone."""
    rows = await reader.fetch(
        f"{_SELECT} WHERE message.account_id = $1 AND message.user_id = $2 AND message.status = 'held'",
        account_id,
        user_id,
    )
    return [_message(row) for row in rows]


async def unsettled_reservations(reader: Reader, account_id: str, user_id: str) -> list[Message]:
    """Messages to a friend that hold a reservation: held, on their way, or uncertain."""
    rows = await reader.fetch(
        f"""
        {_SELECT}
        WHERE message.account_id = $1 AND message.user_id = $2 AND message.reserved_month IS NOT NULL
        """,
        account_id,
        user_id,
    )
    return [_message(row) for row in rows]


async def all_held(reader: Reader, account_id: str) -> list[Message]:
    """Every message of an account that can still be undone."""
    rows = await reader.fetch(
        f"{_SELECT} WHERE message.account_id = $1 AND message.status = 'held'", account_id
    )
    return [_message(row) for row in rows]


async def held_by_teammate(reader: Reader, teammate_id: str) -> list[Message]:
    """Every message that a teammate sent and that can still be undone."""
    rows = await reader.fetch(
        f"{_SELECT} WHERE message.teammate_id = $1 AND message.status = 'held'", teammate_id
    )
    return [_message(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Due:
    """A message that wants the courier."""

    id: str
    account_id: str


async def messages_due(reader: Reader, now: int, limit: int) -> list[Due]:
    """Messages to look at by now whose lease, if any, has run out; longest due first."""
    rows = await reader.fetch(
        """
        SELECT id, account_id FROM message
        WHERE next_at IS NOT NULL AND next_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
        ORDER BY next_at LIMIT $2
        """,
        now,
        limit,
    )
    return [Due(row["id"], row["account_id"]) for row in rows]


async def next_due(reader: Reader, now: int) -> int | None:
    """When the courier is wanted next (ms, after now), or None."""
    row = await reader.fetch_one(
        "SELECT min(next_at) AS due FROM message WHERE next_at IS NOT NULL AND next_at > $1", now
    )
    return row["due"] if row else None


async def end_held(
    transaction: Transaction, message_id: str, status: str, code: str | None, now: int
) -> bool:
    """held → cancelled or failed; False when the message is not held any more."""
    changed = await transaction.execute(
        """
        UPDATE message SET status = $2, error_code = $3, settled_at = $4, next_at = NULL
        WHERE id = $1 AND status = 'held'
        """,
        message_id,
        status,
        code,
        now,
    )
    return changed == 1


async def take_lease(transaction: Transaction, message_id: str, owner: str, now: int, until: int) -> bool:
    """Take a due message for this process; False when it is not due, taken or over."""
    changed = await transaction.execute(
        """
        UPDATE message SET lease_owner = $2, lease_until = $4,
                           status = CASE WHEN status = 'held' THEN 'sending' ELSE status END
        WHERE id = $1 AND next_at IS NOT NULL AND next_at <= $3
          AND (lease_until IS NULL OR lease_until <= $3)
        """,
        message_id,
        owner,
        now,
        until,
    )
    return changed == 1


async def break_leases(transaction: Transaction, owner: str) -> int:
    """Drop the leases of processes that are gone (every owner but this one); how many."""
    return await transaction.execute(
        """
        UPDATE message SET lease_owner = NULL, lease_until = NULL
        WHERE lease_owner IS NOT NULL AND lease_owner <> $1
        """,
        owner,
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to LINE, written before it is made."""

    number: int
    route: str
    started_at: int
    finished: bool


async def last_attempt(reader: Reader, message_id: str) -> Attempt | None:
    """The newest attempt, or None."""
    row = await reader.fetch_one(
        "SELECT * FROM attempt WHERE message_id = $1 ORDER BY number DESC LIMIT 1", message_id
    )
    if row is None:
        return None
    return Attempt(row["number"], row["route"], row["started_at"], row["finished_at"] is not None)


async def begin_attempt(transaction: Transaction, message_id: str, number: int, route: str, now: int) -> None:
    """Write an attempt before its call."""
    await transaction.execute(
        "INSERT INTO attempt (message_id, number, route, started_at) VALUES ($1, $2, $3, $4)",
        message_id,
        number,
        route,
        now,
    )
    await transaction.execute(
        """
        UPDATE message SET attempts = $2, first_attempt_at = coalesce(first_attempt_at, $3)
        WHERE id = $1
        """,
        message_id,
        number,
        now,
    )


async def end_attempt(
    transaction: Transaction,
    message_id: str,
    number: int,
    outcome: str,
    detail: str | None,
    request_id: str | None,
    now: int,
) -> None:
    """Write what became of an attempt."""
    await transaction.execute(
        """
        UPDATE attempt SET finished_at = $3, outcome = $4, detail = $5, line_request_id = $6
        WHERE message_id = $1 AND number = $2
        """,
        message_id,
        number,
        now,
        outcome,
        detail,
        request_id,
    )


async def note_unknown(transaction: Transaction, message_id: str, *, reply: bool) -> None:
    """An attempt may have been accepted."""
    await transaction.execute(
        """
        UPDATE message SET maybe_accepted = 1, unknown_replies = unknown_replies + $2 WHERE id = $1
        """,
        message_id,
        int(reply),
    )


async def note_token_renewed(transaction: Transaction, message_id: str, renewed: bool) -> None:
    """Whether the newest attempt asked for a new channel token."""
    await transaction.execute("UPDATE message SET token_renewed = $2 WHERE id = $1", message_id, int(renewed))


async def try_later(transaction: Transaction, message_id: str, status: str, next_at: int | None) -> None:
    """Leave the message to a later look (None: to a person), in `sending` or `uncertain`."""
    await transaction.execute(
        """
        UPDATE message SET status = $2, next_at = $3, lease_owner = NULL, lease_until = NULL WHERE id = $1
        """,
        message_id,
        status,
        next_at,
    )


async def settle_sent(transaction: Transaction, message_id: str, request_id: str | None, now: int) -> None:
    """sending or uncertain → sent; what was reserved is spent."""
    await transaction.execute(
        """
        UPDATE message SET status = 'sent', line_request_id = $2, settled_at = $3, next_at = NULL,
                           lease_owner = NULL, lease_until = NULL, error_code = NULL, error_text = NULL,
                           reserved_month = NULL
        WHERE id = $1
        """,
        message_id,
        request_id,
        now,
    )


async def settle_failed(
    transaction: Transaction, message_id: str, status: str, code: str, text: str, now: int
) -> None:
    """sending or uncertain → failed (or cancelled)."""
    await transaction.execute(
        """
        UPDATE message SET status = $2, error_code = $3, error_text = $4, settled_at = $5, next_at = NULL,
                           lease_owner = NULL, lease_until = NULL
        WHERE id = $1
        """,
        message_id,
        status,
        code,
        text,
        now,
    )


async def change_route(transaction: Transaction, message_id: str, route: str) -> None:
    """The message travels by another route now."""
    await transaction.execute("UPDATE message SET route = $2 WHERE id = $1", message_id, route)


async def set_reserved_month(transaction: Transaction, message_id: str, month: str | None) -> None:
    """Which month holds the message's reservation; None: none."""
    await transaction.execute("UPDATE message SET reserved_month = $2 WHERE id = $1", message_id, month)


async def resolve_uncertain(transaction: Transaction, message_id: str, now: int) -> bool:
    """Take an uncertain message with no attempt under way for a teammate's decision; False otherwise.

    Of a friend who was erased nobody can find out anything.
    """
    changed = await transaction.execute(
        """
        UPDATE message SET next_at = NULL
        WHERE id = $1 AND status = 'uncertain' AND user_id <> '' AND (lease_until IS NULL OR lease_until <= $2)
        """,
        message_id,
        now,
    )
    return changed == 1
