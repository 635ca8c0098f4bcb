"""The page of receiving: what is set at LINE now, which way suits, and changes that show both URLs and ask first."""

import asyncio
import json
import os
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenShop
from tests.browser.setup_pages import open_setup, picture
from tests.browser.shop import SALON, Shop
from tests.browser.test_accessible import serious
from tests.browser.waiting import until
from tests.reliability.relay_process import RelayProcess

pytestmark = pytest.mark.browser

T = TypeVar("T")
TOOL = "https://manager.linestep.net/hook"


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    """A relay on its host."""
    process = RelayProcess(tmp_path / "relay")
    _run(process.start())
    yield process
    process.close()


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Playwright's own loop runs in this thread: a further one needs another."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _open(real: OpenShop, language: str = "ja", webhook: str | None = None) -> tuple[Shop, Page]:
    shop = real(language)
    shop.add_account(SALON, "さくら美容室", "@sakura")
    return shop, _receive(shop, language, webhook)


def _receive(shop: Shop, language: str = "ja", webhook: str | None = None) -> Page:
    if webhook is not None:
        shop.line.settings(SALON, webhook_url=webhook)
    page = open_setup(shop, "receive")
    page.get_by_role("heading", name="受信の設定" if language == "ja" else "Receiving", level=1).wait_for()
    return page


