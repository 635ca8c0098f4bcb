"""What follows an attempt, from every state: the rules that no history may break."""

import random

from hypothesis import assume, given
from hypothesis import strategies as st

from helper.model.delivery import (
    LEARNING,
    PUSH_TRIES,
    Again,
    Fail,
    Progress,
    Sent,
    TurnToPush,
    Uncertain,
    after_attempt,
    before_attempt,
)
from helper.model.outcome import (
    Accepted,
    AlreadyAccepted,
    NotSent,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unauthorised,
    Unknown,
)

START = 1_795_000_000_000
CHANCE = random.Random(1)

outcomes = st.sampled_from(
    [
        Accepted("r"),
        AlreadyAccepted("r", "first"),
        NotSent("refused"),
        Rejected(400, "bad"),
        Rejected(400, "Invalid reply token", invalid_reply_token=True),
        Unauthorised("no"),
        RateLimited("slow"),
        QuotaSpent("spent"),
        Unknown("time-out"),
    ]
)
progresses = st.builds(
    Progress,
    route=st.sampled_from(["reply", "push"]),
    max_cost=st.sampled_from([0, 1]),
    attempts=st.integers(1, 40),
    first_attempt_at=st.just(START),
    maybe_accepted=st.booleans(),
    unknown_replies=st.integers(0, 2),
    token_renewed=st.booleans(),
    reply_until=st.none() | st.integers(START - 60_000, START + 60_000),
)
moments = st.integers(START, START + LEARNING + 3_600_000)


@given(progresses, outcomes, moments)
def test_what_may_have_been_accepted_is_not_failed_and_not_sent_anew(progress, outcome, now) -> None:  # type: ignore[no-untyped-def]
    step = after_attempt(progress, outcome, now, CHANCE)
    maybe = progress.maybe_accepted or isinstance(outcome, Unknown)
    if maybe:
        assert not isinstance(step, Fail | TurnToPush)
    if isinstance(outcome, Accepted | AlreadyAccepted):
        assert isinstance(step, Sent)
    else:
        assert not isinstance(step, Sent)


@given(progresses, outcomes, moments)
def test_only_who_allowed_a_cost_is_turned_to_a_push(progress, outcome, now) -> None:  # type: ignore[no-untyped-def]
    step = after_attempt(progress, outcome, now, CHANCE)
    if isinstance(step, TurnToPush):
        assert progress.route == "reply"
        assert progress.max_cost == 1


@given(progresses, outcomes, moments)
def test_uncertain_is_only_said_where_an_attempt_may_have_been_accepted(progress, outcome, now) -> None:  # type: ignore[no-untyped-def]
    step = after_attempt(progress, outcome, now, CHANCE)
    if isinstance(step, Uncertain):
        assert progress.maybe_accepted or isinstance(outcome, Unknown)


@given(progresses, outcomes, moments)
def test_nothing_is_tried_later_than_the_rules_allow(progress, outcome, now) -> None:  # type: ignore[no-untyped-def]
    step = after_attempt(progress, outcome, now, CHANCE)
    match step:
        case Again(after=0, renew_token=True):
            assert not progress.token_renewed
        case Again(after=after) if progress.route == "reply":
            assert progress.reply_until is not None
            assert now + after <= progress.reply_until
        case Again(after=after):
            assert now + after <= START + PUSH_TRIES
        case Uncertain(ask_after=int(after)):
            assert now + after <= START + LEARNING


@given(progresses, moments)
def test_taken_up_after_a_pause_it_keeps_the_same_limits(progress, now) -> None:  # type: ignore[no-untyped-def]
    step = before_attempt(progress, now)
    if step is None:
        if progress.route == "reply":
            assert progress.reply_until is not None
            assert now <= progress.reply_until
        else:
            assert now <= START + (LEARNING if progress.maybe_accepted else PUSH_TRIES)
    if progress.maybe_accepted:
        assert not isinstance(step, Fail | TurnToPush)


@given(progresses, moments)
def test_a_reply_of_unknown_end_is_tried_once_more_at_most(progress, now) -> None:  # type: ignore[no-untyped-def]
    assume(progress.route == "reply" and progress.unknown_replies >= 1)
    step = after_attempt(progress, Unknown("time-out"), now, CHANCE)
    assert isinstance(step, Uncertain)
