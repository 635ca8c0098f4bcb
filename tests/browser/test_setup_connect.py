"""Connecting a real account on the helper's own page: what will be possible, what is wrong, what LINE says."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.setup_pages import open_setup, picture
from tests.browser.shop import SALON

pytestmark = pytest.mark.browser

LATER = "1650000009"


def test_from_nothing_to_a_connected_account(real: OpenShop) -> None:
    shop = real()
    secret = shop.line.add_account(SALON, "さくら美容室", "@sakura")["secret"]
    page = open_setup(shop)
    page.get_by_role("heading", name="LINE公式アカウントをつなぐ").wait_for()
    tool = page.get_by_role("group", name="Lステップやエルメなど、ほかのツールをつないでいますか")
    tool.get_by_label("はい").check()
    page.get_by_text("ほかのツールは、いまのまま使えます").wait_for()
    picture(page, "connect-new")

    page.get_by_label("チャネルID", exact=True).fill("12ab")
    page.get_by_label("チャネルシークレット").fill(secret)
    page.keyboard.press("Enter")
    page.get_by_text("チャネルIDは数字だけです").wait_for()
    page.get_by_label("チャネルID", exact=True).fill("9999999999")
    page.keyboard.press("Enter")
    page.get_by_text("LINEがこのチャネルIDを知りません").wait_for()
    page.get_by_label("チャネルID", exact=True).fill(SALON)
    page.get_by_label("チャネルシークレット").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_text("このチャネルIDのものではありません").wait_for()
    assert page.get_by_label("チャネルシークレット").evaluate("input => input === document.activeElement")
    picture(page, "connect-wrong")
    page.get_by_label("チャネルシークレット").fill(secret)
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="さくら美容室").wait_for()
    page.get_by_text("未認証（友だちの一覧は読めません）").wait_for()
    page.get_by_text("200 / 200通").wait_for()
    facts = page.locator(".facts").first.inner_text().replace("\n\n", "\n")
    assert "チャット\nオン" in facts
    assert "Webhookの利用\nオン" in facts
    told = shop.helper.command("account", "list")["items"]
    assert [account["id"] for account in told] == [SALON]
    page.get_by_label("「Webhookの再送」").check()
    page.reload()
    page.get_by_role("heading", name="さくら美容室").wait_for()
    assert page.get_by_label("「Webhookの再送」").is_checked()
    assert not page.get_by_label("「応答時間」").is_checked()
    assert secret not in page.content()
    page.get_by_text("「さくら美容室」をつなぎました").wait_for(state="detached")  # it was told once
    picture(page, "connect-account")


def test_what_changed_at_line_is_read_anew_and_a_secret_is_replaced(real: OpenShop) -> None:
    shop = real()
    secret = shop.line.add_account(SALON, "さくら美容室", "@sakura")["secret"]
    page = open_setup(shop)
    page.get_by_label("チャネルID", exact=True).fill(SALON)
    page.get_by_label("チャネルシークレット").fill(secret)
    page.keyboard.press("Enter")
    page.get_by_text("「さくら美容室」をつなぎました").wait_for()
    page.get_by_text("未認証（友だちの一覧は読めません）").wait_for()
    shop.line.settings(SALON, verified=True)
    page.get_by_role("button", name="もう一度LINEに確認").click()
    page.get_by_text("「さくら美容室」について、LINEに確認しました").wait_for()
    page.get_by_text("認証済（友だちの一覧を読めます）").wait_for()

    page.get_by_text("シークレットの入れ直し・別のアカウント・外す").click()
    page.get_by_label("チャネルシークレット").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_text("このチャネルIDのものではありません").wait_for()
    page.get_by_label("チャネルシークレット").fill(secret)
    page.keyboard.press("Enter")
    told = page.get_by_text("「さくら美容室」のシークレットを入れ替えました")
    told.wait_for()
    assert page.locator(".result:focus").inner_text() == told.inner_text()
    page.get_by_text("ブラウザーの拡張機能をつなぐ").click()
    page.get_by_text("start.py pair").wait_for()
    picture(page, "connect-replaced")


def test_an_account_is_taken_away_only_after_a_question(real: OpenShop) -> None:
    shop = real()
    shop.add_account(SALON, "さくら美容室", "@sakura")
    page = open_setup(shop)
    page.get_by_text("シークレットの入れ直し・別のアカウント・外す").click()
    page.get_by_role("button", name="このアカウントを外す").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("友だちと履歴は残ります").wait_for()
    picture(page, "connect-remove")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert len(shop.helper.command("account", "list")["items"]) == 1
    page.get_by_role("button", name="このアカウントを外す").click()
    page.get_by_role("dialog").get_by_role("button", name="このアカウントを外す").click()
    page.get_by_role("heading", name="LINE公式アカウントをつなぐ").wait_for()
    assert shop.helper.command("account", "list")["items"] == []


def test_a_second_account_is_chosen_by_its_name(real: OpenShop) -> None:
    shop = real()
    shop.add_account(SALON, "さくら美容室", "@sakura")
    page = open_setup(shop)
    page.get_by_text("シークレットの入れ直し・別のアカウント・外す").click()
    page.get_by_role("button", name="別のアカウントをつなぐ").click()
    secret = shop.line.add_account(LATER, "みどり歯科", "@midori")["secret"]
    page.get_by_label("チャネルID", exact=True).fill(LATER)
    page.get_by_label("チャネルシークレット").fill(secret)
    page.get_by_role("button", name="LINEに確認してつなぐ").click()
    page.get_by_role("heading", name="みどり歯科").wait_for()
    page.get_by_role("combobox").select_option(label="さくら美容室")
    page.get_by_role("heading", name="さくら美容室").wait_for()


def test_in_english_practice_mode_is_offered_first(practice: OpenShop) -> None:
    shop = practice("en")
    page = open_setup(shop)
    page.get_by_role("heading", name="Connect a LINE Official Account").wait_for()
    link = page.get_by_role("link", name="Open practice mode")
    assert link.get_attribute("href") == shop.helper.sandbox
    picture(page, "connect-english")
