"""The practice pages in a real browser: what a person playing the customer sees and does."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from playwright.sync_api import Browser, Page, Playwright, expect

from helper.model.clock import SystemClock
from helper.sandbox.app import Sandbox
from helper.sandbox.people import Person

Result = TypeVar("Result")
pytestmark = pytest.mark.browser


@dataclass
class Practice:
    """A running sandbox; `do` runs a function in its event loop."""

    sandbox: Sandbox
    address: str
    loop: asyncio.AbstractEventLoop

    def do(self, work: Callable[[], Result]) -> Result:
        async def run() -> Result:
            result = work()
            self.sandbox.journal.changed()
            return result

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(10)

    def friend(self, name: str) -> Person:
        """Somebody who follows the practice account."""
        platform, account = self.sandbox.platform, self.sandbox.platform.account()

        def work() -> Person:
            person = platform.add_person(account, name)
            platform.follow(account, person)
            return person

        return self.do(work)

    def push(
        self, person: Person, text: str, answers: tuple[str, ...] = (), sender: str | None = None
    ) -> None:
        """The account sends a message by its API."""
        message: dict[str, Any] = {"type": "text", "text": text}
        if answers:
            items = [
                {"type": "action", "action": {"type": "message", "label": each, "text": each}}
                for each in answers
            ]
            message["quickReply"] = {"items": items}
        if sender:
            message["sender"] = {"name": sender}
        body = {"to": person.user_id, "messages": [message]}
        self.do(lambda: self.sandbox.platform.push(self.sandbox.platform.account(), body, None, "request"))


@pytest.fixture
def practice() -> Iterator[Practice]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> tuple[Sandbox, web.AppRunner, int]:
        sandbox = Sandbox(SystemClock())
        sandbox.seed()
        runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return sandbox, runner, runner.addresses[0][1]

    sandbox, runner, port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    yield Practice(sandbox, f"http://127.0.0.1:{port}", loop)
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture(scope="module")
def plain_browser(playwright: Playwright, chromium_path: Path) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=chromium_path,
        args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    )
    yield browser
    browser.close()


@pytest.fixture
def page(plain_browser: Browser, practice: Practice) -> Iterator[Page]:
    """A Japanese window; whatever the browser complains about fails the test."""
    context = plain_browser.new_context(
        base_url=practice.address, locale="ja-JP", viewport={"width": 1280, "height": 800}
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_a_friend_follows_reads_the_persona_and_answers_with_one_tap(page: Page, practice: Practice) -> None:
    page.goto("/phone")
    page.get_by_role("button", name="ゆい🌸").click()
    page.get_by_role("button", name="友だち追加", exact=True).click()
    expect(page.get_by_text("友だちに追加しました")).to_be_visible()
    person = next(iter(practice.sandbox.platform.account().people.values()))
    assert person.following
    practice.push(person, "ゆい🌸さん、ようこそ", ("はい", "予約したい"), sender="花子")
    expect(page.get_by_text("花子 from 'さくら美容室'")).to_be_visible()
    answers = page.get_by_role("group", name="ワンタップ返信")
    expect(answers.get_by_role("button")).to_have_text(["はい", "予約したい"])
    answers.get_by_role("button", name="予約したい").click()
    expect(page.get_by_role("log").get_by_text("予約したい")).to_be_visible()
    expect(answers.get_by_role("button")).to_have_count(0)


def test_only_the_newest_message_offers_answers(page: Page, practice: Practice) -> None:
    person = practice.friend("ゆい")
    practice.push(person, "一つ目", ("はい",))
    page.goto("/phone")
    expect(page.get_by_role("button", name="はい")).to_be_visible()
    practice.push(person, "二つ目")
    expect(page.get_by_text("二つ目")).to_be_visible()
    expect(page.get_by_role("button", name="はい")).to_have_count(0)


def test_a_message_without_a_persona_comes_from_the_account(page: Page, practice: Practice) -> None:
    practice.push(practice.friend("ゆい"), "こんにちは")
    page.goto("/phone")
    expect(page.locator(".said-sender")).to_have_text("さくら美容室")


def test_a_friend_blocks_and_comes_back(page: Page, practice: Practice) -> None:
    person = practice.friend("ゆい")
    page.goto("/phone")
    page.get_by_role("button", name="ブロック", exact=True).click()
    expect(page.get_by_text("このアカウントをブロックしています")).to_be_visible()
    assert person.blocked
    expect(page.get_by_label("メッセージを入力")).to_be_hidden()
    page.get_by_role("button", name="ブロック解除").click()
    expect(page.get_by_label("メッセージを入力")).to_be_visible()
    assert person.following


def test_two_phones_side_by_side(page: Page, practice: Practice) -> None:
    practice.friend("太郎")
    practice.friend("花子")
    page.goto("/phone")
    expect(page.get_by_role("region", name="のスマホ")).to_have_count(1)
    page.get_by_role("button", name="横に並べる").click()
    expect(page.get_by_role("region", name="のスマホ")).to_have_count(2)


def test_the_chat_re_uses_its_heading_and_answers_for_free(page: Page, practice: Practice) -> None:
    sandbox, account = practice.sandbox, practice.sandbox.platform.account()
    for name in ("太郎", "ゆい🌸"):
        person = practice.friend(name)
        practice.do(lambda person=person: sandbox.platform.write(account, person, "予約したいです"))  # type: ignore[misc]
    practice.friend("静かな人")
    page.goto("/demo/chat")
    rows = page.locator("#content-primary .list-group-item-chat > a.d-flex")
    expect(rows).to_have_count(2)
    rows.filter(has_text="太郎").click()
    heading = page.locator(".sub-header h4")
    expect(heading).to_have_text("太郎")
    page.evaluate("window.kept = document.querySelector('.sub-header h4').firstChild")
    rows.filter(has_text="ゆい").click()
    expect(heading.locator("img")).to_have_attribute("alt", "🌸")
    assert page.evaluate("window.kept === document.querySelector('.sub-header h4').firstChild")
    assert page.evaluate("window.kept.nodeValue") == "ゆい"
    assert page.evaluate("document.querySelector('textarea-ex#editor').shadowRoot.mode") == "open"
    page.locator("textarea-ex#editor textarea[part=input]").fill("<b>承りました</b>")
    page.get_by_role("button", name="送信").click()
    expect(page.locator(".chat-body .chat-reverse .chat-item-text")).to_have_text("<b>承りました</b>")
    page.go_back()
    expect(heading).to_have_text("太郎")
    assert account.usage.counted(sandbox.clock.now()) == 13


def test_the_list_shows_new_friends_and_swaps_rows_in_place(page: Page, practice: Practice) -> None:
    for number in range(21):
        practice.friend(f"{number}番さん")
    page.goto("/demo/list")
    rows = page.locator("tr[data-item-id]")
    expect(rows).to_have_count(20)
    page.evaluate("window.kept = document.querySelector('tr[data-item-id]')")
    page.get_by_role("navigation", name="Pagination").get_by_role("link", name="2").click()
    expect(rows).to_have_count(1)
    assert page.evaluate("window.kept === document.querySelector('tr[data-item-id]')")
    assert page.url.endswith("/demo/list/line/show?page=2")
    practice.friend("新しい人")
    expect(rows).to_have_count(2)
    page.go_back()
    expect(rows.first).to_contain_text("新しい人")


def test_names_are_never_read_as_html(page: Page, practice: Practice) -> None:
    name = "<img src=x onerror=alert(1)>"
    person = practice.friend(name)
    practice.do(lambda: practice.sandbox.platform.write(practice.sandbox.platform.account(), person, name))
    for path in ("/phone", "/demo/list", "/demo/chat"):
        page.goto(path)
        expect(page.get_by_text(name).first).to_be_visible()
        assert page.locator("img[src='x']").count() == 0
