"""A teammate who leaves, or whose role changes: from that moment, whatever she had begun."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from tests.api.conftest import PRACTICE, Helper
from tests.hardening.conftest import PATIENCE

HERE = f"/accounts/{PRACTICE}"


async def _bearer(helper: Helper, name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {(await helper.paired(name, 'operator'))['token']}"}


async def _change_role(helper: Helper, name: str, role: str) -> None:
    code = await helper.daemon.office.pairing.print_code(name, role)  # type: ignore[arg-type]
    body = {"code": code.code, "client": {"name": "x"}}
    assert (await helper.call("POST", "/pairings", body, role=None)).status == 201


async def test_another_role_holds_for_the_tokens_she_has(helper: Helper) -> None:
    bearer = await _bearer(helper, "花子")
    persona = {"name": "花子"}
    assert (await helper.call("POST", f"{HERE}/personas", persona, role=None, headers=bearer)).status == 201
    await _change_role(helper, "花子", "viewer")
    assert (await helper.call("GET", f"{HERE}/personas", role=None, headers=bearer)).status == 200
    refused = await helper.call("POST", f"{HERE}/personas", persona, role=None, headers=bearer)
    assert (refused.status, refused.body["code"]) == (403, "forbidden")
    await _change_role(helper, "花子", "admin")
    assert (await helper.call("GET", "/teammates", role=None, headers=bearer)).status == 200


async def test_a_code_printed_before_she_left_lets_nobody_in(helper: Helper) -> None:
    hanako = await helper.paired("花子", "operator")
    unused = (await helper.daemon.office.pairing.print_code("花子")).code
    others = (await helper.daemon.office.pairing.print_code("次郎")).code
    assert (await helper.call("DELETE", f"/teammates/{hanako['teammate']['id']}")).status == 204
    back = await helper.call("POST", "/pairings", {"code": unused, "client": {"name": "x"}}, role=None)
    assert (back.status, back.body["code"]) == (403, "pairing_code_invalid")
    jiro = await helper.call("POST", "/pairings", {"code": others, "client": {"name": "x"}}, role=None)
    assert jiro.status == 201
    again = (await helper.daemon.office.pairing.print_code("花子", "viewer")).code
    returned = await helper.call("POST", "/pairings", {"code": again, "client": {"name": "x"}}, role=None)
    assert returned.body["teammate"]["role"] == "viewer"


async def test_a_request_begun_before_she_left_does_nothing(helper: Helper) -> None:
    """She sends the head while she may, and the rest of the body when she may no more."""
    hanako = await helper.paired("花子", "operator")
    body = orjson.dumps({"name": "あとから"})
    reader, writer = await asyncio.open_connection("127.0.0.1", helper.daemon.api.port)
    head = (
        f"POST /api/v1{HERE}/personas HTTP/1.1\r\nHost: {helper.host}\r\nConnection: close\r\n"
        f"Authorization: Bearer {hanako['token']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:5])
    await writer.drain()
    # An answer on another connection: the head above has been read by then.
    assert (await helper.call("GET", "/me", role="花子")).status == 200
    await helper.call("DELETE", f"/teammates/{hanako['teammate']['id']}")
    writer.write(body[5:])
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 401"), answer
    assert (await helper.call("GET", f"{HERE}/personas")).body["items"] == []


async def test_her_sockets_hear_nothing_more(helper: Helper) -> None:
    hanako = await helper.paired("花子", "operator")
    async with helper.events("花子") as first, helper.events("花子") as second:
        await helper.call("DELETE", f"/teammates/{hanako['teammate']['id']}")
        await helper.follow("あとから来た人")
        for socket in (first, second):
            await socket.closed_with()
            assert "friend" not in [frame["type"] for frame in socket.frames]
    refused = await helper.session.ws_connect(f"{helper.api}/api/v1/events")
    await refused.send_json({"token": hanako["token"]})
    await refused.receive()
    assert refused.close_code == 4401


async def test_what_she_said_stays_hers_after_she_left(helper: Helper) -> None:
    person = await helper.follow()
    bearer = await _bearer(helper, "花子")
    marked = await helper.call(
        "PUT",
        f"{HERE}/friends/{person.user_id}/first-contact",
        {"route": "other"},
        role=None,
        headers=bearer,
    )
    assert marked.status == 200
    hanako = (await helper.paired("花子", "operator"))["teammate"]["id"]
    await helper.call("DELETE", f"/teammates/{hanako}")
    friend = (await helper.call("GET", f"{HERE}/friends/{person.user_id}")).body
    assert friend["first_contact"]["teammate"]["name"] == "花子"


async def test_what_she_could_still_undo_is_not_sent(helper: Helper) -> None:
    """Whoever stole her token and clicked for everybody gets nothing out after it is worth nothing."""
    people = [await helper.follow(name) for name in ("一人目", "二人目", "三人目")]
    hanako = await helper.paired("花子", "operator")
    jiro = await helper.paired("次郎", "operator")
    sent = [
        await _click(helper, pairing, person.user_id, hold_seconds)
        for pairing, person, hold_seconds in zip((hanako, hanako, jiro), people, (60, 60, 2), strict=True)
    ]
    async with helper.events() as socket:
        assert (await helper.call("DELETE", f"/teammates/{hanako['teammate']['id']}")).status == 204
        told = [(await socket.next("message"))["data"] for _ in range(2)]
        assert {(each["status"], each["error"]["code"]) for each in told} == {
            ("cancelled", "teammate_revoked")
        }
        # Others' messages go out, and her friends can be greeted by others.
        while (await socket.next("message"))["data"]["status"] != "sent":
            pass
    for message, status in zip(sent, ("cancelled", "cancelled", "sent"), strict=True):
        now = (await helper.call("GET", f"{HERE}/messages/{message['id']}")).body
        assert now["status"] == status
    log = helper.sandbox.journal.entries
    assert [entry.shown()["to"] for entry in log if entry.shown().get("to")] == [people[2].user_id]
    assert (await helper.call("GET", f"{HERE}/quota")).body["reserved"] == 0
    again = await _click(helper, jiro, people[0].user_id, 60)
    assert again["status"] == "held"


async def _click(helper: Helper, pairing: dict[str, Any], user_id: str, hold_seconds: int) -> dict[str, Any]:
    body = {
        "user_id": user_id,
        "max_cost": 1,
        "hold_seconds": hold_seconds,
        "messages": [{"type": "text", "text": "x"}],
    }
    headers = {
        "Authorization": f"Bearer {pairing['token']}",
        "Idempotency-Key": f"{user_id} {pairing['token_id']}",
    }
    answer = await helper.call("POST", f"{HERE}/messages", body, role=None, headers=headers)
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.body
    return made


async def test_her_claims_end_by_themselves(helper: Helper) -> None:
    """A lease of two minutes: it is not taken from her, but she cannot renew it either."""
    person = await helper.follow()
    bearer = await _bearer(helper, "花子")
    path = f"{HERE}/friends/{person.user_id}/claim"
    assert (await helper.call("POST", path, role=None, headers=bearer)).status == 200
    hanako = (await helper.paired("花子", "operator"))["teammate"]["id"]
    await helper.call("DELETE", f"/teammates/{hanako}")
    assert (await helper.call("POST", path, role=None, headers=bearer)).status == 401
    claim = (await helper.call("GET", f"{HERE}/friends/{person.user_id}")).body["claim"]
    left = datetime.fromisoformat(claim["until"]) - datetime.now(UTC)
    assert left <= timedelta(minutes=2)
