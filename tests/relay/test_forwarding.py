"""To the other tool: the exact bytes, in order per friend, again and again for hours, then kept and told."""

from typing import Any

import pytest

from helper.line.signature import verify
from helper.model.relay import Failure
from helper.relay import queues
from helper.relay.forwarding import GIVE_UP
from helper.store.database import StoreTrouble
from helper.web.webhook import RELAYED_HEADER
from tests.relay.conftest import ACCOUNT, SECRET
from tests.relay.post import Got, Post, event, until, webhook

OTHER = "U" + "2" * 32
THIRD = "U" + "3" * 32


async def _send(post: Post, *events: dict[str, object]) -> list[str]:
    assert await post.deliver(ACCOUNT, SECRET, webhook(*events)) == 200
    return [str(one["webhookEventId"]) for one in events]


async def test_the_tool_gets_the_bytes_and_the_signature(post: Post) -> None:
    body = webhook(event(text="ゆい🌸"))
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    assert await post.deliver(ACCOUNT, SECRET, body, kind) == 200
    await post.forward()
    (got,) = post.tool.got
    assert got.body == body
    assert verify(SECRET, got.body, got.headers["x-line-signature"])
    assert got.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert got.headers[RELAYED_HEADER] == post.depot.relay_id
    assert "Content-Encoding" not in got.headers


async def test_what_nobody_understands_is_passed_on_too(post: Post) -> None:
    odd = {b"\xff\x00not json", b"[1]", b'{"events":[3,{"webhookEventId":7}]}'}
    for body in odd:
        assert await post.deliver(ACCOUNT, SECRET, body) == 200
    await post.forward()
    assert {got.body for got in post.tool.got} == odd


async def test_lines_own_trial_goes_nowhere(post: Post) -> None:
    assert await post.deliver(ACCOUNT, SECRET, webhook()) == 200
    assert (await post.queues(ACCOUNT)).waiting_tool == 0


async def test_a_repetition_reaches_the_tool_once_and_the_helper_for_its_token(post: Post) -> None:
    first = event()
    await _send(post, first)
    await _send(post, first)
    assert (await post.queues(ACCOUNT)).waiting_helper == 1
    await _send(post, {**first, "deliveryContext": {"isRedelivery": True}})
    queue = await post.queues(ACCOUNT)
    assert (queue.waiting_helper, queue.waiting_tool) == (2, 1)
    new = event()
    await _send(post, {**first, "deliveryContext": {"isRedelivery": True}}, new)
    await post.forward()
    assert post.tool.event_ids.count(str(new["webhookEventId"])) == 1
    assert len(post.tool.got) == 2


async def test_one_friends_webhooks_wait_for_each_other_and_for_nobody_else(post: Post) -> None:
    stuck = await _send(post, event())
    behind = await _send(post, event(), event(OTHER))
    free = await _send(post, event(THIRD))
    behind += await _send(post, event(OTHER))
    post.tool.answers = lambda got: 500 if got.event_ids == stuck else 200
    await post.forward()
    await post.pass_time(3)
    assert post.tool.event_ids == free
    post.tool.answers = None
    await post.pass_time(120)
    assert post.tool.event_ids == [*free, *stuck, *behind]


async def test_a_tool_that_is_away_for_a_day_gets_everything_in_order(post: Post) -> None:
    post.tool.status = 503
    ids: dict[str, list[str]] = {user: [] for user in (OTHER, THIRD)}
    for hour in range(24):
        for user, sent in ids.items():
            sent += await _send(post, event(user))
        await post.pass_time(3600, step=600)
        if hour == 5:
            await post.restart()
    queue = await post.queues(ACCOUNT)
    assert (queue.waiting_tool, queue.kept, queue.failure) == (48, 0, Failure("tool_status", 503))
    assert queue.oldest_tool_at is not None
    post.tool.status = 200
    await post.pass_time(600)
    arrived = post.tool.event_ids
    assert sorted(arrived) == sorted(ids[OTHER] + ids[THIRD])
    for sent in ids.values():
        assert [one for one in arrived if one in sent] == sent
    queue = await post.queues(ACCOUNT)
    assert (queue.waiting_tool, queue.failure) == (0, None)


