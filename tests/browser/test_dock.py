"""The dock day by day: several accounts, stages, search, history, and what it remembers."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.browser.dashboard_pages import fixture
from tests.browser.harness import SEND, UNDO, Dock
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
    try:
        dock.glass.until(lambda: "花子" in options_of(dock, "送信者"), "the sender is offered")
    except AssertionError as error:
        raise AssertionError(f"{error}; offered: {options_of(dock, '送信者')}; read: {dock.text()}") from None
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


SEND_BOX = """(() => {
  const box = document.createElement('textarea');
  Object.assign(box.style, { position: 'fixed', left: '40%', right: '0', bottom: '0', height: '160px',
    boxSizing: 'border-box' });
  document.body.append(box);
})()"""
BOTTOM_OF_DOCK = "document.querySelector('ittsu-dock').getBoundingClientRect().bottom"
BOX_OF_DOCK = "JSON.stringify(document.querySelector('ittsu-dock').getBoundingClientRect())"
BACKGROUND = "function () { return getComputedStyle(this.querySelector('.dock')).backgroundColor; }"


def test_it_stays_above_the_pages_own_send_box(agency: Shop, dock: Dock) -> None:
    for number in range(4):
        agency.line.follow(f"長い列{number}", account=CLINIC)
    dock.friend("長い列3").wait()
    dock.glass.until(lambda: dock.glass.script(BOTTOM_OF_DOCK) > 640, "the dock is long")
    dock.glass.script(SEND_BOX)
    dock.glass.until(lambda: dock.glass.script(BOTTOM_OF_DOCK) <= 640, "it makes room", 10)
    # Small, and pulled onto the box: it does not stay there either.
    dock.press("パネルをたたむ")
    dock.glass.until(lambda: dock.button("Ittsuのパネルを開く"), "it is small")
    drag(dock, dock.aim("Ittsuのパネルを開く"), (1150, 760))
    dock.page.mouse.move(300, 300)
    dock.glass.until(lambda: dock.glass.script(BOTTOM_OF_DOCK) <= 640, "it goes up", 10)
    dock.press("Ittsuのパネルを開く")
    dock.friend("長い列3").wait()


def test_place_and_height_are_remembered(dock: Dock) -> None:
    before = json.loads(dock.glass.script(BOX_OF_DOCK))
    drag(dock, (before["x"] + 60, before["y"] + 60 - 40), (before["x"] - 240, before["y"] + 20))
    dock.glass.until(lambda: json.loads(dock.glass.script(BOX_OF_DOCK))["x"] < 700, "it was moved")
    moved = json.loads(dock.glass.script(BOX_OF_DOCK))
    grip = (moved["x"] + 170, moved["bottom"] - 4)
    drag(dock, grip, (grip[0], moved["y"] + 420))
    dock.glass.until(lambda: height(dock) == pytest.approx(423, abs=6), "it is as high as it was pulled")
    dock.page.reload()
    dock.wait().wait_for_state("ready")
    dock.glass.until(lambda: height(dock) == pytest.approx(423, abs=6), "it is as high as before", 10)
    assert json.loads(dock.glass.script(BOX_OF_DOCK))["x"] == pytest.approx(moved["x"], abs=2)


def height(dock: Dock) -> float:
    return float(json.loads(dock.glass.script(BOX_OF_DOCK))["height"])


def drag(dock: Dock, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Pull with the mouse."""
    mouse = dock.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move(start[0] + 10, start[1] + 10)
    mouse.move(*end)
    mouse.up()


def test_a_dark_page_has_a_dark_dock(dock: Dock) -> None:
    def dark() -> bool:
        background = dock.glass.call(dock.host().root, BACKGROUND)
        return all(int(value) < 60 for value in re.findall(r"\d+", background)[:3])

    assert not dark()
    dock.glass.script("document.body.style.background = '#15181b'")
    dock.glass.until(dark, "the dock is dark on a dark page")
    dock.glass.script("document.body.style.background = 'white'")
    dock.glass.until(lambda: not dark(), "and light again")


