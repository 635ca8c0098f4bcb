"""The greeting that goes out by itself: switched on in the options, seen in the dock, stopped there."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.harness import SEND_FREE, Dock
from tests.browser.shop import Shop

pytestmark = pytest.mark.browser

SKIP = "今回は送らない"
SENT = "自動のあいさつを送信しました（無料）"


def switch_on(shop: Shop, seconds: int) -> None:
    """In the options page, with the first template."""
    page = shop.extension_page("options")
    page.get_by_label("追加から送るまでの秒数").fill(str(seconds))
    page.get_by_role("button", name="自動のあいさつを始める").click()
    page.get_by_role("button", name="変更して続ける").wait_for()
    page.close()


def opened(shop: Shop) -> Dock:
    dock = shop.open_demo_chat()
    dock.wait_for_state("ready")
    dock.wait_for_text("自動のあいさつがオンです")
    return dock


def test_a_new_friend_is_greeted_after_the_seconds_that_were_shown(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1)
    shop.pair_and_close()
    switch_on(shop, 6)
    dock = opened(shop)
    dock.wait_for_text("追加から6秒後に")
    person = shop.line.follow("ゆい🌸")
    entry = dock.friend("ゆい🌸").wait()
    entry.wait_for_text("秒後に自動であいさつします")
    assert entry.button(SEND_FREE) is not None
    entry.wait_for_text(SENT)
    (sent,) = shop.line.sends()
    assert (sent["route"], sent["to"], sent["accepted"]) == ("reply", person["user_id"], True)
    (message,) = shop.line.received(person)
    assert "ゆい🌸さん" in message["text"]
    assert dock.remaining() == 187


def test_whoever_clicks_first_is_the_only_one(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1)
    shop.pair_and_close()
    switch_on(shop, 8)
    dock = opened(shop)
    yui = shop.line.follow("ゆい")
    dock.friend("ゆい").wait().press(SEND_FREE)
    dock.friend("ゆい").wait_for_text("送信しました（無料）")
    ken, mio = shop.line.follow("けん"), shop.line.follow("みお")
    dock.friend("けん").wait().press(SKIP)
    dock.glass.until(lambda: dock.friend("けん").button(SKIP) is None, "けん is not greeted")
    dock.friend("みお").wait_for_text(SENT)
    assert [len(shop.line.received(person)) for person in (yui, ken, mio)] == [1, 0, 1]


def test_who_writes_for_a_friend_is_waited_for_and_the_band_stops_it(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1)
    shop.pair_and_close()
    switch_on(shop, 8)
    dock = opened(shop)
    yui = shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    (field,) = dock.host().controls("textbox")
    dock.glass.focus(field.node)
    dock.page.keyboard.type("こんにちは")
    entry.wait_for_text("太郎さんの操作中は自動で送りません")
    mio = shop.line.follow("みお")
    dock.friend("みお").wait().wait_for_text(SENT)
    assert shop.line.received(yui) == []
    dock.press("止める")
    dock.glass.until(lambda: "自動のあいさつがオンです" not in dock.text(), "the band is gone")
    assert entry.button(SKIP) is None
    assert [len(shop.line.received(person)) for person in (yui, mio)] == [0, 1]
    options = shop.extension_page("options")
    options.get_by_role("button", name="自動のあいさつを始める").wait_for()
