"""Bytes that no client library sends: split requests, tricky paths, heads without end."""

import asyncio
from collections.abc import Callable

import orjson
import pytest

from helper import __version__
from helper.listeners import Listener
from tests.api.conftest import PRACTICE, Helper
from tests.hardening.conftest import PATIENCE, on_the_wire

MANY_HEADERS = "".join(f"X-{number}: 1\r\n" for number in range(5_000))

# A proxy in front and the helper behind must never read two different requests out of the same bytes.
SMUGGLED = {
    "two lengths": "Content-Length: 2\r\nContent-Length: 40\r\n",
    "two lengths in one": "Content-Length: 2, 40\r\n",
    "equal lengths twice": "Content-Length: 2\r\nContent-Length: 2\r\n",
    "length and chunks": "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
    "chunks and length": "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
    "chunks not last": "Transfer-Encoding: chunked, identity\r\n",
    "unknown coding": "Transfer-Encoding: xchunked\r\n",
    "chunks twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "signed length": "Content-Length: +2\r\n",
    "hexadecimal length": "Content-Length: 0x2\r\n",
    "negative length": "Content-Length: -2\r\n",
    "huge length": f"Content-Length: {'9' * 40}\r\n",
    "underscored length": "Content-Length: 1_0\r\n",
    "space before the colon": "Content-Length : 2\r\n",
    "folded header": "X-A: 1\r\n Content-Length: 40\r\nContent-Length: 2\r\n",
    "line feed only": "X-A: 1\nContent-Length: 40\n\r\n",
    "carriage return only": "X-A: 1\rContent-Length: 40\r\n",
    "null in a value": "X-A: 1\x00\r\nContent-Length: 2\r\n",
    "null in a name": "X\x00A: 1\r\nContent-Length: 2\r\n",
}
HIDDEN = "GET /api/v1/hello HTTP/1.1\r\nHost: {host}\r\n\r\n"

BROKEN_CHUNKS = {
    "no length": "\r\nxx\r\n0\r\n\r\n",
    "minus": "-1\r\nxx\r\n0\r\n\r\n",
    "prefix": "0x2\r\nxx\r\n0\r\n\r\n",
    "too long": f"{'f' * 20}\r\nxx\r\n",
    "no end of line": "2\r\nxxxx0\r\n\r\n",
}


def _listeners(helper: Helper) -> list[tuple[Listener, str]]:
    practice = helper.daemon.practice._listener
    assert practice is not None
    return [
        (practice, "/sandbox/api/follow"),
        (helper.daemon.api, "/api/v1/pairings"),
        (helper.daemon.webhook, f"/webhook/{PRACTICE}"),
    ]


def _head(method: str, path: str, listener: Listener, headers: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\n{headers}\r\n".encode()


@pytest.mark.parametrize("trick", SMUGGLED)
async def test_what_could_be_read_in_two_ways_is_not_read(helper: Helper, trick: str) -> None:
    for listener, path in _listeners(helper):
        hidden = HIDDEN.format(host=f"127.0.0.1:{listener.port}").encode()
        came = await on_the_wire(listener, _head("POST", path, listener, SMUGGLED[trick]) + b"{}" + hidden)
        assert came.statuses == [400], came.bytes
        assert b"Ittsu-Version: " + __version__.encode() in came.bytes
        assert orjson.loads(came.bytes.partition(b"\r\n\r\n")[2])["code"] == "bad_request"


@pytest.mark.parametrize("trick", BROKEN_CHUNKS)
async def test_a_broken_chunk_ends_the_connection(helper: Helper, trick: str) -> None:
    for listener, path in _listeners(helper):
        hidden = HIDDEN.format(host=f"127.0.0.1:{listener.port}").encode()
        head = _head("POST", path, listener, "Transfer-Encoding: chunked\r\n")
        came = await on_the_wire(listener, head + BROKEN_CHUNKS[trick].encode() + hidden)
        assert len(came.statuses) <= 1, came.bytes
        assert all(400 <= status < 500 for status in came.statuses), came.bytes


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /api/v1/hello HTTP/1.1 HTTP/1.1",
        "GET /api/v1/hello HTTP/1.10",
        "GET /api/v1/\x00hello HTTP/1.1",
        "GET /api/v1/hello\tx HTTP/1.1",
        f"GET /{'x' * 20_000} HTTP/1.1",
        f"{'X' * 20_000} / HTTP/1.1",
        "PRI * HTTP/2.0",
    ],
)
async def test_an_odd_request_line_is_refused(helper: Helper, request_line: str) -> None:
    for listener, _ in _listeners(helper):
        sent = f"{request_line}\r\nHost: 127.0.0.1:{listener.port}\r\n\r\n".encode()
        came = await on_the_wire(listener, sent)
        assert came.statuses == [400], came.bytes


