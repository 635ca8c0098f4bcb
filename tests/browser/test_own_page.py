"""A page that the operator adds: allowed, pointed at, and then as good as any other dashboard.

The browser's own prompt belongs to no page and cannot be pressed, so it is answered beforehand (`Driver.allow`).
Everything else is what a person does.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.dashboard_pages import fixture, japan_minute
from tests.browser.harness import SEND_PUSH, Dock, Shown
from tests.browser.shop import SALON, Driver, Shop

pytestmark = pytest.mark.browser

HOST = "kokyaku.example.jp"
LIST = f"https://{HOST}/customers"
NAME = "さくら美容室"
BIND = "このページのアカウント"
_ALLOWED = "() => chrome.permissions.contains({ origins: ['https://kokyaku.example.jp/*'] })"


class Pointing(Shown):
    """The card that asks what is what."""

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock.glass, "ittsu-pointing")

    def point_at(self, selector: str) -> None:
        """Press on something of the page's, which our layer covers."""
        self.glass.let_a_person_react()
        x, y = self.glass.script(
            f"""(() => {{
              const {{ x, y, height }} = document.querySelector({selector!r}).getBoundingClientRect();
              return [x + 6, y + height / 2];
            }})()"""
        )
        self.page.mouse.move(x, y)
        self.page.mouse.click(x, y)


def add_page(shop: Shop, address: str = LIST) -> Page:
    """Type the address in the options and go on; the page of options, after the explanation."""
    options = shop.extension_page("options")
    options.get_by_label("ページのURL").fill(address)
    options.get_by_role("button", name="次へ").click()
    return options


def open_for_pointing(shop: Shop, driver: Driver, options: Page) -> tuple[Dock, Pointing]:
    """Allow the page; the tab that opens, and the card in it."""
    driver.allow(shop, HOST)
    dock = Dock(shop.opened_by(lambda: options.get_by_role("button", name="許可して、画面を開く").click()))
    card = Pointing(dock)
    card.wait_for_text("お客様の名前が出ている画面を開いてください")
    return dock, card


def point(shop: Shop, driver: Driver, options: Page) -> Dock:
    """Allow, and show on the page what is what; the dock of the page."""
    dock, card = open_for_pointing(shop, driver, options)
    card.press("指しはじめる")
    card.wait_for_text("お客様の名前を1つ、クリックしてください")
    card.point_at("tbody tr:nth-child(2) span")
    card.wait_for_text("3件見つかりました")
    card.wait_for_text("友だち追加日時があれば")
    card.point_at("tbody tr:nth-child(2) td:nth-child(3)")
    card.wait_for_text("LINE公式アカウントの名前があれば")
    card.point_at("#shop-name")
    card.wait_for_text(NAME)
    return dock


def save(dock: Dock) -> None:
    """Keep what was pointed at."""
    Pointing(dock).press("保存する")
    dock.wait_for_state("ready")
    dock.glass.until(lambda: not Pointing(dock).is_there(), "pointing is over")


def remove_site(options: Page) -> None:
    """Take the site away again, in the options."""
    options.bring_to_front()
    options.get_by_role("button", name="このサイトを削除").click()
    options.get_by_role("button", name="削除する", exact=True).click()
    options.get_by_role("button", name="このサイトを削除").wait_for(state="detached")


@pytest.fixture
def people(salon_shop: Shop) -> dict[str, Any]:
    """Two of the three people on the page are friends."""
    yui = salon_shop.line.follow("ゆい🌸", seconds_ago=1200, account=SALON)
    hanako = salon_shop.line.follow("佐藤 花子", seconds_ago=4000, account=SALON)
    page = fixture(
        "own-list", {"2026/11/21 10:32": japan_minute(yui), "2026年11月21日 9時05分": japan_minute(hanako)}
    )
    salon_shop.pages.put(LIST, page)
    return {"yui": yui, "hanako": hanako}


