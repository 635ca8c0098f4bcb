"""Friends with what a click would do now, and what is going to happen by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from helper.flows.desk import Desk, Rules, account_in
from helper.model.account import Account
from helper.model.friend import Friend
from helper.model.greeting import (
    Greet,
    Greeting,
    GreetingDue,
    GreetingRule,
    Occasion,
    Pause,
    Skip,
    Verdict,
    Wait,
    judge,
)
from helper.model.message import FriendView
from helper.model.quota import Counter, month_of
from helper.model.route import Plan, ReplyToken, Situation, choose_route
from helper.store.database import Reader
from helper.store.events import newest_reply_tokens
from helper.store.greeting import due_of, find_rule
from helper.store.quota import current_counter


@dataclass(frozen=True, slots=True)
class Moment:
    """The time by our clock and by LINE's (ms), and the rules in force."""

    now: int
    line_now: int
    rules: Rules


async def moment(desk: Desk, account_id: str) -> Moment:
    """The present, for one account's channel."""
    now = desk.clock.now()
    return Moment(now, await desk.line_now(account_id, now), desk.rules)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a click asks for beyond the friend: a persona, another hold (ms), only routes that we send."""

    persona_wanted: bool = False
    hold_ms: int | None = None
    only_sent_by_us: bool = False


def plan_for(
    account: Account, friend: Friend, token: ReplyToken | None, counter: Counter, at: Moment, wish: Wish
) -> Plan:
    """The route for one friend."""
    return choose_route(
        Situation(
            standby=friend.standby,
            blocked=friend.blocked,
            has_written=friend.has_written,
            token=token,
            other_tool_replies=account.other_tool_replies,
            chat_on=account.chat_on and not wish.only_sent_by_us,
            persona_wanted=wish.persona_wanted,
            verified=account.verified,
            remaining=counter.remaining,
            quota_unasked=counter.unasked,
            hold=at.rules.hold_ms if wish.hold_ms is None else wish.hold_ms,
            safe_age=at.rules.safe_reply_ms,
            now=at.now,
            line_now=at.line_now,
        )
    )


def without_old_claim(friend: Friend, now: int) -> Friend:
    """The friend with a claim only while it lasts."""
    return replace(friend, claim=None) if friend.claim and friend.claim.until <= now else friend


async def view_friends(
    reader: Reader, account: Account, friends: Sequence[Friend], at: Moment
) -> list[FriendView]:
    """Views in the order of the friends; two reads, however many they are, and two more where some just followed."""
    if not friends:
        return []
    tokens = await newest_reply_tokens(reader, account.id, [friend.user_id for friend in friends], at.now)
    counter = await current_counter(reader, account.id, month_of(at.now))
    # Without a token of her own a friend's plan depends on three facts: hundreds of friends have few plans.
    common: dict[tuple[bool, bool, bool], Plan] = {}

    def plan_of(friend: Friend) -> Plan:
        token = tokens.get(friend.user_id)
        if token is not None:
            return plan_for(account, friend, token, counter, at, Wish())
        facts = (friend.standby, friend.blocked, friend.has_written)
        if facts not in common:
            common[facts] = plan_for(account, friend, None, counter, at, Wish())
        return common[facts]

    greetings = await _greetings(reader, account, friends, tokens, counter, at)
    return [
        FriendView(without_old_claim(friend, at.now), plan_of(friend), greetings.get(friend.user_id))
        for friend in friends
    ]


async def _greetings(
    reader: Reader,
    account: Account,
    friends: Sequence[Friend],
    tokens: Mapping[str, ReplyToken],
    counter: Counter,
    at: Moment,
) -> dict[str, Greeting]:
    """Who is going to be greeted by itself. Without a young reply token nobody is, so mostly nothing is read."""
    if not tokens:
        return {}
    awaited = await due_of(reader, account.id, sorted(tokens))
    if not awaited:
        return {}
    rule = await find_rule(reader, account.id)
    found = {}
    for friend in friends:
        due = awaited.get(friend.user_id)
        if due is None:
            continue
        match judge_greeting(rule, due, account, friend, tokens.get(friend.user_id), counter, at):
            case Greet() | Wait():
                found[friend.user_id] = Greeting(due.due_at, None)
            case Pause(by=by):
                found[friend.user_id] = Greeting(due.due_at, by)
            case Skip():
                pass
    return found


def judge_greeting(
    rule: GreetingRule | None,
    due: GreetingDue,
    account: Account,
    friend: Friend,
    token: ReplyToken | None,
    counter: Counter,
    at: Moment,
) -> Verdict:
    """The verdict of the greeting's rule on one friend."""
    wish = Wish(hold_ms=0, only_sent_by_us=True)
    return judge(
        Occasion(
            rule=rule,
            due=due,
            friend=without_old_claim(friend, at.now),
            other_tool_replies=account.other_tool_replies,
            free=plan_for(account, friend, token, counter, at, wish).route == "reply",
            safe_age=at.rules.safe_reply_ms,
            now=at.now,
            line_now=at.line_now,
        )
    )


async def view_one(reader: Reader, account_id: str, friend: Friend, at: Moment) -> FriendView:
    """One friend's view."""
    account = await account_in(reader, account_id)
    return (await view_friends(reader, account, [friend], at))[0]
