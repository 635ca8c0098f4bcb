"""「紐付けの確認」: many people are confirmed side by side, and the open dashboard notices by itself."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.harness import SEND_PUSH, glass_of
from tests.browser.salon import LINK, Salon
from tests.browser.seeing import expect
from tests.browser.shop import Shop
from tests.exporting import WEARS, lstep_file

pytestmark = pytest.mark.browser

TOGETHER = "この画面の未確認の方"
PICK = "この人に紐付ける"
UNDO = "取り消す"
# What has the cursor, as a screen reader would name it.
FOCUSED = "() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? ''"


def unconfirmed(salon: Salon, count: int) -> None:
    """Wait until the dock speaks of so many."""
    salon.dock.wait_for_text(f"{TOGETHER} {count}人を並べて確認")


def review(salon: Salon) -> Page:
    """Press the dock's line; the page that it opens."""
    before = len(salon.shop.browser.pages)
    salon.dock.press(TOGETHER)
    pages = salon.dock.glass.until(lambda: salon.shop.browser.pages[before:], "the view is opened")
    view: Page = pages[0]
    view.get_by_role("heading", name="紐付けの確認").wait_for()
    return view


def focused(view: Page, name: str) -> None:
    """Wait until the cursor stands on something whose name starts so."""
    glass_of(view).until(lambda: str(view.evaluate(FOCUSED)).startswith(name), f"{name} has the cursor")


def walk_to(view: Page, name: str) -> None:
    """Tab until the cursor stands there."""
    for _ in range(40):
        if str(view.evaluate(FOCUSED)).startswith(name):
            return
        view.keyboard.press("Tab")
    raise AssertionError(f"the tabulator does not lead to {name}")


def test_a_row_that_is_confirmed_in_the_view_gets_its_button_on_the_open_page(salon: Salon) -> None:
    salon.bind()
    salon.wait_for_match(salon.yui_row, "proposed")
    unconfirmed(salon, 4)
    view = review(salon)
    for words in (salon.yui["name"], f"会員番号 {salon.yui_row}", "追加日時が一致", "まだ連絡していません"):
        expect(view.get_by_text(words).first).to_be_visible()
    link = view.get_by_role("button", name=f"{LINK}：{salon.yui['name']}", exact=True)
    link.click()
    expect(view.get_by_text(f"{salon.yui['name']} ＝ {salon.yui['name']}").first).to_be_visible()
    salon.wait_for_match(salon.yui_row, "exact")
    assert SEND_PUSH in salon.row_buttons(salon.yui_row)
    unconfirmed(salon, 3)

    view.get_by_role("button", name=f"{UNDO}：{salon.yui['name']}").click()
    link.wait_for()
    salon.wait_for_match(salon.yui_row, "proposed")
    assert SEND_PUSH not in salon.row_buttons(salon.yui_row)
    unconfirmed(salon, 4)
    assert salon.shop.line.sends(salon.yui) == []


def test_several_possible_ones_stand_side_by_side_and_a_person_picks(salon: Salon) -> None:
    salon.bind()
    first, second = salon.ken_rows
    salon.wait_for_match(first, "ambiguous")
    unconfirmed(salon, 4)
    view = review(salon)
    view.get_by_role("button", name="候補が複数").click()
    glass_of(view).until(
        lambda: view.get_by_role("button", name=PICK).count() == 4, "two for each of the two"
    )
    assert view.get_by_role("button", name=f"{LINK}：{salon.yui['name']}", exact=True).count() == 0
    view.get_by_role("button", name=PICK).first.click()
    salon.dock.glass.until(
        lambda: "exact" in {row["match"] for row in salon.dock.rows()}, "one of the two rows is linked"
    )
    linked = [salon.dock.row(member).host().attributes["data-match"] == "exact" for member in (first, second)]
    assert sorted(linked) == [False, True]


def test_enter_alone_works_through_a_list(salon: Salon) -> None:
    salon.bind()
    unconfirmed(salon, 4)
    view = review(salon)
    view.get_by_role("button", name=f"{LINK}：").first.wait_for()
    walk_to(view, f"{LINK}：{salon.yui['name']}")
    view.keyboard.press("Enter")
    focused(view, f"{LINK}：{salon.hanako['name']}")
    view.keyboard.press("Enter")
    # Several are possible: the cursor stops before the choice, and Enter makes none.
    focused(view, f"{salon.names['けん']}（会員番号")
    view.keyboard.press("Enter")
    salon.wait_for_match(salon.yui_row, "exact")
    salon.wait_for_match(salon.hanako_row, "exact")
    assert view.get_by_role("button", name=f"{UNDO}：").count() == 2
    for member in salon.ken_rows:
        salon.wait_for_match(member, "ambiguous")
    view.keyboard.press("Tab")
    focused(view, f"{PICK}：{salon.names['けん']}")


