"""Options and popup: what a salon sets up once, and sees on every open dashboard at the next moment."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenShop

pytestmark = pytest.mark.browser


def section(page: Page, name: str) -> Page:
    """A section of the options page, by its heading."""
    found: Page = page.get_by_role("region", name=name, exact=True)  # type: ignore[assignment]
    return found


def test_a_template_is_written_with_its_preview_and_faults_are_told_at_their_field(
    practice: OpenShop,
) -> None:
    shop = practice()
    options = shop.pair()
    templates = section(options, "テンプレート")
    templates.get_by_role("button", name="新しいテンプレート", exact=True).click()
    options.get_by_label("テンプレートの名前").fill("雨の日のご案内")
    text = options.get_by_role("textbox", name="本文", exact=True)
    text.fill("雨の中のご来店、{foo}")
    options.get_by_role("button", name="返信を追加", exact=True).click()
    options.get_by_label("ワンタップ返信 1", exact=True).fill("また来ます")
    options.get_by_role("button", name="保存する", exact=True).click()

    expect(text).to_have_attribute("aria-invalid", "true")
    expect(text).to_be_focused()
    expect(templates.get_by_text("{foo} は使えない差し込みです")).to_be_visible()

    text.fill("雨の中のご来店、")
    options.get_by_role("button", name="お客様の名前", exact=True).click()
    text.press_sequentially("さん、ありがとうございました。")
    expect(templates.get_by_text("雨の中のご来店、ゆいさん、ありがとうございました。")).to_be_visible()
    options.get_by_role("button", name="保存する", exact=True).click()

    expect(templates.get_by_role("button", name="「雨の日のご案内」を編集")).to_be_visible()
    templates.get_by_role("button", name="「雨の日のご案内」を最初に選ぶ").click()
    expect(templates.get_by_role("button", name="「はじめまして」を最初に選ぶ")).to_be_visible()
    dock = shop.open_demo_chat()
    dock.wait_for_text("また来ます")


def test_a_template_chosen_as_first_is_offered_on_the_open_dashboard(practice: OpenShop) -> None:
    shop = practice()
    options = shop.pair()
    dock = shop.open_demo_chat()
    dock.wait_for_text("予約したい")
    options.bring_to_front()
    options.get_by_role("button", name="「ご来店ありがとう」を最初に選ぶ").click()
    dock.glass.page.bring_to_front()
    dock.wait_for_text("聞きたいことがある")


def test_a_sender_is_shown_as_the_customer_will_read_it(practice: OpenShop) -> None:
    shop = practice()
    options = shop.pair()
    senders = section(options, "送信者")
    senders.get_by_role("button", name="新しい送信者", exact=True).click()
    name = options.get_by_label("送信者の名前")
    name.fill("LINE公式")
    options.get_by_role("button", name="保存する", exact=True).click()
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("花子")
    expect(senders.get_by_text("花子 from 'さくら美容室'")).to_be_visible()
    options.get_by_role("button", name="保存する", exact=True).click()
    expect(senders.get_by_role("button", name="「花子」を編集")).to_be_visible()
    senders.get_by_role("button", name="削除", exact=True).click()
    senders.get_by_role("button", name="削除する", exact=True).click()
    expect(senders.get_by_text("送信者がまだありません")).to_be_visible()


def test_a_dashboard_is_switched_off_and_on_without_a_reload(practice: OpenShop) -> None:
    shop = practice()
    options = shop.pair()
    dock = shop.open_demo_chat()
    dock.wait_for_state("ready")
    options.bring_to_front()
    switch = options.get_by_role("switch", name="練習用のチャット画面")
    switch.click()
    dock.wait_for_state("off")
    switch.click()
    dock.wait_for_state("ready")


def test_the_popup_counts_new_friends_and_says_when_the_helper_is_gone(practice: OpenShop) -> None:
    shop = practice()
    shop.pair_and_close()
    popup = shop.extension_page("popup")
    expect(popup.get_by_text("練習モード（お客様には届きません）")).to_be_visible()
    expect(popup.get_by_text("残り 187 / 200 通")).to_be_visible()
    waiting = popup.get_by_title(re.compile("新しい友だち [0-9]+人"))
    before = int(waiting.locator("[aria-hidden]").inner_text())
    shop.line.follow("ゆい")
    expect(waiting).to_have_attribute("title", f"新しい友だち {before + 1}人", timeout=2_000)
    shop.helper.stop()
    expect(popup.get_by_text("Ittsu本体が起動していません")).to_be_visible(timeout=5_000)
    expect(popup.get_by_text("python3 scripts/start.py")).to_be_visible()
