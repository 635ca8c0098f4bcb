"""The count: what LINE tells, what others send, and a recount."""

import asyncio
from typing import Any

import pytest

from helper.flows.quota import Reconciler, ledger, refresh
from helper.line.client import LineClient
from helper.model.message import Message
from helper.model.quota import Counter, month_end
from helper.sandbox.faults import Kind
from helper.store.database import Reader
from helper.store.quota import current_counter
from tests.rig import TARO, Shop


async def test_what_others_send_counts_as_soon_as_line_shows_it(shop: Shop) -> None:
    shop.sandbox.platform.somebody_else_sent(shop.line, 7)
    assert (await refresh(shop.desk, shop.id)).remaining == 180


async def test_a_lagging_figure_gives_nothing_back(shop: Shop) -> None:
    shop.line.consumption_lag_seconds = 3600
    shop.clock.advance(4000)
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    await shop.click_and_wait(yui)
    assert (await refresh(shop.desk, shop.id)).remaining == 186


async def test_only_a_recount_lowers_what_others_sent(shop: Shop) -> None:
    shop.sandbox.platform.somebody_else_sent(shop.line, 50)
    await refresh(shop.desk, shop.id)
    shop.line.usage.set(shop.clock.now(), 20)  # LINE has corrected itself
    assert (await refresh(shop.desk, shop.id)).remaining == 137
    assert (await refresh(shop.desk, shop.id, recounted_by=TARO.id)).remaining == 180
    rows, _ = await ledger(shop.desk, shop.id, "2026-11", None, 50)
    assert (rows[0].kind, rows[0].cost, rows[0].teammate and rows[0].teammate.name) == (
        "recount",
        -43,
        "太郎",
    )
    assert await shop.books_balance()


async def test_an_unlimited_plan_has_no_remaining(shop: Shop) -> None:
    shop.line.quota = None
    assert (await refresh(shop.desk, shop.id)).remaining is None
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    assert (await shop.click_and_wait(yui)).status == "sent"


async def test_an_answer_that_was_long_under_way_puts_no_older_allowance_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, go_on = asyncio.Event(), asyncio.Event()
    consumption = LineClient.consumption

    async def slow_once(client: LineClient) -> int:
        if not under_way.is_set():
            under_way.set()
            await go_on.wait()
        return await consumption(client)

    monkeypatch.setattr(LineClient, "consumption", slow_once)
    before = asyncio.create_task(refresh(shop.desk, shop.id))
    await under_way.wait()
    shop.line.quota = 50
    after = asyncio.create_task(refresh(shop.desk, shop.id))
    # As far as the later one comes by itself.
    await asyncio.wait([after], timeout=0.1)
    go_on.set()
    await asyncio.gather(before, after)
    month = (await after).month
    counter = await shop.desk.db.read(lambda reader: current_counter(reader, shop.id, month))
    assert counter.allowance == 50


async def test_figures_are_asked_again_when_they_are_old_and_after_a_push(shop: Shop) -> None:
    reconciler = Reconciler(shop.desk)
    assert await reconciler._stale() == set()
    shop.clock.advance(601)
    assert await reconciler._stale() == {shop.id}
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    await shop.click_and_wait(yui)
    assert shop.desk.signals.quota_accounts == {shop.id}


async def test_five_left_and_twenty_clicks_at_once_send_five(shop: Shop) -> None:
    shop.line.quota = 13 + 5
    await refresh(shop.desk, shop.id)
    people = [await shop.sandbox.follow(f"友だち{n}", seconds_ago=7200) for n in range(20)]
    results = await asyncio.gather(*(shop.click(person) for person in people), return_exceptions=True)
    assert sum(not isinstance(result, BaseException) for result in results) == 5
    await shop.pass_time(6)
    assert sum(len(shop.texts(person)) for person in people) == 5
    assert (await shop.quota()).remaining == 0


NOVEMBER, DECEMBER = "2026-11", "2026-12"
MIDNIGHT = month_end(NOVEMBER)


async def test_what_is_let_go_does_not_show_more_than_line_has_told(shop: Shop) -> None:
    """LINE's figure is read while a push is under way that it might hold; the push is refused in the end."""
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.platform.somebody_else_sent(shop.line, 1)
    shop.sandbox.faults.add("push", "429_rate")
    message = await shop.click(yui, hold_ms=0)
    await shop.run_due()
    assert (await refresh(shop.desk, shop.id)).remaining == 200 - 13 - 1
    shop.sandbox.faults.add("push", "400")
    await shop.pass_time(3)
    assert (await shop.message(message)).status == "failed"
    assert (await shop.quota()).remaining == 200 - 13 - 1, "LINE has told 14"
    assert await shop.books_balance()


