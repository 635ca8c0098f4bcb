"""What a message gives back when it ends without having been accepted."""

from helper.flows.desk import friend_changed, message_changed, quota_changed
from helper.model.message import Message
from helper.model.quota import others
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
        if message.attempts:
            await _keep_what_line_has_told(transaction, message.account_id, message.reserved_month, now)
        quota_changed(transaction, message.account_id, message.reserved_month)


async def _keep_what_line_has_told(transaction: Transaction, account_id: str, month: str, now: int) -> None:
    """LINE's figure was read as if it might hold this message. It did not: then somebody else sent that one."""
    counter = await quota.current_counter(transaction, account_id, month)
    if counter.told is None:
        return
    attempted = await quota.attempted_reservations(transaction, account_id, month)
    elsewhere = others(counter, counter.told, attempted)
    if elsewhere > counter.elsewhere:
        await quota.raise_elsewhere(transaction, account_id, counter, elsewhere, now)


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
