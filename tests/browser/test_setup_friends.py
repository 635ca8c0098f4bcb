"""Friends from before: what a file would do is shown first, and nobody is a friend before LINE has answered."""

import time
from pathlib import Path

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.setup_pages import open_setup, picture
from tests.browser.shop import SALON, Shop
from tests.browser.test_accessible import serious

pytestmark = pytest.mark.browser


def _silent(shop: Shop, name: str) -> str:
    """A friend of whom nobody told us."""
    shop.line.settings(SALON, webhook_active=False)
    person = shop.line.befriend(name, account=SALON)
    shop.line.settings(SALON, webhook_active=True)
    return str(person["user_id"])


def test_a_file_is_previewed_confirmed_and_brings_friends(real: OpenShop, tmp_path: Path) -> None:
    shop = real()
    shop.add_account(SALON, "さくら美容室", "@sakura")
    ken = _silent(shop, "けん")
    body = f"名前,LINEユーザーID\r\nけん,{ken}\r\nだれか,U{'f' * 32}\r\nなし,123\r\n"
    (tmp_path / "ids.csv").write_text(body, "cp932")
    (tmp_path / "lstep.csv").write_text("登録ID,表示名\r\n1234567,けん\r\n", "cp932")
    page = open_setup(shop, "friends")
    page.get_by_text("このアカウントは未認証なので、読み込めません").wait_for()
    page.get_by_label("ファイルを選ぶ").set_input_files(tmp_path / "lstep.csv")
    page.get_by_text("会員番号は、LINEのユーザーIDではありません").wait_for()
    page.get_by_role("button", name="LステップのCSVとして調べる").click()
    page.get_by_text("まだ何も保存していません").wait_for()
    assert "当てはまる友だちがいない方" in page.inner_text("main")
    page.get_by_label("ファイルを選ぶ").set_input_files(tmp_path / "ids.csv")
    page.get_by_text("行番号: 4").wait_for()
    assert serious(page) == []
    picture(page, "friends-preview")
    page.get_by_role("button", name="2件を確認して取り込む").click()
    page.get_by_text("取り込みました").wait_for()
    page.get_by_text("LINEで確認できなかったID").wait_for()
    picture(page, "friends-done")
    page.get_by_role("button", name="友だち", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name="書き出す").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "けん" in text
    assert download.value.suggested_filename == f"ittsu-friends-{SALON}.csv"


def test_a_verified_accounts_list_is_read(real: OpenShop) -> None:
    shop = real()
    account = shop.add_account(SALON, "さくら美容室", "@sakura")
    assert account["id"] == SALON
    shop.line.settings(SALON, verified=True)
    shop.helper.command("account", "check")
    _silent(shop, "けん")
    page = open_setup(shop, "friends")
    page.get_by_role("button", name="読み込む", exact=True).click()
    page.get_by_text("読み込みました").wait_for()
    deadline = time.monotonic() + 20
    while "新しく登録" not in page.inner_text("main") and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    picture(page, "friends-list")
