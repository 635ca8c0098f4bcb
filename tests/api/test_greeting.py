"""The greeting over HTTP: set up by an admin, stopped by anybody who may send, told to who watches."""

from typing import Any

from tests.api.conftest import PRACTICE, Helper

HERE = f"/accounts/{PRACTICE}"


async def _rule(helper: Helper, **changes: Any) -> dict[str, Any]:
    template = (await helper.call("GET", f"{HERE}/templates")).body["items"][0]
    return {"template_id": template["id"], **changes}


async def test_it_is_off_until_an_admin_switches_it_on(helper: Helper) -> None:
    before = (await helper.call("GET", f"{HERE}/greeting", role="viewer")).body
    assert (before["running"], before["template_id"], before["wait_seconds"]) == (False, None, 20)
    rule = await _rule(helper, wait_seconds=7, days=[1, 2], hours={"since": "18:00", "until": "02:00"})
    started = await helper.call("PUT", f"{HERE}/greeting", rule)
    assert started.status == 200, started.text
    now = (await helper.call("GET", f"{HERE}/greeting", role="viewer")).body
    assert now == started.body
    assert (now["running"], now["longest_wait_seconds"], now["changed_by"]["name"]) == (True, 40, "admin")
    assert {name: now[name] for name in rule} == rule
    assert (await helper.call("DELETE", f"{HERE}/greeting", role="operator")).status == 204
    after = (await helper.call("GET", f"{HERE}/greeting", role="viewer")).body
    assert (after["running"], after["changed_by"]["name"]) == (False, "operator")
    assert {name: after[name] for name in rule} == rule


async def test_a_new_friend_says_when_she_is_greeted_and_can_be_left_out(helper: Helper) -> None:
    assert (await helper.call("PUT", f"{HERE}/greeting", await _rule(helper))).status == 200
    async with helper.events() as socket:
        person = await helper.sandbox.follow("ゆい")
        told = (await socket.next("friend"))["data"]
        assert told["greeting"]["paused_by"] is None
        address = f"{HERE}/friends/{person.user_id}"
        claimed = (await helper.call("POST", f"{address}/claim", role="operator")).body
        assert claimed["greeting"]["paused_by"]["name"] == "operator"
        left_out = await helper.call("DELETE", f"{address}/greeting", role="operator")
        assert (left_out.status, left_out.body["greeting"]) == (200, None)
        again = await helper.call("DELETE", f"{address}/greeting", role="operator")
        assert (again.status, again.body["greeting"]) == (200, None)


async def test_who_watches_is_told_that_it_was_switched(helper: Helper) -> None:
    rule = await _rule(helper)
    async with helper.events() as socket:
        await helper.call("PUT", f"{HERE}/greeting", rule)
        assert (await socket.next("account"))["account_id"] == PRACTICE
        await helper.call("DELETE", f"{HERE}/greeting")
        assert (await socket.next("account"))["account_id"] == PRACTICE


async def test_what_was_greeted_is_told_as_nobodys_click(helper: Helper) -> None:
    rule = await _rule(helper, wait_seconds=5)
    assert (await helper.call("PUT", f"{HERE}/greeting", rule)).status == 200
    async with helper.events() as socket:
        person = await helper.sandbox.follow("ゆい")
        while (message := (await socket.next("message"))["data"])["status"] != "sent":
            pass
    assert (message["origin"], message["teammate"]) == ("greeting", {"id": None, "name": ""})
    friend = (await helper.call("GET", f"{HERE}/friends/{person.user_id}")).body
    assert friend["first_contact"]["automatic"] is True
    assert friend["first_contact"]["teammate"] is None
    items = (await helper.call("GET", f"{HERE}/ledger")).body["items"]
    assert (items[0]["kind"], items[0]["origin"]) == ("reply", "greeting")


async def test_refusals_have_the_words_of_the_field(helper: Helper) -> None:
    for changes, field in (
        ({"wait_seconds": 41}, "wait_seconds"),
        ({"days": []}, "days"),
        ({"hours": {"since": "10:00", "until": "10:00"}}, "hours"),
        ({"template_id": "nothing"}, "template_id"),
    ):
        answer = await helper.call("PUT", f"{HERE}/greeting", {**await _rule(helper), **changes})
        assert (answer.status, answer.body["code"]) == (422, "invalid")
        assert [error["field"] for error in answer.body["errors"]] == [field]
    for hours in ({"since": "25:00", "until": "10:00"}, {"since": "1:00", "until": "10:00"}):
        assert (await helper.call("PUT", f"{HERE}/greeting", await _rule(helper, hours=hours))).status == 422


async def test_it_and_another_tool_that_replies_exclude_each_other(helper: Helper) -> None:
    rule = await _rule(helper)
    assert (await helper.call("PUT", f"{HERE}/greeting", rule)).status == 200
    busy = await helper.call("DELETE", f"{HERE}/templates/{rule['template_id']}")
    assert (busy.status, busy.body["code"]) == (409, "used_by_greeting")
    assert (await helper.call("PATCH", HERE, {"other_tool_replies": True})).status == 200
    assert (await helper.call("GET", f"{HERE}/greeting")).body["running"] is False
    refused = await helper.call("PUT", f"{HERE}/greeting", rule)
    assert (refused.status, refused.body["code"]) == (409, "other_tool_replies")
