"""A click: planned, reserved and made durable; undone; decided by a person where nobody can know."""

from dataclasses import dataclass, replace

from helper.flows.desk import Desk, account_in, friend_changed, message_changed, quota_changed
from helper.flows.letting_go import end_held, let_go
from helper.flows.settling import settle_accepted
from helper.flows.views import Moment, Wish, moment, plan_for, without_old_claim
from helper.model.account import Account
from helper.model.friend import FirstContact, Friend, Named
from helper.model.message import Message, Preview, Sender, SendRequest
from helper.model.persona import Persona, sender_display
from helper.model.quota import Counter, month_end, month_of
from helper.model.refusal import Invalid, Refused
from helper.model.route import REPLY_GRACE, Plan, ReplyToken
from helper.model.template import Blanks, MessageObject, check_messages, render
from helper.store import greeting, quota
from helper.store import messages as store
from helper.store.database import Reader, Transaction
from helper.store.events import newest_reply_tokens
from helper.store.friends import find_friend
from helper.store.personas import find_persona
from helper.store.slots import take_slot
from helper.store.templates import find_template

KEY_LIFE = 30 * 24 * 3_600_000
"""ms for which an idempotency key is kept."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """What would be sent, to whom, and by which way."""

    account: Account
    friend: Friend
    persona: Persona | None
    template_id: str | None
    template_name: str | None
    objects: tuple[MessageObject, ...]
    token: ReplyToken | None
    counter: Counter
    plan: Plan


async def preview(desk: Desk, account_id: str, request: SendRequest, teammate: Sender) -> Preview:
    """What a click would send and cost; changes nothing.

    Raises `Refused` and `Invalid` for bad input, as `send` does.
    """
    at = await moment(desk, account_id)

    async def read(reader: Reader) -> Preview:
        draft = await _draft(reader, account_id, request, teammate, at, only_sent_by_us=False)
        remaining = draft.counter.remaining
        return Preview(
            objects=draft.objects,
            sender=draft.persona.sender() if draft.persona else None,
            sender_display=sender_display(draft.account.name, draft.persona.name if draft.persona else None),
            plan=draft.plan,
            remaining_after=None if remaining is None else max(0, remaining - draft.plan.cost),
            warnings=_warnings(draft, teammate),
        )

    return await desk.db.read(read)


def _warnings(draft: _Draft, teammate: Sender) -> tuple[str, ...]:
    friend, counter = draft.friend, draft.counter
    low = counter.allowance is not None and (counter.remaining or 0) * 10 <= counter.allowance
    found = {
        "name_unknown": not friend.display_name,
        "friend_wrote": friend.has_written,
        "already_contacted": friend.first_contact is not None and not friend.has_written,
        "claimed": friend.claim is not None and friend.claim.teammate.id != teammate.id,
        "quota_low": low,
    }
    return tuple(code for code, holds in found.items() if holds)


async def send(
    desk: Desk, account_id: str, request: SendRequest, idempotency_key: str, body_hash: str, teammate: Sender
) -> tuple[Message, bool]:
    """Make a click durable: message, once-only slot and reservation in one unit.

    Returns the message and whether it is new; the same key and body give the same message. Raises
    `Refused` with the contract's codes in the contract's order, `Invalid` for a body LINE would refuse.
    """
    at = await moment(desk, account_id)

    async def create(transaction: Transaction) -> tuple[Message, bool]:
        earlier = await store.message_of_key(transaction, account_id, idempotency_key)
        if earlier and earlier.message.created_at >= at.now - KEY_LIFE:
            if not earlier.is_for(body_hash):
                raise Refused("idempotency_key_reused")
            return earlier.message, False
        if earlier:
            await store.forget_key(transaction, account_id, idempotency_key)
        return await make(
            desk, transaction, account_id, request, teammate, at, idempotency_key, body_hash
        ), True

    message, created = await desk.db.write(create)
    if created:
        desk.signals.messages.set()
    return message, created


async def make(
    desk: Desk,
    transaction: Transaction,
    account_id: str,
    request: SendRequest,
    teammate: Sender | None,
    at: Moment,
    idempotency_key: str | None = None,
    body_hash: str = "",
) -> Message:
    """The unit of every send, a click's and the greeting's (`teammate` None); `signals.messages` is the caller's part.

    Raises as `send`, and then it has written nothing.
    """
    draft = await _draft(transaction, account_id, request, teammate, at, only_sent_by_us=True)
    _refuse(draft, request, teammate)
    message = _message(desk, draft, request, teammate, at)
    if message.route == "push":
        message = await _reserve(transaction, message, draft.counter, at.now)
    if message.first_contact:
        await _take_slot(transaction, message)
        await greeting.drop(transaction, account_id, message.user_id)
    await store.insert_message(
        transaction, message, store.Origin(idempotency_key, body_hash, draft.template_name)
    )
    message_changed(transaction, account_id, message.id)
    friend_changed(transaction, account_id, message.user_id)
    return message


async def _draft(
    reader: Reader,
    account_id: str,
    request: SendRequest,
    teammate: Sender | None,
    at: Moment,
    *,
    only_sent_by_us: bool,
) -> _Draft:
    """Put together what a request means now."""
    account = await account_in(reader, account_id)
    friend = await find_friend(reader, account_id, request.user_id)
    if friend is None:
        raise Refused("friend_unknown")
    friend = without_old_claim(friend, at.now)
    content = await _content(reader, account_id, request)
    persona = await _persona(reader, account_id, request, content.persona_id)
    # A greeting has no teammate: whoever it comes from signs it.
    signed = teammate.name if teammate else persona.name if persona else account.name
    blanks = Blanks(friend.display_name, account.name, persona.name if persona else None, signed)
    objects = render(content.messages, content.tap_replies, blanks, persona.sender() if persona else None)
    token = (await newest_reply_tokens(reader, account_id, [friend.user_id], at.now)).get(friend.user_id)
    counter = await quota.current_counter(reader, account_id, month_of(at.now))
    wish = Wish(persona is not None, request.hold_ms, only_sent_by_us)
    plan = plan_for(account, friend, token, counter, at, wish)
    return _Draft(
        account, friend, persona, request.template_id, content.name, tuple(objects), token, counter, plan
    )


@dataclass(frozen=True, slots=True)
class _Content:
    messages: tuple[MessageObject, ...]
    tap_replies: tuple[str, ...] = ()
    persona_id: str | None = None
    name: str | None = None


async def _content(reader: Reader, account_id: str, request: SendRequest) -> _Content:
    if request.messages is not None:
        check_messages(request.messages, template=False)
        return _Content(request.messages)
    template = await find_template(reader, account_id, request.template_id or "")
    if template is None:
        raise Invalid([("template_id", "テンプレートが見つかりません / There is no such template")])
    return _Content(template.messages, template.tap_replies, template.persona_id, template.name)


async def _persona(
    reader: Reader, account_id: str, request: SendRequest, of_template: str | None
) -> Persona | None:
    persona_id = request.persona_id if request.persona_given else of_template
    if persona_id is None:
        return None
    persona = await find_persona(reader, account_id, persona_id)
    if persona is None:
        raise Invalid([("persona_id", "送信者が見つかりません / There is no such persona")])
    return persona


def _refuse(draft: _Draft, request: SendRequest, teammate: Sender | None) -> None:
    """Raise the first refusal that applies, in the contract's order."""
    friend, account = draft.friend, draft.account
    if request.expect_basic_id is not None and not account.is_called(request.expect_basic_id):
        raise Refused("account_mismatch")
    if draft.plan.refused in ("account_standby", "friend_blocked"):
        raise Refused(draft.plan.refused)
    if friend.first_contact and not friend.has_written and not request.override_reason:
        raise Refused("already_contacted", first_contact=friend.first_contact)
    if friend.claim and (teammate is None or friend.claim.teammate.id != teammate.id):
        raise Refused("claimed", claim=friend.claim)
    if draft.plan.route != "reply" and request.max_cost < 1:
        raise Refused("free_route_gone")
    if draft.plan.route is None:
        raise _quota_gone(draft.counter)


