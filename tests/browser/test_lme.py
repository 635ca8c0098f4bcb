"""エルメ at its own address: list, friend page and chat, with the table that a script fills and replaces."""

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.dashboard_pages import fixture, japan_minute
from tests.browser.harness import SEND_PUSH, Dock, Shown
from tests.browser.shop import SALON, Shop
from tests.browser.waiting import never

pytestmark = pytest.mark.browser

SITE = "https://step.lme.jp"
LIST = f"{SITE}/basic/friendlist"
NUMBERS = itertools.count(1)
LINK = "紐付ける"
BIND = "このページのアカウント"


@dataclass
class Salon:
    """One list in エルメ, with friends whom the helper knows; no other test has people of these names."""

    shop: Shop
    dock: Dock
    number: int
    yui: dict[str, Any]
    hanako: dict[str, Any]

    def member(self, digit: int) -> str:
        """The member id of the row with this number, from the top."""
        return f"{digit}{2340000 + self.number}"

    def page(self, name: str) -> str:
        """A fixture page with this test's people."""
        html = fixture(name)
        for old, new in {
            "234567": f"{2340000 + self.number}",
            "data-account-name>さくら美容室": f"data-account-name>さくら美容室{self.number}号店",
            "ゆい<img": f"ゆい{self.number}<img",
            "佐藤　花子": f"佐藤{self.number}　花子",
            "佐藤 花子": f"佐藤{self.number} 花子",
            ">けん<": f">けん{self.number}<",
            "2026/11/21 10:32": japan_minute(self.yui),
            "2026/11/21 09:05": japan_minute(self.hanako),
        }.items():
            html = html.replace(old, new)
        return html

    def row(self, member_id: str) -> Shown:
        """The pill beside one person: in the list, or wherever the page links to them."""
        return Shown(self.dock.glass, f'a[href$="/my_page/{member_id}"] + ittsu-row')

    def wait_for_match(self, row: Shown, match: str) -> None:
        """Wait until the row is judged so."""
        self.dock.glass.until(lambda: row.host().attributes.get("data-match") == match, f"a row is {match}")

    def bind(self) -> None:
        """Confirm once that this is the salon's page."""
        self.dock.press(BIND)
        self.dock.wait_for_text(f"「さくら美容室{self.number}号店」の画面として紐付け済み")


@pytest.fixture
def salon(salon_shop: Shop) -> Salon:
    shop, number = salon_shop, next(NUMBERS)
    yui = shop.line.follow(f"ゆい{number}🌸", seconds_ago=1200, account=SALON)
    hanako = shop.line.follow(f"佐藤{number} 花子", seconds_ago=4000, account=SALON)
    for _ in range(2):
        shop.line.follow(f"けん{number}", seconds_ago=9000, account=SALON)
    waiting = shop.pages.put(f"{SITE}/basic/overview", fixture("lme-list").partition("<table")[0])
    salon = Salon(shop, shop.open(waiting), number, yui, hanako)
    salon.dock.wait_for_state("ready")
    salon.dock.wait_for_text(yui["name"])
    salon.dock.page.goto(shop.pages.put(LIST, salon.page("lme-list")))
    salon.dock.wait_for_state("ready")
    return salon


def test_one_pill_a_row_and_one_message_to_whom_it_shows(salon: Salon) -> None:
    dock, line = salon.dock, salon.shop.line
    dock.wait_for_text(f"この画面のアカウントは「さくら美容室{salon.number}号店」です")
    assert dock.rows() == []
    salon.bind()
    row = salon.row(salon.member(1))
    salon.wait_for_match(row, "proposed")
    for digit in (3, 4):
        salon.wait_for_match(salon.row(salon.member(digit)), "ambiguous")
    assert not salon.row(salon.member(5)).is_there()
    assert [each["match"] for each in dock.rows()] == ["proposed", "proposed", "ambiguous", "ambiguous"]
    assert dock.glass.script("document.querySelectorAll('td:nth-child(5) ittsu-row').length") == 0
    row.press(LINK)
    salon.wait_for_match(row, "exact")
    before = len(line.sends())
    row.press(SEND_PUSH)
    row.wait_for_text("送信しました")
    (sent,) = line.sends(salon.yui)
    assert (sent["account_id"], len(line.sends())) == (SALON, before + 1)


