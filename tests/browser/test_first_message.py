"""The main job on a dashboard: a friend follows, one click, one message; its cost is what the button said."""

import time

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.harness import SEND_FREE, SEND_PUSH, UNDO

pytestmark = pytest.mark.browser


def test_a_new_friend_is_there_within_a_second_and_undo_sends_nothing(practice: OpenShop) -> None:
    shop = practice(hold_seconds=20)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    dock.wait_for_text("田中美咲")
    dock.glass.script("window.sameDocument = true")

    person = shop.line.follow("ゆい🌸")
    followed = time.monotonic()
    entry = dock.friend("ゆい🌸").wait()
    assert time.monotonic() - followed < 1
    assert dock.friends()[0] == "ゆい🌸"
    assert dock.glass.script("window.sameDocument") is True

    entry.press(SEND_FREE)
    entry.wait_for_text("秒後にゆい🌸さんへ送ります")
    assert any("秒後にゆい🌸さんへ送ります" in words for words in entry.statuses())
    undo = entry.button(UNDO)
    assert undo is not None
    assert undo.focused
    entry.press(UNDO)
    entry.wait_for_text("送信をやめました")
    assert entry.button(SEND_FREE) is not None
    assert shop.line.sends() == []
    assert shop.line.received(person) == []


def test_one_click_sends_one_free_reply(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    person = shop.line.follow("ゆい🌸")
    before = dock.remaining()
    entry = dock.friend("ゆい🌸").wait()
    entry.press(SEND_FREE)
    entry.wait_for_text("送信しました（無料）")
    entry.wait_for_text("返信が届いたら、続きはLINEチャットで（無料）")

    (sent,) = shop.line.sends()
    assert (sent["route"], sent["to"], sent["accepted"]) == ("reply", person["user_id"], True)
    (message,) = shop.line.received(person)
    assert "ゆい🌸さん" in message["text"]
    assert shop.line.offered_answers(person)
    assert dock.remaining() == before == 187
    assert shop.line.counted() == 13
    assert SEND_FREE not in [each.name for each in entry.buttons()]


@pytest.mark.parametrize("fast", ["as one burst", "as single clicks"])
def test_clicking_ten_times_fast_sends_one_message(practice: OpenShop, fast: str) -> None:
    shop = practice(hold_seconds=2)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    person = shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    place = entry.aim(SEND_FREE)
    if fast == "as one burst":
        dock.page.mouse.click(*place, click_count=10)
    else:
        for _ in range(10):
            dock.page.mouse.click(*place)
    entry.wait_for_text("送信しました（無料）")
    assert len(shop.line.sends()) == 1
    assert len(shop.line.received(person)) == 1


def test_a_friend_of_some_minutes_ago_costs_one_and_the_figure_falls(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    person = shop.line.follow("佐藤 一", seconds_ago=180)
    entry = dock.friend("佐藤 一").wait()
    assert entry.button(SEND_FREE) is None
    entry.press(SEND_PUSH)
    entry.wait_for_text("送信しました（残り186通）")
    (sent,) = shop.line.sends()
    assert (sent["route"], sent["to"]) == ("push", person["user_id"])
    assert sent["retry_key"]
    assert dock.remaining() == 186
    assert shop.line.counted() == 14
    assert len(shop.line.received(person)) == 1


def test_the_cost_on_the_button_follows_the_clock(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1, reply_safe_seconds=6)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    dock.glass.script("window.sameDocument = true")
    shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    entry.wait_for_text("秒は無料で送れます")
    assert entry.button(SEND_FREE) is not None
    dock.glass.until(lambda: entry.button(SEND_PUSH), "the free seconds run out", 10)
    assert entry.button(SEND_FREE) is None
    assert "無料で送れます" not in entry.text()
    assert dock.glass.script("window.sameDocument") is True


def test_she_writes_during_the_hold_and_nothing_is_sent(practice: OpenShop) -> None:
    shop = practice(hold_seconds=20)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    person = shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    entry.press(SEND_FREE)
    entry.wait_for_text("秒後に")
    shop.line.write(person, "こんにちは")
    entry.wait_for_text("送信前にお客様からメッセージが届いたため、送信をやめました")
    assert shop.line.sends() == []