def _quota_gone(counter: Counter) -> Refused:
    if counter.unasked:
        return Refused("quota_unknown")
    return Refused("quota_exhausted", resets_at=month_end(counter.month))


def _message(desk: Desk, draft: _Draft, request: SendRequest, teammate: Sender | None, at: Moment) -> Message:
    friend = draft.friend
    by_reply = draft.plan.route == "reply" and draft.token is not None
    until = None
    if by_reply and draft.token is not None:
        # The grace is for somebody who clicked in time; what goes out by itself keeps to the safe age.
        grace = REPLY_GRACE if teammate else 0
        until = at.now + at.rules.safe_reply_ms + grace - draft.token.age(at.now, at.line_now)
    hold = at.rules.hold_ms if request.hold_ms is None else request.hold_ms
    return Message(
        id=desk.new_id(),
        account_id=draft.account.id,
        user_id=friend.user_id,
        status="held",
        route="reply" if by_reply else "push",
        max_cost=request.max_cost,
        first_contact=not friend.has_written and friend.first_contact is None,
        override_reason=request.override_reason,
        hold_until=at.now + hold,
        teammate=Named(teammate.id, teammate.name) if teammate else Named(None, ""),
        persona=Named(draft.persona.id, draft.persona.name) if draft.persona else None,
        template_id=draft.template_id,
        objects=draft.objects,
        retry_key=desk.new_id(),
        reply_token=draft.token.token if by_reply and draft.token else None,
        reply_until=until,
        attempts=0,
        first_attempt_at=None,
        maybe_accepted=False,
        unknown_replies=0,
        token_renewed=False,
        reserved_month=None,
        next_at=at.now + hold,
        line_request_id=None,
        error_code=None,
        error_text=None,
        created_at=at.now,
        settled_at=None,
        origin="click" if teammate else "greeting",
    )


