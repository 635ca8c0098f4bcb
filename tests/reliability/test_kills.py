"""SIGKILL at every point between click and settled, for reply and for push: nothing lost, nothing twice."""

import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from helper.sandbox.faults import Kind
from tests.reliability.clicks import Click, Counter, Route
from tests.reliability.conftest import option
from tests.reliability.line_side import LineSide, Point, Trap
from tests.reliability.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="package")

POINTS: tuple[Point, ...] = (
    "clicked",
    "held",
    "profile",
    "arrived",
    "accepted",
    "answered",
    "announced",
    "settled",
)
# What the disk may say of a message whose daemon died at a point; None: the click was not stored yet.
ON_DISK: dict[Point, set[str | None]] = {
    "clicked": {None, "held", "sending", "sent"},
    "held": {"held"},
    "profile": {"held"},
    "arrived": {"sending"},
    "accepted": {"sending"},
    "answered": {"sending", "sent"},
    "announced": {"sending"},
    "settled": {"sent"},
}
# Only where LINE took a reply and its answer was lost nobody can know.
MAY_STAY_UNCERTAIN: tuple[Point, ...] = ("accepted", "answered", "announced")
FAULTS: tuple[Kind, ...] = (
    "500_before",
    "500_after",
    "drop_before",
    "drop_after",
    "429_rate",
    "garbled_after",
)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def counter(daemon: Daemon, line: LineSide) -> AsyncIterator[Counter]:
    yield Counter(daemon, line)


@pytest.mark.parametrize("point", POINTS)
async def test_a_click_survives_a_kill(counter: Counter, point: Point) -> None:
    clicks = [counter.new_click("reply", point), counter.new_click("push", point)]
    await counter.clicked_and_killed(point, clicks)
    for click in clicks:
        await _is_durable(counter, click, point)
    await counter.daemon.start()
    assert await counter.settled(clicks)
    await counter.judge(clicks)
    assert not counter.needless_doubts
    for click in clicks:
        allowed = {"sent"}
        if click.route == "reply" and point in MAY_STAY_UNCERTAIN:
            allowed.add("uncertain")
        if click.route == "reply" and point in ("accepted", "announced"):
            allowed = {"uncertain"}
        assert click.status in allowed, f"{click.route} at {point}: {click.status}"


async def _is_durable(counter: Counter, click: Click, point: Point) -> None:
    """Before the network is touched the message, its key, its reservation and its attempt are on the disk."""
    left = await counter.what_is_left(click)
    assert left is not None or not click.answered, "201 was said of a click that is not on the disk"
    assert (left.message.status if left else None) in ON_DISK[point]
    if left is None:
        return
    assert left.message.route == click.route
    held_back = left.message.reserved_month is not None
    assert held_back == (click.route == "push" and left.message.status != "sent")
    asked = counter.line.asked(click.user_id)
    if asked:
        assert left.attempt is not None
        assert left.message.attempts == left.attempt.number == len(asked)
    if asked and click.route == "push":
        assert asked[-1].retry_key == left.message.retry_key


async def test_kills_at_random_points(counter: Counter, request: pytest.FixtureRequest) -> None:
    """Only with --kills: several clicks at a time, faults of LINE's, kills in the middle of recoveries."""
    wanted = option(request, "kills", 0)
    chance = random.Random(option(request, "kill_seed", 1))
    counter.line.account.quota = 100_000
    assert (
        await counter.daemon.call("POST", f"/accounts/{counter.line.account.channel_id}/quota/refresh")
    ).status == 200
    counter.kills = 0
    points: dict[str, int] = {}
    while counter.kills < wanted:
        point = chance.choice(POINTS)
        routes: list[Route] = [chance.choice(("reply", "push")) for _ in range(chance.randint(1, 4))]
        clicks = [counter.new_click(route, point) for route in routes]
        if chance.random() < 0.25 and point in ("clicked", "held", "announced"):
            for _ in range(chance.randint(1, 3)):
                counter.line.sandbox.faults.add(chance.choice(("push", "reply")), chance.choice(FAULTS))
        delay = chance.choice((0.0, 0.0, chance.uniform(0, 0.01), chance.uniform(0, 0.1)))
        first = chance.random() < 0.5
        await counter.clicked_and_killed(point, clicks, first=first, delay=delay)
        points[point] = points.get(point, 0) + 1
        await _recover(counter, clicks, chance, points)
        counter.line.sandbox.faults.clear()
        await counter.judge(clicks)
        if counter.kills % 10 == 0:
            print(f"{counter.kills} kills, {len(counter.clicks)} clicks: {counter.tally()}", flush=True)
    assert len(counter.needless_doubts) * 50 <= len(counter.clicks), "doubt where LINE was never asked"
    print(f"needless doubts {len(counter.needless_doubts)}")
    print(f"kills {counter.kills}, clicks {len(counter.clicks)}, points {points}, ends {counter.tally()}")


async def _recover(
    counter: Counter, clicks: list[Click], chance: random.Random, points: dict[str, int]
) -> None:
    """Start again until everything is settled; now and then the recovery itself is killed."""
    while True:
        trap = None
        if chance.random() < 0.3:
            trap = _second_trap(counter, clicks, chance.choice(("arrived", "accepted", "answered")))
        counter.line.trap = trap
        await counter.daemon.start()
        over = await counter.settled(clicks, trap)
        counter.line.trap = None
        if over:
            return
        assert trap is not None
        points[f"again {trap.point}"] = points.get(f"again {trap.point}", 0) + 1


def _second_trap(counter: Counter, clicks: list[Click], point: Point) -> Trap:
    async def kill() -> None:
        counter.daemon.kill()
        counter.kills += 1

    return Trap(point, [click.user_id for click in clicks], kill, first=True)


async def test_afterwards_the_books_balance_and_nothing_more_was_sent(counter: Counter) -> None:
    """Once more over everything that was clicked, in this daemon's many lives."""
    assert counter.clicks, "runs after the kills"
    await counter.judge(counter.clicks)
    await counter.books_balance()
    everybody = [entry.to for entry in counter.line.accepted()]
    assert len(everybody) == len(set(everybody))
