"""The main job over HTTP: from a follow to one message on her phone."""

from typing import Any

import pytest

from tests.api.conftest import PRACTICE, Answer, Helper

HERE = f"/accounts/{PRACTICE}"


async def _click(helper: Helper, body: dict[str, Any], key: str = "click", role: str = "operator") -> Answer:
    return await helper.call("POST", f"{HERE}/messages", body, role=role, headers={"Idempotency-Key": key})


async def _body(helper: Helper, user_id: str, **more: Any) -> dict[str, Any]:
    template = (await helper.call("GET", f"{HERE}/templates")).body["items"][0]
    return {"user_id": user_id, "template_id": template["id"], "max_cost": 1, **more}


async def _settled(helper: Helper, message_id: str, last_id: int) -> dict[str, Any]:
    async with helper.events(last_id=last_id) as socket:
        while True:
            frame = await socket.next("message")
            if frame["data"]["id"] == message_id and frame["data"]["settled_at"]:
                settled: dict[str, Any] = frame["data"]
                return settled


async def _now(helper: Helper) -> int:
    async with helper.events() as socket:
        number: int = socket.frames[-1]["id"]
        return number


def _phone(helper: Helper, user_id: str) -> list[str]:
    person = helper.sandbox.platform.account(PRACTICE).people[user_id]
    return [said.content["text"] for said in person.talk if said.by == "account" and said.kind == "message"]


async def test_a_click_sends_one_message_by_free_reply(helper: Helper) -> None:
    person = await helper.follow("ゆい🌸")
    before = await _now(helper)
    created = await _click(helper, await _body(helper, person.user_id, max_cost=0, first_contact=True))
    assert created.status == 201, created.text
    assert created.body["status"] == "held"
    assert created.body["teammate"]["name"] == "operator"
    message = await _settled(helper, created.body["id"], before)
    assert (message["status"], message["route"], message["cost"]) == ("sent", "reply", 0)
    assert message["line_request_id"]
    [text] = _phone(helper, person.user_id)
    assert text.startswith("ゆい🌸さん、")
    quota = (await helper.call("GET", f"{HERE}/quota")).body
    assert (quota["spent"], quota["remaining"], quota["limit"]) == (0, 187, 200)
    friend = (await helper.call("GET", f"{HERE}/friends/{person.user_id}")).body
    assert friend["stage"] == "contacted"
    assert friend["first_contact"]["message_id"] == message["id"]
    assert friend["first_contact"]["teammate"]["name"] == "operator"


async def test_an_old_follow_costs_one_and_the_ledger_says_who_spent_it(helper: Helper) -> None:
    person = await helper.follow(seconds_ago=600)
    refused = await _click(helper, await _body(helper, person.user_id, max_cost=0), key="free")
    assert (refused.status, refused.body["code"]) == (409, "free_route_gone")
    before = await _now(helper)
    created = await _click(helper, await _body(helper, person.user_id))
    message = await _settled(helper, created.body["id"], before)
    assert (message["status"], message["route"], message["cost"]) == ("sent", "push", 1)
    assert len(_phone(helper, person.user_id)) == 1
    quota = (await helper.call("GET", f"{HERE}/quota")).body
    assert (quota["spent"], quota["reserved"], quota["remaining"]) == (1, 0, 186)
    ledger = (await helper.call("GET", f"{HERE}/ledger")).body["items"]
    rows = [(row["kind"], row["teammate"]["name"]) for row in ledger if row["message_id"] == message["id"]]
    assert rows == [("settle", "operator"), ("reserve", "operator")]


async def test_the_same_key_never_sends_twice(helper: Helper) -> None:
    person = await helper.follow()
    body = await _body(helper, person.user_id)
    before = await _now(helper)
    first = await _click(helper, body)
    again = await _click(helper, body)
    assert (first.status, again.status) == (201, 200)
    assert again.body["id"] == first.body["id"]
    reused = await _click(helper, {**body, "max_cost": 0})
    assert (reused.status, reused.body["code"]) == (409, "idempotency_key_reused")
    await _settled(helper, first.body["id"], before)
    assert len(_phone(helper, person.user_id)) == 1


async def test_a_second_first_message_is_refused_and_says_who_sent_the_first(helper: Helper) -> None:
    person = await helper.follow()
    before = await _now(helper)
    first = await _click(helper, await _body(helper, person.user_id))
    await _settled(helper, first.body["id"], before)
    second = await _click(helper, await _body(helper, person.user_id), key="second", role="admin")
    assert (second.status, second.body["code"]) == (409, "already_contacted")
    contact = second.body["first_contact"]
    assert (contact["message_id"], contact["teammate"]["name"]) == (first.body["id"], "operator")
    assert contact["at"].endswith("Z")
    assert len(_phone(helper, person.user_id)) == 1


