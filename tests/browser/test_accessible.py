"""Everybody can read and use it: axe-core finds nothing serious in the dock, the options and the popup."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.harness import Dock

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "extension" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
SCHEMES = ("light", "dark")
# axe looks into no closed shadow root: what stands in ours is put onto a page of its own, with its styles.
CONTENT = """function () {
  const styles = this.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText));
  return [this.innerHTML, styles.join('\\n')];
}"""


def serious(page: Any) -> list[str]:
    """What axe-core finds on the page in light and in dark, one line each."""
    found: list[str] = []
    page.evaluate(AXE.read_text("utf-8") + "; undefined")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        result = page.evaluate("axe.run({ resultTypes: ['violations'] })")
        found += [
            f"{scheme}: {violation['id']} {node['html'][:160]} {node['failureSummary']}"
            for violation in result["violations"]
            if violation["impact"] in SERIOUS
            for node in violation["nodes"]
        ]
    return found


def serious_in(dock: Dock, page: Any) -> list[str]:
    """What axe-core finds in the dock as it is now."""
    html, styles = dock.glass.call(dock.host().root, CONTENT)
    page.set_content(
        f"<!doctype html><html lang=ja><title>Ittsu</title><style>{styles}</style><main>{html}</main>"
    )
    return serious(page)


def test_axe_finds_what_is_wrong(practice: OpenShop) -> None:
    page = practice().new_page()
    page.set_content("<!doctype html><html lang=ja><title>x</title><button></button>")
    assert "button-name" in " ".join(serious(page))


def test_nothing_serious_in_the_dock(practice: OpenShop) -> None:
    shop = practice(hold_seconds=20)
    dock = shop.open_demo_chat()
    blank = shop.new_page()
    dock.page.bring_to_front()
    dock.wait_for_text("接続コードを入力する")
    assert serious_in(dock, blank) == [], "not paired"
    shop.pair_and_close()
    dock.page.bring_to_front()
    dock.wait_for_state("ready")
    person = shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    entry.press("そのほかの操作")
    entry.press("履歴")
    assert serious_in(dock, blank) == [], "new friends and a menu"
    dock.page.bring_to_front()
    entry.press("最初の一通")
    entry.wait_for_text("秒後に")
    assert serious_in(dock, blank) == [], "held"
    dock.page.bring_to_front()
    shop.line.write(person, "こんにちは")
    dock.press("メッセージあり")
    dock.friend("ゆい").wait().wait_for_text("対応済みにする")
    assert serious_in(dock, blank) == [], "who has written"
    dock.page.bring_to_front()
    dock.press("パネルをたたむ")
    dock.glass.until(lambda: dock.button("Ittsuのパネルを開く"), "it is small")
    assert serious_in(dock, blank) == [], "small"
    dock.page.bring_to_front()
    dock.press("Ittsuのパネルを開く")
    shop.helper.stop()
    dock.wait_for_text("Ittsu本体が起動していません")
    assert serious_in(dock, blank) == [], "offline"


def test_nothing_serious_in_options_and_popup(practice: OpenShop) -> None:
    shop = practice()
    page = shop.extension_page("options")
    page.get_by_label("接続コード", exact=True).wait_for()
    assert serious(page) == []
    page.close()
    shop.pair_and_close()
    for name in ("options", "popup"):
        page = shop.extension_page(name)
        page.get_by_text("さくら美容室").first.wait_for()
        assert serious(page) == [], name


def test_nothing_serious_where_links_are_confirmed(practice: OpenShop) -> None:
    shop = practice()
    shop.pair_and_close()
    dock = shop.open_demo_list()
    dock.wait_for_state("ready")
    dock.press("このページのアカウント")
    dock.wait_for_text("を並べて確認")
    with shop.browser.expect_page() as opened:
        dock.press("この画面の未確認の方")
    view = opened.value
    links = view.get_by_role("button", name="紐付ける：")
    links.first.wait_for()
    assert serious(view) == [], "proposed"
    links.first.click()
    view.get_by_role("button", name="取り消す").wait_for()
    assert serious(view) == [], "one linked"
    shop.helper.stop()
    view.get_by_text("Ittsu本体が起動していません").first.wait_for()
    assert serious(view) == [], "offline"
    view.goto(f"{shop.extension_address}/links.html")
    view.get_by_role("button", name="ファイルを選ぶ").wait_for()
    assert serious(view) == [], "without a list"
