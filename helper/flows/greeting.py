"""The greeting that goes out by itself: switched on by an admin, carried out by a worker, sent the one way there is.

Whoever follows while the rule runs is lined up in the webhook's own unit. When her time has come, one unit makes
an ordinary message of it, or finds a reason against it; the once-only slot decides who was first.
"""

import asyncio
import logging
from functools import partial

from helper.flows.desk import Desk, account_in, friend_changed
from helper.flows.letting_go import end_held
from helper.flows.send import make
from helper.flows.views import Moment, judge_greeting, moment
from helper.flows.worker import DueWorker
from helper.model.change import Change
from helper.model.greeting import MARGIN, SHORTEST_WAIT, Greet, GreetingRule, Skip, Verdict
from helper.model.message import Sender, SendRequest
from helper.model.quota import month_of
from helper.model.refusal import Invalid, Refused
from helper.store import greeting as store
from helper.store.accounts import find_account
from helper.store.database import Reader, Transaction
from helper.store.events import newest_reply_tokens
from helper.store.friends import find_friend
from helper.store.greeting import Awaited
from helper.store.messages import all_held
from helper.store.personas import find_persona
from helper.store.quota import current_counter
from helper.store.templates import find_template

log = logging.getLogger(__name__)

WIDTH = 16
"""Friends greeted at once."""


async def read(desk: Desk, account_id: str) -> GreetingRule | None:
    """An account's rule, running or not; None where there never was one. Raises `Refused` account_unknown."""

    async def find(reader: Reader) -> GreetingRule | None:
        await account_in(reader, account_id)
        return await store.find_rule(reader, account_id)

    return await desk.db.read(find)


def longest_wait(desk: Desk) -> int:
    """ms: a longer wait would leave too little of the reply token's time."""
    return desk.rules.safe_reply_ms - MARGIN


async def set_up(desk: Desk, account_id: str, rule: GreetingRule, teammate: Sender) -> GreetingRule:
    """Switch the greeting on as this rule says, for who follows from now on; whoever waits is not greeted by itself.

    Raises `Refused` account_unknown or other_tool_replies, `Invalid` for what cannot be.
    """

    async def save(transaction: Transaction) -> GreetingRule:
        now = desk.clock.now()
        account = await account_in(transaction, account_id)
        errors = await _errors(desk, transaction, account_id, rule)
        if errors:
            raise Invalid(errors)
        if account.other_tool_replies:
            raise Refused("other_tool_replies")
        await _let_nobody_wait(transaction, account_id, now)
        await store.save_rule(transaction, account_id, rule, teammate.id, now)
        transaction.publish(Change("account", account_id, account_id))
        saved = await store.find_rule(transaction, account_id)
        assert saved is not None
        return saved

    return await desk.db.write(save)


async def _errors(desk: Desk, reader: Reader, account_id: str, rule: GreetingRule) -> list[tuple[str, str]]:
    errors: list[tuple[str, str]] = []
    least, most = SHORTEST_WAIT // 1000, longest_wait(desk) // 1000
    if not least <= rule.wait // 1000 <= most:
        words = f"{least}〜{most}秒にしてください / It must be {least} to {most} seconds"
        errors.append(("wait_seconds", words))
    if not rule.days:
        errors.append(("days", "曜日を選んでください / Choose at least one day"))
    if rule.hours is not None and rule.hours.opens == rule.hours.closes:
        errors.append(("hours", "始まりと終わりを別の時刻にしてください / Begin and end must differ"))
    if await find_template(reader, account_id, rule.template_id) is None:
        errors.append(("template_id", "テンプレートが見つかりません / There is no such template"))
    if rule.persona_id is not None and await find_persona(reader, account_id, rule.persona_id) is None:
        errors.append(("persona_id", "送信者が見つかりません / There is no such persona"))
    return errors


async def stop(desk: Desk, account_id: str, teammate: Sender) -> None:
    """Switch the greeting off. Nothing of it goes out from now on that LINE is not being told already.

    Raises `Refused` account_unknown.
    """

    async def end(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        await end_greeting(transaction, account_id, teammate.id, desk.clock.now())

    await desk.db.write(end)


async def end_greeting(transaction: Transaction, account_id: str, teammate_id: str, now: int) -> None:
    """Switch the greeting off within a unit; nothing where it is off."""
    if await store.stop_rule(transaction, account_id, teammate_id, now):
        await _let_nobody_wait(transaction, account_id, now)
        transaction.publish(Change("account", account_id, account_id))


async def _let_nobody_wait(transaction: Transaction, account_id: str, now: int) -> None:
    for user_id in await store.drop_all(transaction, account_id):
        friend_changed(transaction, account_id, user_id)
    for message in await all_held(transaction, account_id):
        if message.origin == "greeting":
            await end_held(transaction, message, "cancelled", "greeting_stopped", now)


class Greeter:
    """Greets new friends whose time has come."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        # Nobody signals: a wait is longer than the pause between two looks.
        self._worker = DueWorker(
            desk.clock,
            asyncio.Event(),
            lambda now, limit: desk.db.read(lambda reader: _look(reader, now, limit)),
            self.greet,
            lambda awaited: f"{awaited.account_id}/{awaited.user_id}",
            WIDTH,
        )

    async def run(self) -> None:
        """Work until cancelled."""
        await self._worker.run()

    async def close(self, seconds: float = 0.5) -> None:
        """Stop; who still waits is judged at the next start, by the same rules."""
        await self._worker.close(seconds)

    async def greet(self, awaited: Awaited) -> None:
        """Greet one friend, or note why not."""
        at = await moment(self._desk, awaited.account_id)
        match await self._desk.db.write(partial(self._decide, awaited=awaited, at=at)):
            case Greet():
                self._desk.signals.messages.set()
            case Skip(reason=reason):
                log.info("not greeted: %s", reason, extra={"account_id": awaited.account_id})

    async def _decide(self, transaction: Transaction, awaited: Awaited, at: Moment) -> Verdict | None:
        """What became of her: `Greet` says that her message is made. None: somebody else has decided."""
        account_id, user_id = awaited.account_id, awaited.user_id
        due = (await store.due_of(transaction, account_id, [user_id])).get(user_id)
        if due is None:
            return None
        account = await find_account(transaction, account_id)
        friend = await find_friend(transaction, account_id, user_id)
        rule = await store.find_rule(transaction, account_id)
        if account is None or friend is None or rule is None:
            await store.drop(transaction, account_id, user_id)
            return Skip("gone")
        token = (await newest_reply_tokens(transaction, account_id, [user_id], at.now)).get(user_id)
        counter = await current_counter(transaction, account_id, month_of(at.now))
        verdict = judge_greeting(rule, due, account, friend, token, counter, at)
        if isinstance(verdict, Greet):
            try:
                await make(self._desk, transaction, account_id, _request(user_id, rule), None, at)
            except Refused as refused:
                verdict = Skip(refused.code)
        if isinstance(verdict, Skip):
            await store.drop(transaction, account_id, user_id)
            friend_changed(transaction, account_id, user_id)
        return verdict


def _request(user_id: str, rule: GreetingRule) -> SendRequest:
    """Free or not at all, as the rule says; the wait was its hold."""
    return SendRequest(
        user_id=user_id,
        max_cost=0,
        template_id=rule.template_id,
        persona_id=rule.persona_id,
        persona_given=True,
        first_contact=True,
        hold_ms=0,
    )


async def _look(reader: Reader, now: int, limit: int) -> tuple[list[Awaited], int | None]:
    """Who is due, and when the next one will be."""
    return await store.awaited_until(reader, now, limit), await store.next_due(reader, now)
