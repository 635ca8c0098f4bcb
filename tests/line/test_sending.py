"""What became of a send, over real HTTP against the stand-in for LINE."""

import asyncio
import uuid

import pytest
from aiohttp import web

from helper.line.client import LineClient
from helper.model.outcome import (
    Accepted,
    AlreadyAccepted,
    NotSent,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unauthorised,
    Unknown,
)
from tests.line.conftest import Line, Serve

HELLO = [{"type": "text", "text": "はじめまして", "sender": {"name": "花子"}}]


def key() -> str:
    return str(uuid.uuid4())


async def test_a_push_is_accepted_counts_one_and_shows_on_the_phone(line: Line) -> None:
    person = await line.sandbox.follow("ゆい🌸")
    outcome = await line.client.push(person.user_id, HELLO, key())
    assert isinstance(outcome, Accepted)
    assert outcome.request_id == line.sandbox.journal.entries[-1].request_id
    assert len(outcome.sent_ids) == 1
    newest = person.newest_message
    assert newest is not None
    assert newest.content == HELLO[0], "the message leaves exactly as it was stored"
    assert await line.client.consumption() == 14


async def test_a_reply_is_accepted_and_free(line: Line) -> None:
    person = await line.sandbox.follow()
    (token,) = line.account.reply_tokens
    assert isinstance(await line.client.reply(token, HELLO), Accepted)
    assert person.newest_message is not None
    assert await line.client.consumption() == 13


async def test_a_repeated_retry_key_says_which_request_was_accepted(line: Line) -> None:
    person = await line.sandbox.follow()
    retry_key = key()
    first = await line.client.push(person.user_id, HELLO, retry_key)
    again = await line.client.push(person.user_id, HELLO, retry_key)
    assert isinstance(first, Accepted)
    assert isinstance(again, AlreadyAccepted)
    assert again.accepted_request_id == first.request_id
    assert again.request_id != first.request_id
    assert again.sent_ids == first.sent_ids


async def test_a_used_reply_token_is_told_from_other_refusals(line: Line) -> None:
    await line.sandbox.follow()
    (token,) = line.account.reply_tokens
    await line.client.reply(token, HELLO)
    assert await line.client.reply(token, HELLO) == Rejected(
        400,
        "Invalid reply token",
        request_id=line.sandbox.journal.entries[-1].request_id,
        invalid_reply_token=True,
    )


async def test_a_refusal_carries_lines_words(line: Line) -> None:
    person = await line.sandbox.follow()
    outcome = await line.client.push(person.user_id, [{"type": "text", "text": "あ" * 5001}], key())
    assert isinstance(outcome, Rejected)
    assert outcome.message == "A message (messages[0]) in the request body is invalid"
    assert outcome.details == "messages[0].text: Length must be between 0 and 5000"
    assert not outcome.invalid_reply_token


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("429_rate", RateLimited),
        ("429_month", QuotaSpent),
        ("401", Unauthorised),
        ("400", Rejected),
        ("500_before", Unknown),
        ("500_after", Unknown),
        ("drop_before", Unknown),
        ("drop_after", Unknown),
        ("garbled_after", Unknown),
    ],
)
async def test_each_fault_has_its_outcome(line: Line, fault: str, expected: type) -> None:
    person = await line.sandbox.follow()
    line.sandbox.faults.add("push", fault)  # type: ignore[arg-type]
    assert isinstance(await line.client.push(person.user_id, HELLO, key()), expected)
    assert isinstance(await line.client.push(person.user_id, HELLO, key()), Accepted)


@pytest.mark.parametrize("fault", ["hang_before", "hang_after"])
async def test_an_answer_that_does_not_come_is_unknown(line: Line, fault: str) -> None:
    person = await line.sandbox.follow()
    client = LineClient(line.credentials(), line.clock, line.transport, timeout_seconds=0.2)
    await client.warm()
    line.sandbox.faults.add("push", fault, seconds=5)  # type: ignore[arg-type]
    outcome = await client.push(person.user_id, HELLO, key())
    assert outcome == Unknown("no answer in time")
    assert line.sandbox.journal.entries[-1].accepted is (fault == "hang_after")


async def test_after_an_unknown_push_the_same_key_learns_the_truth(line: Line) -> None:
    person = await line.sandbox.follow()
    for fault, learnt in (("drop_after", AlreadyAccepted), ("drop_before", Accepted)):
        retry_key = key()
        line.sandbox.faults.add("push", fault)  # type: ignore[arg-type]
        assert isinstance(await line.client.push(person.user_id, HELLO, retry_key), Unknown)
        assert isinstance(await line.client.push(person.user_id, HELLO, retry_key), learnt)
    assert sum(said.kind == "message" for said in person.talk) == 2


