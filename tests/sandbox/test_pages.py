"""The practice pages as a browser gets them."""

import re
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from helper.model.clock import SystemClock
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.pages import add_reading_pages
from helper.sandbox.pages.identity import chat_bot_id, chat_id, member_id
from helper.sandbox.pages.japan import japan_minute
from helper.sandbox.pages.platform_reading import PlatformReading
from helper.sandbox.people import Person
from helper.sandbox.platform import Platform

BAND = "練習モード（お客様には届きません）"
CSP = "default-src 'self'"
NASTY = "<script>alert(1)</script>\"'&{{name}}"
Browser = TestClient[web.Request, web.Application]


@pytest.fixture
def platform() -> Platform:
    platform = Platform(SystemClock())
    platform.add_account("2000000001", "さくら美容室", "@000sakra")
    return platform


@pytest.fixture
def account(platform: Platform) -> SandboxAccount:
    return platform.account()


@pytest.fixture
def typed() -> list[str]:
    """What operators typed in the account's own chat."""
    return []


@pytest.fixture
async def browser(platform: Platform, typed: list[str], aiohttp_client: Any) -> Browser:
    app = web.Application()
    reading = PlatformReading(platform, lambda account, person, text: typed.append(f"{person.name}: {text}"))
    add_reading_pages(app, reading, platform.clock)
    client: Browser = await aiohttp_client(app)
    return client


def friend(platform: Platform, account: SandboxAccount, name: str, seconds_ago: float = 0) -> Person:
    person = platform.add_person(account, name)
    platform.follow(account, person, seconds_ago)
    return person


async def text_of(browser: Browser, path: str, **headers: str) -> str:
    answer = await browser.get(path, headers=headers)
    assert answer.status == 200, path
    return await answer.text()


async def test_every_page_says_that_it_is_practice_and_allows_only_its_own_files(
    platform: Platform, account: SandboxAccount, browser: Browser
) -> None:
    person = friend(platform, account, "ゆい🌸")
    platform.write(account, person, "こんにちは")
    bot = chat_bot_id(account.channel_id)
    for path in (
        "/",
        "/phone",
        f"/demo/chat/{bot}",
        f"/demo/chat/{bot}/chat/{chat_id(account.channel_id, person.user_id)}",
        "/demo/list/line/show",
        "/demo/list/line/show?page=1",
        f"/demo/list/line/detail/{member_id(account.channel_id, person.user_id)}",
    ):
        for tongue in ("ja", "en-GB,en;q=0.9"):
            answer = await browser.get(path, headers={"Accept-Language": tongue})
            html = await answer.text()
            assert answer.status == 200, path
            assert BAND in html, path
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith(CSP)
            assert "unsafe" not in policy
            assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", html), path
            assert "{{" not in html, path


async def test_a_page_that_is_not_there_says_so_in_practice_mode(browser: Browser) -> None:
    for path in ("/demo/list/line/detail/123456789", f"/demo/chat/U{'0' * 32}"):
        answer = await browser.get(path)
        assert answer.status == 404
        assert BAND in await answer.text()
    assert (await browser.get("/assets/words.ja.json")).status == 404
    assert (await browser.get("/assets/..%2F__init__.py")).status == 404


async def test_every_file_a_page_asks_for_is_served(browser: Browser) -> None:
    asked: set[str] = set()
    for path in ("/", "/phone", "/demo/chat", "/demo/list"):
        asked |= set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', await text_of(browser, path)))
    for path in sorted(asked):
        script = await text_of(browser, path)
        for further in re.findall(r"from '(/assets/[^']+)'", script):
            await text_of(browser, further)
    assert len(asked) > 8


async def test_the_guide_speaks_the_browsers_language(browser: Browser) -> None:
    assert "最初の一通を、ここで試せます" in await text_of(browser, "/")
    assert "最初の一通を、ここで試せます" in await text_of(browser, "/", **{"Accept-Language": "fr,en;q=0.5"})
    assert "Try the first message here" in await text_of(
        browser, "/", **{"Accept-Language": "en-US,ja;q=0.5"}
    )
    assert "python3 scripts/start.py pair" in await text_of(browser, "/")


