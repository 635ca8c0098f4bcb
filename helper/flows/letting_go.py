"""What a message gives back when it ends without having been accepted."""

from helper.flows.desk import friend_changed, message_changed, quota_changed
from helper.model.message import Message
from helper.store import messages as store
from helper.store import quota
from helper.store.database import Transaction
from helper.store.slots import free_slot


async def give_back(transaction: Transaction, message: Message, now: int) -> None:
    """Release the message's reservation, if it holds one."""
    if message.reserved_month:
        await quota.release(
            transaction,
            message.account_id,
            message.reserved_month,
            message.id,
            message.teammate.id or "",
            now,
        )
        await store.set_reserved_month(transaction, message.id, None)
        quota_changed(transaction, message.account_id, message.reserved_month)


async def let_go(transaction: Transaction, message: Message, now: int) -> None:
    """Release the reservation and free the once-only slot, and tell who watches."""
    await give_back(transaction, message, now)
    if message.first_contact:
        await free_slot(transaction, message.account_id, message.user_id, message.id)
    friend_changed(transaction, message.account_id, message.user_id)
    message_changed(transaction, message.account_id, message.id)


async def end_held(
    transaction: Transaction, message: Message, status: str, code: str | None, now: int
) -> bool:
    """held → cancelled or failed; False when the message is not held any more."""
    ended = await store.end_held(transaction, message.id, status, code, now)
    if ended:
        await let_go(transaction, message, now)
    return ended
