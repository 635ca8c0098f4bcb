"""Lステップ at its own address: whose page it is, who a row is, and a first message to exactly that friend."""

import pytest

from tests.browser.dashboard_pages import fixture, japan_minute
from tests.browser.harness import SEND_PUSH, Shown
from tests.browser.salon import LINK, Salon
from tests.browser.shop import SALON

pytestmark = pytest.mark.browser


def test_a_row_is_proposed_confirmed_and_sent_to_once(salon: Salon) -> None:
    dock, line = salon.dock, salon.shop.line
    dock.wait_for_text(f"この画面のアカウントは「{salon.page_account}」です")
    assert dock.send_buttons() == []
    assert dock.rows() == []
    salon.bind()

    salon.wait_for_match(salon.yui_row, "proposed")
    row = dock.row(salon.yui_row)
    assert [name for name in salon.row_buttons(salon.yui_row) if not name.startswith(LINK)] == []
    row.press(LINK)
    salon.wait_for_match(salon.yui_row, "exact")
    assert row.host().attributes["data-stage"] == "new"
    assert line.sends(salon.yui) == []
    before, sent_before = dock.remaining(), len(line.sends())

    row.press(SEND_PUSH)
    row.wait_for_text(f"送信しました（残り{before - 1}通）")
    (sent,) = line.sends(salon.yui)
    assert (sent["route"], sent["account_id"]) == ("push", SALON)
    assert len(line.sends()) == sent_before + 1
    assert len(line.received(salon.yui)) == 1
    assert dock.remaining() == before - 1
    assert row.host().attributes["data-stage"] == "contacted"
    assert SEND_PUSH not in salon.row_buttons(salon.yui_row)

    dock.page.reload()
    dock.wait_for_state("ready")
    salon.wait_for_match(salon.yui_row, "exact")
    row.wait_for_text("連絡済み")
    assert len(line.sends(salon.yui)) == 1


def test_friends_of_one_name_get_no_send_button(salon: Salon) -> None:
    salon.bind()
    for member_id in salon.ken_rows:
        salon.wait_for_match(member_id, "ambiguous")
        assert salon.row_buttons(member_id) == ["要確認"]
    # Its two ids contradict each other: it is nobody's row.
    assert not salon.dock.row(salon.odd_row).is_there()


def test_an_ambiguous_row_is_settled_by_a_persons_pick(salon: Salon) -> None:
    salon.bind()
    first, second = salon.ken_rows
    salon.wait_for_match(first, "ambiguous")
    row = salon.dock.row(first)
    row.press("要確認")
    row.wait_for_text(f"「{salon.names['けん']}」さんは、どの友だちですか")
    row.press("この人に紐付ける")
    salon.wait_for_match(first, "exact")
    assert SEND_PUSH in salon.row_buttons(first)
    assert not any(name.startswith("最初の一通") for name in salon.row_buttons(second))


def test_a_row_that_turns_into_somebody_else_under_the_click_gets_nothing(salon: Salon) -> None:
    salon.bind()
    row = salon.link(salon.yui_row)
    # Between press and release the page swaps the row in place, as its pages do.
    salon.dock.glass.script(
        f"""addEventListener('mousedown', () => {{
          const row = document.querySelector('tr[data-item-id="{salon.yui_row}"]');
          row.dataset.itemId = '999888777';
          for (const link of row.querySelectorAll('a')) link.setAttribute('href', '/line/detail/999888777');
          row.querySelector('a:last-of-type').firstChild.nodeValue = '別の人';
        }}, {{ capture: true, once: true }})"""
    )
    row.press(SEND_PUSH)
    salon.dock.wait_for_text("この行の人が変わったため、何もしていません")
    assert salon.shop.line.sends(salon.yui) == []


def test_rows_swapped_between_rendering_and_click_send_to_nobody(salon: Salon) -> None:
    salon.bind()
    for member_id in (salon.yui_row, salon.hanako_row):
        salon.link(member_id)
    salon.dock.glass.script(
        f"""addEventListener('mousedown', () => {{
          const [one, other] = ['{salon.yui_row}', '{salon.hanako_row}'].map(
            (id) => document.querySelector(`tr[data-item-id="${{id}}"]`));
          const parked = document.createElement('i');
          one.before(parked); other.before(one); parked.replaceWith(other);
        }}, {{ capture: true, once: true }})"""
    )
    salon.dock.row(salon.yui_row).press(SEND_PUSH)
    # Whatever the pointer released on was not what it had pressed: nobody may get anything.
    salon.dock.glass.until(
        lambda: salon.dock.row(salon.yui_row).is_there() and salon.dock.row(salon.hanako_row).is_there(),
        "both rows are there",
    )
    salon.wait_for_match(salon.yui_row, "exact")
    salon.wait_for_match(salon.hanako_row, "exact")
    for member_id in (salon.yui_row, salon.hanako_row):
        assert SEND_PUSH in salon.row_buttons(member_id)
    assert salon.shop.line.sends(salon.yui) == salon.shop.line.sends(salon.hanako) == []


def test_a_pill_that_the_page_puts_beside_somebody_else_does_nothing(salon: Salon) -> None:
    salon.bind()
    salon.link(salon.yui_row)
    target = salon.link(salon.hanako_row)
    place = target.aim(SEND_PUSH)
    # Just before the press, the pill of ゆい takes the place of the one that the pointer is on.
    salon.dock.glass.script(
        f"""addEventListener('pointermove', () => {{
          const [own, foreign] = ['{salon.hanako_row}', '{salon.yui_row}'].map(
            (id) => document.querySelector(`tr[data-item-id="${{id}}"] ittsu-row`));
          own.replaceWith(foreign);
        }}, {{ capture: true, once: true }})"""
    )
    salon.dock.page.mouse.move(0, 0)
    salon.dock.page.mouse.click(*place)
    salon.wait_for_match(salon.yui_row, "exact")
    salon.wait_for_match(salon.hanako_row, "exact")
    assert salon.shop.line.sends(salon.yui) == []
    assert SEND_PUSH in salon.row_buttons(salon.yui_row)


