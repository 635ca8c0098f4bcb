"""A person takes the extension's hosts away in the browser's settings: it is said, and they can be given back."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.shop import Driver

pytestmark = pytest.mark.browser

TOLD = "ブラウザの設定で、Ittsuが管理画面やIttsu本体に接続できなくなっています。"
GRANT = "アクセスを許可する"


@pytest.mark.parametrize("name", ["popup", "options"])
def test_hosts_that_were_taken_away_are_told_and_given_back(
    practice: OpenShop, driver: Driver, name: str
) -> None:
    shop = practice()
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    driver.hosts(shop, given=False)
    page = shop.extension_page(name)
    page.get_by_text(TOLD).wait_for()
    grant = page.get_by_role("button", name=GRANT)
    grant.wait_for()
    if driver.name == "firefox":
        grant.click()
    else:
        # Chromium's prompt cannot be pressed: the person goes to the settings again.
        driver.hosts(shop, given=True)
    page.get_by_text(TOLD).wait_for(state="detached")
    page.close()
    shop.open_demo_chat().wait_for_state("ready")
