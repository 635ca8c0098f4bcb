"""Which way a message travels. A pure function: facts in, plan out."""

from dataclasses import dataclass
from typing import Literal

Route = Literal["reply", "push", "chat"]

REDELIVERY_LIMIT = 20 * 60_000
"""ms after the event in which a redelivered reply token works (LINE reference, "Reply token")."""
REPLY_GRACE = 8_000
"""ms past the safe age in which a reply chosen at the click may still be tried."""


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """An unused reply token. `renewed_at` is when a redelivery of its event came, if any."""

    token: str
    event_at: int
    received_at: int
    renewed_at: int | None = None

    def age(self, now: int, line_now: int) -> int:
        """ms of its minute that are gone; `line_now` is LINE's clock."""
        since_event = line_now - self.event_at
        if self.renewed_at is not None:
            return max(0, now - self.renewed_at) if since_event <= REDELIVERY_LIMIT else since_event
        return max(now - self.received_at, since_event, 0)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the choice depends on. `remaining` is None where the quota is unlimited."""

    standby: bool
    blocked: bool
    has_written: bool
    token: ReplyToken | None
    other_tool_replies: bool
    chat_on: bool
    persona_wanted: bool
    verified: bool
    remaining: int | None
    hold: int
    safe_age: int
    now: int
    line_now: int
    quota_unasked: bool = False
    """LINE has not been asked since a restore: `remaining` is 0 until it has."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer: a route with its cost in counted messages, or a refusal's code.

    `reply_until`: until when (ms) a click still gets the free reply. `second`: a push is possible besides.
    """

    route: Route | None
    cost: int = 0
    refused: str | None = None
    reply_until: int | None = None
    second: bool = False
    hints: tuple[str, ...] = ()


def reply_until(situation: Situation) -> int | None:
    """Until when (ms) a click gets the free reply with its whole hold to undo in; None without a usable token."""
    token = situation.token
    if token is None or situation.other_tool_replies:
        return None
    left = situation.safe_age - situation.hold - token.age(situation.now, situation.line_now)
    return situation.now + left if left >= 0 else None


def choose_route(situation: Situation) -> Plan:
    """product.md's table, top to bottom."""
    if situation.standby:
        return Plan(None, refused="account_standby")
    if situation.blocked:
        return Plan(None, refused="friend_blocked")
    hints = ("chat_can_start",) if situation.verified and not situation.has_written else ()
    push = situation.remaining is None or situation.remaining >= 1
    until = reply_until(situation)
    if until is not None:
        return Plan("reply", reply_until=until, second=push, hints=hints)
    if situation.has_written and situation.chat_on and not situation.persona_wanted:
        return Plan("chat", second=push, hints=hints)
    if push:
        return Plan("push", cost=1, hints=hints)
    return Plan(None, refused="quota_unknown" if situation.quota_unasked else "quota_exhausted", hints=hints)