async def test_undo_in_time_sends_nothing_and_frees_the_slot(helper: Helper) -> None:
    person = await helper.follow()
    held = await _click(helper, await _body(helper, person.user_id, hold_seconds=30))
    undone = await helper.call("DELETE", f"{HERE}/messages/{held.body['id']}")
    assert (undone.status, undone.body["status"]) == (200, "cancelled")
    late = await helper.call("DELETE", f"{HERE}/messages/{held.body['id']}")
    assert (late.status, late.body["code"]) == (409, "not_held")
    friend = (await helper.call("GET", f"{HERE}/friends/{person.user_id}")).body
    assert (friend["stage"], friend["first_contact"]) == ("new", None)
    assert _phone(helper, person.user_id) == []


async def test_nothing_is_sent_to_an_id_that_line_never_gave_us(helper: Helper) -> None:
    answer = await _click(helper, await _body(helper, "U" + "9" * 32))
    assert (answer.status, answer.body["code"]) == (404, "friend_unknown")


async def test_the_page_of_another_account_sends_nothing(helper: Helper) -> None:
    person = await helper.follow()
    answer = await _click(helper, await _body(helper, person.user_id, expect_basic_id="@other"))
    assert (answer.status, answer.body["code"]) == (409, "account_mismatch")
    assert _phone(helper, person.user_id) == []


async def test_a_colleagues_claim_is_told(helper: Helper) -> None:
    person = await helper.follow()
    claim = f"{HERE}/friends/{person.user_id}/claim"
    mine = await helper.call("POST", claim, role="admin")
    assert mine.body["claim"]["teammate"]["name"] == "admin"
    refused = await _click(helper, await _body(helper, person.user_id))
    assert (refused.status, refused.body["code"]) == (409, "claimed")
    assert refused.body["claim"]["teammate"]["name"] == "admin"
    assert (await helper.call("POST", claim, role="operator")).body["code"] == "claimed"
    assert (await helper.call("DELETE", claim, role="admin")).body["claim"] is None
    assert (await _click(helper, await _body(helper, person.user_id))).status == 201


async def test_quota_gone_says_when_it_resets(helper: Helper) -> None:
    person = await helper.follow(seconds_ago=600)
    await helper.call("PATCH", HERE, {"floor": 187})
    answer = await _click(helper, await _body(helper, person.user_id))
    assert (answer.status, answer.body["code"]) == (409, "quota_exhausted")
    assert answer.body["resets_at"].endswith("T15:00:00.000Z")


async def test_a_preview_shows_what_she_will_see_and_sends_nothing(helper: Helper) -> None:
    person = await helper.follow("ゆい🌸")
    persona = (await helper.call("POST", f"{HERE}/personas", {"name": "花子"})).body
    body = await _body(helper, person.user_id, persona_id=persona["id"])
    answer = await helper.call("POST", f"{HERE}/messages/preview", body, role="operator")
    assert answer.status == 200, answer.text
    assert answer.body["sender"]["name"] == "花子"
    assert answer.body["sender_display"] == "花子 from 'さくら美容室'"
    assert answer.body["messages"][0]["text"].startswith("ゆい🌸さん、")
    assert answer.body["plan"]["route"] == "reply"
    assert _phone(helper, person.user_id) == []


async def test_a_text_of_ones_own_with_tap_replies(helper: Helper) -> None:
    person = await helper.follow()
    before = await _now(helper)
    body = {
        "user_id": person.user_id,
        "messages": [{"type": "text", "text": "こんにちは"}],
        "tap_replies": ["はい"],
        "max_cost": 1,
    }
    created = await _click(helper, body)
    message = await _settled(helper, created.body["id"], before)
    assert message["messages"][0]["quickReply"]["items"][0]["action"]["label"] == "はい"
    assert _phone(helper, person.user_id) == ["こんにちは"]


async def test_other_message_types_are_not_there_yet(helper: Helper) -> None:
    person = await helper.follow()
    body = {"user_id": person.user_id, "messages": [{"type": "sticker"}], "max_cost": 1}
    answer = await _click(helper, body)
    assert (answer.status, answer.body["code"]) == (422, "message_type_unsupported")


async def test_a_row_is_proposed_confirmed_and_then_exact(helper: Helper) -> None:
    person = await helper.follow("田中 美咲", seconds_ago=3600)
    friend = (await helper.call("GET", f"{HERE}/friends/{person.user_id}")).body
    key = {
        "dashboard": "lstep",
        "member_id": "123456789",
        "name": "田中美咲",
        "followed_at": friend["followed_at"],
    }
    lookup = f"{HERE}/friends/lookup"
    [proposed] = (await helper.call("POST", lookup, {"keys": [key]})).body["results"]
    assert (proposed["match"], proposed["friend"]["user_id"]) == ("proposed", person.user_id)
    link = f"{HERE}/links/lstep/123456789"
    assert (await helper.call("PUT", link, {"user_id": person.user_id})).status == 200
    [exact, none] = (await helper.call("POST", lookup, {"keys": [key, {"user_id": "U" + "0" * 32}]})).body[
        "results"
    ]
    assert (exact["match"], none["match"], none["friend"]) == ("exact", "none", None)
    assert (await helper.call("DELETE", link)).status == 204


