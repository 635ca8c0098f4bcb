"""What keeps new friends from arriving stands in the panel: where LINE delivers, and when nobody was here."""

import json
import sqlite3
import urllib.request
from contextlib import closing
from typing import Any

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.dashboard_pages import fixture
from tests.browser.shop import SALON, Shop

pytestmark = pytest.mark.browser

ELSEWHERE = "LINEのWebhook URLが、Ittsu以外に変わっています"
MISSED = "は新しい友だちを受信できませんでした"
HERE = f"/accounts/{SALON}"
TOOL = "https://tool.example.jp/hook"


class Admin:
    """A program of an admin's, beside the browser."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        code = shop.helper.command("pair", "--name", "太郎", "--role", "admin")["code"]
        self._token: str | None = None
        self._token = self.ask("POST", "/pairings", {"code": code, "client": {"name": "test"}})["token"]

    def ask(self, method: str, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(
            f"{self._shop.helper.api}/api/v1{path}", json.dumps(body).encode(), headers, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def _asleep_for(shop: Shop, seconds: int) -> None:
    """The helper is off; its clock goes on."""
    shop.helper.stop()
    with closing(sqlite3.connect(shop.helper.database)) as database:
        database.execute("UPDATE awake SET seen_at = seen_at - ?", (seconds * 1000,))
        database.commit()


def test_what_was_missed_and_where_line_delivers(real: OpenShop) -> None:
    shop = real()
    shop.add_account(SALON, "さくら美容室", "@sakura")
    shop.pair_and_close()
    admin = Admin(shop)
    ours = shop.line.settings(SALON)["webhook_url"]
    admin.ask("PUT", f"{HERE}/receiving", {"tool": False, "always_on": True, "way": "alone"})
    admin.ask("PUT", f"{HERE}/webhook", {"url": ours, "seen": ours})
    dock = shop.open(shop.pages.put("https://manager.line.biz/account/@sakura", fixture("manager")))
    dock.wait_for_state("ready")
    assert MISSED not in dock.text()
    _asleep_for(shop, 7_200)
    shop.line.settings(SALON, webhook_url=TOOL)
    shop.helper.start()
    dock.wait_for_state("ready")
    dock.wait_for_text(ELSEWHERE)
    dock.wait_for_text(MISSED)
    dock.wait_for_text("「Webhookの再送」がオンなら、あとから届くことがあります")
    dock.press("確認しました")
    dock.glass.until(lambda: MISSED not in dock.text(), "whoever has read it sees it no more")
    assert ELSEWHERE in dock.text()
    admin.ask("PUT", f"{HERE}/webhook", {"url": ours, "seen": TOOL})
    shop.helper.stop()
    shop.helper.start()
    dock.wait_for_state("ready")
    dock.glass.until(lambda: ELSEWHERE not in dock.text(), "it is over once it is mended")
