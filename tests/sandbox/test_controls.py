"""The controls: what the phone page, the demo and the browser tests do."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.line.conftest import listen
from tests.sandbox.conftest import World


async def test_somebody_new_follows_and_the_webhook_is_answered_by_then(world: World) -> None:
    person = await world.control("POST", "/follow", {"name": "ゆい🌸", "seconds_ago": 90})
    assert person["name"] == "ゆい🌸"
    assert (person["delivered"], person["webhook_status"], person["following"]) == (True, 200, True)
    (event,) = world.endpoint.received
    assert event.user_id == person["user_id"]
    assert event.timestamp == world.clock.now() - 90_000


async def test_state_shows_accounts_and_people_newest_follow_first(world: World) -> None:
    for seconds in (50, 10, 90):
        await world.control("POST", "/follow", {"seconds_ago": seconds})
    await world.control("POST", "/people", {"name": "まだ友だちでない人"})
    state = await world.control("GET", "/state")
    (account,) = state["accounts"]
    assert account["id"] == "2000000001"
    assert account["basic_id"] == "@000sakra"
    assert (account["name"], account["quota"], account["usage"]) == ("さくら美容室", 200, 13)
    assert (account["chat"], account["verified"]) == (True, False)
    times = [person["followed_at"] for person in state["people"] if person["following"]]
    assert times == sorted(times, reverse=True)
    assert world.account.secret not in str(state)


async def test_the_phone_shows_what_the_friend_sees(world: World) -> None:
    person = await world.control("POST", "/follow", {"name": "ゆい🌸"})
    path = f"/people/{person['user_id']}"
    choices = [
        {"type": "action", "action": {"type": "message", "label": "予約したい", "text": "予約したいです"}},
        {"type": "action", "action": {"type": "postback", "label": "あとで", "data": "later"}},
    ]
    await world.push(
        person["user_id"],
        [
            {
                "type": "text",
                "text": "ご来店ありがとうございました",
                "sender": {"name": "花子"},
                "quickReply": {"items": choices},
            }
        ],
    )
    timeline = await world.control("GET", f"{path}/timeline?account_id=2000000001")
    followed, message = timeline["messages"]
    assert (followed["kind"], followed["type"]) == ("event", "followed")
    assert message["from"] == "account"
    assert message["text"] == "ご来店ありがとうございました"
    assert message["sender_display"] == "花子 from 'さくら美容室'"
    assert timeline["quick_replies"] == ["予約したい", "あとで"]

    await world.control("POST", f"{path}/tap", {"label": "予約したい"})
    assert world.endpoint.received[-1].text == "予約したいです"
    assert world.endpoint.received[-1].reply_token
    timeline = await world.control("GET", f"{path}/timeline")
    assert timeline["quick_replies"] == [], "one-tap answers vanish with the next message"
    assert timeline["messages"][-1]["from"] == "person"
    gone = await world.ask("POST", f"/sandbox/api{path}/tap", {"label": "予約したい"})
    assert gone.status == 409


async def test_a_tap_can_be_a_postback(world: World) -> None:
    person = await world.control("POST", "/follow", {})
    action = {"type": "postback", "label": "あとで", "data": "later", "displayText": "あとで"}
    items = {"items": [{"type": "action", "action": action}]}
    await world.push(person["user_id"], [{"type": "text", "text": "?", "quickReply": items}])
    await world.control("POST", f"/people/{person['user_id']}/tap", {"label": "あとで"})
    assert world.endpoint.received[-1].postback_data == "later"


async def test_blocking_and_coming_back(world: World) -> None:
    person = await world.control("POST", "/follow", {})
    path = f"/people/{person['user_id']}"
    assert (await world.control("POST", f"{path}/block"))["blocked"] is True
    refused = await world.ask("POST", f"/sandbox/api{path}/messages", {"text": "こんにちは"})
    assert refused.status == 409
    assert (await world.control("POST", f"{path}/unblock"))["following"] is True
    await world.control("POST", f"{path}/messages", {"text": "こんにちは"})
    await world.control("POST", f"{path}/postback", {"data": "menu=1"})
    assert [event.type for event in world.endpoint.received] == [
        "follow",
        "unfollow",
        "follow",
        "message",
        "postback",
    ]


async def test_the_log_tells_what_line_was_asked_and_no_texts(world: World) -> None:
    person = await world.control("POST", "/follow", {})
    retry_key = "123e4567-e89b-12d3-a456-426614174000"
    await world.push(person["user_id"], [{"type": "text", "text": "内緒"}], key=retry_key)
    await world.control("POST", "/faults", {"path": "push", "kind": "500_after"})
    await world.push(person["user_id"])
    await world.reply("nonsense")
    log = await world.control("GET", "/log")
    sent, lost, refused = log[-3:]
    assert (sent["route"], sent["status"], sent["accepted"]) == ("push", 200, True)
    assert (sent["to"], sent["retry_key"]) == (person["user_id"], retry_key)
    assert sent["account_id"] == "2000000001"
    assert (lost["status"], lost["accepted"]) == (500, True)
    assert (refused["route"], refused["status"], refused["accepted"]) == ("reply", 400, False)
    assert "内緒" not in str(log)


async def test_settings(world: World) -> None:
    changed = await world.control(
        "POST",
        "/settings",
        {"quota": 5, "usage": 4, "chat": False, "verified": True, "consumption_lag_seconds": 1},
    )
    assert (changed["quota"], changed["usage"], changed["chat"]) == (5, 4, False)
    assert (await world.control("POST", "/line-message", {"count": 3}))["usage"] == 7
    assert (await world.control("POST", "/settings", {"quota": None}))["quota"] is None
    token = (await world.control("POST", "/settings", {"long_lived_token": True}))["long_lived_token"]
    assert (await world.ask("GET", "/v2/bot/info", token=token)).status == 200
    await world.control("POST", "/settings", {"end_tokens": True})
    assert (await world.ask("GET", "/v2/bot/info")).status == 401


async def test_more_accounts(world: World) -> None:
    made = await world.control("POST", "/accounts", {"name": "もみじ整体院", "basic_id": "@111momij"})
    assert made["id"] == "2000000002"
    assert len(made["secret"]) == 32
    person = await world.control("POST", "/people", {"account_id": made["id"]})
    assert person["account_id"] == made["id"]
    wrong = await world.ask(
        "POST", f"/sandbox/api/people/{person['user_id']}/follow", {"account_id": "2000000001"}
    )
    assert wrong.status == 404


async def test_redelivery_on_demand(world: World) -> None:
    await world.control("POST", "/faults", {"path": "webhook", "kind": "drop_before"})
    person = await world.control("POST", "/follow", {})
    assert person["delivered"] is False
    assert await world.control("POST", "/redeliver", {}) == {"arrived": 1}
    assert world.endpoint.received[0].is_redelivery


async def test_faults_end(world: World) -> None:
    await world.control("POST", "/faults", {"path": "/v2/bot/info", "kind": "401", "times": 9})
    assert (await world.ask("GET", "/v2/bot/info")).status == 401
    await world.control("DELETE", "/faults")
    assert (await world.ask("GET", "/v2/bot/info")).status == 200


async def test_the_stream_tells_that_something_changed(world: World) -> None:
    async with world.http.get(f"{world.base}/sandbox/api/stream") as stream:
        assert await stream.content.readuntil(b"\n\n") == b": open\n\n"
        await world.control("POST", "/follow", {})
        async with asyncio.timeout(5):
            assert await stream.content.readuntil(b"\n\n") == b"event: changed\ndata: {}\n\n"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/follow", {"account_id": "9"}, 404),
        ("/follow", {"seconds_ago": -1}, 400),
        ("/follow", {"name": "あ" * 101}, 400),
        ("/follow", [1], 400),
        ("/people/U0/follow", {}, 404),
        ("/faults", {"path": "push", "kind": "explode"}, 400),
        ("/faults", {"path": "nothing", "kind": "401"}, 400),
        ("/settings", {"chat": "yes"}, 400),
        ("/settings", {"webhook_url": "http://shop.example/"}, 400),
        ("/settings", {"quota": -1}, 400),
    ],
)
async def test_what_cannot_be_done_is_said(world: World, path: str, body: Any, status: int) -> None:
    assert (await world.ask("POST", f"/sandbox/api{path}", body)).status == status


async def test_other_pages_and_other_names_are_turned_away(world: World) -> None:
    elsewhere = {"Origin": "https://chat.line.biz"}
    assert (await world.ask("POST", "/sandbox/api/follow", {}, headers=elsewhere)).status == 403
    assert (await world.ask("GET", "/sandbox/api/state", headers=elsewhere)).status == 403
    own = {"Origin": world.base}
    assert (await world.ask("POST", "/sandbox/api/follow", {}, headers=own)).status == 200
    rebound = {"Host": "attacker.example"}
    assert (await world.ask("GET", "/sandbox/api/state", headers=rebound)).status == 421


async def test_people_have_faces_that_give_no_id_away(world: World) -> None:
    person = await world.control("POST", "/follow", {})
    assert person["user_id"] not in person["picture"]
    picture = await world.ask("GET", person["picture"])
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert (await world.ask("GET", "/sandbox/avatar/nobody.svg")).status == 404


async def test_open_phones_and_hanging_requests_do_not_hold_up_the_end(world: World) -> None:
    runner, base = await listen(world.sandbox.app())
    world.sandbox.faults.add("info", "hang_before", seconds=60)
    async with world.http.get(f"{base}/sandbox/api/stream") as stream:
        await stream.content.readuntil(b"\n\n")
        hanging = asyncio.create_task(world.http.get(f"{base}/v2/bot/info"))
        while not world.sandbox.journal.entries[-1].path.endswith("info"):  # noqa: ASYNC110
            await asyncio.sleep(0)
        async with asyncio.timeout(2):
            await runner.cleanup()
    with pytest.raises(aiohttp.ClientError):
        await hanging
