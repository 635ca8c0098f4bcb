"""The greeting's rule: never twice, never late, never unless free, never outside its days and hours."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helper.model.friend import Claim, FirstContact, Friend, Named
from helper.model.greeting import (
    Greet,
    GreetingDue,
    GreetingRule,
    Hours,
    Occasion,
    Pause,
    Skip,
    Wait,
    judge,
)

NOW = 1_795_000_000_000
SAFE = 50_000
RULE = GreetingRule(True, 20_000, "t", None)
DUE = GreetingDue(event_at=NOW - 20_000, received_at=NOW - 20_000, due_at=NOW)
NEW = Friend(
    number=1,
    account_id="1",
    user_id="U",
    display_name="ゆい",
    picture_url=None,
    source="webhook",
    followed_at=NOW - 20_000,
    follows=1,
    unblocked=False,
    blocked_at=None,
    last_received_at=None,
    standby=False,
    dismissed_at=None,
    profile_asked_at=None,
    first_contact=None,
    claim=None,
)
CLAIM = Claim(Named("jiro", "次郎"), NOW + 60_000)
CONTACT = FirstContact("m", NOW, None, None, "reply")

moments = st.integers(-120_000, 120_000).map(lambda apart: NOW + apart)
maybe_moments = st.none() | moments
friends = st.builds(
    Friend,
    number=st.just(1),
    account_id=st.just("1"),
    user_id=st.just("U"),
    display_name=st.none(),
    picture_url=st.none(),
    source=st.sampled_from(["webhook", "webhook", "followers", "import"]),
    followed_at=moments,
    follows=st.sampled_from([1, 1, 2]),
    unblocked=st.booleans(),
    blocked_at=maybe_moments,
    last_received_at=maybe_moments,
    standby=st.booleans(),
    dismissed_at=maybe_moments,
    profile_asked_at=st.none(),
    first_contact=st.sampled_from([None, None, CONTACT]),
    claim=st.sampled_from([None, None, CLAIM]),
)
rules = st.builds(
    GreetingRule,
    running=st.booleans(),
    wait=st.integers(5_000, 40_000),
    template_id=st.just("t"),
    persona_id=st.none(),
    days=st.frozensets(st.integers(1, 7)),
    hours=st.none() | st.builds(Hours, st.integers(0, 1439), st.integers(0, 1439)),
)
occasions = st.builds(
    Occasion,
    rule=st.none() | rules,
    due=st.builds(GreetingDue, moments, moments, moments),
    friend=friends,
    other_tool_replies=st.booleans(),
    free=st.booleans(),
    safe_age=st.just(SAFE),
    now=moments,
    line_now=moments,
)


def occasion(**changes: Any) -> Occasion:
    """One on which she is greeted, but for the changes; those of a friend by their own names."""
    facts: dict[str, Any] = {
        "rule": RULE,
        "due": DUE,
        "friend": NEW,
        "other_tool_replies": False,
        "free": True,
        "safe_age": SAFE,
        "now": NOW,
        "line_now": NOW,
    }
    return Occasion(**{**facts, **changes})


def mixed(strange: Any, good: Any, names: set[str]) -> Any:
    """A good one with some facts of a strange one: what is wrong in everything shows nothing."""
    return replace(good, **{name: getattr(strange, name) for name in names})


def names_of(kind: type) -> st.SearchStrategy[set[str]]:
    return st.sets(st.sampled_from([field.name for field in fields(kind)]), max_size=3)


likely = st.builds(
    lambda friend, strange, names: mixed(strange, occasion(friend=friend), names - {"friend"}),
    st.builds(mixed, friends, st.just(NEW), names_of(Friend)),
    occasions,
    names_of(Occasion),
)


@given(likely | occasions)
@example(occasion())
@example(occasion(now=DUE.received_at + SAFE, line_now=DUE.event_at + SAFE))
def test_whoever_is_greeted_is_new_in_time_and_free(given_occasion: Occasion) -> None:
    if judge(given_occasion) != Greet():
        return
    rule, friend, due = given_occasion.rule, given_occasion.friend, given_occasion.due
    assert rule is not None
    assert rule.running
    assert rule.holds_at(given_occasion.now)
    assert given_occasion.free
    assert not given_occasion.other_tool_replies
    assert friend.stage == "new"
    assert not friend.refollowed
    assert (friend.first_contact, friend.last_received_at, friend.dismissed_at, friend.claim) == (None,) * 4
    assert not friend.standby
    assert given_occasion.now >= due.due_at
    assert given_occasion.now - due.received_at <= SAFE
    assert given_occasion.line_now - due.event_at <= SAFE


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Greet()),
        ({"now": NOW - 1, "line_now": NOW - 1}, Wait()),
        ({"now": NOW + 30_000, "line_now": NOW + 30_000}, Greet()),
        ({"now": NOW + 30_001}, Skip("too_late")),
        ({"line_now": NOW + 30_001}, Skip("too_late")),
        ({"free": False}, Skip("too_late")),
        ({"other_tool_replies": True, "free": False}, Skip("other_tool_replies")),
        ({"rule": None}, Skip("stopped")),
        ({"rule": GreetingRule(False, 20_000, "t", None)}, Skip("stopped")),
        ({"rule": GreetingRule(True, 20_000, "t", None, days=frozenset({1}))}, Skip("outside_hours")),
    ],
)
def test_verdicts(changes: dict[str, Any], verdict: object) -> None:
    assert judge(occasion(**changes)) == verdict


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"claim": CLAIM}, Pause(CLAIM.teammate)),
        ({"standby": True}, Skip("account_standby")),
        ({"blocked_at": NOW}, Skip("friend_blocked")),
        ({"last_received_at": NOW}, Skip("friend_wrote")),
        ({"first_contact": CONTACT}, Skip("already_contacted")),
        ({"first_contact": CONTACT, "claim": CLAIM}, Skip("already_contacted")),
        ({"dismissed_at": NOW}, Skip("dismissed")),
        ({"follows": 2}, Skip("refollowed")),
        ({"unblocked": True}, Skip("refollowed")),
        ({"source": "import"}, Skip("imported")),
    ],
)
def test_verdicts_on_friends(facts: dict[str, Any], verdict: object) -> None:
    assert judge(occasion(friend=replace(NEW, **facts))) == verdict


@given(rules, st.integers(0, 14 * 24 * 60))
def test_hours_are_those_of_japan_and_the_night_belongs_to_the_day_before(
    rule: GreetingRule, minutes: int
) -> None:
    there = datetime.fromtimestamp(NOW / 1000, UTC) + timedelta(hours=9, minutes=minutes)
    minute = there.hour * 60 + there.minute
    hours, began = rule.hours, there
    if hours is None:
        inside = True
    elif hours.opens < hours.closes:
        inside = hours.opens <= minute < hours.closes
    else:
        inside = minute >= hours.opens or minute < hours.closes
        began = there if minute >= hours.opens else there - timedelta(days=1)
    assert rule.holds_at(NOW + minutes * 60_000) == (inside and began.isoweekday() in rule.days)
