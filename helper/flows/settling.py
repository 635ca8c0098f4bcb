"""A message that was accepted: its count, its ledger row, its end."""

from helper.flows.desk import friend_changed, message_changed, quota_changed
from helper.model.message import Message
from helper.model.quota import month_of
from helper.store import messages as store
from helper.store import quota
from helper.store.database import Transaction


async def settle_accepted(
    transaction: Transaction, message: Message, request_id: str | None, now: int
) -> None:
    """sending or uncertain → sent; a reservation becomes spent, a reply is noted as one saved."""
    account_id, teammate_id = message.account_id, message.teammate.id or ""
    await store.settle_sent(transaction, message.id, request_id, now)
    if message.reserved_month:
        await quota.settle(transaction, account_id, message.reserved_month, message.id, teammate_id, now)
        quota_changed(transaction, account_id, message.reserved_month)
    else:
        await quota.add_row(transaction, account_id, month_of(now), now, "reply", 0, message.id, teammate_id)
    friend_changed(transaction, account_id, message.user_id)
    message_changed(transaction, account_id, message.id)