async def test_the_guide_shows_what_is_left_of_the_month(
    platform: Platform, account: SandboxAccount, browser: Browser
) -> None:
    account.usage.set(platform.clock.now(), 13)
    assert "187 / 200" in await text_of(browser, "/")
    account.quota = None
    assert "上限なし" in await text_of(browser, "/")


async def test_the_list_names_every_friend_with_member_ids_and_no_user_id(
    platform: Platform, account: SandboxAccount, browser: Browser
) -> None:
    twins = [friend(platform, account, "佐藤 花子"), friend(platform, account, "佐藤 花子", seconds_ago=7200)]
    stranger = platform.add_person(account, "まだ友だちではない人")
    html = await text_of(browser, "/demo/list/line/show")
    members = re.findall(r'<tr data-item-id="(\d{9})">', html)
    assert members == [member_id(account.channel_id, twin.user_id) for twin in twins]
    assert html.count(">佐藤 花子</a>") == 2
    assert stranger.name not in html
    assert "(管理者) さくら美容室" in html
    assert account.basic_id not in html
    for member in members:
        detail = await text_of(browser, f"/demo/list/line/detail/{member}")
        for label in ("LINE登録名", "システム表示名", "本名", "友だち追加日時", "ユーザーブロック"):
            assert f">{label}</th>" in detail
        html += detail
    html += await text_of(browser, "/assets/list.js")
    for person in (*twins, stranger):
        assert person.user_id not in html
        assert person.user_id[1:] not in html
    for address in re.findall(r'src="([^"]*/face/v2/[^"]*)"', html):
        assert "<svg" in await text_of(browser, address)


async def test_the_list_gives_the_follow_time_in_japan_to_the_minute(
    platform: Platform, account: SandboxAccount, browser: Browser
) -> None:
    assert japan_minute(1_795_224_779_999) == "2026/11/21 10:32"
    person = friend(platform, account, "ゆい", seconds_ago=3600)
    assert person.followed_at is not None
    assert f">{japan_minute(person.followed_at)}</td>" in await text_of(browser, "/demo/list/line/show")


async def test_the_list_has_pages(platform: Platform, account: SandboxAccount, browser: Browser) -> None:
    for number in range(45):
        friend(platform, account, f"{number}番さん", seconds_ago=number)
    last = await text_of(browser, "/demo/list/line/show?page=3")
    assert re.findall(r">(\d+)番さん</a>", last) == ["40", "41", "42", "43", "44"]
    assert 'aria-label="Pagination"' in last
    assert 'page=3" aria-current="page"' in last
    for odd in ("0", "-1", "x", "99999999999999999999"):
        await text_of(browser, f"/demo/list/line/show?page={odd}")


async def test_the_list_says_who_blocked_the_account(
    platform: Platform, account: SandboxAccount, browser: Browser
) -> None:
    person = friend(platform, account, "ゆい")
    path = f"/demo/list/line/detail/{member_id(account.channel_id, person.user_id)}"
    assert "ブロックされています" not in await text_of(browser, path)
    platform.block(account, person)
    assert "ブロックされています" in await text_of(browser, path)


async def test_a_second_account_has_a_list_and_a_chat_of_its_own(
    platform: Platform, browser: Browser
) -> None:
    other = platform.add_account("2000000002", "つばき整体", "@000tsubk")
    friend(platform, other, "健一")
    assert "健一" not in await text_of(browser, "/demo/list/line/show")
    html = await text_of(browser, "/demo/list/line/show?account=2000000002")
    assert "(管理者) つばき整体" in html
    assert "健一" in html
    chat = await text_of(browser, f"/demo/chat/{chat_bot_id('2000000002')}")
    assert 'href="https://manager.line.biz/account/@000tsubk"' in chat
    assert "@000sakra" not in chat