@pytest.mark.parametrize(
    "headers",
    [MANY_HEADERS, f"X-A: {'x' * 100_000}\r\n", f"{'X' * 100_000}: 1\r\n", f"Cookie: {'a=b; ' * 20_000}\r\n"],
    ids=["thousands", "long value", "long name", "cookies"],
)
async def test_a_huge_head_is_refused(helper: Helper, headers: str) -> None:
    for listener, path in _listeners(helper):
        came = await on_the_wire(listener, _head("POST", path, listener, headers))
        assert came.statuses in ([400], []), came.bytes[:200]
        healthy = await helper.call("GET", "/hello", role=None)
        assert healthy.status == 200


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/hello/../me",
        "/api/v1/hello/%2e%2e/me",
        "/api/v1/hello/..%2fme",
        "/api/v1/%2e/me",
        "/api/v1//me",
        "//api/v1/me",
        "/api/v1/me/",
        "/api/v1/me;x",
        "/api/v1/me%00",
        "/api/v1/me%20",
        "/api/v1/ME",
        "/API/v1/me",
        "/api\\v1\\me",
        "/api/v1/%6de",
        "/api/v1/m%65",
        "/api%2fv1%2fme",
        "/webhook/../api/v1/me",
        "http://evil.example/api/v1/me",
        "http://127.0.0.1/api/v1/me",
        "*",
        "/api/v1/accounts/..%2f..%2fme",
        "/api/v1/accounts/%ff",
        "/api/v1/accounts/%00",
        "/api/v1/accounts/%ed%a0%80",
        "/api/v1/accounts/%c0%af",
        "/api/v1/accounts/%",
        "/api/v1/accounts/%zz",
        "/api/v1/accounts/" + "%2f" * 500,
    ],
)
async def test_no_spelling_of_a_path_opens_a_door(helper: Helper, target: str) -> None:
    token = (await helper.paired("admin"))["token"]
    for listener in (helper.daemon.api, helper.daemon.webhook):
        close = "Connection: close\r\n"
        without = await on_the_wire(listener, _head("GET", target, listener, close))
        assert without.status in (400, 401, 404), without.bytes
        bearer = f"Authorization: Bearer {token}\r\n"
        with_token = await on_the_wire(listener, _head("GET", target, listener, close + bearer))
        allowed = (200, 400, 404) if listener is helper.daemon.api else (400, 404)
        assert with_token.status in allowed, with_token.bytes


@pytest.mark.parametrize(
    "target",
    [
        "/webhook/%2e%2e/healthz",
        "/webhook//healthz",
        f"/webhook/{PRACTICE}/",
        f"/webhook/{PRACTICE}%00",
        "/webhook/%ff",
    ],
)
async def test_no_spelling_of_a_webhooks_path_is_another_account(helper: Helper, target: str) -> None:
    listener = helper.daemon.webhook
    came = await on_the_wire(
        listener, _head("POST", target, listener, "Connection: close\r\nContent-Length: 2\r\n") + b"{}"
    )
    assert came.status in (400, 404, 405), came.bytes


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_a_request_is_of_the_method_it_says(helper: Helper, name: str) -> None:
    await helper.paired("admin")
    hanako = (await helper.paired("花子", "operator"))["teammate"]["id"]
    headers = {name: "DELETE"}
    for path in (f"/teammates/{hanako}", f"/teammates/{hanako}?_method=DELETE"):
        for method in ("GET", "POST"):
            assert (await helper.call(method, path, headers=headers)).status == 405
    assert (await helper.call("GET", "/me", role="花子")).status == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
