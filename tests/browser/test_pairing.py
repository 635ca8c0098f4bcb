"""Pairing: a code from `ittsu pair`, typed into the options page, and every open dashboard is ready."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.seeing import expect

pytestmark = pytest.mark.browser


def test_a_code_makes_the_open_dashboard_ready_without_a_reload(practice: OpenShop) -> None:
    shop = practice()
    dock = shop.open_demo_chat()
    dock.wait_for_state("unpaired")
    dock.wait().wait_for_text("このブラウザは、まだIttsuにつながっていません")
    dock.glass.script("window.sameDocument = true")
    options = shop.pair()
    dock.wait_for_state("ready")
    expect(options.get_by_text("太郎さん（管理者）として接続中")).to_be_visible()
    dock.wait_for_text("さくら美容室")
    assert dock.remaining() == 187
    assert dock.glass.script("window.sameDocument") is True


def test_a_wrong_code_says_what_to_do_and_a_right_one_still_works(practice: OpenShop) -> None:
    shop = practice()
    code = shop.new_code()
    options = shop.pair("AAAAA-AAAAA")
    field = options.get_by_label("接続コード", exact=True)
    fault = "接続コードが違うか、期限が切れています。新しい接続コードを発行して、もう一度入力してください。"
    expect(options.get_by_text(fault)).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(code)
    options.get_by_role("button", name="接続する", exact=True).click()
    expect(options.get_by_text("太郎さん（管理者）として接続中")).to_be_visible()


def test_an_address_where_nobody_answers_is_told_at_the_address(practice: OpenShop) -> None:
    shop = practice()
    code = shop.new_code()
    shop.helper.stop()
    options = shop.pair(code)
    expect(options.get_by_text(f"{shop.helper.api} に応答がありません")).to_be_visible()
    expect(options.get_by_label("Ittsu本体のアドレス")).to_be_focused()
