"""`DELETE …/friends/{user_id}`: an admin erases a customer, and open pages learn of it."""

from tests.api.conftest import PRACTICE, Helper

FRIENDS = f"/accounts/{PRACTICE}/friends"


async def test_an_erased_customer_is_gone_for_everybody(helper: Helper) -> None:
    person = await helper.follow("白鳥 麗子", seconds_ago=600)
    body = {
        "user_id": person.user_id,
        "messages": [{"type": "text", "text": "麗子さん、やあ"}],
        "max_cost": 1,
    }
    headers = {"Idempotency-Key": "k"}
    async with helper.events() as socket:
        sent = await helper.call("POST", f"/accounts/{PRACTICE}/messages", body, headers=headers)
        while (await socket.next("message"))["data"]["status"] != "sent":
            pass
        answer = await helper.call("DELETE", f"{FRIENDS}/{person.user_id}")
        assert (answer.status, answer.text) == (204, "")
        told = await socket.next("resync")
        assert person.user_id not in str(told)

    assert (await helper.call("GET", f"{FRIENDS}/{person.user_id}")).body["code"] == "friend_unknown"
    assert (await helper.call("GET", FRIENDS)).body["items"] == []
    left = (await helper.call("GET", f"/accounts/{PRACTICE}/messages/{sent.body['id']}")).body
    assert (left["status"], left["route"], left["cost"]) == ("sent", "push", 1)
    assert (left["user_id"], left["messages"]) == ("", [])
    assert left["texts_removed_at"] is not None
    repeated = await helper.call("POST", f"/accounts/{PRACTICE}/messages", body, headers=headers)
    assert (repeated.status, repeated.body["id"]) == (200, sent.body["id"])
    ledger = (await helper.call("GET", f"/accounts/{PRACTICE}/ledger")).body["items"]
    assert [row["kind"] for row in ledger if row["message_id"] == left["id"]] == ["settle", "reserve"]

    again = await helper.call("DELETE", f"{FRIENDS}/{person.user_id}")
    assert (again.status, again.body["code"]) == (404, "friend_unknown")


async def test_who_was_away_during_an_erasing_is_told_to_read_all_again(helper: Helper) -> None:
    async with helper.events() as socket:
        last = socket.frames[-1]["id"]
    person = await helper.follow()
    await helper.call("DELETE", f"{FRIENDS}/{person.user_id}")
    async with helper.events(last_id=last) as socket:
        assert (await socket.next())["type"] == "resync"


async def test_a_message_on_its_way_is_waited_for(helper: Helper) -> None:
    person = await helper.follow(seconds_ago=600)
    helper.sandbox.faults.add("push", "hang_before", seconds=4)
    body = {"user_id": person.user_id, "messages": [{"type": "text", "text": "やあ"}], "max_cost": 1}
    async with helper.events() as socket:
        await helper.call("POST", f"/accounts/{PRACTICE}/messages", body, headers={"Idempotency-Key": "k"})
        while (await socket.next("message"))["data"]["status"] != "sending":
            pass
        refused = await helper.call("DELETE", f"{FRIENDS}/{person.user_id}")
        assert (refused.status, refused.body["code"]) == (409, "message_in_flight")
        assert (await helper.call("GET", f"{FRIENDS}/{person.user_id}")).status == 200
