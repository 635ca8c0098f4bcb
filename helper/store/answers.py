"""Who wrote and has no answer yet."""

from dataclasses import dataclass

from helper.store.database import Reader, Transaction


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who wrote; `received_at` is her newest message's time, LINE's clock in ms."""

    user_id: str
    received_at: int
    number: int


async def waiting_friends(
    reader: Reader, account_id: str, since: int, after: tuple[int, int], limit: int
) -> list[Waiting]:
    """Friends whose newest message came at `since` or later and has no answer, oldest first.

    Answered is whoever was ticked off since, or was sent a message of ours. Blocked and dismissed ones wait for
    nothing. `after` is the last one's received_at and number.
    """
    rows = await reader.fetch(
        """
        SELECT user_id, last_received_at, number FROM friend
        WHERE account_id = $1 AND last_received_at IS NOT NULL AND last_received_at >= $2
          AND (last_received_at, number) > ($3, $4)
          AND list = 'talking' AND dismissed_at IS NULL
          AND coalesce(answered_until, 0) < last_received_at
          AND NOT EXISTS (
              SELECT 1 FROM message
              WHERE message.account_id = friend.account_id AND message.user_id = friend.user_id
                AND message.status = 'sent' AND message.settled_at >= friend.last_received_at
          )
        ORDER BY last_received_at, number
        LIMIT $5
        """,
        account_id,
        since,
        after[0],
        after[1],
        limit,
    )
    return [Waiting(*row) for row in rows]


async def set_answered(transaction: Transaction, account_id: str, user_id: str, until: int | None) -> None:
    """What she wrote up to `until` (LINE's clock, ms) is answered; None: nothing is said of it any more."""
    await transaction.execute(
        "UPDATE friend SET answered_until = $3 WHERE account_id = $1 AND user_id = $2",
        account_id,
        user_id,
        until,
    )
