"""Senders' icons: uploaded, seen as the customer sees them, and tried on oneself."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.setup_pages import open_setup, picture
from tests.browser.test_accessible import serious
from tests.browser.waiting import until
from tests.unit.test_pictures import picture as drawn

pytestmark = pytest.mark.browser


def test_from_a_photo_to_the_bubble_on_ones_own_phone(practice: OpenShop, tmp_path: Path) -> None:
    shop = practice(public_url="https://salon.example.jp")
    me = shop.line.follow("花子")
    (tmp_path / "face.jpg").write_bytes(drawn("JPEG", size=(400, 300)))
    (tmp_path / "bad.png").write_bytes(b"<svg/>")
    page = open_setup(shop, "senders")
    page.get_by_role("button", name="新しい送信者").click()
    page.get_by_role("textbox", name="名前").fill("LINE花子")
    page.get_by_label("画像", exact=True).set_input_files(tmp_path / "bad.png")
    page.get_by_text("この画像を読み取れません").wait_for()
    page.get_by_label("画像", exact=True).set_input_files(tmp_path / "face.jpg")
    page.get_by_text("画像を用意しました").wait_for()
    page.get_by_role("button", name="保存する").click()
    page.get_by_text("「LINE」は名前に使えません").wait_for()
    page.get_by_role("textbox", name="名前").fill("花子")
    assert serious(page) == []
    picture(page, "senders-edit")
    page.get_by_role("button", name="保存する").click()
    page.get_by_text("保存しました。").wait_for()
    shown = page.get_by_role("listitem").locator("img")
    until(
        lambda: shown.evaluate("image => image.naturalWidth") == 512,
        "the picture is seen",
        rest=lambda seconds: page.wait_for_timeout(seconds * 1000),
    )
    picture(page, "senders-list")

    before = shop.line.counted()
    page.get_by_role("button", name="花子: 自分に試し送り").click()
    page.get_by_label("ご自身のLINEの名前").fill("花")
    page.get_by_role("button", name="試しに送る（無料・0通）").click()
    page.get_by_role("dialog").get_by_text("「最初の一通」になります").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="試しに送る（無料・0通）").click()
    page.get_by_text("送りました。").wait_for()
    picture(page, "senders-test")
    (message,) = shop.line.received(me)
    assert re.fullmatch(r"https://salon\.example\.jp/icon/[0-9a-f]{64}\.png", message["sender_icon"])
    assert shop.line.counted() == before


def test_without_a_public_address_the_page_says_why(practice: OpenShop) -> None:
    page = open_setup(practice("en"), "senders")
    page.get_by_text("senders are a name only").wait_for()
    page.get_by_role("button", name="New sender").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Hanako")
    page.get_by_text("Use a picture on another server").click()
    page.get_by_label("Address of the picture").fill("https://10.0.0.1/x.png")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("it must be https, on the public internet").wait_for()
