"""Every outcome of an attempt, against the stand-in: once, never lost, never by a second way."""

from dataclasses import replace

import pytest

from helper.flows.courier import Courier, _Call
from helper.flows.send import resolve
from helper.model.refusal import Refused
from helper.sandbox.faults import Kind
from tests.rig import TARO, Shop


@pytest.mark.parametrize("fault", ["500_after", "drop_after", "garbled_after"])
async def test_a_push_with_an_unknown_end_is_asked_about_with_the_same_key(shop: Shop, fault: Kind) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.faults.add("push", fault)
    message = await shop.click_and_wait(yui)
    await shop.pass_time(10)
    assert (await shop.message(message)).status == "sent"
    assert shop.texts(yui) == ["はじめまして"]
    assert (await shop.quota()).spent == 1
    assert await shop.books_balance()


@pytest.mark.parametrize("fault", ["500_before", "drop_before", "429_rate"])
async def test_a_push_that_was_not_taken_is_tried_again(shop: Shop, fault: Kind) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.faults.add("push", fault, times=3)
    message = await shop.click_and_wait(yui)
    await shop.pass_time(20)
    assert (await shop.message(message)).status == "sent"
    assert shop.texts(yui) == ["はじめまして"]


async def test_a_dead_channel_token_is_renewed_once(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    await shop.click_and_wait(yui)
    shop.sandbox.platform.end_tokens(shop.line)
    ken = await shop.sandbox.follow("けん", seconds_ago=7200)
    message = await shop.click_and_wait(ken)
    await shop.pass_time(2)
    assert (await shop.message(message)).status == "sent"
    assert shop.texts(ken) == ["はじめまして"]


async def test_a_token_that_stays_wrong_fails_and_gives_the_quota_back(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.faults.add("push", "401", times=2)
    message = await shop.click_and_wait(yui)
    await shop.pass_time(2)
    failed = await shop.message(message)
    assert (failed.status, failed.error_code) == ("failed", "line_unauthorised")
    assert (await shop.quota()).remaining == 187
    assert (await shop.friend(yui)).friend.stage == "new"


async def test_the_monthly_limit_fails_at_once(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.faults.add("push", "429_month")
    failed = await shop.click_and_wait(yui)
    assert (failed.status, failed.error_code) == ("failed", "quota_exhausted")
    assert shop.id in shop.desk.signals.quota_accounts
    assert (await shop.quota()).reserved == 0


async def test_a_refusal_fails_with_lines_words(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.faults.add("push", "400")
    failed = await shop.click_and_wait(yui)
    assert (failed.status, failed.error_code) == ("failed", "line_rejected")
    assert failed.error_text


async def test_a_dead_reply_token_turns_to_a_push_when_that_was_allowed(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    shop.line.reply_token_seconds = 1
    message = await shop.click_and_wait(yui, max_cost=1)
    assert (message.status, message.route, message.cost) == ("sent", "push", 1)
    assert shop.texts(yui) == ["はじめまして"]
    assert (await shop.quota()).spent == 1
    friend = (await shop.friend(yui)).friend
    assert friend.first_contact is not None
    assert friend.first_contact.route == "push"


async def test_a_dead_reply_token_fails_when_a_cost_was_not_allowed(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    shop.line.reply_token_seconds = 1
    message = await shop.click_and_wait(yui, max_cost=0)
    assert (message.status, message.error_code) == ("failed", "free_route_gone")
    assert shop.texts(yui) == []
    assert (await shop.friend(yui)).friend.stage == "new"


@pytest.mark.parametrize("fault", ["500_after", "drop_after"])
async def test_a_reply_with_an_unknown_end_is_never_pushed(shop: Shop, fault: Kind) -> None:
    yui = await shop.sandbox.follow("ゆい")
    shop.sandbox.faults.add("reply", fault)
    message = await shop.click_and_wait(yui, max_cost=1)
    await shop.pass_time(60)
    assert (await shop.message(message)).status == "uncertain"
    assert shop.texts(yui) == ["はじめまして"]
    assert (await shop.quota()).spent == 0


async def test_a_reply_that_was_not_taken_is_tried_once_more(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    shop.sandbox.faults.add("reply", "500_before")
    message = await shop.click_and_wait(yui, max_cost=1)
    await shop.pass_time(5)
    assert (await shop.message(message)).status == "sent"
    assert shop.texts(yui) == ["はじめまして"]


async def test_line_away_for_ten_minutes_fails_the_push_and_says_so(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.faults.add("push", "429_rate", times=10_000)
    message = await shop.click_and_wait(yui)
    await shop.pass_time(660)
    failed = await shop.message(message)
    assert (failed.status, failed.error_code) == ("failed", "line_busy")
    assert (await shop.quota()).remaining == 187


async def test_an_unknown_push_stays_counted_until_somebody_decides(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.faults.add("push", "500_before", times=10_000)
    message = await shop.click_and_wait(yui)
    await shop.pass_time(660)
    unsure = await shop.message(message)
    assert (unsure.status, unsure.next_at is not None) == ("uncertain", True)
    assert (await shop.quota()).remaining == 186
    settled = await resolve(shop.desk, shop.id, message.id, False, TARO)
    assert settled.status == "failed"
    assert (await shop.quota()).remaining == 187
    assert (await shop.friend(yui)).friend.stage == "new"
    assert await shop.books_balance()


async def test_the_outcome_is_learned_later_with_the_same_key(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    shop.sandbox.faults.add("push", "500_after")
    shop.sandbox.faults.add("push", "500_before", times=10_000)
    message = await shop.click_and_wait(yui)
    await shop.pass_time(660)
    assert (await shop.message(message)).status == "uncertain"
    shop.sandbox.faults.clear()
    await shop.pass_time(120)
    assert (await shop.message(message)).status == "sent"
    assert shop.texts(yui) == ["はじめまして"]


async def test_a_crash_in_the_middle_of_a_push_is_taken_up_with_the_same_key(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    message = await shop.click(yui)
    shop.clock.advance(6)
    call = await shop.desk.db.write(
        lambda transaction: shop.courier._begin(transaction, _due(shop, message.id), asked=True)
    )
    assert isinstance(call, _Call)
    await shop.courier._attempt(call)  # LINE has it; the process dies before it is written down
    shop.clock.advance(60)
    await shop.run_due()
    assert (await shop.message(message)).status == "sent"
    assert shop.texts(yui) == ["はじめまして"]
    assert (await shop.quota()).spent == 1


async def test_a_crash_in_the_middle_of_a_reply_is_never_pushed(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    message = await shop.click(yui)
    shop.clock.advance(6)
    call = await shop.desk.db.write(
        lambda transaction: shop.courier._begin(transaction, _due(shop, message.id), asked=True)
    )
    assert isinstance(call, _Call)
    await shop.courier._attempt(call)
    shop.clock.advance(46)
    await shop.run_due()
    await shop.pass_time(30)
    assert (await shop.message(message)).status == "uncertain"
    assert shop.texts(yui) == ["はじめまして"]


async def test_a_restart_takes_up_at_once_what_the_dead_process_held(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    message = await shop.click(yui)
    shop.clock.advance(6)
    call = await shop.desk.db.write(
        lambda transaction: shop.courier._begin(transaction, _due(shop, message.id), asked=True)
    )
    assert call is not None
    await shop.run_due()
    assert (await shop.message(message)).status == "sending", "its lease still runs"
    shop.courier = Courier(replace(shop.desk, process_id="the next life"))
    await shop.courier.take_over()
    await shop.run_due()
    assert (await shop.message(message)).status == "sent"
    assert shop.texts(yui) == ["はじめまして"]


@pytest.mark.parametrize("seconds_ago", [0, 7200])
async def test_an_account_that_was_taken_away_sends_nothing_and_loses_nothing(
    shop: Shop, seconds_ago: int
) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=seconds_ago)
    message = await shop.click(yui)
    shop.connected.clear()
    shop.desk.channels.forget(shop.id)
    await shop.pass_time(700)
    failed = await shop.message(message)
    assert (failed.status, failed.maybe_accepted) == ("failed", False)
    assert shop.texts(yui) == []
    assert (await shop.quota()).reserved == 0


def _due(shop: Shop, message_id: str):  # type: ignore[no-untyped-def]
    from helper.store.messages import Due

    return Due(message_id, shop.id)


async def test_an_uncertain_message_cannot_be_resolved_while_it_is_sent(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    message = await shop.click(yui)
    with pytest.raises(Refused, match="not_uncertain"):
        await resolve(shop.desk, shop.id, message.id, True, TARO)
