"""The page of checks: the worst first, each with what to do."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.setup_pages import open_setup, picture
from tests.browser.shop import SALON
from tests.browser.test_accessible import serious

pytestmark = pytest.mark.browser


def test_what_is_wrong_stands_first_with_what_to_do(real: OpenShop) -> None:
    shop = real()
    shop.add_account(SALON, "さくら美容室", "@sakura")
    shop.pair_and_close()
    page = open_setup(shop, "checks")
    page.get_by_role("heading", name="さくら美容室").wait_for()
    page.get_by_text("受信のしかたがまだ決まっていません").wait_for()
    page.get_by_text("拡張機能").first.wait_for()
    shop.line.fault("info", "500_before", times=9)
    page.get_by_role("button", name="もう一度調べる").click()
    page.get_by_text("直す必要のあるところが1件あります").wait_for()
    first = page.get_by_role("region", name="さくら美容室").get_by_role("listitem").first
    assert "要対応" in first.inner_text()
    assert "LINEに確認できません" in first.inner_text()
    assert "インターネット接続を確認" in first.inner_text()
    assert serious(page) == []
    picture(page, "checks")


def test_who_has_not_connected_a_browser_is_told_how(practice: OpenShop) -> None:
    page = open_setup(practice(), "checks")
    page.get_by_text("拡張機能は、まだどのブラウザーにもつながっていません").wait_for()
    page.get_by_text("気を付けるところが1件あります").wait_for()
    picture(page, "checks-no-extension")


def test_in_english_nothing_is_wrong(practice: OpenShop) -> None:
    shop = practice("en")
    shop.pair_and_close()
    page = open_setup(shop, "checks")
    page.get_by_text("Nothing is wrong.").wait_for()
    picture(page, "checks-english")