def test_what_was_confirmed_stays_while_the_helper_is_away(salon: Salon) -> None:
    salon.bind()
    unconfirmed(salon, 4)
    view = review(salon)
    view.get_by_role("button", name=f"{LINK}：{salon.yui['name']}", exact=True).click()
    undo = view.get_by_role("button", name=f"{UNDO}：{salon.yui['name']}")
    undo.wait_for()
    salon.shop.helper.stop()
    try:
        expect(view.get_by_text("Ittsu本体が起動していません").first).to_be_visible()
        expect(undo).to_be_visible()
        next_one = view.get_by_role("button", name=f"{LINK}：{salon.hanako['name']}", exact=True)
        expect(next_one).to_have_attribute("aria-disabled", "true")
    finally:
        salon.shop.helper.start()
    expect(next_one).to_have_attribute("aria-disabled", "false")
    next_one.click()
    salon.wait_for_match(salon.hanako_row, "exact")
    salon.wait_for_match(salon.yui_row, "exact")


def test_a_view_that_is_loaded_again_shows_who_is_left_and_a_lost_one_says_so(salon: Salon) -> None:
    salon.bind()
    unconfirmed(salon, 4)
    view = review(salon)
    view.get_by_role("button", name=f"{LINK}：{salon.yui['name']}", exact=True).click()
    view.get_by_role("button", name=f"{UNDO}：{salon.yui['name']}").wait_for()
    view.reload()
    view.get_by_role("button", name=f"{LINK}：{salon.hanako['name']}", exact=True).wait_for()
    assert view.get_by_text(f"会員番号 {salon.yui_row}").count() == 0
    view.goto(f"{salon.shop.extension_address}/links.html")
    expect(view.get_by_role("button", name="ファイルを選ぶ")).to_be_visible()


def choose(page: Page, folder: Path, file: bytes) -> None:
    """Choose a file in the form."""
    path = folder / "friends.csv"
    path.write_bytes(file)
    page.get_by_role("button", name="ファイルを選ぶ").wait_for()
    page.get_by_label("書き出したファイル").set_input_files(path)


def followed(person: dict[str, Any]) -> int:
    """When a friend followed, in ms."""
    return int(datetime.fromisoformat(person["followed_at"]).timestamp() * 1000)


def test_an_export_is_confirmed_in_the_view(salon: Salon, tmp_path: Path) -> None:
    salon.bind()
    salon.wait_for_match(salon.yui_row, "proposed")
    people = [
        (salon.yui_row, salon.yui["name"], followed(salon.yui)),
        (salon.hanako_row, salon.hanako["name"], followed(salon.hanako)),
        ("999000111", "どこにもいない人", followed(salon.hanako) - 864_000_000),
        ("", "会員番号のない人", None),
    ]
    page = salon.shop.extension_page("options")
    choose(page, tmp_path, lstep_file(people, WEARS["one mark a letter"]))
    page.get_by_role("heading", name="紐付けの確認").wait_for()
    expect(page.get_by_text("？は、書き出しで失われた絵文字などです").first).to_be_visible()
    expect(page.get_by_text("使えなかった行 1件").first).to_be_visible()
    assert page.get_by_role("button", name=PICK).count() == 0
    page.get_by_role("button", name=f"{LINK}：{salon.yui['name']}", exact=True).click()
    salon.wait_for_match(salon.yui_row, "exact")
    salon.wait_for_match(salon.hanako_row, "proposed")
    # What was read stays: loading the page again brings back whom nobody has confirmed.
    page.reload()
    page.get_by_role("button", name=f"{LINK}：{salon.hanako['name']}", exact=True).wait_for()
    assert page.get_by_text(f"会員番号 {salon.yui_row}").count() == 0
    assert salon.shop.line.sends(salon.yui) == []


def test_a_file_that_is_no_export_says_what_is_in_it_and_another_can_be_chosen(
    salon: Salon, tmp_path: Path
) -> None:
    page = salon.shop.extension_page("options")
    choose(page, tmp_path, "氏名,電話番号\n佐藤,090\n".encode())
    expect(page.get_by_text("友だちのID（登録IDなど）の列が見つかりません").first).to_be_visible()
    expect(page.get_by_text("ファイルにあった列：氏名、電話番号").first).to_be_visible()
    choose(page, tmp_path, b"\x00\x01\x02")
    expect(page.get_by_text("このファイルは読み取れません").first).to_be_visible()
    choose(page, tmp_path, b"a" * (20 * 1024**2 + 1))
    expect(page.get_by_text("ファイルが大きすぎます").first).to_be_visible()
    choose(page, tmp_path, lstep_file([(salon.yui_row, salon.yui["name"], followed(salon.yui))]))
    page.get_by_role("heading", name="紐付けの確認").wait_for()


def test_a_binding_is_shown_in_words_and_removed_after_one_question(salon: Salon) -> None:
    shop: Shop = salon.shop
    salon.bind()
    options = shop.extension_page("options")
    name = f"「{salon.page_account}」の紐付けを解除"
    remove = options.get_by_role("button", name=name)
    remove.wait_for()
    remove.click()
    expect(options.get_by_text("解除しますか").first).to_be_visible()
    options.get_by_role("button", name="解除する", exact=True).click()
    glass_of(options).until(lambda: remove.count() == 0, "the binding is gone")
    options.close()
    salon.dock.page.bring_to_front()
    salon.dock.wait_for_text(f"この画面のアカウントは「{salon.page_account}」です")
