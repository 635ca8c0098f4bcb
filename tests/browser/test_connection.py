"""The helper goes away and comes back: the page says so, sends nothing meanwhile, and lives again by itself."""

import time

import pytest

from tests.browser.asleep import frozen
from tests.browser.conftest import OpenShop
from tests.browser.dashboard_pages import fixture
from tests.browser.harness import SEND_FREE, SEND_PUSH
from tests.browser.shop import SALON

pytestmark = pytest.mark.browser

BOT = "U0123456789abcdef0123456789abcdef"
# Longer than a hello may take; longer silences are tried with the tests' own clock (connection.test.ts).
ASLEEP_SECONDS = 10


def test_a_stopped_helper_is_told_and_a_started_one_is_back_without_a_reload(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    entry = dock.friend("田中美咲").wait()
    assert entry.button(SEND_PUSH) is not None
    dock.glass.script("window.sameDocument = true")

    shop.helper.stop()
    stopped = time.monotonic()
    dock.wait_for_state("offline")
    assert time.monotonic() - stopped < 5
    dock.wait_for_text("Ittsu本体が起動していません")
    dock.wait_for_text("起動のしかた")
    assert "田中美咲" in dock.friends()
    buttons = dock.buttons("最初の一通")
    assert buttons
    assert all(button.disabled for button in buttons)

    shop.helper.start()
    started = time.monotonic()
    dock.wait_for_state("ready")
    assert time.monotonic() - started < 5
    assert "起動していません" not in dock.text()
    shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    entry.press(SEND_FREE)
    entry.wait_for_text("送信しました（無料）")
    assert len(shop.line.sends()) == 1
    assert dock.glass.script("window.sameDocument") is True


def test_a_helper_that_stands_still_is_told_and_goes_on(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    with frozen(shop.helper.pid):
        stopped = time.monotonic()
        dock.wait_for_state("offline")
        assert time.monotonic() - stopped < 5
        assert all(button.disabled for button in dock.buttons("最初の一通"))
    woken = time.monotonic()
    dock.wait_for_state("ready")
    assert time.monotonic() - woken < 5
    shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    entry.press(SEND_FREE)
    entry.wait_for_text("送信しました（無料）")
    assert len(shop.line.sends()) == 1


def test_after_the_computer_slept_everything_goes_on_by_itself(real: OpenShop) -> None:
    shop = real(hold_seconds=1)
    shop.add_account(SALON, "さくら美容室", "@sakura")
    dock = shop.open(shop.pages.put(f"https://chat.line.biz/{BOT}", fixture("oachat-list")))
    shop.pair_and_close()
    dock.wait_for_state("ready")
    dock.glass.script("window.sameDocument = true")
    shop.sleep(ASLEEP_SECONDS)
    woken = time.monotonic()
    person = shop.line.follow("ゆい", account=SALON)
    entry = dock.friend("ゆい").wait()
    dock.wait_for_state("ready")
    assert time.monotonic() - woken < 5
    entry.press(SEND_FREE)
    entry.wait_for_text("送信しました（無料）")
    assert len(shop.line.sends(person)) == 1
    assert dock.glass.script("window.sameDocument") is True


def test_a_click_survives_the_helpers_restart_and_is_sent_once(
    practice: OpenShop,
) -> None:
    # Long enough for the helper to be back before it is sent, on a busy machine too.
    shop = practice(hold_seconds=8)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    person = shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    entry.press(SEND_FREE)
    entry.wait_for_text("秒後にゆいさんへ送ります")
    shop.helper.stop()
    dock.wait_for_state("offline")
    shop.helper.start()
    dock.wait_for_state("ready")
    entry.wait_for_text("送信しました")
    assert len(shop.line.sends()) == 1
    assert len(shop.line.received(person)) == 1
