"""The extension is updated under an open dashboard: the page works on, or says that it must be loaded again."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.harness import SEND_FREE
from tests.browser.shop import Driver

pytestmark = pytest.mark.browser

RELOAD = {
    "ja": "Ittsuが更新されました。このページを再読み込みしてください",
    "en": "Ittsu was updated. Please reload this page",
}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_open_dashboard_says_so_or_works_on(practice: OpenShop, driver: Driver, language: str) -> None:
    shop = practice(language, hold_seconds=1)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    shop.update_extension()
    if driver.name == "chromium":
        dock.wait_for_text(RELOAD[language])
        assert dock.state is None
        assert dock.send_buttons() == []
        # One that was given on the command line does not come back here: what follows a reload is a first visit.
        return
    person = shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    dock.wait_for_state("ready")
    entry.press(SEND_FREE if language == "ja" else "First message (free, 0)")
    entry.wait_for_text("送信しました（無料）" if language == "ja" else "Sent (free)")
    assert len(shop.line.sends(person)) == 1
    assert dock.glass.script("document.querySelectorAll('ittsu-dock').length") == 1
