"""The sandbox listening on loopback, asked by plain HTTP; and an endpoint that takes its webhooks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from helper.line.events import ReceivedEvent, read_webhook
from helper.line.signature import verify
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.app import Sandbox
from tests.line.conftest import FixedClock, listen

HELLO = [{"type": "text", "text": "はじめまして"}]


@dataclass
class Endpoint:
    """The helper's side of the webhook. Answers `status` and keeps what it got with a good signature."""

    url: str = ""
    secret: str = ""
    status: int = 200
    received: list[ReceivedEvent] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        assert verify(self.secret, body, request.headers.get("x-line-signature"))
        self.bodies.append(body)
        self.received.extend(read_webhook(body).events)
        return web.Response(status=self.status)


@dataclass
class Answer:
    status: int
    headers: Any
    body: Any


@dataclass
class World:
    """The sandbox with the practice account, its webhook endpoint, and ways to ask it."""

    clock: FixedClock
    sandbox: Sandbox
    account: SandboxAccount
    endpoint: Endpoint
    base: str
    http: aiohttp.ClientSession
    token: str = ""

    async def ask(
        self, method: str, path: str, json: Any = None, *, token: str | None = None, **options: Any
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token or self.token}", **options.pop("headers", {})}
        if json is not None:
            options["json"] = json
        async with self.http.request(method, self.base + path, headers=headers, **options) as answer:
            raw = await answer.read()
            is_json = answer.content_type == "application/json"
            return Answer(answer.status, answer.headers, await answer.json() if raw and is_json else raw)

    async def issue(self, secret: str | None = None) -> Answer:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.account.channel_id,
            "client_secret": secret or self.account.secret,
        }
        return await self.ask("POST", "/oauth2/v3/token", data=form)

    async def push(self, to: str, messages: Any = HELLO, key: str | None = None) -> Answer:
        headers = {"X-Line-Retry-Key": key} if key else {}
        return await self.ask(
            "POST", "/v2/bot/message/push", {"to": to, "messages": messages}, headers=headers
        )

    async def reply(self, reply_token: str | None, messages: Any = HELLO) -> Answer:
        return await self.ask(
            "POST", "/v2/bot/message/reply", {"replyToken": reply_token, "messages": messages}
        )

    async def control(self, method: str, path: str, json: Any = None) -> Any:
        answer = await self.ask(method, f"/sandbox/api{path}", json)
        assert answer.status in (200, 204), answer
        return answer.body

    async def usage(self) -> int:
        answer = await self.ask("GET", "/v2/bot/message/quota/consumption")
        usage: int = answer.body["totalUsage"]
        return usage


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = FixedClock()
    endpoint = Endpoint()
    hook = web.Application()
    hook.router.add_post("/webhook", endpoint.take)
    hook_runner, hook_base = await listen(hook)
    endpoint.url = f"{hook_base}/webhook"

    sandbox = Sandbox(clock, lambda _channel_id: endpoint.url)
    account = sandbox.seed()
    endpoint.secret = account.secret
    runner, base = await listen(sandbox.app())
    async with aiohttp.ClientSession() as http:
        world = World(clock, sandbox, account, endpoint, base, http)
        world.token = (await world.issue()).body["access_token"]
        yield world
    await runner.cleanup()
    await hook_runner.cleanup()
