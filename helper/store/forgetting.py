"""What is left of somebody who was erased: that she was, and whether she had her first message. Not who she is.

She is known by a hash only: HMAC-SHA256 over account and user_id with a random salt of this database. A user_id
has 128 random bits, so hashes cannot be turned back by trying ids. Whoever brings a user_id can be recognised.
"""

import hmac
import secrets
from dataclasses import dataclass

from helper.store.database import Reader, Transaction

SALT = "forgetting_salt"
UNWIPED = "forgetting_unwiped"

MARK = "forgotten:"
"""Begins what stands in the place of an erased person's idempotency key."""


@dataclass(frozen=True, slots=True)
class Fact:
    """`at`: when she was erased, by LINE's clock (ms). `contact_at`: when her first message went out, or None."""

    at: int
    contact_at: int | None


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who is erased, but for her raw events; `at` by our clock (ms)."""

    account_id: str
    user_id: str
    at: int


def hashed(salt: str, *words: str) -> str:
    """Words as a hash that only this database makes."""
    return hmac.digest(bytes.fromhex(salt), "\n".join(words).encode(), "sha256").hex()


async def find_salt(reader: Reader) -> str | None:
    """This database's salt (hex); None as long as nobody was ever erased."""
    row = await reader.fetch_one("SELECT value FROM meta WHERE key = $1", SALT)
    return row["value"] if row else None


async def ensure_salt(transaction: Transaction) -> str:
    """This database's salt (hex), made at the first need."""
    await transaction.execute(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
        SALT,
        secrets.token_hex(32),
    )
    salt = await find_salt(transaction)
    assert salt is not None
    return salt


async def recall(reader: Reader, salt: str, account_id: str, user_id: str) -> Fact | None:
    """What is left of a person; None if she was never erased."""
    row = await reader.fetch_one(
        "SELECT forgotten_at, contact_at FROM forgotten WHERE hash = $1", hashed(salt, account_id, user_id)
    )
    return Fact(row["forgotten_at"], row["contact_at"]) if row else None


async def remember(
    transaction: Transaction, person: str, account_id: str, at: int, contact_at: int | None
) -> None:
    """Keep that a person (her hash) was erased (LINE's clock, ms). A first message once known of stays known."""
    await transaction.execute(
        """
        INSERT INTO forgotten (hash, account_id, forgotten_at, contact_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (hash) DO UPDATE SET
            forgotten_at = CASE WHEN excluded.forgotten_at > forgotten.forgotten_at
                                THEN excluded.forgotten_at ELSE forgotten.forgotten_at END,
            contact_at = coalesce(forgotten.contact_at, excluded.contact_at)
        """,
        person,
        account_id,
        at,
        contact_at,
    )


async def has_message_in_flight(reader: Reader, account_id: str, user_id: str, now: int) -> bool:
    """Whether LINE may be hearing a message to her just now."""
    row = await reader.fetch_one(
        """
        SELECT 1 AS found FROM message
        WHERE account_id = $1 AND user_id = $2 AND (status = 'sending' OR lease_until > $3) LIMIT 1
        """,
        account_id,
        user_id,
        now,
    )
    return row is not None


async def erase_friend(transaction: Transaction, account_id: str, user_id: str) -> None:
    """Delete her row with everything that hangs on it: name, search, links, reply tokens, a greeting to come."""
    for table in ("friend", "reply_token", "link", "greeting_due", "import_candidate"):
        await transaction.execute(
            f"DELETE FROM {table} WHERE account_id = $1 AND user_id = $2", account_id, user_id
        )


async def reduce_messages(
    transaction: Transaction, salt: str, account_id: str, user_id: str, now: int
) -> None:
    """Leave of the messages to her what the count needs: id, route, status, times, teammate.

    Idempotency keys (a client may have put anything into them) and body hashes become salted hashes, so that
    a repeated request is still known.
    """
    rows = await transaction.fetch(
        "SELECT id, idempotency_key, body_hash FROM message WHERE account_id = $1 AND user_id = $2",
        account_id,
        user_id,
    )
    for row in rows:
        await transaction.execute(
            """
            UPDATE message SET user_id = '', override_reason = NULL, reply_token = NULL, reply_until = NULL,
                               retry_key = $2, idempotency_key = $3, body_hash = $4, persona_id = NULL,
                               persona_name = NULL, template_id = NULL, template_name = NULL, objects = '[]',
                               next_at = NULL, line_request_id = NULL, error_text = NULL,
                               texts_removed_at = $5
            WHERE id = $1
            """,
            row["id"],
            f"{MARK}{row['id']}",
            None if row["idempotency_key"] is None else hidden_key(salt, account_id, row["idempotency_key"]),
            hashed(salt, row["body_hash"]),
            now,
        )
        await transaction.execute(
            "UPDATE attempt SET line_request_id = NULL, detail = NULL WHERE message_id = $1", row["id"]
        )


