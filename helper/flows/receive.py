"""A webhook: checked, stored and counted in, all before it is answered 200."""

from dataclasses import dataclass

from helper.flows.desk import Desk, friend_changed
from helper.flows.forgetting import is_from_before, welcome
from helper.flows.letting_go import end_held
from helper.line.events import ReceivedEvent, read_webhook
from helper.line.signature import BadSignature, verify
from helper.model.refusal import Refused
from helper.store.database import Transaction
from helper.store.events import StoredEvent, store_event, store_reply_token
from helper.store.forgetting import refuse_event
from helper.store.greeting import line_up
from helper.store.messages import held_messages
from helper.store.restores import doubt_newcomer
from helper.store.sightings import Seen, note_seen


async def receive(
    desk: Desk, account_id: str, body: bytes, signature: str | None, came_at: int | None = None
) -> None:
    """Take LINE's request in; returns once every event in it is durable.

    `came_at` (ms, our clock): when a relay took it from LINE; a reply token's minute counts from then.
    Raises `Refused` account_unknown, `BadSignature`, `NotJson`, `NotAWebhook` or `TooBusy`.
    """
    credentials = await desk.credentials(account_id)
    if credentials is None:
        raise Refused("account_unknown")
    if not verify(credentials.channel_secret, body, signature):
        raise BadSignature
    events = read_webhook(body).events
    if not events:
        return

    async def store(transaction: Transaction) -> None:
        now = desk.clock.now()
        for event in events:
            await _take_in(
                transaction, account_id, event, now, desk.rules.safe_reply_ms, desk.restored_at, came_at
            )

    await desk.db.write(store)
    desk.signals.webhook_at[account_id] = desk.clock.now()
    desk.signals.profiles.set()


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What an event we understand says of its user."""

    seen: Seen
    ends_held: tuple[str, str] | None = None


def _understand(event: ReceivedEvent, now: int) -> _Meaning | None:
    """None: an event that is only kept."""
    at = event.timestamp
    match event.type:
        case "follow":
            return _Meaning(Seen(at, now, event.mode, followed=True, unblocked=event.is_unblocked is True))
        case "unfollow":
            return _Meaning(Seen(at, now, event.mode, left=True), ("failed", "friend_blocked"))
        case "message":
            return _Meaning(Seen(at, now, event.mode, wrote=True), ("cancelled", "friend_wrote"))
        case "postback":
            return _Meaning(Seen(at, now, event.mode))
        case _:
            return None


async def _take_in(
    transaction: Transaction,
    account_id: str,
    event: ReceivedEvent,
    now: int,
    safe_age: int,
    restored_at: int | None,
    came_at: int | None = None,
) -> None:
    """Store one event and add its facts, once however often and in whatever order it comes."""
    fresh = await store_event(
        transaction,
        account_id,
        StoredEvent(
            event.webhook_event_id, event.type, event.mode, event.timestamp, event.user_id, event.raw
        ),
        now,
    )
    taken_at = now if came_at is None else min(now, came_at)
    meaning = _understand(event, now)
    if event.user_id is None:
        return
    if meaning is None or not fresh:
        # Rare, so that looking costs nothing: repetitions, and kinds of events that are only kept.
        if await is_from_before(transaction, account_id, event.user_id, event.timestamp):
            await refuse_event(transaction, account_id, event.webhook_event_id, now)
            return
        if meaning is None:
            return
    if event.reply_token and event.mode == "active" and (fresh or event.is_redelivery):
        await store_reply_token(
            transaction,
            account_id,
            event.user_id,
            event.reply_token,
            event.timestamp,
            taken_at,
            event.is_redelivery,
        )
    if not fresh:
        return
    seen = meaning.seen
    stranger = await note_seen(transaction, account_id, event.user_id, seen)
    if stranger is not None and not await welcome(
        transaction, stranger, account_id, event.user_id, event.webhook_event_id, event.timestamp, now
    ):
        return
    if restored_at is not None and (seen.at < restored_at or seen.unblocked or not seen.followed):
        await doubt_newcomer(transaction, account_id, event.user_id, seen.at, seen.unblocked, restored_at)
    if seen.followed and event.reply_token and event.mode == "active":
        await line_up(transaction, account_id, event.user_id, seen.at, taken_at, safe_age)
    friend_changed(transaction, account_id, event.user_id)
    if meaning.ends_held:
        status, code = meaning.ends_held
        for message in await held_messages(transaction, account_id, event.user_id):
            await end_held(transaction, message, status, code, now)
