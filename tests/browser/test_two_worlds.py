"""Practice and real accounts never meet on one page, although one helper has both."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.dashboard_pages import fixture
from tests.browser.shop import SALON

pytestmark = pytest.mark.browser

CHAT = "https://chat.line.biz/U0123456789abcdef0123456789abcdef"


def test_practice_and_real_accounts_never_meet(real: OpenShop) -> None:
    shop = real(sandbox="always")
    shop.add_account(SALON, "本物のサロン", "@sakura")
    chat = shop.open(shop.pages.put(CHAT, fixture("oachat-list")))
    demo = shop.open(f"{shop.helper.sandbox}/demo/chat")
    shop.pair_and_close()
    demo.wait_for_state("ready")
    chat.wait_for_state("ready")
    shop.line.follow("本物の友だち", account=SALON)
    chat.friend("本物の友だち").wait()
    demo.friend("田中美咲").wait()
    demo.wait_for_text("練習モード（お客様には届きません）")
    assert "本物の友だち" not in demo.friends()
    assert "本物のサロン" not in demo.text()
    assert chat.friends() == ["本物の友だち"]
    assert "さくら美容室" not in chat.text()
    assert "練習モード" not in chat.text()