async def test_the_chat_lists_only_people_who_have_written(
    platform: Platform, account: SandboxAccount, browser: Browser
) -> None:
    silent, written = friend(platform, account, "静かな人"), friend(platform, account, "ゆい🌸")
    root = f"/demo/chat/{chat_bot_id(account.channel_id)}"
    assert (await (await browser.get(f"{root}/talks")).json())["talks"] == []
    platform.write(account, written, "予約したいです")
    talks = (await (await browser.get(f"{root}/talks")).json())["talks"]
    assert [(talk["name"], talk["last_text"], talk["waiting"]) for talk in talks] == [
        ("ゆい🌸", "予約したいです", True)
    ]
    assert re.fullmatch("U[0-9a-f]{32}", talks[0]["id"])
    assert talks[0]["id"] != written.user_id
    assert "<svg" in await text_of(browser, talks[0]["face"])
    silent_talk = await browser.get(f"{root}/talks/{chat_id(account.channel_id, silent.user_id)}")
    assert silent_talk.status == 404
    everything = await text_of(browser, root) + await text_of(browser, f"{root}/talks")
    everything += await text_of(browser, f"{root}/talks/{talks[0]['id']}")
    assert written.user_id not in everything
    assert account.bot_user_id not in everything


async def test_the_chat_shows_both_sides_with_the_sender(
    platform: Platform, account: SandboxAccount, browser: Browser
) -> None:
    person = friend(platform, account, "ゆい")
    message = {"type": "text", "text": "ようこそ", "sender": {"name": "花子"}}
    platform.push(account, {"to": person.user_id, "messages": [message]}, None, "r")
    platform.write(account, person, "ありがとう")
    talk = f"/demo/chat/{chat_bot_id(account.channel_id)}/talks/{chat_id(account.channel_id, person.user_id)}"
    messages = (await (await browser.get(talk)).json())["messages"]
    assert [(each["own"], each["sender"], each["text"]) for each in messages] == [
        (True, "花子", "ようこそ"),
        (False, None, "ありがとう"),
    ]


async def test_the_operator_answers_in_the_chat(
    platform: Platform, account: SandboxAccount, browser: Browser, typed: list[str]
) -> None:
    person = friend(platform, account, "ゆい")
    platform.write(account, person, "予約したいです")
    talk = f"/demo/chat/{chat_bot_id(account.channel_id)}/talks/{chat_id(account.channel_id, person.user_id)}"
    assert (await browser.post(f"{talk}/messages", json={"text": "承りました"})).status == 201
    assert typed == ["ゆい: 承りました"]
    refused: list[object] = [{"text": " "}, {"text": 3}, {}, [], {"text": "あ" * 5001}]
    for body in refused:
        assert (await browser.post(f"{talk}/messages", json=body)).status == 422
    not_json = await browser.post(f"{talk}/messages", data="x", headers={"Content-Type": "application/json"})
    assert not_json.status == 400
    assert len(typed) == 1


async def test_no_other_page_can_write_in_the_operators_name(
    platform: Platform, account: SandboxAccount, browser: Browser, typed: list[str]
) -> None:
    person = friend(platform, account, "ゆい")
    platform.write(account, person, "予約したいです")
    talk = f"/demo/chat/{chat_bot_id(account.channel_id)}/talks/{chat_id(account.channel_id, person.user_id)}"
    for origin in ("https://example.com", "null", "http://127.0.0.1:1"):
        answer = await browser.post(
            f"{talk}/messages", json={"text": "承りました"}, headers={"Origin": origin}
        )
        assert answer.status == 403
    own = f"http://{browser.host}:{browser.port}"
    await browser.post(f"{talk}/messages", json={"text": "承りました"}, headers={"Origin": own})
    assert typed == ["ゆい: 承りました"]


async def test_names_are_escaped_everywhere(
    platform: Platform, account: SandboxAccount, browser: Browser
) -> None:
    account.name = NASTY
    person = friend(platform, account, NASTY)
    platform.write(account, person, NASTY)
    bot = chat_bot_id(account.channel_id)
    for path in (
        "/",
        f"/demo/chat/{bot}",
        "/demo/list/line/show",
        f"/demo/list/line/detail/{member_id(account.channel_id, person.user_id)}",
        f"/faces/{person.user_id}.svg",
        "/faces/sender.svg?name=%3Cscript%3E",
    ):
        assert "<script>" not in await text_of(browser, path), path
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;{{name}}" in await text_of(
        browser, "/demo/list/line/show"
    )


async def test_emoji_in_names_come_as_pictures(browser: Browser) -> None:
    assert "🌸" in await text_of(browser, "/demo/emoji/1f338.svg")
    assert "&lt;" in await text_of(browser, "/demo/emoji/3c.svg")
    for odd in ("110000", "-", "d800"):
        assert (await browser.get(f"/demo/emoji/{odd}.svg")).status == 404
