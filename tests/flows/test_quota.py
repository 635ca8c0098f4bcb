"""The count: what LINE tells, what others send, and a recount."""

import asyncio

from helper.flows.quota import Reconciler, ledger, refresh
from helper.model.quota import month_end
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


async def test_a_push_held_over_midnight_belongs_to_the_new_month(shop: Shop) -> None:
    shop.clock.moment = month_end("2026-11") - 3_000
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    message = await shop.click(yui)
    assert (await shop.quota()).reserved == 1
    await shop.pass_time(8)
    assert (await shop.message(message)).status == "sent"
    old = await shop.desk.db.read(lambda reader: current_counter(reader, shop.id, "2026-11"))
    assert (old.spent, old.reserved) == (0, 0)
    assert ((await shop.quota()).month, (await shop.quota()).spent) == ("2026-12", 1)
    assert await shop.books_balance()
