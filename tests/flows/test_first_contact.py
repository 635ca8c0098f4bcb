"""From a follow to a first message, and never a second."""

import asyncio

import pytest

from helper.flows import friends
from helper.flows.send import preview, resolve, undo
from helper.model.message import SendRequest
from helper.model.refusal import Refused
from tests.rig import JIRO, TARO, Shop


async def refusal(awaitable) -> Refused:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as caught:
        await awaitable
    return caught.value


async def test_a_fresh_follow_is_greeted_by_free_reply(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    view = await shop.friend(yui)
    assert (view.friend.stage, view.plan.route, view.plan.cost) == ("new", "reply", 0)
    before = await shop.quota()

    message = await shop.click_and_wait(yui, max_cost=0)

    assert (message.status, message.route, message.cost) == ("sent", "reply", 0)
    assert shop.texts(yui) == ["はじめまして"]
    assert (await shop.quota()).remaining == before.remaining == 187
    assert (await shop.friend(yui)).friend.stage == "contacted"


async def test_an_old_follow_costs_one_of_the_quota(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    assert (await shop.friend(yui)).plan.route == "push"
    message = await shop.click_and_wait(yui)
    assert (message.status, message.route, message.cost) == ("sent", "push", 1)
    assert shop.texts(yui) == ["はじめまして"]
    quota = await shop.quota()
    assert (quota.spent, quota.reserved, quota.remaining) == (1, 0, 186)
    assert await shop.books_balance()


async def test_the_free_route_ends_early_enough_for_a_whole_undo(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    shop.clock.advance(45)
    assert (await shop.friend(yui)).plan.route == "reply"
    shop.clock.advance(1)
    assert (await shop.friend(yui)).plan.route == "push"
    assert (await refusal(shop.click(yui, max_cost=0))).code == "free_route_gone"


async def test_nothing_leaves_during_the_hold_and_undo_frees_everything(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    message = await shop.click(yui)
    await shop.pass_time(4)
    assert (await shop.quota()).remaining == 186
    assert (await undo(shop.desk, shop.id, message.id)).status == "cancelled"
    await shop.pass_time(10)
    assert shop.texts(yui) == []
    assert (await shop.quota()).remaining == 187
    assert (await shop.friend(yui)).friend.stage == "new"
    assert (await shop.click_and_wait(yui)).status == "sent"
    assert await shop.books_balance()


async def test_undo_comes_too_late_once_it_is_sent(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    message = await shop.click_and_wait(yui)
    assert (await refusal(undo(shop.desk, shop.id, message.id))).code == "not_held"


async def test_a_second_first_contact_is_refused_whoever_clicks(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    first = await shop.click(yui)
    held = await refusal(shop.click(yui, JIRO))
    assert held.code == "already_contacted"
    await shop.pass_time(6)
    sent = await refusal(shop.click(yui, JIRO, first_contact=False))
    assert sent.extra["first_contact"].message_id == first.id  # type: ignore[attr-defined]
    assert shop.texts(yui) == ["はじめまして"]


async def test_a_reason_allows_a_second_message_and_is_recorded(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    await shop.click_and_wait(yui)
    again = await shop.click_and_wait(yui, override_reason="予約の変更")
    assert (again.status, again.first_contact, again.override_reason) == ("sent", False, "予約の変更")
    assert len(shop.texts(yui)) == 2


async def test_a_hundred_clicks_at_once_send_one_message(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    results = await asyncio.gather(*(shop.click(yui) for _ in range(100)), return_exceptions=True)
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    await shop.pass_time(6)
    assert shop.texts(yui) == ["はじめまして"]
    assert (await shop.quota()).spent == 1


async def test_the_same_key_and_body_give_the_same_message(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    first = await shop.click(yui, key="k")
    assert (await shop.click(yui, key="k")).id == first.id
    assert (await refusal(shop.click(yui, key="k", max_cost=0))).code == "idempotency_key_reused"
    await shop.pass_time(6)
    assert shop.texts(yui) == ["はじめまして"]


async def test_a_message_from_her_during_the_hold_stops_it(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    message = await shop.click(yui)
    await shop.sandbox.write(yui, "予約できますか")
    stopped = await shop.message(message)
    assert (stopped.status, stopped.error_code) == ("cancelled", "friend_wrote")
    await shop.pass_time(10)
    assert shop.texts(yui) == []
    assert (await shop.quota()).reserved == 0
    assert (await shop.friend(yui)).friend.stage == "talking"


async def test_an_unfollow_during_the_hold_fails_it(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    message = await shop.click(yui)
    await shop.sandbox.block(yui)
    assert (await shop.message(message)).error_code == "friend_blocked"
    assert (await refusal(shop.click(yui))).code == "friend_blocked"


async def test_block_and_refollow_keep_the_slot(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    await shop.click_and_wait(yui)
    await shop.sandbox.block(yui)
    shop.clock.advance(60)
    await shop.sandbox.follow(person=yui)
    view = await shop.friend(yui)
    assert (view.friend.stage, view.friend.refollowed) == ("contacted", True)
    assert (await refusal(shop.click(yui))).code == "already_contacted"


async def test_a_friend_who_cannot_be_reached_any_more_is_not_pushed_to(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    yui.blocked = True  # its webhook never reached us
    message = await shop.click_and_wait(yui)
    assert (message.status, message.error_code) == ("failed", "friend_blocked")
    assert (await shop.quota()).remaining == 187
    assert (await shop.friend(yui)).friend.stage == "blocked"


async def test_a_click_that_slept_too_long_is_not_sent(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    message = await shop.click(yui)
    shop.clock.advance(3600)
    await shop.run_due()
    late = await shop.message(message)
    assert (late.status, late.error_code) == ("cancelled", "expired")
    assert shop.texts(yui) == []
    assert (await shop.quota()).remaining == 187


async def test_marked_as_contacted_elsewhere_and_back(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    view = await friends.mark_contacted(shop.desk, shop.id, yui.user_id, "chat", TARO)
    assert view.friend.stage == "contacted"
    assert view.friend.first_contact is not None
    assert view.friend.first_contact.route == "chat"
    assert (await refusal(shop.click(yui))).code == "already_contacted"
    await friends.unmark_contacted(shop.desk, shop.id, yui.user_id)
    assert (await shop.friend(yui)).friend.stage == "new"


async def test_a_sent_message_cannot_be_unmarked(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    await shop.click_and_wait(yui)
    assert (
        await refusal(friends.unmark_contacted(shop.desk, shop.id, yui.user_id))
    ).code == "already_contacted"


async def test_a_colleague_on_it_keeps_others_off_until_the_lease_ends(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    await friends.claim(shop.desk, shop.id, yui.user_id, JIRO)
    refused = await refusal(shop.click(yui, TARO))
    assert refused.code == "claimed"
    assert refused.extra["claim"].teammate.name == "次郎"  # type: ignore[attr-defined]
    shop.clock.advance(121)
    assert (await shop.click(yui, TARO)).status == "held"


async def test_the_wrong_page_is_refused(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    assert (await refusal(shop.click(yui, expect_basic_id="@other"))).code == "account_mismatch"
    assert (await shop.click(yui, expect_basic_id="@000SAKRA")).status == "held"


async def test_standby_is_refused(shop: Shop) -> None:
    shop.line.standby = True
    yui = await shop.sandbox.follow("ゆい")
    assert (await shop.friend(yui)).plan.refused == "account_standby"
    assert (await refusal(shop.click(yui))).code == "account_standby"


async def test_an_empty_quota_refuses_pushes_but_not_replies(shop: Shop) -> None:
    shop.line.quota = 13
    from helper.flows.quota import refresh

    await refresh(shop.desk, shop.id)
    old = await shop.sandbox.follow("古い", seconds_ago=7200)
    new = await shop.sandbox.follow("新しい")
    refused = await refusal(shop.click(old))
    assert refused.code == "quota_exhausted"
    assert refused.extra["resets_at"] == 1_796_050_800_000  # 2026-12-01T00:00+09:00
    assert (await shop.click_and_wait(new, max_cost=0)).status == "sent"


async def test_a_preview_sends_nothing_and_says_what_it_costs(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    request = SendRequest(
        yui.user_id, 1, messages=({"type": "text", "text": "{display_name}さん、こんにちは"},)
    )
    shown = await preview(shop.desk, shop.id, request, TARO)
    assert shown.objects[0]["text"] == "お客様、こんにちは"
    assert (shown.plan.route, shown.remaining_after, shown.sender_display) == ("push", 186, "さくら美容室")
    assert "name_unknown" in shown.warnings
    assert (await shop.quota()).reserved == 0


async def test_she_who_wrote_gets_ordinary_messages_and_chat_is_advised(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    await shop.sandbox.write(yui, "こんにちは")
    shop.clock.advance(120)
    view = await shop.friend(yui)
    assert (view.friend.stage, view.plan.route, view.plan.second) == ("talking", "chat", True)
    message = await shop.click_and_wait(yui)
    assert (message.status, message.first_contact, message.route) == ("sent", False, "push")
    assert (await shop.click_and_wait(yui)).status == "sent"


async def test_somebody_who_writes_without_a_follow_becomes_a_friend(shop: Shop) -> None:
    person = shop.sandbox.platform.add_person(shop.line, "けん")
    await shop.sandbox.write(person, "やっほー")
    view = await shop.friend(person)
    assert (view.friend.stage, view.friend.followed_at) == ("talking", None)


async def test_a_stranger_is_unknown(shop: Shop) -> None:
    person = shop.sandbox.platform.add_person(shop.line, "だれ")
    assert (await refusal(shop.click(person))).code == "friend_unknown"


async def test_uncertain_has_two_ways_out(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    shop.sandbox.faults.add("reply", "500_after", times=1)
    shop.sandbox.faults.add("reply", "500_before", times=5)
    message = await shop.click_and_wait(yui, max_cost=1)
    await shop.pass_time(5)
    message = await shop.message(message)
    assert message.status == "uncertain"
    assert shop.texts(yui) == ["はじめまして"]
    settled = await resolve(shop.desk, shop.id, message.id, True, TARO)
    assert settled.status == "sent"
    assert (await refusal(resolve(shop.desk, shop.id, message.id, False, TARO))).code == "not_uncertain"
