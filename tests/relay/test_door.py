"""Who may come to the relay, with what, and how much of it."""

import asyncio

import aiohttp
import pytest

from helper.fetching import Line, pair_with
from helper.line.signature import sign
from helper.relay import wire
from helper.web.webhook import BODY_LIMIT, MOST_CONNECTIONS, MOST_WAITING, RELAYED_HEADER
from tests.relay.conftest import ACCOUNT, SECRET
from tests.relay.post import PATIENCE, Post, event, webhook


@pytest.mark.parametrize("signature", ["", "wrong", sign("another secret", b"{}"), "é"])
async def test_without_lines_signature_nothing_is_kept(post: Post, signature: str) -> None:
    body = webhook(event())
    assert await post.deliver(ACCOUNT, SECRET, body, {"X-Line-Signature": signature}) == 401
    assert (await post.queues(ACCOUNT)).waiting_helper == 0


async def test_an_account_that_is_not_registered_has_no_webhook(post: Post) -> None:
    assert await post.deliver("1650000009", SECRET, webhook(event())) == 404


async def test_a_webhook_that_a_relay_passed_on_comes_no_further(post: Post) -> None:
    """Also not one of our own: a ring of relays would turn for ever."""
    for relay_id in (post.depot.relay_id, "another"):
        assert await post.deliver(ACCOUNT, SECRET, webhook(event()), {RELAYED_HEADER: relay_id}) == 508
    assert (await post.queues(ACCOUNT)).waiting_helper == 0


async def test_a_mebibyte_is_taken_and_a_byte_more_is_not(post: Post) -> None:
    frame = len(webhook(event(text="")))
    largest = webhook(event(text="あ" * ((BODY_LIMIT - frame) // 3)))
    largest += b" " * (BODY_LIMIT - len(largest))
    assert await post.deliver(ACCOUNT, SECRET, largest + b" ") == 413
    assert await post.deliver(ACCOUNT, SECRET, largest) == 200
    await post.forward()
    assert [got.body for got in post.tool.got] == [largest]


async def test_more_than_can_be_stored_soon_is_refused(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """LINE comes again, where redelivery is on; what was answered 200 is there."""
    monkeypatch.setattr("helper.web.webhook.MOST_WAITING", 1)
    assert MOST_WAITING > 1
    answers = await asyncio.gather(*(post.deliver(ACCOUNT, SECRET, webhook(event())) for _ in range(30)))
    assert set(answers) == {200, 503}
    assert (await post.queues(ACCOUNT)).waiting_helper == answers.count(200)


async def test_it_serves_three_places_and_nothing_else(post: Post) -> None:
    async def status(method: str, path: str) -> int:
        async with post.session.request(method, post.url + path) as answer:
            assert answer.headers["Ittsu-Version"]
            return answer.status

    assert await status("GET", "/healthz") == 200
    assert await status("GET", f"/webhook/{ACCOUNT}") == 405
    assert await status("GET", "/") == 404
    assert await status("GET", "/api/v1/accounts") == 404
    assert await status("POST", "/relay") == 405


async def test_a_flood_of_connections_ends_neither_the_helpers_nor_lines(post: Post) -> None:
    keys = await pair_with(post.url, (await post.depot.door.print_code()).code, "test")
    host, port = post.relay.listener.host, post.relay.listener.port
    async with aiohttp.ClientSession() as session, Line(post.url, session) as line:
        await line.have_proven(keys)
        await line.say(wire.Open(token=keys.token, accounts=[ACCOUNT]))
        assert isinstance(await line.hear(), wire.Status)
        flood = []
        try:
            for _ in range(MOST_CONNECTIONS + 50):
                _, writer = await asyncio.open_connection(host, port)
                writer.write(b"POST /webhook/1650000001 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
                flood.append(writer)
            assert await post.deliver(ACCOUNT, SECRET, webhook(event())) == 200
            async with asyncio.timeout(PATIENCE):
                while not isinstance(await line.hear(), wire.Deliveries):
                    pass
        finally:
            for writer in flood:
                writer.transport.abort()


async def test_strangers_on_the_helpers_socket_are_few_and_soon_gone(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helper.relay.socket.MOST_STRANGERS", 3)
    silent = [await post.session.ws_connect(post.url + wire.PATH) for _ in range(3)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await post.session.ws_connect(post.url + wire.PATH)
    assert refused.value.status == 503
    for socket in silent:
        await socket.close()
    await pair_with(post.url, (await post.depot.door.print_code()).code, "test")


async def test_a_stranger_that_says_nothing_is_let_go(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helper.relay.socket.FIRST_FRAMES_SECONDS", 0.05)
    async with asyncio.timeout(PATIENCE), post.session.ws_connect(post.url + wire.PATH) as socket:
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == wire.TOO_LATE


async def test_a_page_in_a_browser_cannot_open_the_helpers_socket(post: Post) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await post.session.ws_connect(post.url + "/relay", headers={"Origin": "https://evil.example"})
    assert refused.value.status == 403


async def test_a_removed_account_is_gone_with_all_that_waited(post: Post) -> None:
    from helper.relay import queues
    from helper.secrets import secret_name

    await post.deliver(ACCOUNT, SECRET, webhook(event()))
    await post.depot.database.write(lambda transaction: queues.remove_account(transaction, ACCOUNT))
    await post.depot.secrets.delete(secret_name(ACCOUNT))
    await post.relay._look_for_changes()
    assert await post.deliver(ACCOUNT, SECRET, webhook(event())) == 404
    await post.forward()
    assert post.tool.got == []


async def test_another_secret_takes_effect_at_once(post: Post) -> None:
    new = "f" * 32
    assert await post.deliver(ACCOUNT, SECRET, webhook(event())) == 200
    await post.stand_before(ACCOUNT, new)
    assert await post.deliver(ACCOUNT, SECRET, webhook(event())) == 401
    assert await post.deliver(ACCOUNT, new, webhook(event())) == 200