def test_a_page_is_added_pointed_at_and_sends_one_message(
    salon_shop: Shop, driver: Driver, people: dict[str, Any]
) -> None:
    options = add_page(salon_shop)
    # Which host and why is said before the browser asks; nothing is allowed by having typed it.
    options.get_by_text(f"{HOST} を読み取る許可をブラウザがたずねます").wait_for()
    assert options.evaluate(_ALLOWED) is False
    dock = point(salon_shop, driver, options)
    assert options.evaluate(_ALLOWED) is True
    assert not dock.is_there()
    save(dock)

    assert dock.send_buttons() == []
    dock.press(BIND)
    dock.wait_for_text(f"「{NAME}」の画面として紐付け済み")
    row = Shown(dock.glass, "tbody tr:nth-child(1) ittsu-row")
    row.wait_for_text("紐付ける：ゆい🌸")
    row.press("紐付ける")
    dock.glass.until(lambda: row.host().attributes.get("data-match") == "exact", "the row is linked")
    assert salon_shop.line.sends(people["yui"]) == []
    row.press(SEND_PUSH)
    row.wait_for_text("送信しました")
    assert len(salon_shop.line.sends(people["yui"])) == 1
    assert salon_shop.line.sends(people["hanako"]) == []

    # Who isn't found any more is said, not guessed.
    salon_shop.pages.put(LIST, fixture("own-list", {"<tbody>": "<tbody class='new'>", "<td>": "<th>"}))
    dock.page.reload()
    dock.wait_for_state("degraded")
    dock.wait_for_text("この画面のつくりが変わったため、一覧のボタンを表示できません")

    # The permission goes with the site, and so does the panel.
    remove_site(options)
    dock.glass.until(lambda: options.evaluate(_ALLOWED) is False, "the permission is given back")
    dock.page.bring_to_front()
    dock.glass.until(lambda: not dock.is_there(), "the panel is gone")
    dock.page.reload()
    dock.page.get_by_text("顧客一覧").first.wait_for()
    assert dock.state is None


def test_what_was_pointed_at_leaves_by_a_file_and_comes_back(
    salon_shop: Shop, driver: Driver, people: dict[str, Any]
) -> None:
    assert people
    options = add_page(salon_shop)
    save(point(salon_shop, driver, options))
    options.bring_to_front()
    site = options.get_by_role("article", name=HOST)
    site.get_by_text("/customers の画面").wait_for()
    with options.expect_download() as saved:
        site.get_by_role("button", name="ファイルに書き出す").click()
    exported = Path(saved.value.path()).read_text("utf-8")
    assert json.loads(exported)["site"]["host"] == HOST
    for private in ("ゆい", "花子", NAME):
        assert private not in exported
    remove_site(options)

    # It comes back as it was, and shows nothing before the host is allowed.
    options.get_by_label("ファイルから読み込む").set_input_files(
        {"name": "ittsu.json", "mimeType": "application/json", "buffer": exported.encode()}
    )
    options.get_by_text(f"{HOST} を読み取る許可をブラウザがたずねます").wait_for()
    assert options.evaluate(_ALLOWED) is False
    options.get_by_role("button", name="キャンセル").click()


def test_the_page_feels_nothing_of_it_and_the_keyboard_is_enough(
    salon_shop: Shop, driver: Driver, people: dict[str, Any]
) -> None:
    assert people
    linked = fixture("own-list", {'<span class="k2b9c">佐藤　花子</span>': '<a href="/gone">佐藤　花子</a>'})
    salon_shop.pages.put(LIST, linked)
    options = add_page(salon_shop)
    dock, card = open_for_pointing(salon_shop, driver, options)
    dock.glass.script(
        """window.felt = [];
        for (const element of document.querySelectorAll('main *')) {
          for (const type of ['click', 'mousedown', 'pointerdown', 'mouseover', 'focus']) {
            element.addEventListener(type, () => felt.push(type));
          }
        }
        window.before = document.querySelector('main').outerHTML;"""
    )
    card.press("指しはじめる")
    card.wait_for_text("お客様の名前を1つ、クリックしてください")
    card.point_at("tbody tr:nth-child(2) a")
    card.wait_for_text("友だち追加日時があれば")
    # The link's own number is nobody's: /gone has none, the other link has.
    assert dock.page.url == LIST
    assert dock.glass.script("felt") == []
    assert dock.glass.script("document.querySelector('main').outerHTML === before") is True

    card.press("ない・とばす")
    card.wait_for_text("LINE公式アカウントの名前があれば")
    # From text to text, the page's first ones are 「ホーム」 and the account's name.
    dock.glass.let_a_person_react()
    dock.page.keyboard.press("ArrowDown")
    dock.page.keyboard.press("ArrowDown")
    dock.page.keyboard.press("Enter")
    card.wait_for_text(NAME)
    dock.page.keyboard.press("Escape")
    dock.glass.until(lambda: not card.is_there(), "Escape ends it")
    dock.wait_for_state("ready")
    # Nothing was kept of what was not saved.
    assert dock.rows() == []
    assert dock.glass.script("felt") == []
    options.bring_to_front()
    options.get_by_text("まだ何も指していません").wait_for()
    remove_site(options)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://kokyaku.example.jp/", "このページは追加できません"),
        ("https://chat.line.biz/", "このページは追加できません"),
        ("https://127.0.0.1/", "このページは追加できません"),
        ("javascript:alert(1)", "このページは追加できません"),
    ],
)
def test_what_cannot_be_added_is_said(salon_shop: Shop, address: str, words: str) -> None:
    options = add_page(salon_shop, address)
    options.get_by_text(words).wait_for()
    assert options.get_by_role("button", name="許可して、画面を開く").count() == 0
