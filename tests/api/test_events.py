"""The socket: live, replayed, closed when it must be."""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest

from helper.office import open_office
from helper.web.events import FORBIDDEN, TOO_LATE, UNAUTHENTICATED
from tests.api.conftest import EXTENSION, PRACTICE, Helper


async def test_a_follow_is_told_at_once(helper: Helper) -> None:
    async with helper.events() as socket:
        loop = asyncio.get_running_loop()
        started = loop.time()
        person = await helper.sandbox.follow("ゆい🌸")
        frame = await socket.next("friend")
        assert frame["data"]["user_id"] == person.user_id
        assert frame["data"]["stage"] == "new"
        assert frame["data"]["plan"]["route"] == "reply"
        assert frame["account_id"] == PRACTICE
        assert loop.time() - started < 1


async def test_who_was_away_gets_what_happened_once_and_as_it_is_now(helper: Helper) -> None:
    async with helper.events() as socket:
        last = (await socket.next("beat"))["id"] if not socket.frames else socket.frames[-1]["id"]
    person = await helper.follow()
    await helper.call(
        "PUT", f"/accounts/{PRACTICE}/friends/{person.user_id}/first-contact", {"route": "other"}
    )
    async with helper.events(last_id=last) as socket:
        await socket.next("beat")
        friends = [frame for frame in socket.frames if frame["type"] == "friend"]
        assert [frame["data"]["user_id"] for frame in friends] == [person.user_id]
        assert friends[0]["data"]["stage"] == "contacted"
        assert all(frame["id"] > last for frame in socket.frames)
    async with helper.events(last_id=socket.frames[-1]["id"]) as again:
        assert (await again.next())["type"] == "beat"


@pytest.mark.parametrize("last_id", [1, 2**60, -1])
async def test_who_was_away_too_long_is_told_to_read_all_again(helper: Helper, last_id: int) -> None:
    async with helper.events(last_id=last_id) as socket:
        assert (await socket.next())["type"] == "resync"


async def test_a_message_and_the_quota_are_told_as_they_change(helper: Helper) -> None:
    person = await helper.follow(seconds_ago=600)
    template = (await helper.call("GET", f"/accounts/{PRACTICE}/templates")).body["items"][0]
    async with helper.events() as socket:
        body = {"user_id": person.user_id, "template_id": template["id"], "max_cost": 1}
        await helper.call("POST", f"/accounts/{PRACTICE}/messages", body, headers={"Idempotency-Key": "k"})
        while (await socket.next("message"))["data"]["status"] != "sent":
            pass
        while (frame := await socket.next("quota"))["data"]["spent"] != 1:
            pass
        assert frame["data"]["remaining"] == 186


async def test_without_a_token_the_socket_is_closed(helper: Helper) -> None:
    async with helper.session.ws_connect(f"{helper.api}/api/v1/events") as raw:
        await raw.send_json({"token": "wrong"})
        await raw.receive()
        assert raw.close_code == UNAUTHENTICATED


@pytest.mark.parametrize("first", ["no json", "{}", "[]", '{"token": 5}'])
async def test_an_odd_first_frame_is_no_token(helper: Helper, first: str) -> None:
    async with helper.session.ws_connect(f"{helper.api}/api/v1/events") as raw:
        await raw.send_str(first)
        await raw.receive()
        assert raw.close_code == UNAUTHENTICATED


async def test_who_says_nothing_is_not_waited_for(helper: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper.daemon._sockets, "_first_frame_seconds", 0.05)
    async with helper.session.ws_connect(f"{helper.api}/api/v1/events") as raw:
        await raw.receive()
        assert raw.close_code == TOO_LATE


async def test_revocation_closes_the_socket(helper: Helper) -> None:
    hanako = await helper.paired("花子", "operator")
    async with helper.events("花子") as hers, helper.events("viewer") as other:
        await helper.call("DELETE", f"/teammates/{hanako['teammate']['id']}")
        assert await hers.closed_with() == UNAUTHENTICATED
        await helper.sandbox.follow()
        await other.next("friend")


async def test_another_role_closes_the_socket(helper: Helper) -> None:
    await helper.paired("花子", "operator")
    async with helper.events("花子") as socket:
        code = await helper.daemon.office.pairing.print_code("花子", "viewer")
        body = {"code": code.code, "client": {"name": "x"}}
        await helper.call("POST", "/pairings", body, role=None)
        assert await socket.closed_with() == FORBIDDEN


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_the_doors_hold_at_the_handshake(helper: Helper, headers: dict[str, str]) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await helper.session.ws_connect(f"{helper.api}/api/v1/events", headers=headers)
    assert refused.value.status == 403


async def test_another_extension_cannot_use_a_token_on_the_socket(helper: Helper) -> None:
    mine = await helper.paired("花子", "operator", origin=EXTENSION)
    other = "chrome-extension://" + "b" * 32
    async with helper.session.ws_connect(f"{helper.api}/api/v1/events", headers={"Origin": other}) as raw:
        await raw.send_json({"token": mine["token"]})
        await raw.receive()
        assert raw.close_code == FORBIDDEN
    async with helper.session.ws_connect(f"{helper.api}/api/v1/events", headers={"Origin": EXTENSION}) as raw:
        await raw.send_json({"token": mine["token"]})
        assert (await raw.receive_json())["type"] == "beat"


async def test_a_plain_request_to_the_socket_is_a_problem(helper: Helper) -> None:
    answer = await helper.call("GET", "/events", role=None)
    assert (answer.status, answer.body["code"]) == (400, "bad_request")


async def test_a_hundred_sockets_hear_of_a_follow(helper: Helper) -> None:
    pairing = await helper.paired("operator")
    sockets = []
    for _ in range(100):
        raw = await helper.session.ws_connect(f"{helper.api}/api/v1/events")
        await raw.send_json({"token": pairing["token"]})
        sockets.append(raw)
    for raw in sockets:
        assert (await raw.receive_json())["type"] == "beat"
    await helper.sandbox.follow()
    for raw in sockets:
        assert (await raw.receive_json())["type"] == "friend"
        await raw.close()


async def test_stopping_does_not_wait_for_sockets(helper: Helper) -> None:
    async with helper.events() as socket:
        loop = asyncio.get_running_loop()
        started = loop.time()
        closing = asyncio.create_task(helper.daemon.close())
        assert await socket.closed_with() == 1001
        await closing
        assert loop.time() - started < 2


async def test_what_a_command_beside_the_daemon_revokes_is_closed_here(helper: Helper) -> None:
    hanako = await helper.paired("花子", "operator")
    async with helper.events("花子") as socket, AsyncExitStack() as stack:
        beside = await open_office(stack, helper.daemon.office.settings)
        await beside.pairing.revoke(hanako["teammate"]["id"])
        assert await socket.closed_with() == UNAUTHENTICATED
