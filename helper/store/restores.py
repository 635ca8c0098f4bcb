"""What a restored database does not know, written into it: a backup is older than the truth.

Between the backup and its restore friends may have been greeted, messages sent, people revoked.
"""

from dataclasses import dataclass

from helper.store.backup import TAKEN_AT
from helper.store.database import Reader, Transaction

RESTORED = "restored"
"""The route of a first contact that may have happened, and the error code of a message that may have gone out."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done to a restored database, in rows."""

    friends: int
    messages: int
    tokens: int


async def last_restored_at(reader: Reader) -> int | None:
    """When this database was last restored (ms); None: never."""
    row = await reader.fetch_one("SELECT max(restored_at) AS at FROM restore")
    return row["at"] if row else None


async def mark_restored(transaction: Transaction, backup_at: int | None, now: int) -> Restored:
    """Make a copy of a backup safe to go on with. Nothing of it goes out by itself, nobody of it looks new."""
    await transaction.execute("DELETE FROM meta WHERE key = $1", TAKEN_AT)
    await transaction.execute("INSERT INTO restore (backup_at, restored_at) VALUES ($1, $2)", backup_at, now)
    messages = await _doubt_messages(transaction)
    friends = await transaction.execute(
        """
        UPDATE friend SET contact_at = $1, contact_route = $2
        WHERE contact_at IS NULL AND last_received_at IS NULL
        """,
        now,
        RESTORED,
    )
    await transaction.execute(
        "UPDATE friend SET claim_teammate_id = NULL, claim_until = NULL WHERE claim_until IS NOT NULL"
    )
    # Tokens of before may be used up, and none of them is needed: their minute is over.
    await transaction.execute("DELETE FROM reply_token")
    # Somebody may have switched the greeting off in the lost time.
    await transaction.execute("DELETE FROM greeting_due")
    await transaction.execute("UPDATE greeting SET running = 0")
    await _ask_line_first(transaction, now)
    tokens = await _end_access(transaction, now)
    await transaction.execute("DELETE FROM notice")
    return Restored(friends, messages, tokens)


async def _doubt_messages(transaction: Transaction) -> int:
    """What was under way probably went out in the lost time: a person decides. LINE is not asked by its key,
    which it may have forgotten: then asking would send."""
    return await transaction.execute(
        """
        UPDATE message SET status = 'uncertain', error_code = $1, error_text = NULL, next_at = NULL,
                           lease_owner = NULL, lease_until = NULL
        WHERE status IN ('held', 'sending') OR (status = 'uncertain' AND next_at IS NOT NULL)
        """,
        RESTORED,
    )


async def _ask_line_first(transaction: Transaction, now: int) -> None:
    await transaction.execute("UPDATE quota_counter SET asked_at = NULL")
    await transaction.execute(
        """
        INSERT INTO quota_unasked (account_id, since) SELECT id, $1 FROM account WHERE true
        ON CONFLICT (account_id) DO UPDATE SET since = excluded.since
        """,
        now,
    )


async def _end_access(transaction: Transaction, now: int) -> int:
    """End every token and code: one that was taken away in the lost time must not come back to life."""
    await transaction.execute("DELETE FROM pairing_code")
    return await transaction.execute("UPDATE token SET revoked_at = $1 WHERE revoked_at IS NULL", now)


async def revoke_again(transaction: Transaction, teammate_ids: list[str], now: int) -> None:
    """Take access away from teammates whom the replaced database knew as revoked."""
    await transaction.execute(
        f"""
        UPDATE teammate SET revoked_at = $2
        WHERE revoked_at IS NULL AND id IN {transaction.dialect.members("$1")}
        """,
        teammate_ids,
        now,
    )


async def doubt_newcomer(
    transaction: Transaction, account_id: str, user_id: str, event_at: int, unblocked: bool, restored_at: int
) -> bool:
    """Fill the slot of a friend whom we first heard of after a restore, if she may have been greeted before it.

    She may where an event of hers (this one) is older than the restore, where the one follow we know of says
    that she had been here before, or where we know of no follow. True where the slot was filled.
    """
    changed = await transaction.execute(
        """
        UPDATE friend SET contact_at = $5, contact_route = $6
        WHERE account_id = $1 AND user_id = $2 AND contact_at IS NULL AND last_received_at IS NULL
          AND first_seen_at >= $5
          AND ($3 < $5 OR followed_at IS NULL OR ($4 = 1 AND follows = 1))
        """,
        account_id,
        user_id,
        event_at,
        int(unblocked),
        restored_at,
        RESTORED,
    )
    return changed == 1


async def note_asked(transaction: Transaction, account_id: str) -> bool:
    """Note that LINE was asked how much is used; True the first time after a restore."""
    return await transaction.execute("DELETE FROM quota_unasked WHERE account_id = $1", account_id) == 1
