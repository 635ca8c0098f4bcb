"""The other ways of receiving, each from a connected account to its first message or its honest refusal.

A whole daemon, asked over its API as the extension and the pages ask it; LINE is the stand-in.
"""

import io
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from helper.line.signature import verify
from helper.model.clock import SystemClock
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.app import Sandbox
from tests.api.conftest import Helper, running, settings_for
from tests.relay.post import until

REAL = "1234567890"
SECRET = "s" * 32
HERE = f"/accounts/{REAL}"
TEXT = [{"type": "text", "text": "はじめまして"}]


@pytest.fixture
async def line() -> AsyncIterator[tuple[Sandbox, str]]:
    sandbox = Sandbox(SystemClock())
    sandbox.platform.add_account(REAL, "本物の店", "@honmono", SECRET)
    runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield sandbox, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def helper(tmp_path: Path, line: tuple[Sandbox, str]) -> AsyncIterator[Helper]:
    settings = settings_for(tmp_path, sandbox="never", line_api_base=line[1], hold_seconds=0)
    async with running(settings) as running_helper:
        new = {"channel_id": REAL, "channel_secret": SECRET}
        assert (await running_helper.call("POST", "/accounts", new)).status == 201
        yield running_helper


@pytest.fixture
def account(line: tuple[Sandbox, str]) -> SandboxAccount:
    return line[0].platform.accounts[REAL]


async def _say(helper: Helper, **answers: Any) -> dict[str, Any]:
    told = await helper.call("PUT", f"{HERE}/receiving", answers)
    assert told.status == 200, told.text
    body: dict[str, Any] = told.body
    return body


async def _queue(helper: Helper) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await helper.call("GET", f"{HERE}/friends?stage=new")).body["items"]
    return items


async def _send(helper: Helper, user_id: str, max_cost: int) -> Any:
    """What one click sends."""
    body = {"user_id": user_id, "first_contact": True, "messages": TEXT, "max_cost": max_cost}
    return await helper.call(
        "POST",
        f"{HERE}/messages",
        {**body, "expect_basic_id": "@honmono"},
        role="operator",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )


async def _sent(helper: Helper, message_id: str) -> dict[str, Any]:
    settled: dict[str, Any] = {}

    async def is_settled() -> bool:
        settled.update((await helper.call("GET", f"{HERE}/messages/{message_id}")).body)
        return settled["status"] not in ("held", "sending")

    await until(is_settled)
    return settled


def _texts(person: Any) -> list[str]:
    return [said.content["text"] for said in person.talk if said.by == "account" and said.kind == "message"]


async def test_alone(helper: Helper, line: tuple[Sandbox, str], account: SandboxAccount) -> None:
    """No other tool: an address that leads here, LINE's test, a change after the present URL was shown, a friend."""
    told = await _say(helper, tool=False, always_on=True)
    assert told["recommended"] == "alone"
    told = await _say(helper, way="alone")
    assert told["webhook"]["url"] is None
    url = helper.daemon.webhook.url + told["webhook_path"]
    tested = await helper.call("POST", f"{HERE}/webhook/test", {"url": url})
    assert tested.body["success"]
    assert account.webhook_url is None, "a test changes nothing"
    assert (await helper.call("PUT", f"{HERE}/webhook", {"url": url, "seen": None})).status == 200

    yui = await line[0].follow("ゆい", account=account)
    (friend,) = await _queue(helper)
    assert (friend["user_id"], friend["plan"]["route"], friend["plan"]["cost"]) == (
        yui.user_id,
        "reply",
        0,
    )
    clicked = await _send(helper, yui.user_id, 0)
    assert clicked.status == 201, clicked.text
    message = await _sent(helper, clicked.body["id"])
    assert (message["status"], message["route"], message["cost"]) == ("sent", "reply", 0)
    assert _texts(yui) == ["はじめまして"]
    again = await _send(helper, yui.user_id, 1)
    assert (again.status, again.body["code"]) == (409, "already_contacted")
    assert account.usage.counted(line[0].clock.now()) == 0