async def test_a_refused_connection_is_not_sent(line: Line, unused_tcp_port: int) -> None:
    client = LineClient(
        line.credentials(access_token="x", api_base=f"http://127.0.0.1:{unused_tcp_port}"), line.clock
    )
    outcome = await client.push("U" + "0" * 32, HELLO, key())
    assert isinstance(outcome, NotSent)
    await client.close()


async def test_a_name_that_does_not_resolve_and_broken_tls_are_not_sent(line: Line) -> None:
    secure = line.base.replace("http://", "https://")
    for base in ("https://line.invalid", secure):
        client = LineClient(line.credentials(access_token="x", api_base=base), line.clock)
        assert isinstance(await client.push("U" + "0" * 32, HELLO, key()), NotSent)
        await client.close()


@pytest.mark.parametrize("fault", ["500_before", "drop_before", "garbled_after"])
async def test_without_a_token_nothing_was_sent(line: Line, fault: str) -> None:
    person = await line.sandbox.follow()
    line.sandbox.faults.add("token", fault)  # type: ignore[arg-type]
    outcome = await line.client.push(person.user_id, HELLO, key())
    assert isinstance(outcome, NotSent)
    assert isinstance(await line.client.push(person.user_id, HELLO, key()), Accepted)


async def test_a_refused_secret_is_unauthorised(line: Line) -> None:
    client = LineClient(line.credentials(channel_secret="0" * 32), line.clock, line.transport)
    outcome = await client.push("U" + "0" * 32, HELLO, key())
    assert isinstance(outcome, Unauthorised)
    assert not any(entry.route for entry in line.sandbox.journal.entries)


async def test_too_many_token_requests_are_a_rate_limit(line: Line) -> None:
    line.sandbox.faults.add("token", "429_rate")
    assert isinstance(await line.client.reply("t", HELLO), RateLimited)


async def test_a_dead_token_is_renewed_only_when_told(line: Line) -> None:
    person = await line.sandbox.follow()
    await line.client.warm()
    line.sandbox.platform.end_tokens(line.account)
    assert isinstance(await line.client.push(person.user_id, HELLO, key()), Unauthorised)
    assert isinstance(await line.client.push(person.user_id, HELLO, key()), Unauthorised)
    line.client.forget_token()
    assert isinstance(await line.client.push(person.user_id, HELLO, key()), Accepted)


async def test_a_token_is_renewed_in_its_last_minute(line: Line) -> None:
    person = await line.sandbox.follow()
    for seconds, issued in ((0, 1), (800, 1), (60, 2)):
        line.clock.advance(seconds)
        assert isinstance(await line.client.push(person.user_id, HELLO, key()), Accepted)
        assert tokens_issued(line) == issued


async def test_sends_at_the_same_time_share_one_token_request(line: Line) -> None:
    person = await line.sandbox.follow()
    outcomes = await asyncio.gather(*(line.client.push(person.user_id, HELLO, key()) for _ in range(20)))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert tokens_issued(line) == 1


async def test_a_long_lived_token_is_used_as_given(line: Line) -> None:
    person = await line.sandbox.follow()
    token = line.sandbox.platform.issue_long_lived_token(line.account)
    client = LineClient(line.credentials(access_token=token), line.clock, line.transport)
    assert isinstance(await client.push(person.user_id, HELLO, key()), Accepted)
    client.forget_token()
    assert isinstance(await client.push(person.user_id, HELLO, key()), Accepted)
    assert tokens_issued(line) == 0


async def test_an_error_page_that_is_no_text_is_unknown(line: Line, serve: Serve) -> None:
    async def garbage(_request: web.Request) -> web.Response:
        return web.Response(status=502, body=b"\xff\xfe\xfa", content_type="text/html")

    app = web.Application()
    app.router.add_post("/v2/bot/message/push", garbage)
    client = LineClient(line.credentials(access_token="x", api_base=await serve(app)), line.clock)
    assert await client.push("U" + "0" * 32, HELLO, key()) == Unknown("unreadable answer", 502)
    await client.close()


async def test_validation_sends_nothing(line: Line) -> None:
    await line.sandbox.follow()
    assert await line.client.validate("push", HELLO) is None
    refused = await line.client.validate("reply", [{"type": "text", "text": ""}])
    assert refused is not None
    assert refused.details == "messages[0].text: May not be empty"
    assert await line.client.consumption() == 13


def tokens_issued(line: Line) -> int:
    return sum(entry.path == "/oauth2/v3/token" for entry in line.sandbox.journal.entries)