async def test_what_never_arrives_is_kept_told_and_can_be_sent_again(post: Post) -> None:
    post.tool.status = 400
    first = await _send(post, event())
    second = await _send(post, event())
    await post.pass_time(GIVE_UP / 1000 * 2 + 3600, step=120)
    queue = await post.queues(ACCOUNT)
    assert (queue.waiting_tool, queue.kept, queue.failure) == (0, 2, Failure("tool_status", 400))
    post.tool.status = 200
    third = await _send(post, event())
    await post.pass_time(120)
    assert post.tool.event_ids == third
    assert await _again(post) == 2
    await post.pass_time(10)
    assert post.tool.event_ids == third + first + second
    assert (await post.queues(ACCOUNT)).kept == 0


async def _again(post: Post) -> int:
    return await post.depot.database.write(
        lambda transaction: queues.try_again(transaction, ACCOUNT, post.clock.now())
    )


async def test_what_the_tool_took_is_not_sent_again_while_the_disk_is_full(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await _send(post, event())
    write, full = post.depot.database.write, [True, True, True]

    async def failing(work: Any) -> Any:
        if full:
            full.pop()
            raise StoreTrouble("full", "storage_full")
        return await write(work)

    monkeypatch.setattr(post.depot.database, "write", failing)
    monkeypatch.setattr("helper.relay.forwarding.LOOK_EVERY", 0.01)
    await post.forward()
    assert (full, post.tool.event_ids) == ([], sent)
    assert (await post.queues(ACCOUNT)).waiting_tool == 0


async def test_a_tool_that_is_down_is_asked_rarely_however_much_waits(post: Post) -> None:
    asked: list[str] = []

    def down(got: Got) -> int:
        asked.extend(got.event_ids)
        return 502

    post.tool.answers = down
    for number in range(50):
        await _send(post, event("U" + f"{number:032x}"))
    await post.pass_time(3600, step=5)
    assert 40 <= len(asked) <= 140


async def test_a_slow_tool_holds_up_neither_line_nor_another_account(post: Post) -> None:
    other = "1650000002"
    await post.stand_before(other, SECRET, tool=f"{post.tool.url}&of=another")
    post.tool.gate.clear()
    await _send(post, event())
    post.relay.work()
    await until(lambda: post.tool.waiting == 1)
    for _ in range(20):
        await _send(post, event(OTHER))
    assert (await post.queues(ACCOUNT)).waiting_helper == 21
    assert await post.deliver(other, SECRET, webhook(event(THIRD))) == 200
    # Two friends of the first account are under way, and the other account's one.
    await until(lambda: post.tool.waiting == 3)
    post.tool.gate.set()
    await until(lambda: len(post.tool.got) == 22)


async def test_ittsu_itself_is_never_the_tool(post: Post) -> None:
    sent = await _send(post, event())
    post.tool.headers = {"Ittsu-Version": "0.1.0"}
    await post.forward()
    queue = await post.queues(ACCOUNT)
    assert (queue.waiting_tool, queue.failure) == (1, Failure("tool_is_ittsu"))
    post.tool.headers = {}
    post.tool.got.clear()
    await post.pass_time(5)
    assert post.tool.event_ids == sent


async def test_a_redirect_is_not_followed(post: Post) -> None:
    await _send(post, event())
    post.tool.status, post.tool.headers = 307, {"Location": "https://elsewhere.example/"}
    await post.forward()
    assert (await post.queues(ACCOUNT)).failure == Failure("tool_redirects", 307)


async def test_a_tool_with_a_strange_certificate_gets_nothing(post: Post) -> None:
    await post.stand_before(ACCOUNT, SECRET, tool=f"https://other.example.jp:{post.tool.port}/")
    await _send(post, event())
    await post.forward()
    assert post.tool.got == []
    assert (await post.queues(ACCOUNT)).failure == Failure("tool_certificate")


async def test_without_a_tool_nothing_waits_for_one(post: Post) -> None:
    await _send(post, event())
    await post.stand_before(ACCOUNT, SECRET, tool=None)
    await _send(post, event())
    queue = await post.queues(ACCOUNT)
    assert (queue.tool, queue.waiting_tool, queue.waiting_helper) == (None, 0, 2)


async def test_after_a_month_what_nobody_fetched_is_dropped_and_told(post: Post) -> None:
    await _send(post, event())
    await post.forward()
    post.clock.advance(31 * 86_400)
    late = await _send(post, event())
    await post.relay.let_go_of_old()
    queue = await post.queues(ACCOUNT)
    assert (queue.waiting_helper, queue.dropped, queue.dropped_at) == (1, 1, post.clock.now())
    await post.forward()
    assert post.tool.event_ids[-1:] == late
