"""Many clicks at once for few messages: the ledger lets through exactly what is left."""

import asyncio
from collections import Counter as Tally

import pytest

from tests.reliability.clicks import PATIENCE, Click, Counter
from tests.reliability.line_side import CHANNEL, LineSide
from tests.reliability.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="package")

LEFT = 50
CLICKS = 200
TEAMMATES = ("花子", "次郎", "美咲")


async def test_of_two_hundred_clicks_at_once_exactly_as_many_go_out_as_are_left(
    daemon: Daemon, line: LineSide
) -> None:
    quota_before = line.account.quota
    line.account.quota = line.counted() + LEFT
    # LINE's figure runs behind: it never shows what went out just now.
    line.account.consumption_lag_seconds = 3_600
    counter = Counter(daemon, line)
    assert (await daemon.call("POST", f"/accounts/{CHANNEL}/quota/refresh")).body["remaining"] == LEFT
    tokens = [daemon.token, *[await daemon.pair(name) for name in TEAMMATES]]
    clicks = [counter.new_click("push", "settled") for _ in range(CLICKS)]
    platform = line.sandbox.platform
    for at in range(0, CLICKS, 50):
        follows = [platform.follow(line.account, one.person, 120) for one in clicks[at : at + 50]]
        assert await counter.deliver(follows) == 200

    remaining: list[int] = []
    watching = asyncio.create_task(_watch_remaining(daemon, remaining))
    answers = await asyncio.gather(
        *(_send(daemon, click, tokens[number % len(tokens)]) for number, click in enumerate(clicks))
    )
    assert Tally(answers) == {(201, None): LEFT, (409, "quota_exhausted"): CLICKS - LEFT}

    taken = [click for click in clicks if click.answered]
    assert await counter.settled(taken)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert {click.status for click in taken} == {"sent"}
    for click in clicks:
        assert len(line.asked(click.user_id)) == len(line.accepted(click.user_id)) == click.answered
    assert line.counted() == line.account.quota
    assert all(value >= 0 for value in remaining)
    assert remaining == sorted(remaining, reverse=True), "what is left rose by itself"
    assert await counter.remaining() == 0
    await counter.books_balance()
    line.account.quota, line.account.consumption_lag_seconds = quota_before, 0
    assert (await daemon.call("POST", f"/accounts/{CHANNEL}/quota/refresh")).status == 200


async def _send(daemon: Daemon, click: Click, token: str) -> tuple[int, str | None]:
    answer = await daemon.call(
        "POST", f"/accounts/{CHANNEL}/messages", click.body, key=click.key, token=token
    )
    if answer.status == 201:
        click.answered, click.message_id = True, answer.body["id"]
    return answer.status, answer.body.get("code")


async def _watch_remaining(daemon: Daemon, remaining: list[int]) -> None:
    """What an operator's badge would have shown all the time, asked of LINE again and again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await daemon.call("POST", f"/accounts/{CHANNEL}/quota/refresh")
            remaining.append(answer.body["remaining"])