async def test_behind(helper: Helper, line: tuple[Sandbox, str], account: SandboxAccount) -> None:
    """The other tool has LINE's URL, answers follows itself and passes the bytes on late: one push, said beforehand."""
    got: list[tuple[bytes, str]] = []
    sandbox, base = line

    async def take(request: web.Request) -> web.Response:
        got.append((await request.read(), request.headers["X-Line-Signature"]))
        return web.Response()

    tool = web.Application()
    tool.router.add_post("/hook", take)
    runner = web.AppRunner(tool, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        account.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        told = await _say(helper, tool=True, always_on=False, way="behind")
        assert told["webhook"]["whose"] == "other"
        assert told["other_tool_replies"]
        assert "forwarding_unverified" in [way["caution"]["code"] for way in told["ways"] if way["caution"]]

        yui = await sandbox.follow("ゆい", account=account)
        (body, signature) = got[-1]
        assert verify(SECRET, body, signature)
        await _tool_answers(helper, base, orjson.loads(body)["events"][0]["replyToken"])
        assert await _queue(helper) == []
        headers = {"X-Line-Signature": signature}
        url = f"{helper.daemon.webhook.url}/webhook/{REAL}"
        for _ in range(2):  # tools repeat themselves
            async with helper.session.post(url, data=io.BytesIO(body), headers=headers) as passed_on:
                assert passed_on.status == 200

        (friend,) = await _queue(helper)
        assert (friend["plan"]["route"], friend["plan"]["cost"]) == ("push", 1)
        refused = await _send(helper, yui.user_id, 0)
        assert (refused.status, refused.body["code"]) == (409, "free_route_gone")
        clicked = await _send(helper, yui.user_id, 1)
        message = await _sent(helper, clicked.body["id"])
        assert (message["status"], message["route"], message["cost"]) == ("sent", "push", 1)
        assert _texts(yui) == ["ツールのあいさつ", "はじめまして"]
        assert account.webhook_url.endswith("/hook"), "the tool keeps LINE's URL"
    finally:
        await runner.cleanup()


async def _tool_answers(helper: Helper, base: str, reply_token: str) -> None:
    """The other tool uses the follow's reply token."""
    form = {"grant_type": "client_credentials", "client_id": REAL, "client_secret": SECRET}
    async with helper.session.post(f"{base}/oauth2/v3/token", data=form) as issued:
        token = (await issued.json(content_type=None))["access_token"]
    body = {"replyToken": reply_token, "messages": [{"type": "text", "text": "ツールのあいさつ"}]}
    async with helper.session.post(
        f"{base}/v2/bot/message/reply", json=body, headers={"Authorization": f"Bearer {token}"}
    ) as answered:
        assert answered.status == 200


async def test_without_a_webhook_verified(
    helper: Helper, line: tuple[Sandbox, str], account: SandboxAccount
) -> None:
    """The follower list is read; who stands on it is no new friend, and can be sent to for one."""
    account.verified = True
    await helper.call("POST", "/accounts", {"channel_id": REAL, "channel_secret": SECRET})
    yui = await line[0].follow("ゆい", account=account)
    await _say(helper, way="none")

    async def imported() -> bool:
        told = (await helper.call("GET", f"{HERE}/imports")).body
        return bool(told["state"] == "done" and told["profiles"] == 1)

    await until(imported)
    assert await _queue(helper) == []
    found = (await helper.call("GET", f"{HERE}/friends?q=ゆ")).body["items"]
    assert [(one["display_name"], one["plan"]["route"], one["plan"]["cost"]) for one in found] == [
        ("ゆい", "push", 1)
    ]
    clicked = await _send(helper, yui.user_id, 1)
    message = await _sent(helper, clicked.body["id"])
    assert (message["status"], message["route"], message["cost"]) == ("sent", "push", 1)
    assert _texts(yui) == ["はじめまして"]


async def test_without_a_webhook_unverified(
    helper: Helper, line: tuple[Sandbox, str], account: SandboxAccount
) -> None:
    """Nothing can be sent, and every screen says so instead of pretending."""
    yui = await line[0].follow("ゆい", account=account)
    told = await _say(helper, way="none")
    caution = next(way["caution"]["code"] for way in told["ways"] if way["way"] == "none")
    assert caution == "nothing_can_be_sent"
    assert (await helper.call("POST", f"{HERE}/imports")).status == 202

    async def refused_by_line() -> bool:
        return bool((await helper.call("GET", f"{HERE}/imports")).body["state"] == "not_verified")

    await until(refused_by_line)
    clicked = await _send(helper, yui.user_id, 1)
    assert (clicked.status, clicked.body["code"]) == (404, "friend_unknown")
    # A dashboard's people can be prepared for linking, and still not be sent to.
    csv = "登録ID,表示名\r\n1234567,ゆい\r\n".encode()
    preview = await helper.call(
        "POST", f"{HERE}/imports/preview", data=csv, headers={"Content-Type": "text/csv"}
    )
    assert (preview.status, preview.body["ids"], preview.body["rows"]) == (200, 0, 1)
    assert _texts(yui) == []
    assert account.usage.counted(line[0].clock.now()) == 0