def hidden_key(salt: str, account_id: str, key: str) -> str:
    """What stands in the place of an erased person's idempotency key."""
    return MARK + hashed(salt, account_id, key)


# --- raw events: too many to go through in one unit ---


async def begin(transaction: Transaction, account_id: str, user_id: str, now: int) -> None:
    """Note that her raw events are still to be emptied, and the files to be wiped."""
    await transaction.execute(
        """
        INSERT INTO forgetting (account_id, user_id, at) VALUES ($1, $2, $3)
        ON CONFLICT (account_id, user_id) DO UPDATE SET at = excluded.at
        """,
        account_id,
        user_id,
        now,
    )
    await _note_unwiped(transaction, now)


async def _note_unwiped(transaction: Transaction, now: int) -> None:
    await transaction.execute(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", UNWIPED, str(now)
    )


async def pending(reader: Reader) -> list[Pending]:
    """Everybody whose raw events are still to be emptied."""
    rows = await reader.fetch("SELECT account_id, user_id, at FROM forgetting ORDER BY account_id, user_id")
    return [Pending(row["account_id"], row["user_id"], row["at"]) for row in rows]


async def end(transaction: Transaction, done: Pending) -> None:
    """Her raw events are empty."""
    await transaction.execute(
        "DELETE FROM forgetting WHERE account_id = $1 AND user_id = $2 AND at = $3",
        done.account_id,
        done.user_id,
        done.at,
    )


async def unwiped_since(reader: Reader) -> int | None:
    """Since when (ms) the files may hold bytes of somebody who was erased; None: they hold none."""
    row = await reader.fetch_one("SELECT value FROM meta WHERE key = $1", UNWIPED)
    return None if row is None else int(row["value"])


async def note_wiped(transaction: Transaction) -> None:
    """The files hold nothing of anybody who was erased, unless somebody is being erased now."""
    await transaction.execute(
        "DELETE FROM meta WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM forgetting)", UNWIPED
    )


async def events_naming(
    reader: Reader, account_id: str, user_id: str, after: str, upto: str, received_until: int
) -> list[str]:
    """Ids of the events of a piece that are hers or name her: events of groups name members without being theirs."""
    rows = await reader.fetch(
        f"""
        SELECT webhook_event_id FROM event
        WHERE account_id = $1 AND webhook_event_id > $3 AND webhook_event_id <= $4 AND received_at <= $5
          AND raw <> '' AND (user_id = $2 OR {reader.dialect.holds("raw", "$2")})
        """,
        account_id,
        user_id,
        after,
        upto,
        received_until,
    )
    return [row["webhook_event_id"] for row in rows]


async def empty_events(transaction: Transaction, account_id: str, event_ids: list[str]) -> None:
    """Leave of events that they came: a repetition is still known for one."""
    await transaction.execute(
        f"""
        UPDATE event SET user_id = NULL, raw = ''
        WHERE account_id = $1 AND webhook_event_id IN {transaction.dialect.members("$2")}
        """,
        account_id,
        event_ids,
    )


async def refuse_event(transaction: Transaction, account_id: str, event_id: str, now: int) -> None:
    """Undo the storing of an event from before its user's erasing, but for that it came."""
    await empty_events(transaction, account_id, [event_id])
    await _note_unwiped(transaction, now)


async def erase_again(
    transaction: Transaction, account_id: str, user_id: str, event_id: str, erased_at: int, now: int
) -> None:
    """Undo what an event from before her erasing has just brought: its content, and her row if it is all there is."""
    await refuse_event(transaction, account_id, event_id, now)
    await transaction.execute(
        "DELETE FROM reply_token WHERE account_id = $1 AND user_id = $2 AND event_at <= $3",
        account_id,
        user_id,
        erased_at,
    )
    await transaction.execute(
        """
        DELETE FROM friend
        WHERE account_id = $1 AND user_id = $2 AND source = 'webhook' AND last_event_at <= $3
        """,
        account_id,
        user_id,
        erased_at,
    )
