"""The route is chosen by product.md's table."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from helper.model.route import REDELIVERY_LIMIT, Plan, ReplyToken, Situation, choose_route

NOW = 1_795_000_000_000
TOKEN = ReplyToken("t", event_at=NOW, received_at=NOW)
PLAIN = Situation(
    standby=False,
    blocked=False,
    has_written=False,
    token=None,
    other_tool_replies=False,
    chat_on=True,
    persona_wanted=False,
    verified=False,
    remaining=10,
    hold=5_000,
    safe_age=50_000,
    now=NOW,
    line_now=NOW,
)


def test_the_newest_standby_event_refuses_everything() -> None:
    assert choose_route(replace(PLAIN, standby=True, token=TOKEN)).refused == "account_standby"


def test_a_blocked_friend_is_refused() -> None:
    assert choose_route(replace(PLAIN, blocked=True, token=TOKEN)).refused == "friend_blocked"


def test_a_fresh_token_is_free_until_the_hold_no_longer_fits() -> None:
    assert choose_route(replace(PLAIN, token=TOKEN)) == Plan("reply", 0, None, NOW + 45_000, True)
    assert choose_route(replace(PLAIN, token=TOKEN, now=NOW + 45_000, line_now=NOW + 45_000)).route == "reply"
    assert choose_route(replace(PLAIN, token=TOKEN, now=NOW + 45_001, line_now=NOW + 45_001)).route == "push"


def test_a_token_another_tool_may_use_is_not_offered() -> None:
    assert choose_route(replace(PLAIN, token=TOKEN, other_tool_replies=True)).route == "push"


def test_a_clock_that_runs_slow_does_not_lengthen_a_token() -> None:
    assert choose_route(replace(PLAIN, token=TOKEN, line_now=NOW + 60_000)).route == "push"


def test_a_late_delivery_is_as_old_as_its_event() -> None:
    late = ReplyToken("t", event_at=NOW - 7_200_000, received_at=NOW)
    assert choose_route(replace(PLAIN, token=late)).route == "push"


def test_a_redelivery_renews_the_minute_but_not_for_ever() -> None:
    renewed = ReplyToken("t", event_at=NOW - 300_000, received_at=NOW - 300_000, renewed_at=NOW)
    assert choose_route(replace(PLAIN, token=renewed)).route == "reply"
    ancient = replace(renewed, event_at=NOW - REDELIVERY_LIMIT - 1)
    assert choose_route(replace(PLAIN, token=ancient)).route == "push"


def test_chat_is_advised_to_who_wrote_unless_a_persona_is_wanted() -> None:
    wrote = replace(PLAIN, has_written=True)
    assert choose_route(wrote) == Plan("chat", 0, second=True)
    assert choose_route(replace(wrote, persona_wanted=True)).route == "push"
    assert choose_route(replace(wrote, chat_on=False)).route == "push"
    assert choose_route(replace(wrote, remaining=0)) == Plan("chat", 0, second=False)


def test_a_verified_account_is_told_that_its_chat_can_start() -> None:
    assert choose_route(replace(PLAIN, verified=True)).hints == ("chat_can_start",)


def test_a_push_costs_one_and_an_empty_quota_refuses_it() -> None:
    assert choose_route(PLAIN) == Plan("push", 1)
    assert choose_route(replace(PLAIN, remaining=None)) == Plan("push", 1)
    assert choose_route(replace(PLAIN, remaining=0)).refused == "quota_exhausted"


times = st.integers(NOW - 4_000_000, NOW + 100_000)
tokens = st.none() | st.builds(ReplyToken, st.just("t"), times, times, st.none() | times)
situations = st.builds(
    Situation,
    standby=st.booleans(),
    blocked=st.booleans(),
    has_written=st.booleans(),
    token=tokens,
    other_tool_replies=st.booleans(),
    chat_on=st.booleans(),
    persona_wanted=st.booleans(),
    verified=st.booleans(),
    remaining=st.none() | st.integers(0, 3),
    hold=st.sampled_from([0, 5_000, 30_000]),
    safe_age=st.just(50_000),
    now=times,
    line_now=times,
)


@given(situations)
def test_whatever_the_facts_a_plan_keeps_the_rules(situation: Situation) -> None:
    plan = choose_route(situation)
    assert (plan.route is None) == (plan.refused is not None)
    assert plan.cost == (1 if plan.route == "push" else 0)
    if situation.standby or situation.blocked:
        assert plan.route is None
        return
    can_push = situation.remaining is None or situation.remaining > 0
    if plan.route == "push" or plan.second:
        assert can_push
    if plan.route == "reply":
        token = situation.token
        assert token is not None
        assert not situation.other_tool_replies
        assert plan.reply_until is not None
        assert plan.reply_until >= situation.now
        # A click at the last moment still leaves its whole hold before the safe age.
        later = plan.reply_until - situation.now
        age = token.age(situation.now + later, situation.line_now + later)
        renewed_too_long = token.renewed_at is not None and age > situation.safe_age
        assert age + situation.hold <= situation.safe_age or renewed_too_long
    if plan.refused:
        assert plan.refused == "quota_exhausted"
        assert not can_push
