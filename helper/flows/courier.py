"""The courier: takes messages that are due to LINE, one attempt at a time, each written down before its call.

A message in `sending` belongs to one process by a lease. What a crash left behind is taken up again when
the lease is gone, by the same rules: an attempt without an outcome counts as one that may have been accepted.
"""

import asyncio
import logging
import random
from dataclasses import dataclass, replace
from functools import partial

from helper.flows.desk import Desk, message_changed, quota_changed
from helper.flows.letting_go import end_held, give_back, let_go
from helper.flows.settling import settle_accepted
from helper.flows.worker import DueWorker
from helper.line.answers import ProfileFound, ProfileMissing, ProfileUnavailable
from helper.line.client import LineClient
from helper.model.delivery import (
    LATE,
    Again,
    Fail,
    Progress,
    Sent,
    Step,
    TurnToPush,
    Uncertain,
    after_attempt,
    before_attempt,
)
from helper.model.friend import Friend
from helper.model.message import Message
from helper.model.outcome import NotSent, Outcome, QuotaSpent, Unauthorised, Unknown
from helper.model.quota import month_of
from helper.model.refusal import Refused
from helper.store import messages as store
from helper.store import quota
from helper.store.database import Reader, StoreTrouble, TooBusy, Transaction
from helper.store.events import use_reply_token
from helper.store.friends import find_friend
from helper.store.messages import Due
from helper.store.sightings import block, save_profile
from helper.store.slots import change_slot_route

log = logging.getLogger(__name__)

LEASE = 45_000
"""ms a message belongs to one process; longer than a call with a new channel token can take."""
WIDTH = 32
"""Messages under way at once."""
STORE_AGAIN = 0.5
"""Seconds between two tries to store an outcome that the database did not take."""
FRESH = 10 * 60_000
"""ms for which a follow or a profile answer shows that she can be reached."""


async def _look(reader: Reader, now: int, limit: int) -> tuple[list[Due], int | None]:
    """What is due, and when the next message will be."""
    return await store.messages_due(reader, now, limit), await store.next_due(reader, now)


@dataclass(frozen=True, slots=True)
class _Call:
    """One attempt, written down and ready to be made."""

    message: Message
    number: int


@dataclass(frozen=True, slots=True)
class _Question:
    """Before the attempt LINE is to be asked whether this friend can be reached."""

    user_id: str


