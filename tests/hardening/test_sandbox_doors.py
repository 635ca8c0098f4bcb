"""Practice mode: for this computer only, never beside the real thing unasked, and its keys open nothing real."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from helper.line.signature import sign
from helper.model.clock import SystemClock
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.app import Sandbox
from helper.sandbox.controls import ROOT
from tests.api.conftest import EXTENSION, PRACTICE, Helper, running, settings_for
from tests.hardening.conftest import PATIENCE, on_the_wire

REAL = "1234567890"
PATHS = ("/", "/phone", f"{ROOT}/state", f"{ROOT}/log", "/v2/bot/info", "/demo/list/line/show")


async def _ask(
    helper: Helper, method: str, path: str, headers: dict[str, str] | None = None, body: Any = None
) -> tuple[int, Any]:
    assert helper.daemon.practice.url is not None
    url = helper.daemon.practice.url + path
    async with helper.session.request(method, url, headers=headers, json=body) as answer:
        return answer.status, dict(answer.headers)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8173", "127.0.0.1.nip.io", "127.0.0.1@evil.example", "192.168.0.5"]
)
async def test_a_rebound_name_sees_nothing_of_it(helper: Helper, host: str) -> None:
    for path in PATHS:
        assert (await _ask(helper, "GET", path, {"Host": host}))[0] == 421, path
    assert (await _ask(helper, "POST", f"{ROOT}/follow", {"Host": host}, {"name": "x"}))[0] == 421


@pytest.mark.parametrize("host", ["[", "[::1", "[x]", "", "a b", "127.0.0.1:x", "127.0.0.1:99999999"])
async def test_a_host_that_is_none_is_no_crash(
    helper: Helper, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    listener = helper.daemon.practice._listener
    assert listener is not None
    came = await on_the_wire(
        listener, f"GET {ROOT}/state HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    )
    assert came.status < 500, came.bytes
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://manager.line.biz", EXTENSION]
)
async def test_no_other_page_plays_with_it(helper: Helper, origin: str) -> None:
    for method, path, body in [
        ("POST", "/follow", {"name": "x"}),
        ("POST", "/settings", {"quota": 0}),
        ("POST", "/faults", {"path": "push", "kind": "500_after"}),
        ("DELETE", "/faults", None),
        ("GET", "/state", None),
    ]:
        status, headers = await _ask(helper, method, ROOT + path, {"Origin": origin}, body)
        assert status == 403
        assert not [name for name in headers if name.lower().startswith("access-control-")]
    assert helper.sandbox.platform.account().people == {}


async def test_no_page_may_frame_it_or_read_it(helper: Helper) -> None:
    for path in ("/phone", "/demo/list/line/show"):
        _, headers = await _ask(helper, "GET", path)
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert not [name for name in headers if name.lower().startswith("access-control-")]


async def test_its_listener_is_no_other_listener(helper: Helper) -> None:
    for path in ("/api/v1/hello", "/api/v1/me", f"/webhook/{PRACTICE}", "/healthz"):
        assert (await _ask(helper, "GET", path))[0] == 404


@dataclass
class Line:
    """A LINE of the test's own, with one account."""

    sandbox: Sandbox
    account: SandboxAccount
    base: str

    @property
    def credentials(self) -> dict[str, str]:
        return {"channel_id": REAL, "channel_secret": self.account.secret}


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    sandbox = Sandbox(SystemClock())
    account = sandbox.platform.add_account(REAL, "本物の店", "@honmono", "s" * 32)
    runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Line(sandbox, account, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


async def test_it_closes_when_a_real_account_comes_and_stays_away(tmp_path: Path, line: Line) -> None:
    settings = settings_for(tmp_path, sandbox="auto", line_api_base=line.base)
    async with running(settings) as helper:
        practice = helper.daemon.practice._listener
        assert practice is not None
        secret = helper.sandbox.platform.account().secret
        async with helper.events() as socket:
            assert (await helper.call("POST", "/accounts", line.credentials)).status == 201
            while (await socket.next("account"))["account_id"] != PRACTICE:
                pass
        async with asyncio.timeout(PATIENCE), helper.daemon._rearranging:
            assert helper.daemon.practice.url is None
        with pytest.raises(OSError, match=r"refused|Connect"):
            await asyncio.open_connection("127.0.0.1", practice.port)
        accounts = (await helper.call("GET", "/accounts")).body["items"]
        assert [account["id"] for account in accounts] == [REAL]
        # What it signed with is worth nothing any more, not even for its own account.
        assert await _deliver(helper, PRACTICE, secret) == 404
        assert await _deliver(helper, REAL, secret) == 401
    async with running(settings) as again:
        assert again.daemon.practice.url is None
        assert await _deliver(again, PRACTICE, secret) == 404


async def test_practice_keys_open_nothing_real(tmp_path: Path, line: Line) -> None:
    settings = settings_for(tmp_path, sandbox="always", line_api_base=line.base)
    async with running(settings) as helper:
        assert (await helper.call("POST", "/accounts", line.credentials)).status == 201
        practice = helper.sandbox.platform.account(PRACTICE)
        assert await _deliver(helper, REAL, practice.secret) == 401
        assert await _deliver(helper, PRACTICE, line.account.secret) == 401
        # Nor does LINE know them: neither the secret under the real id, nor a token that practice issued.
        wrong = {"channel_id": REAL, "channel_secret": practice.secret}
        assert (await helper.call("POST", "/accounts", wrong)).status == 422
        token = helper.sandbox.platform.issue_long_lived_token(practice)
        wrong = {**line.credentials, "access_token": token}
        assert (await helper.call("POST", "/accounts", wrong)).status == 422
        assert await _deliver(helper, REAL, line.account.secret) == 200


async def test_people_of_practice_are_nobody_to_a_real_account(tmp_path: Path, line: Line) -> None:
    settings = settings_for(tmp_path, sandbox="always", line_api_base=line.base)
    async with running(settings) as helper:
        assert (await helper.call("POST", "/accounts", line.credentials)).status == 201
        person = await helper.follow("練習の人")
        click = {"user_id": person.user_id, "max_cost": 1, "messages": [{"type": "text", "text": "x"}]}
        refused = await helper.call(
            "POST", f"/accounts/{REAL}/messages", click, headers={"Idempotency-Key": "k"}
        )
        assert (refused.status, refused.body["code"]) == (404, "friend_unknown")
        assert (await helper.call("GET", f"/accounts/{REAL}/friends")).body["items"] == []
        assert not [entry for entry in line.sandbox.journal.entries if entry.shown().get("to")]


async def _deliver(helper: Helper, account_id: str, secret: str) -> int:
    body = orjson.dumps({"destination": "U" + "0" * 32, "events": []})
    url = f"{helper.daemon.webhook.url}/webhook/{account_id}"
    headers = {"X-Line-Signature": sign(secret, body)}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status
