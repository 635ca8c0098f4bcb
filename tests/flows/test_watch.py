"""The watch: what is wrong at LINE is noticed, told once, and over when it is mended; absence is told until read."""

from typing import Any

import pytest

from helper.flows import receiving, watch
from helper.flows.watch import Watch
from helper.model.receiving import Answers
from helper.model.watch import Missed
from tests.rig import Shop

HOUR = 3600
TOOL = "https://tool.example.jp/hook"


@pytest.fixture
async def real(shop: Shop) -> Shop:
    """The account counts as a real one, received by this computer."""
    await receiving.answer(shop.desk, shop.id, Answers(tool=False, always_on=True))
    await receiving.choose(shop.desk, shop.id, "alone")
    present = (await receiving.look(shop.desk, shop.id)).endpoint
    url = f"https://salon.example.jp/webhook/{shop.id}"
    await receiving.set_endpoint(shop.desk, shop.id, url, None if present is None else present.url)
    return shop


async def _state(shop: Shop) -> Any:
    watched, missed = await watch.state(shop.desk, [shop.id])
    return watched.get(shop.id), missed.get(shop.id)


async def test_an_endpoint_that_leads_elsewhere_is_told_until_it_is_back(real: Shop) -> None:
    watching = Watch(real.desk)
    await watching.look()
    assert (await _state(real))[0].trouble is None
    ours, real.line.webhook_url = real.line.webhook_url, TOOL
    await watching.look()
    assert (await _state(real))[0].trouble == "webhook_elsewhere"
    real.changes.clear()
    await watching.look()
    assert [change for change in real.changes if change.type == "account"] == []
    real.line.webhook_url = ours
    await watching.look()
    assert (await _state(real))[0].trouble is None


async def test_a_switch_that_is_off_is_told(real: Shop) -> None:
    real.line.webhook_active = False
    await Watch(real.desk).look()
    assert (await _state(real))[0].trouble == "webhook_off"


async def test_line_that_cannot_be_asked_changes_nothing_that_is_told(real: Shop) -> None:
    real.line.webhook_active = False
    await Watch(real.desk).look()
    real.sandbox.faults.add("/v2/bot/channel/webhook/endpoint", "500_before", times=5)
    await Watch(real.desk).look()
    assert (await _state(real))[0].trouble == "webhook_off"


async def test_an_unusual_silence_is_told(real: Shop) -> None:
    watching = Watch(real.desk)
    for _ in range(10):
        real.desk.signals.webhook_at[real.id] = real.clock.now()
        await watching.look()
        real.clock.advance(24 * 3600)
    assert (await _state(real))[0].trouble is None
    real.clock.advance(4 * 24 * 3600)
    await watching.look()
    assert (await _state(real))[0].trouble == "webhook_silent"
    real.desk.signals.webhook_at[real.id] = real.clock.now()
    await watching.look()
    assert (await _state(real))[0].trouble is None


async def test_a_sleep_is_told_with_its_times_until_somebody_has_read_of_it(real: Shop) -> None:
    watching = Watch(real.desk)
    assert not await watching.beat()
    began = real.clock.now()
    real.clock.advance(7200)
    assert await watching.beat()
    assert (await _state(real))[1] == (Missed(began, began + 7_200_000),)
    assert not await watching.beat()
    assert (await _state(real))[1] == (Missed(began, began + 7_200_000),)
    await watch.forget_missed(real.desk)
    assert (await _state(real))[1] is None


async def test_a_nap_does_not_hide_the_night(real: Shop) -> None:
    watching = Watch(real.desk)
    await watching.beat()
    evening = real.clock.now()
    real.clock.advance(8 * HOUR)
    await watching.beat()
    real.clock.advance(60)
    await watching.beat()
    nap = real.clock.now()
    real.clock.advance(180)
    await watching.beat()
    assert (await _state(real))[1] == (Missed(evening, evening + 8 * HOUR * 1000), Missed(nap, nap + 180_000))


async def _a_week_that_hears_every_six_hours(real: Shop, watching: Watch) -> None:
    for _ in range(28):
        real.desk.signals.webhook_at[real.id] = real.clock.now()
        await watching.beat()
        await watching.look()
        for _ in range(6 * 60):
            real.clock.advance(60)
            await watching.beat()


async def test_a_weekend_asleep_is_neither_a_silence_nor_usual(real: Shop) -> None:
    watching = Watch(real.desk)
    await _a_week_that_hears_every_six_hours(real, watching)
    usual = 6 * HOUR * 1000
    assert (await _state(real))[0].longest_gap == usual
    real.clock.advance(60 * HOUR)
    assert await watching.beat()
    await watching.look()
    assert (await _state(real))[0].trouble is None
    real.clock.advance(300)
    real.desk.signals.webhook_at[real.id] = real.clock.now()
    await watching.look()
    assert (await _state(real))[0].longest_gap <= usual + 300_000


async def test_what_came_just_before_the_sleep_counts_before_it(real: Shop) -> None:
    watching = Watch(real.desk)
    await _a_week_that_hears_every_six_hours(real, watching)
    real.desk.signals.webhook_at[real.id] = real.clock.now()
    await watching.beat()
    real.clock.advance(60 * HOUR)
    await watching.beat()
    watched = (await _state(real))[0]
    assert (watched.last_at, watched.away) == (real.clock.now() - 60 * HOUR * 1000, 60 * HOUR * 1000)


async def test_a_restart_after_hours_is_told_too_and_a_short_one_is_not(real: Shop) -> None:
    await Watch(real.desk).beat()
    real.clock.advance(60)
    assert not await Watch(real.desk).beat()
    real.clock.advance(3600)
    assert await Watch(real.desk).beat()
    assert len((await _state(real))[1]) == 1


async def test_it_is_told_for_a_day(real: Shop) -> None:
    watching = Watch(real.desk)
    await watching.beat()
    real.clock.advance(3600)
    await watching.beat()
    for _ in range(25 * 60):
        real.clock.advance(60)
        await watching.beat()
    assert (await _state(real))[1] is None


async def test_behind_a_relay_nothing_is_missed(real: Shop) -> None:
    await receiving.choose(real.desk, real.id, "relay")
    watching = Watch(real.desk)
    await watching.beat()
    real.clock.advance(7200)
    await watching.beat()
    assert (await _state(real))[1] is None


async def test_an_account_without_its_secret_keeps_nobody_up(real: Shop) -> None:
    real.line.webhook_active = False
    real.connected.clear()
    await Watch(real.desk).look()
    assert (await _state(real))[0] is None