async def _over_midnight(shop: Shop, seconds_before: float, **body: Any) -> Message:
    """A push clicked so long before the month's end in Tokyo."""
    shop.clock.moment = MIDNIGHT - 3_600_000
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.clock.moment = MIDNIGHT - round(seconds_before * 1000)
    return await shop.click(yui, **body)


async def _spent(shop: Shop) -> tuple[int, int]:
    """What the two months hold of ours. Nothing may stay reserved, and the rows must add up."""

    async def find(reader: Reader) -> list[Counter]:
        return [await current_counter(reader, shop.id, month) for month in (NOVEMBER, DECEMBER)]

    months = await shop.desk.db.read(find)
    assert [month.reserved for month in months] == [0, 0]
    assert await shop.books_balance()
    return months[0].spent, months[1].spent


async def test_a_push_held_over_midnight_belongs_to_the_new_month(shop: Shop) -> None:
    message = await _over_midnight(shop, 3)
    assert (await shop.quota()).reserved == 1
    await shop.pass_time(8)
    assert (await shop.message(message)).status == "sent"
    assert await _spent(shop) == (0, 1)
    assert (await shop.quota()).month == DECEMBER


async def test_a_push_attempted_before_midnight_and_answered_after_it_belongs_to_the_old_month(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = LineClient.push

    async def slow_push(self: LineClient, *arguments: Any) -> Any:
        outcome = await push(self, *arguments)
        shop.clock.advance(4)
        return outcome

    monkeypatch.setattr(LineClient, "push", slow_push)
    message = await _over_midnight(shop, 2, hold_ms=0)
    await shop.run_due()
    assert (await shop.quota()).month == DECEMBER
    assert (await shop.message(message)).status == "sent"
    assert await _spent(shop) == (1, 0)
    assert (await refresh(shop.desk, shop.id)).remaining == 200


@pytest.mark.parametrize(
    ("fault", "spent", "elsewhere"),
    [
        ("500_after", (1, 0), 0),  # LINE had taken it in November; asked again, it says so in December
        ("500_before", (1, 0), 1),  # it may have been taken in November; LINE counts it in December
        ("429_rate", (0, 1), 0),  # surely not taken in November
    ],
)
async def test_a_push_whose_first_attempt_failed_before_midnight(
    shop: Shop, fault: Kind, spent: tuple[int, int], elsewhere: int
) -> None:
    shop.sandbox.faults.add("push", fault)
    message = await _over_midnight(shop, 0.2, hold_ms=0)
    await shop.run_due()
    await shop.pass_time(3)
    assert (await shop.message(message)).status == "sent"
    assert await _spent(shop) == spent
    counter = await refresh(shop.desk, shop.id)
    assert (counter.month, counter.elsewhere, counter.remaining) == (
        DECEMBER,
        elsewhere,
        200 - spent[1] - elsewhere,
    )
    assert await shop.books_balance()


async def test_a_figure_that_still_shows_last_months_count_is_not_taken_for_the_new_months(
    shop: Shop,
) -> None:
    """LINE's figure runs six hours behind: until 6:00 it is November's, which others go on using."""
    shop.line.consumption_lag_seconds = 6 * 3600
    shop.clock.moment = MIDNIGHT - 12 * 3_600_000
    shop.sandbox.platform.somebody_else_sent(shop.line, 100)
    shop.clock.moment = MIDNIGHT - 3_600_000
    assert (await refresh(shop.desk, shop.id)).elsewhere == 113
    shop.sandbox.platform.somebody_else_sent(shop.line, 40)
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    for hours, told in ((0, 113), (3, 113), (5.5, 153)):
        shop.clock.moment = MIDNIGHT + round(hours * 3_600_000)
        assert shop.sandbox.platform.consumption(shop.line)["totalUsage"] == told
        assert (await refresh(shop.desk, shop.id)).remaining == 200
    shop.sandbox.platform.somebody_else_sent(shop.line, 5)
    assert (await shop.click_and_wait(yui)).status == "sent"
    assert (await refresh(shop.desk, shop.id)).remaining == 199
    shop.clock.moment = MIDNIGHT + 12 * 3_600_000
    assert shop.sandbox.platform.consumption(shop.line)["totalUsage"] == 6
    assert (await refresh(shop.desk, shop.id)).remaining == 200 - 6
    shop.clock.moment = MIDNIGHT + 30 * 3_600_000
    assert (await refresh(shop.desk, shop.id)).remaining == 200 - 6
    assert await _spent(shop) == (0, 1)
