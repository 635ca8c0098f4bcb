"""SIGKILL around a greeting that goes out by itself: nobody is greeted twice, and nobody is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from helper.sandbox.people import Person
from tests.reliability.clicks import PATIENCE, Counter
from tests.reliability.line_side import CHANNEL, LineSide, Point, Trap
from tests.reliability.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="package")

HERE = f"/accounts/{CHANNEL}"
OVER = ("sent", "failed", "cancelled", "uncertain")
LOOK_EVERY = 0.1
# What may be told of it afterwards, by where the daemon died; "waiting": before its time had come.
ENDS: dict[str, set[str]] = {
    "waiting": {"sent"},
    "arrived": {"sent"},
    "accepted": {"uncertain"},
    "answered": {"sent", "uncertain"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def greeting(daemon: Daemon) -> AsyncIterator[None]:
    """It is on, with the shortest wait."""
    templates = await daemon.call("GET", f"{HERE}/templates")
    rule = {"wait_seconds": 5, "template_id": templates.body["items"][0]["id"]}
    answer = await daemon.call("PUT", f"{HERE}/greeting", rule)
    assert answer.status == 200, answer.body
    yield
    assert (await daemon.call("DELETE", f"{HERE}/greeting")).status == 204


@pytest.mark.usefixtures("greeting")
@pytest.mark.parametrize("point", ENDS)
async def test_a_greeting_survives_a_kill(daemon: Daemon, line: LineSide, point: Point | str) -> None:
    counter = Counter(daemon, line)
    people = [line.sandbox.platform.add_person(line.account) for _ in range(3)]

    async def kill() -> None:
        daemon.kill()

    if point != "waiting":
        line.trap = Trap(point, [person.user_id for person in people], kill)  # type: ignore[arg-type]
    for person in people:
        assert await counter.deliver([line.sandbox.platform.follow(line.account, person)]) == 200
    async with asyncio.timeout(PATIENCE):
        if line.trap is None:
            daemon.kill()
        else:
            await line.trap.sprung.wait()
    line.trap = None
    await daemon.start()
    for person in people:
        message = await _over(daemon, person)
        assert message["origin"] == "greeting"
        assert message["status"] in ENDS[point]
        assert (message["route"], message["cost"]) == ("reply", 0)
        assert len(line.accepted(person.user_id)) == len(line.shown(person)) == 1
        assert all(one.route == "reply" for one in line.asked(person.user_id))


async def _over(daemon: Daemon, person: Person) -> dict[str, Any]:
    """Her message, once nothing is under way."""
    async with asyncio.timeout(PATIENCE):
        while True:
            friend = await daemon.call("GET", f"{HERE}/friends/{person.user_id}")
            contact = friend.body["first_contact"]
            if contact is not None:
                assert contact["automatic"]
                answer = await daemon.call("GET", f"{HERE}/messages/{contact['message_id']}")
                if answer.body["status"] in OVER:
                    message: dict[str, Any] = answer.body
                    return message
            await asyncio.sleep(LOOK_EVERY)