def test_a_row_under_something_that_lets_clicks_through_does_nothing(salon: Salon) -> None:
    salon.bind()
    row = salon.link(salon.yui_row)
    place = row.aim(SEND_PUSH)
    salon.dock.glass.script(
        """{
          const cover = document.createElement('div');
          cover.id = 'cover';
          for (const [name, value] of Object.entries({
            position: 'fixed', inset: '0', 'z-index': '2147483647', background: 'white', 'pointer-events': 'none' }))
            cover.style.setProperty(name, value);
          document.body.append(cover);
        }"""
    )
    salon.dock.glass.let_a_person_react()
    salon.dock.page.mouse.click(*place)
    salon.dock.wait_for_text("ボタンがよく見えていなかったため、何もしていません")
    assert salon.shop.line.sends(salon.yui) == []
    salon.dock.glass.script("document.querySelector('#cover').remove()")
    row.press(SEND_PUSH)
    row.wait_for_text("送信しました")
    assert len(salon.shop.line.sends(salon.yui)) == 1


SHEET = """
  const cover = document.createElement('div');
  for (const [name, value] of Object.entries({
    position: 'fixed', inset: '0', 'z-index': '2147483647', background: 'white', 'pointer-events': 'none' }))
    cover.style.setProperty(name, value);
  cover.className = 'trick';
  document.body.append(cover);
"""


@pytest.mark.parametrize(
    ("trick", "sheet"),
    [
        ("table { filter: opacity(0.02) }", ""),
        ("td { opacity: 0.05 }", ""),
        ("tbody { mix-blend-mode: lighten; filter: brightness(9) }", ""),
        # What makes the browser unsure of everything must not hide a cover.
        ("body { filter: saturate(1) }", SHEET),
        ("table { opacity: 0.99 }", SHEET),
        ("html { mix-blend-mode: multiply }", SHEET),
    ],
)
def test_a_row_that_the_page_fades_does_nothing(salon: Salon, trick: str, sheet: str) -> None:
    salon.bind()
    row = salon.link(salon.yui_row)
    place = row.aim(SEND_PUSH)
    salon.dock.glass.script(
        f"""{{
          window.trick = new CSSStyleSheet();
          window.trick.replaceSync(`{trick}`);
          document.adoptedStyleSheets = [window.trick];
          {sheet}
        }}"""
    )
    salon.dock.glass.let_a_person_react()
    salon.dock.page.mouse.click(*place)
    salon.dock.wait_for_text("ボタンがよく見えていなかったため、何もしていません")
    assert salon.shop.line.sends(salon.yui) == []
    salon.dock.glass.script(
        "document.adoptedStyleSheets = []; for (const cover of document.querySelectorAll('.trick')) cover.remove()"
    )
    row.press(SEND_PUSH)
    row.wait_for_text("送信しました")
    assert len(salon.shop.line.sends(salon.yui)) == 1


def test_the_person_of_a_detail_page_and_of_a_talk_is_the_one_in_the_address(salon: Salon) -> None:
    salon.bind()
    dock, member, pages = salon.dock, salon.hanako_row, salon.shop.pages
    own = {"さくら美容室": salon.page_account, "佐藤 花子": salon.hanako["name"]}
    detail = fixture("lstep-detail", {**own, "2026/11/21 09:05": japan_minute(salon.hanako)})
    dock.page.goto(pages.put(f"https://manager.linestep.net/line/detail/{member}", detail))
    beside_name = Shown(dock.glass, "td > ittsu-row").wait()
    beside_name.press(LINK)
    beside_name.wait_for_text("最初の一通")
    talk = fixture("lstep-talk", {**own, "223456789": member})
    address = pages.put("https://manager.linestep.net/line/visual", talk)
    dock.page.goto(f"{address}?show=detail&member={member}")
    head = Shown(dock.glass, ".person ittsu-row").wait()
    head.press(SEND_PUSH)
    head.wait_for_text("送信しました")
    assert len(dock.rows()) == 1
    assert len(salon.shop.line.sends(salon.hanako)) == 1
    # The talk list without anybody open: nobody is meant.
    dock.page.goto(address)
    dock.wait_for_state("ready")
    dock.wait_for_text("の画面として紐付け済み")
    assert dock.rows() == []


def test_a_persons_page_that_is_not_understood_says_so(salon: Salon) -> None:
    salon.bind()
    changed = fixture("lstep-detail-changed", {"さくら美容室": salon.page_account})
    salon.dock.page.goto(
        salon.shop.pages.put(f"https://manager.linestep.net/line/detail/{salon.hanako_row}", changed)
    )
    salon.dock.wait_for_state("degraded")
    assert salon.dock.rows() == []


def test_a_list_that_is_not_understood_says_so_and_recovers(salon: Salon) -> None:
    salon.bind()
    salon.wait_for_match(salon.yui_row, "proposed")
    changed = fixture("lstep-changed", {"(管理者) さくら美容室": f"(管理者) {salon.page_account}"})
    page = salon.shop.pages.put("https://manager.linestep.net/line/show", changed)
    salon.dock.page.goto(page)
    salon.dock.wait_for_state("degraded")
    salon.dock.wait_for_text("この画面のつくりが変わったため、一覧のボタンを表示できません")
    assert salon.dock.friend(salon.yui["name"]).button(SEND_PUSH) is not None
    salon.dock.glass.script("document.querySelector('table').remove()")
    salon.dock.wait_for_state("ready")
