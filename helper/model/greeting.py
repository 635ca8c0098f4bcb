"""The greeting that goes out by itself: when its rule holds, whom it greets, and why not. Pure functions."""

from dataclasses import dataclass

from helper.model.friend import Friend, Named

MARGIN = 10_000
"""ms of a reply token's safe age that stay after the wait: to send, and for a colleague to take over."""
SHORTEST_WAIT = 5_000
"""ms in which an operator can be first."""
EVERY_DAY = frozenset(range(1, 8))
_MINUTE = 60_000
_DAY = 24 * 60
_TOKYO_AHEAD = 9 * 60
_FIRST_WEEKDAY = 3
"""1970-01-01 was a Thursday, three days after a Monday."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of the day in Asia/Tokyo; `closes` is not included. `closes` < `opens`: past midnight."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class GreetingRule:
    """What an admin switched on. `wait` in ms; `days`: 1 is Monday; `hours` None: at any time of the day."""

    running: bool
    wait: int
    template_id: str
    persona_id: str | None
    days: frozenset[int] = EVERY_DAY
    hours: Hours | None = None
    changed_by: Named | None = None
    changed_at: int | None = None

    def holds_at(self, moment: int) -> bool:
        """Whether a time (ms) is on its days and in its hours. What is past midnight belongs to the day before."""
        day, minute = divmod(moment // _MINUTE + _TOKYO_AHEAD, _DAY)
        hours = self.hours
        if hours is None:
            return _weekday(day) in self.days
        if hours.opens < hours.closes:
            return _weekday(day) in self.days and hours.opens <= minute < hours.closes
        if minute >= hours.opens:
            return _weekday(day) in self.days
        return minute < hours.closes and _weekday(day - 1) in self.days


def _weekday(day: int) -> int:
    return (day + _FIRST_WEEKDAY) % 7 + 1


@dataclass(frozen=True, slots=True)
class GreetingDue:
    """A follow that came while the rule was on. `event_at` is LINE's clock, the others are ours (ms)."""

    event_at: int
    received_at: int
    due_at: int


@dataclass(frozen=True, slots=True)
class Greet:
    """Now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A colleague is on it."""

    by: Named


@dataclass(frozen=True, slots=True)
class Skip:
    """Not this friend; `reason` is a code for the log."""

    reason: str


Verdict = Greet | Wait | Pause | Skip


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that a verdict depends on. `free`: a reply without hold is possible now. Times in ms."""

    rule: GreetingRule | None
    due: GreetingDue
    friend: Friend
    other_tool_replies: bool
    free: bool
    safe_age: int
    now: int
    line_now: int


def judge(occasion: Occasion) -> Verdict:
    """Whether this friend is greeted now, later or not by itself. `friend.claim` is one that still lasts."""
    reason = _reason_against(occasion)
    if reason is not None:
        return Skip(reason)
    if occasion.friend.claim is not None:
        return Pause(occasion.friend.claim.teammate)
    return Greet() if occasion.now >= occasion.due.due_at else Wait()


def _reason_against(occasion: Occasion) -> str | None:
    rule, due, friend, now = occasion.rule, occasion.due, occasion.friend, occasion.now
    if rule is None or not rule.running:
        return "stopped"
    # By the follow's own age: a redelivery gives its token a new minute, but a greeting that late is a surprise.
    age = max(now - due.received_at, occasion.line_now - due.event_at)
    found = {
        "account_standby": friend.standby,
        "friend_blocked": friend.blocked,
        "friend_wrote": friend.has_written,
        "already_contacted": friend.first_contact is not None,
        "dismissed": friend.dismissed_at is not None,
        "refollowed": friend.refollowed,
        "imported": friend.source != "webhook",
        "other_tool_replies": occasion.other_tool_replies,
        "too_late": age > occasion.safe_age or not occasion.free,
        "outside_hours": not rule.holds_at(max(now, due.due_at)),
    }
    return next((reason for reason, holds in found.items() if holds), None)


@dataclass(frozen=True, slots=True)
class Greeting:
    """What is going to happen by itself: at which time (ms), or once a colleague lets go of her."""

    at: int
    paused_by: Named | None
