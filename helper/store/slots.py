"""What operators do with a friend: the once-only slot, the queue, claims."""

from helper.model.friend import FirstContact
from helper.store.database import Transaction


async def take_slot(transaction: Transaction, account_id: str, user_id: str, contact: FirstContact) -> bool:
    """Fill the friend's first-contact slot; False when it is filled already."""
    changed = await transaction.execute(
        """
        UPDATE friend SET contact_at = $3, contact_message_id = $4, contact_teammate_id = $5,
                          contact_persona_id = $6, contact_persona = $7, contact_route = $8
        WHERE account_id = $1 AND user_id = $2 AND contact_at IS NULL
        """,
        account_id,
        user_id,
        contact.at,
        contact.message_id,
        contact.teammate.id if contact.teammate else None,
        contact.persona.id if contact.persona else None,
        contact.persona.name if contact.persona else None,
        contact.route,
    )
    return changed == 1


async def change_slot_route(
    transaction: Transaction, account_id: str, user_id: str, message_id: str, route: str
) -> None:
    """The message that holds the slot travels by another route now."""
    await transaction.execute(
        """
        UPDATE friend SET contact_route = $4
        WHERE account_id = $1 AND user_id = $2 AND contact_message_id = $3
        """,
        account_id,
        user_id,
        message_id,
        route,
    )


async def free_slot(transaction: Transaction, account_id: str, user_id: str, message_id: str | None) -> bool:
    """Empty the slot if this message (None: a mark made by hand) fills it."""
    own = "contact_message_id = $3" if message_id else "contact_message_id IS NULL"
    changed = await transaction.execute(
        f"""
        UPDATE friend SET contact_at = NULL, contact_message_id = NULL, contact_teammate_id = NULL,
                          contact_persona_id = NULL, contact_persona = NULL, contact_route = NULL
        WHERE account_id = $1 AND user_id = $2 AND contact_at IS NOT NULL AND {own}
        """,
        account_id,
        user_id,
        *([message_id] if message_id else []),
    )
    return changed == 1


async def set_dismissed(transaction: Transaction, account_id: str, user_id: str, at: int | None) -> None:
    """Hide a friend from the queue (a time), or show her again (None)."""
    await transaction.execute(
        "UPDATE friend SET dismissed_at = $3 WHERE account_id = $1 AND user_id = $2", account_id, user_id, at
    )


async def take_claim(
    transaction: Transaction, account_id: str, user_id: str, teammate_id: str, now: int, until: int
) -> bool:
    """Take or renew a lease; False while a colleague holds it."""
    changed = await transaction.execute(
        """
        UPDATE friend SET claim_teammate_id = $3, claim_until = $5
        WHERE account_id = $1 AND user_id = $2
          AND (claim_until IS NULL OR claim_until <= $4 OR claim_teammate_id = $3)
        """,
        account_id,
        user_id,
        teammate_id,
        now,
        until,
    )
    return changed == 1


async def drop_claim(transaction: Transaction, account_id: str, user_id: str, teammate_id: str) -> None:
    """Give a lease back."""
    await transaction.execute(
        """
        UPDATE friend SET claim_teammate_id = NULL, claim_until = NULL
        WHERE account_id = $1 AND user_id = $2 AND claim_teammate_id = $3
        """,
        account_id,
        user_id,
        teammate_id,
    )
