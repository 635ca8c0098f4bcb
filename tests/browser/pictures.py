"""Pictures of what operators and customers see, in light and dark: for the README, and to be looked at."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from playwright.sync_api import FloatRect, Locator, Page, ViewportSize

from tests.browser.harness import SEND_FREE, SEND_PUSH, Dock
from tests.browser.setup_pages import open_setup
from tests.browser.shop import SALON, Shop

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PERSONA = "花子"
# A part of the window of 1280 × 800, in CSS pixels.
RIGHT_PART: FloatRect = {"x": 640, "y": 0, "width": 640, "height": 800}
LIST_PART: FloatRect = {"x": 168, "y": 92, "width": 756, "height": 620}
PHONE_PART: FloatRect = {"x": 560, "y": 36, "width": 460, "height": 764}
POPUP: ViewportSize = {"width": 340, "height": 206}


def take_pictures(shop: Shop, folder: Path) -> None:
    """All pictures of a fresh, unpaired shop in practice mode: `name-light.png` and `name-dark.png` each."""
    unpaired = shop.open_demo_chat()
    unpaired.wait_for_state("unpaired")
    _take(unpaired.page, folder, "unpaired", clip=RIGHT_PART)
    options = shop.extension_page("options")
    options.get_by_label("接続コード", exact=True).wait_for()
    _take(options, folder, "options-unpaired")
    options.close()
    shop.pair_and_close()
    unpaired.page.close()
    shop.add_persona(PERSONA)
    _of_dock(shop, folder)
    _of_rows(shop, folder)
    _of_phone(shop, folder)
    _of_extension(shop, folder)
    _of_greeting(shop, folder)
    _of_offline(shop, folder)


def _of_dock(shop: Shop, folder: Path) -> None:
    dock = _ready(shop.open_demo_chat())
    dock.choose("送信者", PERSONA)
    shop.line.follow("みゆ", seconds_ago=600)
    held = shop.line.follow("たろう")
    dock.friend("たろう").wait()
    shop.line.follow("ゆい")
    newest = dock.friend("ゆい").wait()
    newest.aim(SEND_FREE)
    dock.wait_for_text("花子 from 'さくら美容室'")
    dock.friend("たろう").press(SEND_FREE)
    dock.friend("たろう").wait_for_text("秒後にたろうさんへ送ります")
    _take(dock.page, folder, "dock")
    _take(dock.page, folder, "dock-part", clip=RIGHT_PART)
    dock.friend("たろう").wait_for_text("送信しました（無料）", seconds=40)
    _take(dock.page, folder, "sent", clip=RIGHT_PART)
    assert shop.line.sends(held)
    dock.page.get_by_role("link", name="田中 実").click()
    dock.glass.until(dock.rows, "the open talk's name has its pill")
    _take(dock.page, folder, "talk")
    dock.page.close()


def _of_rows(shop: Shop, folder: Path) -> None:
    dock = _ready(shop.open_demo_list())
    dock.wait_for_text("このページのアカウント")
    _take(dock.page, folder, "unbound")
    dock.press("このページのアカウント")
    dock.glass.until(lambda: len(dock.rows()) > 5, "the rows have their pills")
    with dock.page.context.expect_page() as opened:
        dock.press("この画面の未確認の方")
    opened.value.get_by_role("button", name="紐付ける：").first.wait_for()
    _take(opened.value, folder, "links")
    opened.value.close()
    dock.page.bring_to_front()
    proposed = dock.page.locator("tr:has(ittsu-row[data-match=proposed])")
    for name in ("みゆ", "田中美咲", "たろう"):
        member_id = proposed.filter(has_text=name).first.get_attribute("data-item-id")
        assert member_id, name
        dock.row(member_id).press("紐付ける")
        _wait_until_linked(dock, member_id)
    assert SEND_PUSH in dock.send_buttons()
    _take(dock.page, folder, "list")
    _take(dock.page, folder, "rows", clip=LIST_PART)
    dock.page.close()


def _wait_until_linked(dock: Dock, member_id: str) -> None:
    row = dock.row(member_id)
    dock.glass.until(lambda: row.host().attributes.get("data-match") == "exact", f"{member_id} is linked")


def _of_phone(shop: Shop, folder: Path) -> None:
    page = shop.new_page()
    page.goto(f"{shop.helper.sandbox}/phone")
    page.get_by_role("button", name="たろう").first.click()
    page.get_by_text("花子 from 'さくら美容室'").first.wait_for()
    _take(page, folder, "phone", clip=PHONE_PART)
    page.close()


def _of_extension(shop: Shop, folder: Path) -> None:
    page = shop.extension_page("options")
    page.get_by_role("button", name="「はじめまして」を編集").click()
    page.get_by_role("heading", name="テンプレート", exact=True).evaluate(
        "(heading) => heading.scrollIntoView()"
    )
    _take(page, folder, "options")
    page.reload()
    page.get_by_text("さくら美容室").first.wait_for()
    _take(page, folder, "options-whole", whole=True)
    page.close()
    popup = shop.new_page()
    popup.set_viewport_size(POPUP)
    popup.goto(f"{shop.extension_address}/popup.html")
    popup.get_by_text("さくら美容室").wait_for()
    _take(popup, folder, "popup")
    popup.close()


def _of_offline(shop: Shop, folder: Path) -> None:
    dock = _ready(shop.open_demo_chat())
    shop.helper.stop()
    dock.wait_for_state("offline")
    dock.wait_for_text("Ittsu本体が起動していません")
    dock.press("起動のしかた")
    _take(dock.page, folder, "offline", clip=RIGHT_PART)
    dock.page.close()


def _ready(dock: Dock) -> Dock:
    dock.wait_for_state("ready")
    dock.wait().wait_for_text("さくら美容室")
    return dock


def _take(page: Page, folder: Path, name: str, *, clip: FloatRect | None = None, whole: bool = False) -> None:
    if whole:
        page.evaluate("window.scrollTo(0, 0)")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=folder / f"{name}-{scheme}.png", clip=clip, full_page=whole)


SETUP: ViewportSize = {"width": 1000, "height": 760}


def take_setup_pictures(shop: Shop, folder: Path) -> None:
    """The helper's own pages, of a helper that has no account yet: from the first question to the checks."""
    secret = shop.line.add_account(SALON, "さくら美容室", "@sakura")["secret"]
    shop.line.settings(SALON, webhook_url="https://tool.example.jp/line/hook")
    shop.pair_and_close()
    page = open_setup(shop)
    page.set_viewport_size(SETUP)
    page.get_by_role("group", name="Lステップやエルメなど").get_by_label("はい").check()
    page.get_by_label("チャネルID", exact=True).fill(SALON)
    page.get_by_label("チャネルシークレット").fill(secret)
    _take(page, folder, "setup-connect", whole=True)
    page.get_by_role("button", name="LINEに確認してつなぐ").click()
    page.get_by_role("heading", name="さくら美容室").wait_for()
    _take(page, folder, "setup-account", whole=True)
    page.get_by_role("link", name="受信の設定").click()
    page.get_by_text("受け取る方法").wait_for()
    _take(page, folder, "setup-receive", whole=True)
    page.get_by_role("link", name="送信者とアイコン").click()
    page.get_by_role("button", name="新しい送信者").click()
    page.get_by_role("textbox", name="名前").fill(PERSONA)
    _take(page, folder, "setup-senders", whole=True)
    page.get_by_role("link", name="これまでの友だち").click()
    page.get_by_text("お客様の情報を消去する").wait_for()
    _take(page, folder, "setup-friends", whole=True)
    page.get_by_role("link", name="状態の確認").click()
    page.get_by_text("LINEに確認できました").wait_for()
    # Without the folders of whoever takes the picture.
    _take_part(page, page.get_by_role("region", name="さくら美容室"), folder, "setup-checks")
    page.close()


def _of_greeting(shop: Shop, folder: Path) -> None:
    page = shop.extension_page("options")
    _take_part(page, page.get_by_role("region", name="自動のあいさつ"), folder, "greeting")
    page.close()


def _take_part(page: Page, part: Locator, folder: Path, name: str) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        part.screenshot(path=folder / f"{name}-{scheme}.png")


# What the documents show, by the file's name in docs/pictures.
FOR_DOCS: Mapping[str, str] = {
    "dock-light": "dock-light",
    "dock-dark": "dock-part-dark",
    "rows": "rows-light",
    "options": "options-light",
    "phone": "phone-light",
    "popup": "popup-light",
    "pairing": "options-unpaired-light",
    "sent": "sent-light",
    "links": "links-light",
    "offline": "offline-light",
    "greeting": "greeting-light",
    "setup-connect": "setup-connect-light",
    "setup-account": "setup-account-light",
    "setup-receive": "setup-receive-light",
    "setup-senders": "setup-senders-light",
    "setup-friends": "setup-friends-light",
    "setup-checks": "setup-checks-light",
}
