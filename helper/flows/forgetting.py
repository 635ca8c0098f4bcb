"""Erasing a customer: everything that tells who she is goes for good, the count and the once-only fact stay.

Two steps. `forget` is one unit: from its commit on nothing shows her any more, and nothing she did before can
bring her back. `finish` does what takes longer, in small units, and goes on after a crash: it empties her raw
events and has the database overwrite what deleted rows leave in its files.
"""

import asyncio
import logging
from functools import partial

from helper.flows.desk import Desk, quota_changed
from helper.flows.letting_go import end_held
from helper.flows.pieces import pieces
from helper.flows.views import moment
from helper.model.change import Change
from helper.model.friend import FirstContact
from helper.model.refusal import Refused
from helper.store import accounts, quota
from helper.store import forgetting as store
from helper.store.database import Transaction
from helper.store.forgetting import Pending
from helper.store.friends import find_friend
from helper.store.messages import held_messages, set_reserved_month, unsettled_reservations
from helper.store.retention import event_behind
from helper.store.sightings import Stranger
from helper.store.slots import take_slot

log = logging.getLogger(__name__)

HOUR = 3_600_000
LARGE = 150_000_000
"""Bytes of a file that takes longer than about two seconds to be written anew."""
NIGHT = range(17, 20)
"""Hours in UTC: from two to five o'clock in Japan."""
LONGEST_WAIT = 24 * HOUR
"""ms after which it is not put off any more: not every computer is on at night."""
WIPE_TRIES = 20
WIPE_PAUSE = 0.5
"""Seconds between two tries to wipe the files while another process reads them."""
FORGOTTEN = "forgotten"
"""The route of a first contact of which only the fact is left."""


async def forget(desk: Desk, account_id: str, user_id: str) -> None:
    """Erase a friend. What is held for her is cancelled (`forgotten`); `finish` is to be called afterwards.

    Raises `Refused` account_unknown, friend_unknown (also for somebody who is erased already), or
    message_in_flight while LINE may be hearing a message to her.
    """
    at = await moment(desk, account_id)

    async def erase(transaction: Transaction) -> None:
        if not await accounts.was_connected_before(transaction, account_id):
            raise Refused("account_unknown")
        if await find_friend(transaction, account_id, user_id) is None:
            raise Refused("friend_unknown")
        if await store.has_message_in_flight(transaction, account_id, user_id, at.now):
            raise Refused("message_in_flight")
        for message in await held_messages(transaction, account_id, user_id):
            await end_held(transaction, message, "cancelled", "forgotten", at.now)
        await leave_the_fact(transaction, account_id, user_id, at.line_now, at.now)
        transaction.publish(Change("forgotten", account_id, account_id))

    await desk.db.write(erase)


async def leave_the_fact(
    transaction: Transaction, account_id: str, user_id: str, erased_at: int, now: int
) -> None:
    """Delete what tells who she is; nothing of hers is held or on its way. `erased_at` is by LINE's clock (ms)."""
    await _settle_what_nobody_can_know(transaction, account_id, user_id, now)
    friend = await find_friend(transaction, account_id, user_id)
    contact_at = friend.first_contact.at if friend and friend.first_contact else None
    salt = await store.ensure_salt(transaction)
    person = store.hashed(salt, account_id, user_id)
    await store.remember(transaction, person, account_id, erased_at, contact_at)
    await store.reduce_messages(transaction, salt, account_id, user_id, now)
    await store.erase_friend(transaction, account_id, user_id)
    await store.begin(transaction, account_id, user_id, now)


async def _settle_what_nobody_can_know(
    transaction: Transaction, account_id: str, user_id: str, now: int
) -> None:
    """Uncertain pushes stay uncertain and count as spent: nobody can be asked about them any more."""
    for message in await unsettled_reservations(transaction, account_id, user_id):
        assert message.reserved_month is not None
        teammate_id = message.teammate.id or ""
        await quota.settle(transaction, account_id, message.reserved_month, message.id, teammate_id, now)
        await set_reserved_month(transaction, message.id, None)
        quota_changed(transaction, account_id, message.reserved_month)


async def finish(desk: Desk, *, nobody_waits: bool = False) -> bool:
    """Empty the raw events of whoever was erased and wipe the files; False if a part of that has to wait.

    Called after every erasing, and every hour for what had to wait. Writing a large file anew holds everybody
    up, so it waits for the night, unless `nobody_waits` (a command without a running daemon).
    """
    async with desk.signals.erasing:
        for each in await desk.db.read(store.pending):
            await _empty_events(desk, each)
        since = await desk.db.read(store.unwiped_since)
        if since is None:
            return True
        whole = nobody_waits or not await _has_to_wait(desk, since)
        for _ in range(WIPE_TRIES):
            if await desk.db.wipe(whole=whole):
                if whole:
                    await desk.db.write(store.note_wiped)
                return whole
            await asyncio.sleep(WIPE_PAUSE)
        log.warning("the database is in use elsewhere: erased data is wiped from its files later")
        return False


async def _has_to_wait(desk: Desk, since: int) -> bool:
    now = desk.clock.now()
    hour = now // HOUR % 24
    if hour in NIGHT or now - since >= LONGEST_WAIT:
        return False
    return await desk.db.size() > LARGE


async def is_finished(desk: Desk) -> bool:
    """Whether nothing of anybody who was erased is left."""
    return await desk.db.read(store.unwiped_since) is None


async def is_put_off(desk: Desk) -> bool:
    """Whether all that is left to do is to write a large file anew, and that waits for the night."""
    since = await desk.db.read(store.unwiped_since)
    return since is not None and not await desk.db.read(store.pending) and await _has_to_wait(desk, since)


async def _empty_events(desk: Desk, each: Pending) -> None:
    """Walk through the account's raw events in the order of their ids."""
    account_id = each.account_id
    async for piece in pieces(desk.db, lambda reader, *at: event_behind(reader, account_id, *at)):
        hers = await desk.db.read(
            partial(
                store.events_naming,
                account_id=account_id,
                user_id=each.user_id,
                after=piece.after,
                upto=piece.upto,
                received_until=each.at,
            )
        )
        if hers:
            await desk.db.write(partial(store.empty_events, account_id=account_id, event_ids=hers))
    await desk.db.write(partial(store.end, done=each))


# --- when she comes back, or an old event does ---


async def is_from_before(transaction: Transaction, account_id: str, user_id: str, event_at: int) -> bool:
    """Whether an event (LINE's time, ms; 0 unknown) happened before its user was erased."""
    salt = await store.find_salt(transaction)
    if salt is None:
        return False
    fact = await store.recall(transaction, salt, account_id, user_id)
    return fact is not None and 0 < event_at <= fact.at


async def welcome(
    transaction: Transaction,
    stranger: Stranger,
    account_id: str,
    user_id: str,
    event_id: str,
    event_at: int,
    now: int,
) -> bool:
    """Look whether the person of an event that has just been taken in was erased once.

    Is the event older than her erasing (LINE sent it late or again), all it brought goes again: False. Else she
    is a friend anew; a new row gets her first contact back, so that nobody greets her twice.
    """
    fact = await store.recall(transaction, stranger.salt, account_id, user_id)
    if fact is None:
        return True
    if 0 < event_at <= fact.at:
        await store.erase_again(transaction, account_id, user_id, event_id, fact.at, now)
        return False
    if stranger.created and fact.contact_at is not None:
        contact = FirstContact(None, fact.contact_at, None, None, FORGOTTEN)
        await take_slot(transaction, account_id, user_id, contact)
    return True
