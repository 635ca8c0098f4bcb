"""One shape for every error."""

import asyncio
from typing import Any

import orjson
import pytest

from helper import __version__
from helper.web.phrases import PHRASES
from tests.api.conftest import PRACTICE, Helper

HERE = f"/accounts/{PRACTICE}"
BIG = b'{"keys":[' + b" " * 1_048_570 + b"]}"
CLICK = {"user_id": "U", "max_cost": 1, "template_id": "t"}

CASES: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/nothing", {}, 404, "not_found"),
    ("GET", "/api/v2/me", {}, 404, "not_found"),
    ("DELETE", "/me", {}, 405, "method_not_allowed"),
    ("GET", "/me", {"role": None}, 401, "unauthenticated"),
    ("GET", "/me", {"role": None, "headers": {"Authorization": "Bearer wrong"}}, 401, "unauthenticated"),
    ("GET", "/me", {"role": None, "headers": {"Authorization": "Basic YTpi"}}, 401, "unauthenticated"),
    ("GET", "/teammates", {"role": "operator"}, 403, "forbidden"),
    ("GET", "/accounts/1", {}, 404, "account_unknown"),
    ("GET", f"{HERE}/friends/Unobody", {}, 404, "friend_unknown"),
    ("GET", f"{HERE}/friends/%00", {}, 404, "not_found"),
    ("GET", f"{HERE}/messages/nothing", {}, 404, "message_unknown"),
    ("DELETE", f"{HERE}/links/lstep/1", {}, 404, "link_unknown"),
    ("DELETE", "/bindings/lstep/x", {}, 404, "binding_unknown"),
    ("DELETE", "/teammates/nobody", {}, 404, "teammate_unknown"),
    ("POST", f"{HERE}/templates", {"data": b"{"}, 400, "not_json"),
    ("POST", f"{HERE}/templates", {"data": b""}, 400, "not_json"),
    ("POST", f"{HERE}/templates", {"data": b'{"name": NaN}'}, 400, "not_json"),
    ("POST", f"{HERE}/templates", {"data": b'{"name": "\\ud800"}'}, 400, "not_json"),
    ("POST", f"{HERE}/templates", {"data": b"\xff"}, 400, "not_json"),
    ("POST", f"{HERE}/templates", {"data": b"[]"}, 422, "invalid"),
    ("POST", f"{HERE}/friends/lookup", {"data": BIG}, 413, "too_large"),
    (
        "POST",
        f"{HERE}/messages",
        {"body": {"user_id": "U", "max_cost": 1, "template_id": "t"}},
        400,
        "idempotency_key_missing",
    ),
    ("GET", f"{HERE}/friends?limit=201", {}, 422, "invalid"),
    ("GET", f"{HERE}/friends?limit=0", {}, 422, "invalid"),
    ("GET", f"{HERE}/friends?stage=old", {}, 422, "invalid"),
    ("GET", f"{HERE}/friends?cursor=x", {}, 422, "invalid"),
    ("GET", f"{HERE}/friends?what=ever", {}, 422, "invalid"),
    ("GET", f"{HERE}/friends?q=a&q=b", {}, 422, "invalid"),
    ("GET", f"{HERE}/ledger?month=2026-13", {}, 422, "invalid"),
    ("GET", f"{HERE}/friends?mark=star", {}, 501, "not_built_yet"),
]


async def test_every_error_is_a_problem(helper: Helper) -> None:
    for method, path, how, status, code in CASES:
        answer = await helper.call(method, path, **how)
        assert (answer.status, answer.body.get("code")) == (status, code), (method, path, answer.text)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.headers["Ittsu-Version"] == __version__
        assert answer.body["status"] == status
        assert answer.body["type"].endswith(code)
        assert answer.body["title"]
        assert answer.body["detail"] == PHRASES[code].words.ja
        assert "Traceback" not in answer.text
        if status == 422:
            assert all(error["field"] and error["message"] for error in answer.body["errors"])


@pytest.mark.parametrize(
    ("accept", "english"),
    [
        ("en-US,en;q=0.9", True),
        ("ja,en;q=0.8", False),
        ("fr", False),
        ("", False),
        ("de;q=0.5, en;q=0.7", True),
    ],
)
async def test_the_detail_is_for_the_person(helper: Helper, accept: str, english: bool) -> None:
    answer = await helper.call("GET", "/nothing", headers={"Accept-Language": accept})
    words = PHRASES["not_found"].words
    assert answer.body["detail"] == (words.en if english else words.ja)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"user_id": "U", "max_cost": True, "template_id": "t"}, "max_cost"),
        ({"user_id": "U", "max_cost": "1", "template_id": "t"}, "max_cost"),
        ({"user_id": "U", "max_cost": 1.0, "template_id": "t"}, "max_cost"),
        ({"user_id": "U", "max_cost": 2, "template_id": "t"}, "max_cost"),
        ({"user_id": "U", "template_id": "t"}, "max_cost"),
        ({"user_id": 5, "max_cost": 1, "template_id": "t"}, "user_id"),
        ({"user_id": "U", "max_cost": 1}, "template_id"),
        ({"user_id": "U", "max_cost": 1, "template_id": "t", "messages": []}, "template_id"),
        ({"user_id": "U", "max_cost": 1, "template_id": "t", "hold_seconds": -1}, "hold_seconds"),
        ({"user_id": "U", "max_cost": 1, "template_id": "t", "first_contact": 1}, "first_contact"),
        ({"user_id": "U", "max_cost": 1, "template_id": "t", "surprise": 1}, "surprise"),
    ],
)
async def test_a_click_is_taken_exactly_as_it_is_meant(
    helper: Helper, body: dict[str, Any], field: str
) -> None:
    answer = await helper.call("POST", f"{HERE}/messages", body, headers={"Idempotency-Key": "k"})
    assert answer.status == 422, answer.text
    assert [error["field"] for error in answer.body["errors"]] == [field]


@pytest.mark.parametrize(
    "junk",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n",
    ],
)
async def test_what_is_no_request_gets_the_same_shape(helper: Helper, junk: bytes) -> None:
    for listener in (helper.daemon.api, helper.daemon.webhook):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(junk + b"\r\n\r\n")
        async with asyncio.timeout(5):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        assert head.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
        assert f"Ittsu-Version: {__version__}".encode() in head
        assert orjson.loads(body)["code"] == "bad_request"


@pytest.mark.parametrize("path", ["friends", "ledger"])
async def test_an_empty_parameter_is_an_absent_one(helper: Helper, path: str) -> None:
    names = "stage=&q=&mark=&tag=&cursor=&limit=" if path == "friends" else "month=&cursor=&limit="
    assert (await helper.call("GET", f"{HERE}/{path}?{names}")).status == 200
