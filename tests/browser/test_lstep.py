"""Lステップ at its own address: whose page it is, who a row is, and a first message to exactly that friend."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.dashboard_pages import fixture, japan_minute
from tests.browser.harness import SEND_PUSH, Dock
from tests.browser.shop import SALON, Shop

pytestmark = pytest.mark.browser


LIST = "https://manager.linestep.net/line/show?page=1"
YUI_ROW, HANAKO_ROW, KEN_ROWS, ODD_ROW = "123456789", "223456789", ("323456789", "423456789"), "523456789"
LINK = "紐付ける"
BIND = "このページのアカウント"


@dataclass
class Salon:
    """The salon's list in Lステップ, with friends whom the helper knows."""

    shop: Shop
    dock: Dock
    yui: dict[str, Any]
    hanako: dict[str, Any]

    def bind(self) -> None:
        """Confirm once that this is the salon's page."""
        self.dock.press(BIND)
        self.dock.wait_for_text("「さくら美容室」の画面として紐付け済み")

    def wait_for_match(self, member_id: str, match: str) -> None:
        """Wait until the row is judged so."""
        row = self.dock.row(member_id)
        self.dock.glass.until(
            lambda: row.host().attributes.get("data-match") == match, f"row {member_id} is {match}"
        )

    def row_buttons(self, member_id: str) -> list[str]:
        """The names of a row's buttons."""
        return [each.name for each in self.dock.row(member_id).host().controls()]


@pytest.fixture
def salon(real: OpenShop) -> Salon:
    shop = real(hold_seconds=1)
    shop.add_account(SALON, "さくら美容室", "@sakura")
    yui = shop.line.follow("ゆい🌸", seconds_ago=1200, account=SALON)
    hanako = shop.line.follow("佐藤 花子", seconds_ago=4000, account=SALON)
    ken, _ = (shop.line.follow("けん", seconds_ago=9000, account=SALON) for _ in KEN_ROWS)
    list_page = fixture(
        "lstep-list",
        {
            "2026/11/21 10:32": japan_minute(yui),
            "2026年11月21日 9時05分": japan_minute(hanako),
            "2026/11/20 18:00": japan_minute(ken),
        },
    )
    dock = shop.open(shop.pages.put(LIST, list_page))
    shop.pair_and_close()
    dock.wait_for_state("ready")
    dock.wait_for_text("ゆい🌸")
    return Salon(shop, dock, yui, hanako)


def test_a_row_is_proposed_confirmed_and_sent_to_once(salon: Salon) -> None:
    dock, line = salon.dock, salon.shop.line
    dock.wait_for_text("この画面のアカウントは「さくら美容室」です")
    assert dock.send_buttons() == []
    assert dock.rows() == []
    salon.bind()

    salon.wait_for_match(YUI_ROW, "proposed")
    row = dock.row(YUI_ROW)
    assert [name for name in salon.row_buttons(YUI_ROW) if not name.startswith(LINK)] == []
    row.press(LINK)
    salon.wait_for_match(YUI_ROW, "exact")
    assert row.host().attributes["data-stage"] == "new"
    assert line.sends() == []

    row.press(SEND_PUSH)
    row.wait_for_text("送信しました（残り199通）")
    (sent,) = line.sends()
    assert (sent["route"], sent["to"], sent["account_id"]) == ("push", salon.yui["user_id"], SALON)
    assert len(line.received(salon.yui)) == 1
    assert line.received(salon.hanako) == []
    assert dock.remaining() == 199
    assert row.host().attributes["data-stage"] == "contacted"
    assert SEND_PUSH not in salon.row_buttons(YUI_ROW)

    dock.page.reload()
    dock.wait_for_state("ready")
    salon.wait_for_match(YUI_ROW, "exact")
    row.wait_for_text("連絡済み")
    assert len(line.sends()) == 1


