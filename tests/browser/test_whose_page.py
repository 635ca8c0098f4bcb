"""Which account a page belongs to: a send only where the page itself proves it, and from that account only."""

import pytest

from tests.browser.dashboard_pages import fixture
from tests.browser.harness import SEND_FREE, SEND_PUSH, Dock
from tests.browser.shop import SALON, Shop

pytestmark = pytest.mark.browser

BOT = "U0123456789abcdef0123456789abcdef"
TALK = f"https://chat.line.biz/{BOT}/chat/Ufedcba9876543210fedcba9876543210"
WRONG = "この画面は「@momiji」ですが、Ittsuは「さくら美容室」を選んでいます。まだ送信していません"


@pytest.fixture
def shop(salon_shop: Shop) -> Shop:
    return salon_shop


def ready(shop: Shop, address: str) -> Dock:
    """A dashboard's page, as the salon has it."""
    dock = shop.open(address)
    dock.wait_for_state("ready")
    dock.wait_for_text("さくら美容室")
    return dock


def test_the_chat_of_the_account_sends_one_message(shop: Shop) -> None:
    dock = ready(shop, shop.pages.put(TALK, fixture("oachat-talk")))
    person = shop.line.follow("ゆい🌸", account=SALON)
    entry = dock.friend("ゆい🌸").wait()
    entry.press(SEND_FREE)
    entry.wait_for_text("送信しました（無料）")
    (sent,) = shop.line.sends(person)
    assert (sent["to"], sent["route"], sent["account_id"]) == (person["user_id"], "reply", SALON)
    assert shop.line.counted(SALON) == 0


@pytest.mark.parametrize("page", ["manager", "chat"])
def test_the_page_of_another_account_has_no_send_button(shop: Shop, page: str) -> None:
    if page == "manager":
        address = shop.pages.put("https://manager.line.biz/account/@momiji", fixture("manager"))
    else:
        chat = fixture(
            "oachat-talk",
            {"https://manager.line.biz/account/@sakura": "https://manager.line.biz/account/@momiji"},
        )
        address = shop.pages.put(TALK, chat)
    dock = ready(shop, address)
    person = shop.line.follow(f"{page}の人", account=SALON)
    dock.friend(f"{page}の人").wait()
    dock.wait_for_text(WRONG)
    assert dock.send_buttons() == []
    assert dock.button("このページのアカウント") is None
    assert shop.line.sends(person) == []


def test_a_page_that_names_two_accounts_proves_neither(shop: Shop) -> None:
    dock = ready(shop, shop.pages.put(f"https://chat.line.biz/{BOT}", fixture("oachat-two-accounts")))
    shop.line.follow("みき", account=SALON)
    dock.friend("みき").wait()
    dock.wait_for_text("この画面には複数のアカウント（@sakura・@momiji）が出ているため、送信できません")
    assert dock.send_buttons() == []


def test_an_unproven_chat_offers_to_bind_it_and_sends_only_then(shop: Shop) -> None:
    dock = ready(shop, shop.pages.put(f"https://chat.line.biz/{BOT}", fixture("oachat-unproven")))
    person = shop.line.follow("なお", seconds_ago=600, account=SALON)
    entry = dock.friend("なお").wait()
    assert dock.send_buttons() == []
    dock.press("このページのアカウント")
    dock.wait_for_text("の画面として紐付け済み")
    entry.press(SEND_PUSH)
    entry.wait_for_text("送信しました（残り")
    (sent,) = shop.line.sends(person)
    assert (sent["route"], sent["account_id"]) == ("push", SALON)


def test_a_chat_that_moves_to_another_account_without_loading_stops_sending(shop: Shop) -> None:
    dock = ready(shop, shop.pages.put(TALK, fixture("oachat-talk")))
    person = shop.line.follow("りん", account=SALON)
    entry = dock.friend("りん").wait()
    place = entry.aim(SEND_FREE)
    # The application shows another account's chat between the press and the release.
    dock.glass.script(
        """addEventListener('mousedown', () => {
          document.querySelector('header a').setAttribute('href', 'https://manager.line.biz/account/@momiji');
        }, { capture: true, once: true })"""
    )
    dock.page.mouse.click(*place)
    dock.wait_for_text(WRONG)
    assert dock.send_buttons() == []
    assert shop.line.sends(person) == []
