"""LINE as one account's client sees it, without a network: with the faults of networks, and the truth kept.

Every message has a text of its own, so that what LINE accepted can be told apart.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from helper.line.answers import Profile, ProfileFound, ProfileMissing, ProfileUnavailable
from helper.line.channels import LineChannels
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
from helper.sandbox.app import Sandbox
from helper.sandbox.errors import LineError
from tests.rig import HandClock

FAULTS = (
    "refused",  # the connection
    "lost_before",  # the request, on its way
    "lost_after",  # the answer
    "late",  # LINE takes it after we have given up
    "slow",  # seconds pass on the way there and back
    "slept",  # the computer sleeps after LINE took it, and wakes to a dead connection
    "slow_down",
    "month",
    "unauthorised",
    "rejected",
)
KILLS = ("before the call", "after the call")
_LATE = 20_000
_SLOW = 4
_SLEEP = 3 * 3600

End = Literal["accepted", "known already", "refused", "never left", "unanswered"]


class WorldClock(HandClock):
    """Time in which what is on its way arrives when it is due, also while our computer sleeps."""

    def __init__(self, now: int) -> None:
        super().__init__(now)
        self.on_the_way: list[tuple[int, Callable[[], object]]] = []

    def later(self, milliseconds: int, act: Callable[[], object]) -> None:
        """Something that happens by itself."""
        self.on_the_way.append((self.moment + milliseconds, act))

    def go_to(self, moment: int) -> None:
        """Let it be that late; nothing goes back."""
        while self.on_the_way:
            at, act = min(self.on_the_way, key=lambda due: due[0])
            if at > moment:
                break
            self.on_the_way.remove((at, act))
            self.moment = max(self.moment, at)
            act()
        self.moment = max(self.moment, moment)

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.go_to(self.moment + round(seconds * 1000))


class Killed(BaseException):
    """The process died at a named point of an attempt."""


@dataclass
class Attempt:
    """One call of ours; `end` is what our side could know of it."""

    text: str
    to: str
    route: str
    key: str
    at: int
    end: End = "unanswered"


@dataclass
class Acceptance:
    """A message LINE took, and whether it counted it."""

    text: str
    to: str
    route: str
    at: int
    counted: bool


@dataclass
class Network:
    """Faults still to come, calls on their way, and everything that happened."""

    sandbox: Sandbox
    clock: WorldClock
    faults: list[str] = field(default_factory=list)
    kill: str | None = None
    profiles_fail: bool = False
    token_lives: bool = True
    attempts: list[Attempt] = field(default_factory=list)
    accepted: list[Acceptance] = field(default_factory=list)
    clock_offset_ms: int = 0

    def calm(self) -> None:
        """From now on everything works."""
        self.faults, self.kill, self.profiles_fail = [], None, False

    def forget_token(self) -> None:
        """The next call gets a new channel token."""
        self.token_lives = True

    async def warm(self) -> None:
        """Getting ready plays no part here."""

    async def profile(self, user_id: str) -> Profile:
        """LINE's answer about a user."""
        if self.profiles_fail:
            return ProfileUnavailable("time-out")
        person = self.sandbox.platform.account().people[user_id]
        return ProfileMissing() if person.blocked or not person.following else ProfileFound(person.name)

    async def push(self, to: str, messages: list[dict[str, Any]], retry_key: str) -> Outcome:
        """A push."""
        platform = self.sandbox.platform
        account = platform.account()
        body, request_id = {"to": to, "messages": messages}, uuid.uuid4().hex
        return self._send(
            Attempt(messages[0]["text"], to, "push", retry_key, self.clock.now()),
            lambda: platform.push(account, body, retry_key, request_id).delivered,
        )

    async def reply(self, reply_token: str, messages: list[dict[str, Any]]) -> Outcome:
        """A reply."""
        platform = self.sandbox.platform
        account = platform.account()
        token = account.reply_tokens.get(reply_token)
        body = {"replyToken": reply_token, "messages": messages}
        to = token.person.user_id if token else ""
        return self._send(
            Attempt(messages[0]["text"], to, "reply", reply_token, self.clock.now()),
            lambda: platform.reply(account, body, None).delivered,
        )

    def _send(self, attempt: Attempt, act: Callable[[], bool]) -> Outcome:
        self.attempts.append(attempt)
        kill, self.kill = self.kill, None
        if kill == "before the call":
            raise Killed
        if not self.token_lives:
            attempt.end = "refused"
            return Unauthorised("The access token expired")
        outcome = self._travel(attempt, act)
        if kill == "after the call":
            raise Killed
        match outcome:
            case Accepted():
                attempt.end = "accepted"
            case AlreadyAccepted():
                attempt.end = "known already"
            case NotSent():
                attempt.end = "never left"
            case Unknown():
                attempt.end = "unanswered"
            case _:
                attempt.end = "refused"
        return outcome

    def _travel(self, attempt: Attempt, act: Callable[[], bool]) -> Outcome:
        match self.faults.pop(0) if self.faults else None:
            case "refused":
                return NotSent("refused")
            case "lost_before":
                return Unknown("time-out")
            case "lost_after":
                self._act(attempt, act)
                return Unknown("time-out")
            case "late":
                self.clock.later(_LATE, lambda: self._act(attempt, act))
                return Unknown("time-out")
            case "slow":
                self.clock.advance(_SLOW)
                outcome = self._act(attempt, act)
                self.clock.advance(_SLOW)
                return outcome
            case "slept":
                self._act(attempt, act)
                self.clock.advance(_SLEEP)
                return Unknown("time-out")
            case "slow_down":
                return RateLimited("The API rate limit has been exceeded. Try again later.")
            case "month":
                return QuotaSpent("You have reached your monthly limit.")
            case "unauthorised":
                return Unauthorised("Authentication failed")
            case "rejected":
                return Rejected(400, "Failed to send messages")
        return self._act(attempt, act)

    def _act(self, attempt: Attempt, act: Callable[[], bool]) -> Outcome:
        try:
            counted = act() and attempt.route == "push"
        except LineError as error:
            match error.status:
                case 409:
                    return AlreadyAccepted("again", "first")
                case 429:
                    return QuotaSpent("You have reached your monthly limit.")
                case _:
                    message = str(error.body["message"])
                    return Rejected(
                        error.status, message, invalid_reply_token=message == "Invalid reply token"
                    )
        now = self.clock.now()
        self.accepted.append(Acceptance(attempt.text, attempt.to, attempt.route, now, counted))
        return Accepted("first")


class OneNetwork(LineChannels):
    """Every account's client is the one network."""

    def __init__(self, network: Network, clock: HandClock) -> None:
        self.network = network
        super().__init__(cast("Any", None), clock)

    async def client(self, account_id: str) -> Any:
        """The network."""
        return self.network
