"""A friend list in Lステップ at its own address, with friends whom the helper knows."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests.browser.dashboard_pages import fixture, japan_minute
from tests.browser.harness import Dock, Shown
from tests.browser.shop import SALON, Shop

LIST = "https://manager.linestep.net/line/show?page=1"
NUMBERS = itertools.count(1)
LINK = "紐付ける"
BIND = "このページのアカウント"


@dataclass
class Salon:
    """One list in Lステップ, with friends whom the helper knows; no other test has people of these names."""

    shop: Shop
    dock: Dock
    page_account: str
    rows: tuple[str, str, str, str, str]
    names: dict[str, str]
    yui: dict[str, Any]
    hanako: dict[str, Any]

    @property
    def yui_row(self) -> str:
        """The member id of ゆい."""
        return self.rows[0]

    @property
    def hanako_row(self) -> str:
        """The member id of 佐藤 花子."""
        return self.rows[1]

    @property
    def ken_rows(self) -> tuple[str, str]:
        """The member ids of two people called けん."""
        return self.rows[2:4]

    @property
    def odd_row(self) -> str:
        """A row whose two ids contradict each other."""
        return self.rows[4]

    def bind(self) -> None:
        """Confirm once that this is the salon's page."""
        self.dock.press(BIND)
        self.dock.wait_for_text(f"「{self.page_account}」の画面として紐付け済み")

    def link(self, member_id: str) -> Shown:
        """Confirm who a proposed row is; the row."""
        self.wait_for_match(member_id, "proposed")
        row = self.dock.row(member_id)
        row.press(LINK)
        self.wait_for_match(member_id, "exact")
        return row

    def wait_for_match(self, member_id: str, match: str) -> None:
        """Wait until the row is judged so."""
        row = self.dock.row(member_id)
        try:
            self.dock.glass.until(
                lambda: row.host().attributes.get("data-match") == match, f"row {member_id} is {match}"
            )
        except AssertionError as error:
            raise AssertionError(f"{error}; the dock says: {self.dock.text()}") from None

    def row_buttons(self, member_id: str) -> list[str]:
        """The names of a row's buttons."""
        return [each.name for each in self.dock.row(member_id).host().controls()]


def open_salon(shop: Shop) -> Salon:
    """A list of its own in a shop that many tests share."""
    number = next(NUMBERS)
    page_account = f"さくら美容室{number}号店"
    # The fixture's member ids are a digit and this.
    ids = f"{23450000 + number}"
    names = {name: f"{name}{number}" for name in ("ゆい", "けん")}
    yui = shop.line.follow(f"{names['ゆい']}🌸", seconds_ago=1200, account=SALON)
    hanako = shop.line.follow(f"佐藤{number} 花子", seconds_ago=4000, account=SALON)
    ken, _ = (shop.line.follow(names["けん"], seconds_ago=9000, account=SALON) for _ in range(2))
    list_page = fixture(
        "lstep-list",
        {
            "23456789": ids,
            "(管理者)</span> さくら美容室": f"(管理者)</span> {page_account}",
            "ゆい<img": f"{names['ゆい']}<img",
            "佐藤　花子": f"佐藤{number}　花子",
            ">けん<": f">{names['けん']}<",
            "2026/11/21 10:32": japan_minute(yui),
            "2026年11月21日 9時05分": japan_minute(hanako),
            "2026/11/20 18:00": japan_minute(ken),
        },
    )
    dock = shop.open(shop.pages.put(LIST, list_page))
    dock.wait_for_state("ready")
    dock.wait_for_text(yui["name"])
    first, second, third, fourth, fifth = (f"{digit}{ids}" for digit in range(1, 6))
    rows = (first, second, third, fourth, fifth)
    return Salon(shop, dock, page_account, rows, names, yui, hanako)