class Courier:
    """Brings due messages to LINE and settles what becomes of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._chance = random.Random()  # noqa: S311 (jitter)
        self._worker = DueWorker(
            desk.clock,
            desk.signals.messages,
            lambda now, limit: desk.db.read(lambda reader: _look(reader, now, limit)),
            self.deliver,
            lambda due: due.id,
            WIDTH,
        )

    async def run(self) -> None:
        """Take up what another life of this process left, then work until cancelled."""
        await self.take_over()
        await self._worker.run()

    async def take_over(self) -> None:
        """Free what another life of this process left under way. Only one daemon has this database."""
        await self._desk.db.write(lambda transaction: store.break_leases(transaction, self._desk.process_id))

    async def close(self, seconds: float = 1.5) -> None:
        """Let attempts under way end; what doesn't is taken up at the next start."""
        await self._worker.close(seconds)

    async def deliver(self, due: Due) -> None:
        """Attempt one due message until it is settled or has to wait."""
        asked = False
        while True:
            await self._get_ready(due)
            begin = partial(self._begin, due=due, asked=asked)
            match await self._desk.db.write(begin):
                case None:
                    return
                case _Question(user_id=user_id):
                    await self._ask_profile(due, user_id)
                    asked = True
                case _Call() as call:
                    outcome = await self._attempt(call)
                    if await self._write_down(call, outcome):
                        return

    async def _write_down(self, call: _Call, outcome: Outcome) -> bool:
        """Make what LINE said durable, however long the disk is full: we know it now and could not ask again."""
        while True:
            try:
                return await self._desk.db.write(
                    lambda transaction: self._conclude(transaction, call, outcome)
                )
            except (StoreTrouble, TooBusy):
                await asyncio.sleep(STORE_AGAIN)

    # --- is she still there? ---

    async def _ask_profile(self, due: Due, user_id: str) -> None:
        """Ask LINE whether she can be reached. The message is held meanwhile: it can still be undone."""
        client = await self._client(due.account_id)
        profile = ProfileUnavailable("not connected") if client is None else await client.profile(user_id)
        match profile:
            case ProfileFound():
                await self._desk.db.write(
                    lambda transaction: save_profile(
                        transaction,
                        due.account_id,
                        user_id,
                        profile.display_name,
                        profile.picture_url,
                        self._desk.clock.now(),
                    )
                )
            case ProfileMissing():
                await self._desk.db.write(lambda transaction: self._unreachable(transaction, due, user_id))
            case _:
                log.info("profile could not be asked before a first contact", extra={"message_id": due.id})

    async def _unreachable(self, transaction: Transaction, due: Due, user_id: str) -> None:
        now = self._desk.clock.now()
        message = await store.find_message(transaction, due.account_id, due.id)
        await block(transaction, due.account_id, user_id, now)
        if message is not None:
            await end_held(transaction, message, "failed", "friend_blocked", now)

    # --- one attempt ---

    async def _get_ready(self, due: Due) -> None:
        """Have LINE's SDK and a channel token before the attempt is written down.

        They take seconds after a start. A crash in them must not look like one in the middle of a call.
        """
        client = await self._client(due.account_id)
        if client is not None:
            await client.warm()

    async def _begin(self, transaction: Transaction, due: Due, asked: bool) -> _Call | _Question | None:
        """Take the lease, decide whether and how to try, and write the attempt down.

        Or say what is to be `asked` before; None: there is nothing to do now.
        """
        now = self._desk.clock.now()
        message = await store.find_message(transaction, due.account_id, due.id)
        if message is None:
            return None
        friend = None if message.attempts else await find_friend(transaction, due.account_id, message.user_id)
        if not asked and friend is not None and _is_in_doubt(message, friend, now):
            return _Question(friend.user_id)
        if not await store.take_lease(transaction, due.id, self._desk.process_id, now, now + LEASE):
            return None
        message = await self._interrupted(transaction, message, now)
        step = None if message.attempts else _first_look(message, friend, now)
        if step is None:
            step = before_attempt(_progress(message, now), now) if message.attempts else None
        if step is None and message.attempts == 0 and message.route == "reply":
            step = await self._take_token(transaction, message, now)
        if isinstance(step, TurnToPush):
            step = await self._turn_to_push(transaction, message, now)
            message = await self._again(transaction, message)
        if step is None and message.route == "push" and not message.maybe_accepted:
            step = await self._into_this_month(transaction, message, now)
        if step is not None:
            await self._apply(transaction, await self._again(transaction, message), step, now)
            return None
        number = message.attempts + 1
        await store.begin_attempt(transaction, message.id, number, message.route, now)
        message_changed(transaction, message.account_id, message.id)
        return _Call(
            replace(message, attempts=number, first_attempt_at=message.first_attempt_at or now), number
        )

    async def _again(self, reader: Reader, message: Message) -> Message:
        found = await store.find_message(reader, message.account_id, message.id)
        if found is None:
            raise RuntimeError(f"message {message.id} is gone in the middle of its delivery")
        return found

    async def _interrupted(self, transaction: Transaction, message: Message, now: int) -> Message:
        """An attempt that never ended may have been accepted."""
        last = await store.last_attempt(transaction, message.id) if message.attempts else None
        if last is None or last.finished:
            return message
        await store.end_attempt(transaction, message.id, last.number, "interrupted", None, None, now)
        await store.note_unknown(transaction, message.id, reply=last.route == "reply")
        return await self._again(transaction, message)

    async def _take_token(self, transaction: Transaction, message: Message, now: int) -> Step | None:
        """Use up the reply token in the unit that begins the sending: two messages never share one."""
        alive = message.reply_until is not None and now <= message.reply_until
        if alive and message.reply_token is not None:
            account_id, user_id = message.account_id, message.user_id
            if await use_reply_token(transaction, account_id, user_id, message.reply_token, message.id):
                return None
        return TurnToPush() if message.max_cost >= 1 else Fail("free_route_gone")

    async def _turn_to_push(self, transaction: Transaction, message: Message, now: int) -> Step | None:
        """Reserve for a push instead; a refusal's step, or None when the message is a push now."""
        refused = await self._reserve(transaction, message, now)
        if refused is not None:
            return refused
        await store.change_route(transaction, message.id, "push")
        await change_slot_route(transaction, message.account_id, message.user_id, message.id, "push")
        return None

    async def _into_this_month(self, transaction: Transaction, message: Message, now: int) -> Step | None:
        """A push belongs to the month of its first attempt that may be accepted: move the reservation."""
        if message.reserved_month == month_of(now):
            return None
        await give_back(transaction, message, now)
        return await self._reserve(transaction, message, now)

    async def _reserve(self, transaction: Transaction, message: Message, now: int) -> Fail | None:
        """Reserve in the present month; a refusal's step, or None when it is done."""
        month = month_of(now)
        teammate_id = message.teammate.id or ""
        if not await quota.reserve(transaction, message.account_id, month, message.id, teammate_id, now):
            return Fail("quota_exhausted")
        await store.set_reserved_month(transaction, message.id, month)
        quota_changed(transaction, message.account_id, month)
        return None

    async def _attempt(self, call: _Call) -> Outcome:
        """Call LINE. Whatever goes wrong on our side after this point counts as unknown."""
        message = call.message
        client = await self._client(message.account_id)
        if client is None:
            return NotSent("the account is not connected")
        objects = [dict(item) for item in message.objects]
        try:
            if message.route == "reply" and message.reply_token is not None:
                outcome = await client.reply(message.reply_token, objects)
            else:
                outcome = await client.push(message.user_id, objects, message.retry_key)
        except Exception as error:
            log.exception("an attempt broke on our side", extra={"message_id": message.id})
            return Unknown(type(error).__name__)
        if isinstance(outcome, Unauthorised):
            client.forget_token()
        return outcome

    async def _client(self, account_id: str) -> LineClient | None:
        """The account's client; None when the account was taken away in the meantime."""
        try:
            return await self._desk.channels.client(account_id)
        except Refused:
            return None

    async def _conclude(self, transaction: Transaction, call: _Call, outcome: Outcome) -> bool:
        """Write the outcome down and take the step that follows; False: attempt again at once."""
        now = self._desk.clock.now()
        before = call.message
        await store.end_attempt(
            transaction,
            before.id,
            call.number,
            type(outcome).__name__,
            _detail(outcome),
            getattr(outcome, "request_id", None),
            now,
        )
        step = after_attempt(_progress(before, now), outcome, now, self._chance)
        if isinstance(outcome, Unknown):
            await store.note_unknown(transaction, before.id, reply=before.route == "reply")
        renewed = isinstance(outcome, Unauthorised)
        if renewed != before.token_renewed:
            await store.note_token_renewed(transaction, before.id, renewed)
        if isinstance(outcome, QuotaSpent) or (isinstance(step, Sent) and before.route == "push"):
            self._desk.signals.ask_quota(before.account_id)
        message = await self._again(transaction, before)
        if isinstance(step, TurnToPush):
            refused = await self._turn_to_push(transaction, message, now)
            step = Again(0) if refused is None else refused
        await self._apply(transaction, message, step, now)
        return not (isinstance(step, Again) and step.after == 0)

    async def _apply(self, transaction: Transaction, message: Message, step: Step, now: int) -> None:
        """Make a step durable."""
        message_changed(transaction, message.account_id, message.id)
        match step:
            case Sent(request_id=request_id):
                await settle_accepted(transaction, message, request_id, now)
            case Fail(code="expired", text=text) if message.attempts == 0:
                await store.settle_failed(transaction, message.id, "cancelled", "expired", text, now)
                await let_go(transaction, message, now)
            case Fail(code=code, text=text):
                await store.settle_failed(transaction, message.id, "failed", code, text, now)
                await let_go(transaction, message, now)
            case Again(after=after):
                status = "uncertain" if message.status == "uncertain" else "sending"
                await store.try_later(transaction, message.id, status, now + after)
            case Uncertain(ask_after=ask_after):
                later = None if ask_after is None else now + ask_after
                await store.try_later(transaction, message.id, "uncertain", later)
            case TurnToPush():
                raise RuntimeError("a turn to push is carried out before it is applied")