async def test_other_methods_say_nothing(helper: Helper, method: str) -> None:
    token = (await helper.paired("admin"))["token"]
    for path in ("/api/v1/hello", "/api/v1/me", f"/api/v1/accounts/{PRACTICE}"):
        headers = f"Authorization: Bearer {token}\r\nConnection: close\r\nX-Told: canary\r\n"
        came = await on_the_wire(helper.daemon.api, _head(method, path, helper.daemon.api, headers))
        assert came.status in (400, 404, 405), came.bytes
        assert b"canary" not in came.bytes
        assert b"access-control" not in came.bytes.lower()
        assert (b'"role"' in came.bytes, b"instance_id" in came.bytes) == (False, False)


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        ["127.0.0.1:{port}", "evil.example"],
        ["evil.example", "127.0.0.1:{port}"],
        ["127.0.0.1:{port}", "127.0.0.1:{port}"],
        ["127.0.0.1:{port}@evil.example"],
        ["127.0.0.1:{port}, evil.example"],
        ["127.0.0.1:{port}/evil.example"],
        ["127.0.0.1:{port}.evil.example"],
        ["localhost.evil.example:{port}"],
        ["localhost.:{port}"],
        ["0.0.0.0:{port}"],
        ["[::]:{port}"],
        ["2130706433:{port}"],
        ["0x7f.1:{port}"],
        ["127.0.0.1:0{port}"],
        ["127.0.0.1:{port}\x0b"],
        ["[127.0.0.1:{port}"],
        ["[::1%25lo]:{port}"],
    ],
    ids=" ".join,
)
async def test_only_one_plain_name_of_ours_is_a_host(helper: Helper, hosts: list[str]) -> None:
    port = helper.daemon.api.port
    lines = "".join(f"Host: {host.format(port=port)}\r\n" for host in hosts)
    sent = f"GET /api/v1/hello HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
    came = await on_the_wire(helper.daemon.api, sent.encode("latin-1"))
    assert came.status in (400, 403), came.bytes


async def test_a_relayed_challenge_is_not_answered(helper: Helper) -> None:
    """An impostor on another port passes the client's question on; the client's Host goes with it."""
    pairing = await helper.paired("admin")
    query = f"nonce=n&token_id={pairing['token_id']}"
    for port in (1, 80, helper.daemon.webhook.port, helper.daemon.api.port + 1):
        for name in ("127.0.0.1", "localhost", "[::1]"):
            answer = await helper.call(
                "GET", f"/hello?{query}", role=None, headers={"Host": f"{name}:{port}"}
            )
            assert (answer.status, answer.body["code"]) == (403, "host_refused")
            assert "proof" not in answer.text
    # What says by itself that it was passed on proves nothing either way: only Host counts.
    answer = await helper.call(
        "GET",
        f"/hello?{query}",
        role=None,
        headers={"Host": "127.0.0.1:1", "X-Forwarded-Host": helper.host, "Forwarded": f"host={helper.host}"},
    )
    assert answer.status == 403


@pytest.mark.parametrize("doors", ["one after the other", "all at once"])
async def test_codes_cannot_be_guessed_in_parallel(helper: Helper, doors: str) -> None:
    async def guess(number: int) -> int:
        body = {"code": f"AAAAA-{number:05}", "client": {"name": "x"}}
        return (await helper.call("POST", "/pairings", body, role=None)).status

    if doors == "all at once":
        statuses = await asyncio.gather(*(guess(number) for number in range(50)))
    else:
        statuses = [await guess(number) for number in range(50)]
    assert (statuses.count(403), statuses.count(429)) == (5, 45)


@pytest.mark.parametrize(
    "path",
    [
        "/pairings",
        f"/accounts/{PRACTICE}/friends/lookup",
        f"/accounts/{PRACTICE}/messages",
        f"/accounts/{PRACTICE}/links/proposals?dashboard=lstep",
    ],
)
async def test_a_body_over_the_limit_is_refused_before_it_is_read(helper: Helper, path: str) -> None:
    token = (await helper.paired("admin"))["token"]
    headers = f"Authorization: Bearer {token}\r\nIdempotency-Key: k\r\nContent-Type: text/csv\r\n"
    headers += f"Content-Length: {10**12}\r\n"
    listener = helper.daemon.api
    came = await on_the_wire(listener, _head("POST", "/api/v1" + path, listener, headers) + b"{" * 2_000_000)
    assert came.statuses == [413], came.bytes[:200]


@pytest.mark.parametrize("which", ["api", "webhook"])
async def test_slow_heads_hold_nobody_up(helper: Helper, which: str) -> None:
    """A hundred connections that send a byte now and then; everybody else is served."""
    listener: Callable[[], Listener] = lambda: getattr(helper.daemon, which)  # noqa: E731
    slow = [await asyncio.open_connection("127.0.0.1", listener().port) for _ in range(100)]
    for _, writer in slow:
        writer.write(b"POST /webhook/1 HTTP/1.1\r\nHos")
    loop = asyncio.get_running_loop()
    started = loop.time()
    if which == "api":
        assert (await helper.call("GET", "/hello", role=None)).status == 200
    else:
        await helper.follow()
    assert loop.time() - started < PATIENCE / 2
    for _, writer in slow:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for _, writer in slow), return_exceptions=True)