def _answer(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def _at_line(shop: Shop) -> str:
    return str(shop.line.settings(SALON)["webhook_url"])


def test_alone_from_the_questions_to_the_first_friend(real: OpenShop) -> None:
    shop, page = _open(real, webhook="https://old.example.jp/hook")
    page.get_by_text("ほかのツールがつながっているかどうかで、合う方法が変わります").wait_for()
    picture(page, "receive-asked")
    _answer(page, "ほかのツールをつないでいますか", "いいえ")
    page.get_by_text("LINEから直接受け取るのがいちばん簡単です").wait_for()
    _answer(page, "常に動いていますか", "はい")
    page.get_by_role("button", name="このパソコンで直接受け取る: この方法にする").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("LINEの設定は、まだ変わりません").wait_for()
    dialog.get_by_role("button", name="この方法にする").click()
    page.get_by_text("次の手順に進んでください").wait_for()

    address = page.get_by_label("公開アドレス")
    address.fill("nonsense")
    page.get_by_role("button", name="テストして、変更を確認する").click()
    page.get_by_text("https:// で始まるアドレスを入力してください").wait_for()
    address.fill("http://127.0.0.1:1")
    page.get_by_role("button", name="テストして、変更を確認する").click()
    page.get_by_text("LINEからこのURLにつながりませんでした").wait_for()
    assert _at_line(shop) == "https://old.example.jp/hook"
    picture(page, "receive-alone")

    address.fill(shop.helper.webhook + "/")
    page.get_by_role("button", name="テストして、変更を確認する").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("https://old.example.jp/hook").wait_for()
    dialog.get_by_text("LINEから何も届かなくなります").wait_for()
    picture(page, "receive-change")
    page.keyboard.press("Escape")
    page.get_by_text("LINEの設定は変えていません").wait_for()
    assert _at_line(shop) == "https://old.example.jp/hook"
    page.get_by_role("button", name="テストして、変更を確認する").click()
    page.get_by_role("dialog").get_by_role("button", name="変更する").click()
    page.get_by_text("LINEの「Webhook URL」を変えました").wait_for()
    assert _at_line(shop) == f"{shop.helper.webhook}/webhook/{SALON}"
    page.get_by_role("button", name="LINEから接続テスト").click()
    page.get_by_text("LINEからの接続テストに成功しました").wait_for()
    assert shop.line.follow("ゆい", account=SALON)["delivered"]
    picture(page, "receive-done")

    page.get_by_role("button", name="元のURLに戻す").click()
    page.get_by_role("dialog").get_by_role("button", name="元のURLに戻す").click()
    page.get_by_text("元の「Webhook URL」に戻しました").wait_for()
    assert _at_line(shop) == "https://old.example.jp/hook"


def test_the_questions_are_answered_by_keyboard(real: OpenShop) -> None:
    _, page = _open(real)
    group = page.get_by_role("group", name="ほかのツールをつないでいますか")
    group.get_by_label("わからない").focus()
    page.keyboard.press("ArrowUp")
    page.get_by_text("LINEから直接受け取るのがいちばん簡単です").wait_for()
    assert group.get_by_label("いいえ").evaluate("input => input === document.activeElement && input.checked")
    page.keyboard.press("ArrowUp")
    page.get_by_text("ほかのツールをそのまま使えます").wait_for()
    assert group.get_by_label("はい").evaluate("input => input === document.activeElement && input.checked")


def test_a_computer_that_sleeps_never_stands_in_front(real: OpenShop) -> None:
    shop, page = _open(real, webhook=TOOL)
    page.get_by_text("Lステップ（manager.linestep.net）").first.wait_for()
    _answer(page, "ほかのツールをつないでいますか", "はい")
    _answer(page, "常に動いていますか", "いいえ")
    page.get_by_text("ほかのツールをそのまま使えます").wait_for()
    in_front = page.locator("details").filter(has_text="このパソコンで受け取り、ほかのツールへ渡す")
    in_front.locator("summary").click()
    in_front.get_by_text("止まっている間のWebhookがツールに届かなくなります").wait_for()
    assert in_front.get_by_role("button").count() == 0
    picture(page, "receive-in-front")
    assert serious(page) == []
    page.get_by_role("button", name="中継を使う: この方法にする").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("友だち追加への無料の返信はほかのツールに任せます").wait_for()
    dialog.get_by_role("button", name="この方法にする").click()
    page.get_by_text(f"--tool '{TOOL}'").wait_for()
    page.get_by_label("接続コード").fill("x")
    page.get_by_label("中継のアドレス").fill("http://127.0.0.1:1")
    page.get_by_role("button", name="中継につなぐ").click()
    page.get_by_text("中継につながりません").wait_for()
    picture(page, "receive-relay")
    assert _at_line(shop) == TOOL


def test_a_relay_is_joined_and_stands_before_the_tool_after_a_yes(
    real: OpenShop, relay: RelayProcess
) -> None:
    shop = real()
    secret = shop.line.add_account(SALON, "さくら美容室", "@sakura")["secret"]
    shop.helper.command("account", "add", "--channel-id", SALON, ITTSU_CHANNEL_SECRET=secret)
    page = _receive(shop, webhook=TOOL)
    _answer(page, "ほかのツールをつないでいますか", "はい")
    page.get_by_role("button", name="中継を使う: この方法にする").click()
    page.get_by_role("dialog").get_by_role("button", name="この方法にする").click()
    code = json.loads(_run(relay.command("pair", "--json")))["code"]
    page.get_by_label("中継のアドレス").fill(relay.url)
    page.get_by_label("接続コード").fill(code)
    page.get_by_role("button", name="中継につなぐ").click()
    page.get_by_text("まだ中継に登録されていません").first.wait_for()

    _run(relay.command("add", "--channel-id", SALON, "--tool", TOOL, stdin=secret))
    change = page.get_by_role("button", name="テストして、変更を確認する")
    again = page.get_by_role("button", name="もう一度確認").last

    def registered() -> bool:
        again.click()
        page.get_by_role("heading", name="受信の設定", level=1).wait_for()
        return change.is_visible()

    until(
        registered,
        "the relay tells of the account",
        rest=lambda seconds: page.wait_for_timeout(seconds * 1000),
    )
    change.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("中継が同じ内容を転送します").wait_for()
    picture(page, "receive-relay-change")
    dialog.get_by_role("button", name="変更する").click()
    page.get_by_text("LINEの「Webhook URL」を変えました").wait_for()
    assert _at_line(shop) == f"{relay.url}/webhook/{SALON}"
    picture(page, "receive-relay-done")
    assert serious(page) == []


def test_what_changed_meanwhile_is_shown_and_not_overwritten(real: OpenShop) -> None:
    shop, page = _open(real, webhook="https://old.example.jp/hook")
    _answer(page, "ほかのツールをつないでいますか", "いいえ")
    page.get_by_role("button", name="このパソコンで直接受け取る: この方法にする").click()
    page.get_by_role("dialog").get_by_role("button", name="この方法にする").click()
    page.get_by_label("公開アドレス").fill(shop.helper.webhook)
    page.get_by_role("button", name="テストして、変更を確認する").click()
    page.get_by_role("dialog").get_by_text("https://old.example.jp/hook").wait_for()
    shop.line.settings(SALON, webhook_url=TOOL)
    page.get_by_role("dialog").get_by_role("button", name="変更する").click()
    page.get_by_text("表示していたものから変わっています").wait_for()
    page.get_by_text(TOOL).first.wait_for()
    assert _at_line(shop) == TOOL


def test_an_unverified_account_without_a_webhook_is_told_that_nothing_can_be_sent(real: OpenShop) -> None:
    shop, page = _open(real, "en")
    shop.line.settings(SALON, webhook_active=False)
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("is off, so nothing arrives").wait_for()
    details = page.locator("details").filter(has_text="Without a webhook")
    details.locator("summary").click()
    details.get_by_text("nothing can be sent without one").wait_for()
    details.get_by_role("button", name="Take this way").click()
    page.get_by_role("dialog").get_by_role("button", name="Take this way").click()
    page.get_by_text("Nothing can be sent from this account").wait_for()
    picture(page, "receive-none-en")
    page.get_by_role("button", name="Decide later").click()
    page.get_by_text("No way is chosen now").wait_for()


def test_a_tunnel_is_started_from_the_page_and_its_address_used(
    real: OpenShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that plays cloudflared; its address cannot be reached from here, which the page says."""
    folder = tmp_path / "bin"
    folder.mkdir()
    fake = folder / "cloudflared"
    fake.write_text(
        f"#!{sys.executable}\nimport time\nprint('https://brave-fox.trycloudflare.com', flush=True)\ntime.sleep(600)\n",
        "utf-8",
    )
    fake.chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    shop, page = _open(real)
    before = _at_line(shop)
    _answer(page, "ほかのツールをつないでいますか", "いいえ")
    _answer(page, "常に動いていますか", "はい")
    page.get_by_role("button", name="このパソコンで直接受け取る: この方法にする").click()
    page.get_by_role("dialog").get_by_role("button", name="この方法にする").click()
    page.get_by_label("ご自身の名前（あれば）").fill("a b")
    page.get_by_role("button", name="トンネルを起動する").click()
    page.get_by_text("salon.example.jp の形で入力してください").wait_for()
    picture(page, "receive-tunnel")
    page.get_by_label("ご自身の名前（あれば）").fill("")
    page.get_by_role("button", name="トンネルを起動する").click()
    page.get_by_text("cloudflared を起動しています").wait_for()
    page.get_by_role("button", name="トンネルを止める").click()
    page.get_by_role("dialog").get_by_text("LINEから何も届かなくなります").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="トンネルを止める").click()
    page.get_by_role("button", name="トンネルを起動する").wait_for()
    assert _at_line(shop) == before
