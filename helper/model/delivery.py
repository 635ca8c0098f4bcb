"""What comes after an attempt: sent, failed, once more, the other route, or nobody can know.

The tables of product.md ("A message's life") as pure functions. Three thoughts rule them: what may have been
accepted is never sent by another key or route; what was surely not accepted may try again, but not for
long; what nobody can know is told to a person.
"""

import random
from dataclasses import dataclass
from typing import assert_never

from helper.model.outcome import (
    Accepted,
    AlreadyAccepted,
    NotSent,
    Outcome,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unauthorised,
    Unknown,
)

LATE = 2 * 60_000
"""ms after its due time in which a message without an attempt is still sent."""
PUSH_TRIES = 10 * 60_000
"""ms after the first attempt in which a push is tried again."""
LEARNING = 23 * 3_600_000
"""ms after the first attempt in which the same retry key may ask what became of it (LINE keeps keys 24 h)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a message in `sending` stands. Times in ms.

    `maybe_accepted`: an earlier attempt ended unknown, or the process died during it. `reply_until`: until
    when its reply token is worth a try.
    """

    route: str
    max_cost: int
    attempts: int
    first_attempt_at: int
    maybe_accepted: bool
    unknown_replies: int
    token_renewed: bool
    reply_until: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """LINE has it. `request_id` is the accepted request's."""

    request_id: str | None


@dataclass(frozen=True, slots=True)
class Fail:
    """Surely not accepted, and over."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """The same route and key once more, after a pause in ms."""

    after: int
    renew_token: bool = False


@dataclass(frozen=True, slots=True)
class TurnToPush:
    """Surely not accepted as a reply: try a push, if a reservation succeeds."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody can know now. With `ask_after` (ms) the same key is used later, only to learn the outcome."""

    ask_after: int | None = None


Step = Sent | Fail | Again | TurnToPush | Uncertain


def backoff(attempts: int, chance: random.Random) -> int:
    """Pause in ms before attempt `attempts` + 1: doubling from half a second to a minute, with jitter."""
    ceiling = min(60_000, 500 * 2 ** min(attempts - 1, 10))
    return int(ceiling * (0.5 + chance.random() / 2))


def after_attempt(progress: Progress, outcome: Outcome, now: int, chance: random.Random) -> Step:
    """The step that follows an attempt's outcome. `progress` is the state before this outcome is counted."""
    if isinstance(outcome, Accepted):
        return Sent(outcome.request_id)
    if isinstance(outcome, AlreadyAccepted):
        return Sent(outcome.accepted_request_id or outcome.request_id)
    if isinstance(outcome, Unauthorised) and not progress.token_renewed:
        return Again(0, renew_token=True)
    pause = backoff(progress.attempts, chance)
    if progress.route == "reply":
        return _after_reply(progress, outcome, now, pause)
    return _after_push(progress, outcome, now, pause)


def _after_reply(
    progress: Progress,
    outcome: NotSent | Rejected | Unauthorised | RateLimited | QuotaSpent | Unknown,
    now: int,
    pause: int,
) -> Step:
    alive = progress.reply_until is not None and now + pause <= progress.reply_until
    match outcome:
        case Unknown():
            # The token works once, so one more try cannot deliver twice; a push could.
            return Again(pause) if progress.unknown_replies == 0 and alive else Uncertain()
        case NotSent() | RateLimited() if alive:
            return Again(pause)
    if progress.maybe_accepted:
        return Uncertain()
    match outcome:
        case NotSent() | RateLimited() | Rejected(invalid_reply_token=True):
            if progress.max_cost >= 1:
                return TurnToPush()
            return _failure(outcome)
        case Rejected() | Unauthorised() | QuotaSpent():
            return _failure(outcome)
        case _:
            assert_never(outcome)


def _after_push(
    progress: Progress,
    outcome: NotSent | Rejected | Unauthorised | RateLimited | QuotaSpent | Unknown,
    now: int,
    pause: int,
) -> Step:
    maybe = progress.maybe_accepted or isinstance(outcome, Unknown)
    match outcome:
        case Rejected() | Unauthorised():
            # 401 and other refusals say nothing about an earlier attempt that may have been accepted.
            if not maybe:
                return _failure(outcome)
            return Uncertain(_ask_again(progress, now)) if isinstance(outcome, Unauthorised) else Uncertain()
        case QuotaSpent() if not maybe:
            return _failure(outcome)
        case NotSent() | RateLimited() | QuotaSpent() | Unknown():
            if now + pause <= progress.first_attempt_at + PUSH_TRIES:
                return Again(pause)
            if maybe or isinstance(outcome, Unknown):
                return Uncertain(_ask_again(progress, now))
            return _failure(outcome)
        case _:
            assert_never(outcome)


def _ask_again(progress: Progress, now: int) -> int | None:
    """Pause in ms before asking what became of a push: a tenth of its age, 1 to 60 minutes; None when too late."""
    pause = min(3_600_000, max(60_000, (now - progress.first_attempt_at) // 10))
    return pause if now + pause <= progress.first_attempt_at + LEARNING else None


def _failure(outcome: NotSent | Rejected | Unauthorised | RateLimited | QuotaSpent) -> Fail:
    match outcome:
        case NotSent(reason=reason):
            return Fail("line_unreachable", reason)
        case Rejected(invalid_reply_token=True):
            return Fail("free_route_gone", outcome.message)
        case Rejected():
            return Fail(
                "line_rejected", " ".join(part for part in (outcome.message, outcome.details) if part)
            )
        case Unauthorised(message=message):
            return Fail("line_unauthorised", message)
        case RateLimited(message=message):
            return Fail("line_busy", message)
        case QuotaSpent(message=message):
            return Fail("quota_exhausted", message)
        case _:
            assert_never(outcome)


def before_attempt(progress: Progress, now: int) -> Step | None:
    """Whether a message taken up again (after a pause, a crash, a sleep) may be tried at all; None: yes."""
    age = now - progress.first_attempt_at
    if progress.maybe_accepted:
        if progress.route == "reply":
            worth = progress.reply_until is not None and now <= progress.reply_until
            return None if progress.unknown_replies <= 1 and worth else Uncertain()
        return None if age <= LEARNING else Uncertain()
    if age > PUSH_TRIES:
        return Fail("expired")
    if progress.route == "reply" and (progress.reply_until is None or now > progress.reply_until):
        return TurnToPush() if progress.max_cost >= 1 else Fail("free_route_gone")
    return None