def test_the_person_of_a_friend_page_and_of_a_chat_is_the_one_in_the_address(salon: Salon) -> None:
    salon.bind()
    dock, member = salon.dock, salon.member(2)
    address = f"{LIST}/my_page/{member}"
    dock.page.goto(salon.shop.pages.put(address, salon.page("lme-friend")))
    beside_name = Shown(dock.glass, "dd > ittsu-row")
    beside_name.wait()
    salon.wait_for_match(beside_name, "proposed")
    beside_name.press(LINK)
    salon.wait_for_match(beside_name, "exact")
    chat = salon.shop.pages.put(f"{SITE}/basic/chat-v3", salon.page("lme-chat"))
    dock.page.goto(f"{chat}?friend_id={member}")
    head = Shown(dock.glass, ".chat-head ittsu-row")
    head.wait()
    salon.wait_for_match(head, "exact")
    assert len(dock.rows()) == 1
    # What the page has beside the name stays readable.
    uncovered = """(() => {
      const link = document.querySelector('.chat-head a:last-of-type');
      const { left, right, top, bottom } = link.getBoundingClientRect();
      return [left + 1, (left + right) / 2, right - 1].every(
        (x) => document.elementFromPoint(x, (top + bottom) / 2) === link);
    })()"""
    assert dock.glass.script(uncovered)
    head.press(SEND_PUSH)
    head.wait_for_text("送信しました")
    assert len(salon.shop.line.sends(salon.hanako)) == 1
    # The page does not link to whom the address names: nobody.
    dock.page.goto(f"{chat}?friend_id={salon.member(9)}")
    dock.wait_for_state("ready")
    dock.wait_for_text("の画面として紐付け済み")
    never(
        dock.rows, "a pill for nobody", seconds=1, rest=lambda pause: dock.page.wait_for_timeout(pause * 1000)
    )


def test_a_table_that_comes_late_and_is_replaced_by_the_next_page(salon: Salon) -> None:
    salon.bind()
    dock = salon.dock
    salon.wait_for_match(salon.row(salon.member(1)), "proposed")
    # As its script does: an empty table with a word, the rows later, other rows for the next page.
    dock.glass.script(
        """{
          const body = document.querySelector('tbody');
          window.kept = [...body.rows].map((row) => row.cloneNode(true));
          for (const row of window.kept) for (const host of row.querySelectorAll('ittsu-row')) host.remove();
          const waiting = document.createElement('tr');
          waiting.append(document.createElement('td'));
          waiting.firstChild.colSpan = 5;
          waiting.firstChild.append('読み込み中');
          body.replaceChildren(waiting);
        }"""
    )
    dock.glass.until(lambda: dock.rows() == [], "no pill stays without its row")
    never(
        lambda: dock.state != "ready",
        "a table that is still loading is no changed page",
        seconds=1.5,
        rest=lambda pause: dock.page.wait_for_timeout(pause * 1000),
    )
    dock.glass.script("document.querySelector('tbody').replaceChildren(...window.kept.slice(1, 3))")
    salon.wait_for_match(salon.row(salon.member(2)), "proposed")
    dock.glass.until(lambda: len(dock.rows()) == 2, "one pill for each of the two rows")
    dock.glass.script("document.querySelector('tbody').replaceChildren(window.kept[0])")
    salon.wait_for_match(salon.row(salon.member(1)), "proposed")
    assert len(dock.rows()) == 1


def test_cards_instead_of_rows_are_a_changed_page(salon: Salon) -> None:
    salon.bind()
    dock = salon.dock
    dock.page.goto(salon.shop.pages.put(LIST, salon.page("lme-changed")))
    dock.wait_for_state("degraded")
    dock.wait_for_text("この画面のつくりが変わったため、一覧のボタンを表示できません")
    assert dock.rows() == []
    assert dock.friend(salon.yui["name"]).button(SEND_PUSH) is not None