def _is_in_doubt(message: Message, friend: Friend, now: int) -> bool:
    """Whether a first contact goes to somebody of whom nothing was heard for a while."""
    if message.status != "held" or not message.first_contact or now > message.hold_until + LATE:
        return False
    return now - max(friend.followed_at or 0, friend.profile_asked_at or 0) > FRESH


def _first_look(message: Message, friend: Friend | None, now: int) -> Step | None:
    """What ends a message that was never attempted: it is late, or she cannot be written to any more."""
    if now > message.hold_until + LATE:
        return Fail("expired")
    if friend is None or friend.blocked:
        return Fail("friend_blocked")
    return Fail("account_standby") if friend.standby else None


def _progress(message: Message, now: int) -> Progress:
    return Progress(
        route=message.route,
        max_cost=message.max_cost,
        attempts=message.attempts,
        first_attempt_at=message.first_attempt_at if message.first_attempt_at is not None else now,
        maybe_accepted=message.maybe_accepted,
        unknown_replies=message.unknown_replies,
        token_renewed=message.token_renewed,
        reply_until=message.reply_until,
    )


def _detail(outcome: Outcome) -> str | None:
    """LINE's words or ours about an outcome; never a text or a name."""
    return getattr(outcome, "message", None) or getattr(outcome, "reason", None)
