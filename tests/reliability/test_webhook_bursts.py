"""Bursts of webhooks, delivered five times, shuffled, with the daemon killed in the middle: nothing is lost."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from copy import copy
from itertools import count
from typing import Any

import aiohttp
import orjson
import pytest

from helper.line.signature import sign
from helper.sandbox.accounts import SandboxAccount
from helper.store.database import Reader
from helper.store.sqlite import open_sqlite
from tests.reliability.conftest import option
from tests.reliability.line_side import LineSide
from tests.reliability.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="package")

SHORT, LONG = 2_000, 10_000
DELIVERIES = 5
SENDERS = 32
MOST_IN_A_BODY = 20
NAMES_SECONDS = 60.0
LOOK_EVERY = 0.1
_DAY = 86_400_000
_KINDS = ("follow", "follow", "unfollow", "message", "postback", "beacon")

Event = dict[str, Any]


async def test_shuffled_repeated_and_killed_the_registry_ends_as_after_an_orderly_run(
    daemon: Daemon, line: LineSide, request: pytest.FixtureRequest
) -> None:
    length = LONG if option(request, "long_bursts", 0) else SHORT
    chance = random.Random(7)
    stormy, orderly = await _two_accounts(daemon, line, length // 10)
    users = list(stormy.people)
    events = _history(length, users, line.clock.now(), chance)
    for at in range(0, length, MOST_IN_A_BODY):
        assert await _post(daemon, orderly, _body(events[at : at + MOST_IN_A_BODY])) == 200

    deliveries = [
        {**event, "deliveryContext": {"isRedelivery": number > 0}}
        for event in events
        for number in range(DELIVERIES)
    ]
    chance.shuffle(deliveries)
    waiting: deque[list[Event]] = deque()
    while deliveries:
        size = chance.randint(1, MOST_IN_A_BODY)
        waiting.append(deliveries[:size])
        del deliveries[:size]
    bodies = len(waiting)
    answered: set[str] = set()
    for kill_after in (bodies // 3, bodies // 3, None):
        waiting = await _burst(daemon, stormy, waiting, answered, kill_after)
        if kill_after is not None:
            assert answered <= await _stored(daemon, stormy), "a 200 was said of events not on the disk"
            await daemon.start()
    assert not waiting
    assert answered == {event["webhookEventId"] for event in events}
    assert await _stored(daemon, stormy) == await _stored(daemon, orderly)

    assert await _registry(daemon, stormy) == await _registry(daemon, orderly)
    assert await _tokens(daemon, stormy) == await _tokens(daemon, orderly)
    for user_id in chance.sample(users, 20):
        assert await _history_of(daemon, stormy, user_id) == await _history_of(daemon, orderly, user_id)


async def _two_accounts(daemon: Daemon, line: LineSide, people: int) -> tuple[SandboxAccount, SandboxAccount]:
    """Two accounts with the same people: one for the storm, one for the orderly run."""
    platform = line.sandbox.platform
    stormy = platform.add_account("1650000002", "嵐", "@000storm")
    orderly = platform.add_account("1650000003", "凪", "@000calm")
    for _ in range(people):
        person = platform.add_person(stormy)
        person.following = True
        orderly.people[person.user_id] = copy(person)
    for account in (stormy, orderly):
        connect = {"channel_id": account.channel_id, "channel_secret": account.secret}
        assert (await daemon.call("POST", "/accounts", connect)).status == 201
    return stormy, orderly


def _history(length: int, users: Sequence[str], now: int, chance: random.Random) -> list[Event]:
    """Events of days gone by, oldest first: their reply tokens are dead, so all plans are alike."""
    times = sorted(chance.sample(range(now - 9 * _DAY, now - _DAY), length))
    return [_event(number, at, chance.choice(users), chance) for number, at in enumerate(times)]


def _event(number: int, at: int, user_id: str, chance: random.Random) -> Event:
    kind = chance.choice(_KINDS)
    mode = "standby" if chance.random() < 0.05 else "active"
    event: Event = {
        "type": kind,
        "mode": mode,
        "timestamp": at,
        "source": {"type": "user", "userId": user_id},
        "webhookEventId": f"01K{number:023d}",
    }
    if kind == "follow":
        event["follow"] = {"isUnblocked": chance.random() < 0.3}
    if kind == "message":
        event["message"] = {"id": str(number), "type": "text", "text": f"{number}番", "quoteToken": "q"}
    if kind == "postback":
        event["postback"] = {"data": str(number)}
    if kind != "unfollow" and mode == "active":
        event["replyToken"] = f"token{number}"
    return event


async def _burst(
    daemon: Daemon,
    account: SandboxAccount,
    waiting: deque[list[Event]],
    answered: set[str],
    kill_after: int | None,
) -> deque[list[Event]]:
    """Deliver, killing the daemon after so many answers; what was not answered, to be delivered again."""
    unanswered: deque[list[Event]] = deque()
    killed = asyncio.Event()
    answers = count(1)

    async def sender() -> None:
        while waiting and not killed.is_set():
            events = waiting.popleft()
            try:
                status = await _post(daemon, account, _body(events))
            except aiohttp.ClientError:
                assert killed.is_set(), daemon.log()
                unanswered.append(events)
                continue
            assert status == 200
            answered.update(event["webhookEventId"] for event in events)
            if next(answers) == kill_after:
                killed.set()
                daemon.kill()

    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return unanswered + waiting


def _body(events: Sequence[Event]) -> bytes:
    return orjson.dumps({"destination": "U", "events": list(events)})


async def _post(daemon: Daemon, account: SandboxAccount, body: bytes) -> int:
    url = f"{daemon.webhook}/webhook/{account.channel_id}"
    headers = {"X-Line-Signature": sign(account.secret, body)}
    async with daemon.session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def _friends(daemon: Daemon, account: SandboxAccount) -> list[Any]:
    """The whole registry as the API shows it."""
    friends: list[Any] = []
    cursor = ""
    while True:
        answer = await daemon.call("GET", f"/accounts/{account.channel_id}/friends?limit=200{cursor}")
        assert answer.status == 200, answer.body
        friends += answer.body["items"]
        if answer.body["next"] is None:
            return sorted(friends, key=lambda friend: str(friend["user_id"]))
        cursor = f"&cursor={answer.body['next']}"


async def _registry(daemon: Daemon, account: SandboxAccount) -> list[Any]:
    """The registry once the background has fetched everybody's name."""
    async with asyncio.timeout(NAMES_SECONDS):
        friends = await _friends(daemon, account)
        while not all(friend["display_name"] for friend in friends):
            await asyncio.sleep(LOOK_EVERY)
            friends = await _friends(daemon, account)
        return friends


async def _history_of(daemon: Daemon, account: SandboxAccount, user_id: str) -> Any:
    answer = await daemon.call("GET", f"/accounts/{account.channel_id}/friends/{user_id}/messages")
    assert answer.status == 200
    return answer.body


async def _stored(daemon: Daemon, account: SandboxAccount) -> set[str]:
    rows = await _rows(daemon, "SELECT webhook_event_id FROM event WHERE account_id = $1", account)
    return {str(row[0]) for row in rows}


async def _tokens(daemon: Daemon, account: SandboxAccount) -> list[tuple[Any, ...]]:
    sql = "SELECT user_id, token, event_at, used_by FROM reply_token WHERE account_id = $1 ORDER BY token"
    return await _rows(daemon, sql, account)


async def _rows(daemon: Daemon, sql: str, account: SandboxAccount) -> list[tuple[Any, ...]]:
    async def look(reader: Reader) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await reader.fetch(sql, account.channel_id)]

    database = await open_sqlite(daemon.database)
    try:
        return await database.read(look)
    finally:
        await database.close()