async def _reserve(transaction: Transaction, message: Message, counter: Counter, now: int) -> Message:
    month = month_of(now)
    if not await quota.reserve(
        transaction, message.account_id, month, message.id, message.teammate.id or "", now
    ):
        raise _quota_gone(counter)
    quota_changed(transaction, message.account_id, month)
    return replace(message, reserved_month=month)


async def _take_slot(transaction: Transaction, message: Message) -> None:
    teammate = message.teammate if message.teammate.id else None
    contact = FirstContact(message.id, message.created_at, teammate, message.persona, message.route)
    if not await take_slot(transaction, message.account_id, message.user_id, contact):
        # Units run one after the other, so the slot that was free a line ago still is.
        raise RuntimeError("the first-contact slot was filled inside the unit that found it free")


async def get(desk: Desk, account_id: str, message_id: str) -> Message:
    """One message; raises `Refused` message_unknown."""
    return await desk.db.read(lambda reader: _message_in(reader, account_id, message_id))


async def _message_in(reader: Reader, account_id: str, message_id: str) -> Message:
    message = await store.find_message(reader, account_id, message_id)
    if message is None:
        raise Refused("message_unknown")
    return message


async def undo(desk: Desk, account_id: str, message_id: str) -> Message:
    """held → cancelled; raises `Refused` not_held when the sending has won."""

    async def cancel(transaction: Transaction) -> Message:
        message = await _message_in(transaction, account_id, message_id)
        if not await end_held(transaction, message, "cancelled", None, desk.clock.now()):
            raise Refused("not_held")
        return await _message_in(transaction, account_id, message_id)

    return await desk.db.write(cancel)


async def resolve(desk: Desk, account_id: str, message_id: str, delivered: bool, teammate: Sender) -> Message:
    """A person decides what became of an uncertain message.

    Raises `Refused` not_uncertain, also while an attempt to learn the outcome is under way.
    """

    async def decide(transaction: Transaction) -> Message:
        now = desk.clock.now()
        message = await _message_in(transaction, account_id, message_id)
        if not await store.resolve_uncertain(transaction, message_id, now):
            raise Refused("not_uncertain")
        if delivered:
            await settle_accepted(transaction, message, message.line_request_id, now)
        else:
            said = f"decided by {teammate.id}"
            await store.settle_failed(transaction, message_id, "failed", "not_delivered", said, now)
            await let_go(transaction, message, now)
        return await _message_in(transaction, account_id, message_id)

    return await desk.db.write(decide)
