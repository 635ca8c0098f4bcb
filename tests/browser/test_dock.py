"""The dock day by day: several accounts, stages, search, history, and what it remembers."""

from collections.abc import Iterator

import pytest

from tests.browser.dashboard_pages import fixture
from tests.browser.harness import Dock
from tests.browser.shop import SALON, Driver, Shop, open_real

pytestmark = pytest.mark.browser

CLINIC = "1650000002"
SCHOOL = "1650000003"
CLINIC_PAGE = "https://manager.line.biz/account/@momiji"


@pytest.fixture(scope="module")
def agency(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One helper with three accounts, each test its own friends."""
    with open_real(driver, tmp_path_factory.mktemp("agency"), hold_seconds=2) as shop:
        shop.add_account(SALON, "さくら美容室", "@sakura")
        shop.add_account(CLINIC, "もみじクリニック", "@momiji")
        shop.add_account(SCHOOL, "けやき学習塾", "@keyaki")
        shop.pair_and_close()
        yield shop


@pytest.fixture
def dock(agency: Shop) -> Iterator[Dock]:
    """The dock on the clinic's own page."""
    dock = open_clinic(agency)
    yield dock
    dock.page.close()


def open_clinic(shop: Shop) -> Dock:
    dock = shop.open(shop.pages.put(CLINIC_PAGE, fixture("manager")))
    dock.wait_for_state("ready")
    dock.wait_for_text("もみじクリニック")
    return dock


def test_all_new_friends_together_the_open_page_first(agency: Shop, dock: Dock) -> None:
    agency.line.follow("あおい", account=CLINIC)
    agency.line.follow("さつき", account=SALON)
    agency.line.follow("すみれ", account=SCHOOL)
    for name in ("あおい", "さつき", "すみれ"):
        dock.friend(name).wait()
    # The clinic's own friend first, though the others followed later; each says whose friend it is.
    assert dock.friends()[:3] == ["あおい", "すみれ", "さつき"]
    assert "けやき学習塾" in dock.friend("すみれ").text()
    assert "この画面のアカウントではありません" in dock.friend("すみれ").text()

    dock.press("もみじクリニック")
    dock.glass.until(lambda: dock.friends() == ["あおい"], "only the page's own friends")
    dock.press("すべてのアカウントの友だち")
    dock.glass.until(lambda: len(dock.friends()) == 3, "all together again")


def test_an_account_is_found_by_name_and_the_open_one_stands_first(agency: Shop, dock: Dock) -> None:
    agency.line.follow("みどり", account=SCHOOL)
    dock.friend("みどり").wait()
    dock.press("ほかのアカウント")
    dock.glass.until(lambda: listed_accounts(dock), "the accounts are listed")
    first, *others = listed_accounts(dock)
    assert first.startswith("もみじクリニック")
    assert "この画面" in first
    assert len(others) == 2
    dock.page.keyboard.type("ＫＥＹＡＫＩ")
    dock.glass.until(lambda: len(listed_accounts(dock)) == 1, "one is left")
    dock.page.keyboard.press("Tab")
    dock.page.keyboard.press("Enter")
    dock.glass.until(
        lambda: "あおい" not in dock.friends() and "みどり" in dock.friends(), "the school's only"
    )
    # What is shown of another account changes nothing about where the page may send.
    assert dock.send_buttons() == []
    assert "もみじクリニック" in dock.text()


def listed_accounts(dock: Dock) -> list[str]:
    """The texts of the entries of the list of accounts."""
    host = dock.host()
    lists = [each.node for each in host.controls("list") if each.name == "ほかのアカウント"]
    return [" ".join(host.texts(item.node)) for node in lists for item in host.controls("listitem", node)]


def test_stages_search_and_history(agency: Shop, dock: Dock) -> None:
    person = agency.line.follow("かえで", account=CLINIC)
    agency.line.follow("つばき", account=CLINIC)
    dock.friend("つばき").wait()
    agency.line.write(person, "予約したいです")
    dock.glass.until(lambda: not dock.friend("かえで").is_there(), "she is not new any more")
    dock.press("メッセージあり")
    dock.friend("かえで").wait().wait_for_text("LINEチャットなら無料で返信できます")
    dock.press("名前で探す")
    dock.page.keyboard.type("つば")
    dock.glass.until(lambda: dock.friends() == ["つばき"], "the search finds her whatever her stage")
    dock.page.keyboard.press("Escape")
    entry = dock.friend("かえで").wait()
    entry.press("そのほかの操作")
    entry.press("履歴")
    entry.wait_for_text("予約したいです")


def test_sender_and_template_are_remembered_for_each_account(agency: Shop, dock: Dock) -> None:
    agency.add_persona("花子")
    salon = agency.pages.put("https://manager.line.biz/account/@sakura", fixture("manager"))
    dock.page.goto(salon)
    dock.glass.until(lambda: "花子" in options_of(dock, "送信者"), "the sender is offered")
    first, second = options_of(dock, "テンプレート")[:2]
    dock.choose("テンプレート", second)
    dock.choose("送信者", "花子")
    dock.page.reload()
    dock.glass.until(lambda: chosen(dock, "送信者") == "花子", "the sender is remembered")
    assert chosen(dock, "テンプレート") == second
    dock.page.goto(CLINIC_PAGE)
    dock.glass.until(lambda: chosen(dock, "テンプレート") == first, "the other account keeps its own choice")


def options_of(dock: Dock, label: str) -> list[str]:
    """What a drop-down list offers; nothing while it isn't there."""
    boxes = [each.node for each in dock.host().controls("combobox") if each.name == label]
    read = "function () { return [...this.options].map(({ text }) => text.trim()); }"
    return [text for node in boxes for text in dock.glass.call(node, read)]


def chosen(dock: Dock, label: str) -> str | None:
    """What is chosen in a drop-down list."""
    boxes = [each.node for each in dock.host().controls("combobox") if each.name == label]
    read = "function () { return this.selectedOptions[0]?.text.trim() ?? null; }"
    return dock.glass.call(boxes[0], read) if boxes else None
