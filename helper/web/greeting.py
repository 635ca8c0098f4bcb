"""`greeting`: the first message that goes out by itself to new friends, free of charge."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from helper.flows import friends as friend_flows
from helper.flows import greeting as flows
from helper.model.greeting import EVERY_DAY, GreetingRule
from helper.model.greeting import Hours as StoredHours
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import Services, sender_of
from helper.web.shapes import Friend, Named, Time, maybe_time

routes: Routes[Services] = Routes("greeting")

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day in Asia/Tokyo."""
Weekday = Annotated[int, Field(ge=1, le=7)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Hours(Request):
    """Times of day in Asia/Tokyo; `until` is not included, and may be past midnight."""

    since: Clock
    until: Clock

    def to_model(self) -> StoredHours:
        """What the flows take."""
        return StoredHours(_minute(self.since), _minute(self.until))


class GreetingBody(Request):
    """What goes out, when and as whom. `days`: 1 is Monday. `hours` null: at any time of the day."""

    wait_seconds: Annotated[int, Field(ge=0, le=1_000_000)] = 20
    template_id: Id
    persona_id: Id | None = None
    days: Annotated[list[Weekday], Field(max_length=7)] = Field(default_factory=lambda: sorted(EVERY_DAY))
    hours: Hours | None = None


@answer
class OpenHours:
    """Times of day in Asia/Tokyo."""

    since: str
    until: str


@answer
class Greeting:
    """The rule. Where there never was one: off, without a template."""

    running: bool
    wait_seconds: int
    longest_wait_seconds: Annotated[int, Field(description="So that the free reply still works after it.")]
    template_id: str | None
    persona_id: str | None
    days: list[int]
    hours: OpenHours | None
    changed_by: Named | None
    changed_at: Time | None

    @classmethod
    def of(cls, rule: GreetingRule | None, longest_wait: int) -> Self:
        """From the model; `longest_wait` in ms."""
        longest = longest_wait // 1000
        if rule is None:
            return cls(
                running=False,
                wait_seconds=min(20, longest),
                longest_wait_seconds=longest,
                template_id=None,
                persona_id=None,
                days=sorted(EVERY_DAY),
                hours=None,
                changed_by=None,
                changed_at=None,
            )
        hours = rule.hours
        return cls(
            running=rule.running,
            wait_seconds=rule.wait // 1000,
            longest_wait_seconds=longest,
            template_id=rule.template_id,
            persona_id=rule.persona_id,
            days=sorted(rule.days),
            hours=None if hours is None else OpenHours(since=_clock(hours.opens), until=_clock(hours.closes)),
            changed_by=Named.maybe(rule.changed_by),
            changed_at=maybe_time(rule.changed_at),
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


@routes.add(
    "GET",
    "/accounts/{account_id}/greeting",
    role="viewer",
    answers={200: Greeting},
    problems=("account_unknown",),
)
async def read_greeting(call: Call[Nothing, Services]) -> Greeting:
    """The greeting that goes out by itself, on or off."""
    desk = call.services.desk
    return Greeting.of(await flows.read(desk, call.path("account_id")), flows.longest_wait(desk))


@routes.add(
    "PUT",
    "/accounts/{account_id}/greeting",
    role="admin",
    takes=GreetingBody,
    answers={200: Greeting},
    problems=("account_unknown", "other_tool_replies"),
)
async def start_greeting(call: Call[GreetingBody, Services]) -> Greeting:
    """Switch it on as given, for friends who are added from now on.

    Each is greeted once, by the free reply to her follow or not at all, unless an operator is first.
    """
    given, desk = call.given, call.services.desk
    rule = GreetingRule(
        running=True,
        wait=given.wait_seconds * 1000,
        template_id=given.template_id,
        persona_id=given.persona_id,
        days=frozenset(given.days),
        hours=given.hours.to_model() if given.hours else None,
    )
    saved = await flows.set_up(desk, call.path("account_id"), rule, sender_of(call))
    return Greeting.of(saved, flows.longest_wait(desk))


@routes.add(
    "DELETE",
    "/accounts/{account_id}/greeting",
    role="operator",
    answers={204: None},
    problems=("account_unknown",),
)
async def stop_greeting(call: Call[Nothing, Services]) -> None:
    """Switch it off, also for friends who wait for it. What it was set to stays."""
    await flows.stop(call.services.desk, call.path("account_id"), sender_of(call))


@routes.add(
    "DELETE",
    "/accounts/{account_id}/friends/{user_id}/greeting",
    role="operator",
    answers={200: Friend},
    problems=("account_unknown", "friend_unknown"),
)
async def skip_greeting(call: Call[Nothing, Services]) -> Friend:
    """Not this friend. Changes nothing where nothing was going to be sent by itself."""
    return Friend.of(
        await friend_flows.skip_greeting(call.services.desk, call.path("account_id"), call.path("user_id"))
    )