def test_a_first_message_by_keyboard_alone(agency: Shop, dock: Dock) -> None:
    person = agency.line.follow("はるか", account=CLINIC)
    agency.line.follow("なつみ", account=CLINIC)
    dock.friend("なつみ").wait()
    for _ in range(40):
        if focused_friend(dock):
            break
        dock.page.keyboard.press("Tab")
    assert focused_friend(dock) == "なつみ"
    dock.glass.let_a_person_react()
    dock.page.keyboard.press("ArrowDown")
    dock.glass.until(lambda: focused_friend(dock) == "はるか", "the next one has it")

    dock.page.keyboard.press("Enter")
    entry = dock.friend("はるか")
    entry.wait_for_text("秒後に")
    dock.glass.until(lambda: focused(dock) == UNDO, "Undo has the focus")
    dock.glass.let_a_person_react()
    dock.page.keyboard.press("Enter")
    entry.wait_for_text("送信をやめました")
    assert agency.line.sends(person) == []
    dock.glass.until(lambda: entry.button(SEND), "her button is back")

    dock.page.keyboard.press("Home")
    dock.page.keyboard.press("ArrowDown")
    dock.glass.until(lambda: focused_friend(dock) == "はるか", "back on her button")
    dock.page.keyboard.press("Enter")
    entry.wait_for_text("送信しました（無料）")
    assert len(agency.line.sends(person)) == 1


def test_the_shortcut_opens_the_dock_and_escape_leads_back(agency: Shop, dock: Dock) -> None:
    agency.line.follow("あかり", account=CLINIC)
    dock.friend("あかり").wait()
    dock.press("パネルをたたむ")
    dock.glass.until(lambda: dock.button("Ittsuのパネルを開く"), "it is small")
    dock.glass.script("document.querySelector('header a').focus()")
    # As Chromium tells it: no key of the page's is read for it.
    agency.browser.service_workers[0].evaluate(
        "async () => chrome.commands.onCommand.dispatch('open-dock', "
        "(await chrome.tabs.query({ active: true, lastFocusedWindow: true }))[0])"
    )
    dock.glass.until(lambda: focused_friend(dock) == "あかり", "the newest friend's button has the focus")
    dock.page.keyboard.press("Escape")
    dock.glass.until(lambda: dock.glass.script("document.activeElement.localName") == "a", "back on the link")


def focused(dock: Dock) -> str | None:
    """The name of the button that has the focus."""
    return next((each.name for each in dock.host().controls() if each.focused), None)


def focused_friend(dock: Dock) -> str | None:
    """Whose button that sends has the focus."""
    for name in dock.friends():
        if any(each.focused and each.name.startswith(SEND) for each in dock.friend(name).buttons()):
            return name
    return None


def test_who_waits_for_an_answer_is_ticked_off(agency: Shop, dock: Dock) -> None:
    first = agency.line.follow("ひなた", account=CLINIC)
    second = agency.line.follow("こはる", account=CLINIC)
    dock.friend("こはる").wait()
    agency.line.write(second, "今日は開いていますか")
    agency.line.write(first, "予約したいです")
    dock.press("メッセージあり")
    dock.press("返事待ち")
    dock.glass.until(lambda: listed(dock)[-2:] == ["こはる", "ひなた"], "oldest first")
    dock.wait_for_text("LINEチャットで入力した返事はIttsuからは見えません")
    entry = dock.friend("こはる")
    entry.press("対応済みにする")
    dock.wait_for_text("こはるさんを対応済みにしました")
    dock.glass.until(lambda: "こはる" not in listed(dock), "she does not wait any more")
    assert "ひなた" in listed(dock)
    dock.press("元に戻す")
    entry.wait().press("対応済みにする")
    dock.glass.until(lambda: "こはる" not in listed(dock), "ticked off again")
    agency.line.write(second, "もしもし")
    dock.glass.until(lambda: listed(dock)[-1:] == ["こはる"], "she wrote again, so she waits again")
    assert agency.line.sends(second) == []


def listed(dock: Dock) -> list[str]:
    """The names in the list; none while it is being drawn anew."""
    try:
        return dock.friends()
    except IndexError:
        return []
