"""The webhook listener: two routes and nothing else, whoever knocks."""

import asyncio
import base64
import hashlib
import hmac
import io
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import orjson
import pytest

from tests.api.conftest import PRACTICE, Answer, Helper, running, settings_for

FOLLOW = {
    "type": "follow",
    "mode": "active",
    "timestamp": 1_700_000_000_000,
    "source": {"type": "user", "userId": "U" + "1" * 32},
    "webhookEventId": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "deliveryContext": {"isRedelivery": False},
    "replyToken": "r" * 32,
    "follow": {"isUnblocked": False},
}


@pytest.fixture
async def helper(tmp_path: Path) -> AsyncIterator[Helper]:
    async with running(settings_for(tmp_path)) as running_helper:
        yield running_helper


def _signed(helper: Helper, body: bytes) -> dict[str, str]:
    secret = helper.sandbox.platform.account(PRACTICE).secret
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"X-Line-Signature": base64.b64encode(digest).decode()}


async def _deliver(
    helper: Helper, body: bytes, headers: dict[str, str] | None = None, account: str = PRACTICE
) -> Answer:
    url = f"{helper.daemon.webhook.url}/webhook/{account}"
    async with helper.session.post(url, data=io.BytesIO(body), headers=headers or {}) as response:
        text = await response.text()
        return Answer(response.status, response.headers, orjson.loads(text) if text else None, text)


def _webhook(*events: object) -> bytes:
    return orjson.dumps({"destination": "U" + "0" * 32, "events": list(events)})


async def test_a_signed_follow_makes_a_friend(helper: Helper) -> None:
    body = _webhook(FOLLOW)
    answer = await _deliver(helper, body, _signed(helper, body))
    assert answer.status == 200
    assert answer.headers["Ittsu-Version"]
    friends = await helper.call("GET", f"/accounts/{PRACTICE}/friends?stage=new")
    assert [friend["user_id"] for friend in friends.body["items"]] == ["U" + "1" * 32]


async def test_an_empty_webhook_is_lines_own_test(helper: Helper) -> None:
    body = _webhook()
    assert (await _deliver(helper, body, _signed(helper, body))).status == 200


@pytest.mark.parametrize("signature", [None, "", "AAAA", "wrong"])
async def test_without_the_right_signature_nothing_is_stored(helper: Helper, signature: str | None) -> None:
    headers = {} if signature is None else {"X-Line-Signature": signature}
    answer = await _deliver(helper, _webhook(FOLLOW), headers)
    assert (answer.status, answer.body["code"]) == (401, "signature_invalid")
    friends = await helper.call("GET", f"/accounts/{PRACTICE}/friends")
    assert friends.body["items"] == []


async def test_an_account_that_is_not_connected_has_no_webhook(helper: Helper) -> None:
    answer = await _deliver(helper, _webhook(), account="1234567890")
    assert (answer.status, answer.body["code"]) == (404, "account_unknown")


async def test_what_is_no_json_is_told_so_although_signed(helper: Helper) -> None:
    answer = await _deliver(helper, b"hello", _signed(helper, b"hello"))
    assert (answer.status, answer.body["code"]) == (400, "not_json")


async def test_a_mebibyte_is_read_and_a_byte_more_is_not(helper: Helper) -> None:
    full = _webhook() + b" " * (1024**2 - len(_webhook()))
    assert (await _deliver(helper, full, _signed(helper, full))).status == 200
    more = full + b" "
    answer = await _deliver(helper, more, _signed(helper, more))
    assert (answer.status, answer.body["code"]) == (413, "too_large")


async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(helper: Helper) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    url = f"{helper.daemon.webhook.url}/webhook/{PRACTICE}"
    try:
        async with helper.session.post(url, data=endless()) as response:
            assert response.status == 413
    except aiohttp.ClientConnectionError:
        # The helper had stopped listening before all of it was sent.
        pass
    assert (await _deliver(helper, _webhook(), _signed(helper, _webhook()))).status == 200


async def test_what_a_relay_passes_on_to_its_tool_is_not_for_us(helper: Helper) -> None:
    """A former tunnel of ours must never be taken for the other tool: that one would get nothing."""
    body = _webhook(FOLLOW)
    answer = await _deliver(helper, body, {**_signed(helper, body), "X-Ittsu-Relay": "some relay"})
    assert (answer.status, answer.body["code"]) == (508, "relayed_already")
    assert (await helper.call("GET", f"/accounts/{PRACTICE}/friends")).body["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/", 404),
        ("GET", "/api/v1/hello", 404),
        ("GET", "/sandbox/api/state", 404),
        ("GET", f"/webhook/{PRACTICE}", 405),
        ("POST", "/webhook/", 404),
        ("POST", "/healthz", 405),
    ],
)
async def test_it_serves_nothing_else(helper: Helper, method: str, path: str, status: int) -> None:
    async with helper.session.request(method, helper.daemon.webhook.url + path) as response:
        assert response.status == status
        assert response.headers["Ittsu-Version"]


async def test_a_slow_body_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helper.web.webhook.BODY_SECONDS", 0.05)
    async with running(settings_for(tmp_path)) as helper:
        reader, writer = await asyncio.open_connection("127.0.0.1", helper.daemon.webhook.port)
        head = f"POST /webhook/{PRACTICE} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{"
        writer.write(head.encode())
        async with asyncio.timeout(5):
            answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408")
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("sent", [b"", b"POST /webhook/1 HT", b"POST /webhook/1 HTTP/1.1\r\nHost: x\r\nX-A"])
async def test_a_connection_that_never_asks_anything_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr("helper.app.IDLE_SECONDS", 0.1)
    async with running(settings_for(tmp_path)) as helper:
        reader, writer = await asyncio.open_connection("127.0.0.1", helper.daemon.webhook.port)
        writer.write(sent)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_a_webhook_that_never_ends_does_not_hold_up_a_stop(helper: Helper) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", helper.daemon.webhook.port)
    writer.write(f"POST /webhook/{PRACTICE} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{{".encode())
    await writer.drain()
    loop = asyncio.get_running_loop()
    started = loop.time()
    await helper.daemon.close()
    assert loop.time() - started < 2
    writer.close()
    await asyncio.gather(writer.wait_closed(), return_exceptions=True)