@pytest.mark.parametrize("time", [1_795_000_000_000, "yesterday", "2026-11-21", "2026-11-21T10:32"])
async def test_a_rows_time_names_its_offset(helper: Helper, time: object) -> None:
    key = {"dashboard": "lstep", "member_id": "1", "name": "花子", "followed_at": time}
    answer = await helper.call("POST", f"{HERE}/friends/lookup", {"keys": [key]})
    assert answer.status == 422


async def test_five_hundred_rows_and_no_more(helper: Helper) -> None:
    keys = [{"user_id": f"U{number:032x}"} for number in range(501)]
    lookup = f"{HERE}/friends/lookup"
    assert len((await helper.call("POST", lookup, {"keys": keys[:500]})).body["results"]) == 500
    assert (await helper.call("POST", lookup, {"keys": keys})).status == 422


async def test_a_page_is_bound_by_its_name_as_it_is_shown(helper: Helper) -> None:
    name = "さくら/美容室 本店?"
    from urllib.parse import quote

    path = f"/bindings/lstep/{quote(name, safe='')}"
    bound = await helper.call("PUT", path, {"account_id": PRACTICE})
    assert (bound.status, bound.body["page_account"]) == (200, name)
    [binding] = (await helper.call("GET", "/bindings")).body["items"]
    assert (binding["dashboard"], binding["page_account"], binding["account_id"]) == ("lstep", name, PRACTICE)
    assert (await helper.call("DELETE", path)).status == 204
    assert (await helper.call("GET", "/bindings")).body["items"] == []


async def test_lists_are_read_page_by_page(helper: Helper) -> None:
    people = [await helper.follow(f"友だち{number}", seconds_ago=number * 60) for number in range(3)]
    first = (await helper.call("GET", f"{HERE}/friends?limit=2")).body
    second = (await helper.call("GET", f"{HERE}/friends?limit=2&cursor={first['next']}")).body
    seen = [friend["user_id"] for friend in first["items"] + second["items"]]
    assert seen == [person.user_id for person in people]
    assert second["next"] is None
    found = (await helper.call("GET", f"{HERE}/friends?q=2")).body["items"]
    assert [friend["user_id"] for friend in found] == [people[2].user_id]


async def test_history_shows_both_directions(helper: Helper) -> None:
    person = await helper.follow()
    before = await _now(helper)
    created = await _click(helper, await _body(helper, person.user_id))
    await _settled(helper, created.body["id"], before)
    await helper.sandbox.write(person, "予約したい")
    path = f"{HERE}/friends/{person.user_id}/messages"
    newest = (await helper.call("GET", f"{path}?limit=1")).body
    assert [(item["direction"], item["text"]) for item in newest["items"]] == [("in", "予約したい")]
    older = (await helper.call("GET", f"{path}?limit=1&cursor={newest['next']}")).body
    assert older["items"][0]["direction"] == "out"
    assert older["items"][0]["message"]["id"] == created.body["id"]


@pytest.mark.parametrize("route", ["chat", "other"])
async def test_greeted_elsewhere_can_be_marked_and_unmarked(helper: Helper, route: str) -> None:
    person = await helper.follow()
    path = f"{HERE}/friends/{person.user_id}/first-contact"
    marked = await helper.call("PUT", path, {"route": route}, role="operator")
    assert marked.body["first_contact"]["message_id"] is None
    assert (marked.body["stage"], marked.body["first_contact"]["route"]) == ("contacted", route)
    unmarked = await helper.call("DELETE", path, role="operator")
    assert (unmarked.body["stage"], unmarked.body["first_contact"]) == ("new", None)


async def test_staff_are_taken_off_the_queue_and_put_back(helper: Helper) -> None:
    person = await helper.follow()
    path = f"{HERE}/friends/{person.user_id}"
    assert (await helper.call("PATCH", path, {"dismissed": True})).body["dismissed"] is True
    assert (await helper.call("GET", f"{HERE}/friends?stage=new")).body["items"] == []
    assert (await helper.call("PATCH", path, {"dismissed": False})).body["dismissed"] is False
    assert len((await helper.call("GET", f"{HERE}/friends?stage=new")).body["items"]) == 1
    assert (await helper.call("PATCH", path, {"note": "x"})).status == 501
