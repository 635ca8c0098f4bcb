"""The helper's own pages: opened by a one-time link, from the terminal or the extension, and by nothing else."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.setup_pages import open_setup, picture
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

DOOR = "この画面を開くには、専用のリンクが必要です"


def test_a_link_opens_them_once_for_this_tab(practice: OpenShop) -> None:
    shop = practice()
    page = open_setup(shop)
    assert "code" not in page.url
    page.get_by_text("さんとして開いています").wait_for()
    picture(page, "setup-shell")
    page.reload()
    page.get_by_text("さんとして開いています").wait_for()
    other = shop.new_page()
    other.goto(f"{shop.helper.api}/setup")
    other.get_by_role("heading", name=DOOR).wait_for()
    picture(other, "setup-door")


def test_a_link_that_was_used_says_how_to_get_another(practice: OpenShop) -> None:
    shop = practice()
    url = next(word for word in shop.helper.output("setup", "--no-open").split() if word.startswith("http"))
    first, second = shop.new_page(), shop.new_page()
    first.goto(url)
    first.get_by_text("さんとして開いています").wait_for()
    second.goto(url)
    second.get_by_role("heading", name=DOOR).wait_for()
    second.get_by_text("ittsu setup").wait_for()


def test_the_extensions_options_open_them(practice: OpenShop) -> None:
    shop = practice()
    shop.pair_and_close()
    options = shop.extension_page("options")
    page = shop.opened_by(lambda: options.get_by_role("button", name="本体の設定を開く").first.click())
    page.get_by_text("さんとして開いています").wait_for()
    assert page.url.startswith(f"{shop.helper.api}/setup")


def test_a_page_whose_token_was_taken_away_shows_the_door(practice: OpenShop) -> None:
    shop = practice()
    page = open_setup(shop)
    page.evaluate("sessionStorage.setItem('ittsu-page-token', 'taken-away')")
    page.reload()
    door = page.get_by_role("heading", name=DOOR)
    until(door.is_visible, "the door is shown", rest=lambda seconds: page.wait_for_timeout(seconds * 1000))