def test_friends_of_one_name_get_no_send_button(salon: Salon) -> None:
    salon.bind()
    for member_id in KEN_ROWS:
        salon.wait_for_match(member_id, "ambiguous")
        assert salon.row_buttons(member_id) == ["要確認"]
    # Its two ids contradict each other: it is nobody's row.
    assert not salon.dock.row(ODD_ROW).is_there()


def test_an_ambiguous_row_is_settled_by_a_persons_pick(salon: Salon) -> None:
    salon.bind()
    first, second = KEN_ROWS
    salon.wait_for_match(first, "ambiguous")
    row = salon.dock.row(first)
    row.press("要確認")
    row.wait_for_text("「けん」さんは、どの友だちですか")
    row.press("この人に紐付ける")
    salon.wait_for_match(first, "exact")
    assert SEND_PUSH in salon.row_buttons(first)
    assert not any(name.startswith("最初の一通") for name in salon.row_buttons(second))


def test_a_row_that_turns_into_somebody_else_under_the_click_gets_nothing(salon: Salon) -> None:
    salon.bind()
    salon.wait_for_match(YUI_ROW, "proposed")
    row = salon.dock.row(YUI_ROW)
    row.press(LINK)
    salon.wait_for_match(YUI_ROW, "exact")
    # Between press and release the page swaps the row in place, as its pages do.
    salon.dock.glass.script(
        f"""addEventListener('mousedown', () => {{
          const row = document.querySelector('tr[data-item-id="{YUI_ROW}"]');
          row.dataset.itemId = '999888777';
          for (const link of row.querySelectorAll('a')) link.setAttribute('href', '/line/detail/999888777');
          row.querySelector('a:last-of-type').firstChild.nodeValue = '別の人';
        }}, {{ capture: true, once: true }})"""
    )
    row.press(SEND_PUSH)
    salon.dock.wait_for_text("この行の人が変わったため、何もしていません")
    assert salon.shop.line.sends() == []
    assert salon.shop.line.received(salon.yui) == []


def test_rows_swapped_between_rendering_and_click_send_to_nobody(salon: Salon) -> None:
    salon.bind()
    for member_id in (YUI_ROW, HANAKO_ROW):
        salon.wait_for_match(member_id, "proposed")
        salon.dock.row(member_id).press(LINK)
        salon.wait_for_match(member_id, "exact")
    salon.dock.glass.script(
        f"""addEventListener('mousedown', () => {{
          const [one, other] = ['{YUI_ROW}', '{HANAKO_ROW}'].map(
            (id) => document.querySelector(`tr[data-item-id="${{id}}"]`));
          const parked = document.createElement('i');
          one.before(parked); other.before(one); parked.replaceWith(other);
        }}, {{ capture: true, once: true }})"""
    )
    salon.dock.row(YUI_ROW).press(SEND_PUSH)
    # Whatever the pointer released on was not what it had pressed: nobody may get anything.
    salon.dock.glass.until(
        lambda: salon.dock.row(YUI_ROW).is_there() and salon.dock.row(HANAKO_ROW).is_there(),
        "both rows are there",
    )
    salon.wait_for_match(YUI_ROW, "exact")
    salon.wait_for_match(HANAKO_ROW, "exact")
    for member_id in (YUI_ROW, HANAKO_ROW):
        assert SEND_PUSH in salon.row_buttons(member_id)
    assert salon.shop.line.sends() == []


def test_a_list_that_is_not_understood_says_so_and_recovers(salon: Salon) -> None:
    salon.bind()
    salon.wait_for_match(YUI_ROW, "proposed")
    page = salon.shop.pages.put("https://manager.linestep.net/line/show", fixture("lstep-changed"))
    salon.dock.page.goto(page)
    salon.dock.wait_for_state("degraded")
    salon.dock.wait_for_text("この画面のつくりが変わったため、一覧のボタンを表示できません")
    assert salon.dock.friend("ゆい🌸").button(SEND_PUSH) is not None
    salon.dock.glass.script("document.querySelector('table').remove()")
    salon.dock.wait_for_state("ready")
