"""How webhooks reach us, by the API: nothing at LINE changes unless what stood there was shown."""

from tests.api.conftest import PRACTICE, Helper

HERE = f"/accounts/{PRACTICE}"
TOOL = "https://tool.example.jp/hook"
OURS = f"https://shop.example.jp/webhook/{PRACTICE}"


async def test_it_tells_what_is_set_whose_it_is_and_which_ways_there_are(helper: Helper) -> None:
    helper.sandbox.platform.account(PRACTICE).webhook_url = TOOL
    told = (await helper.call("GET", f"{HERE}/receiving")).body
    assert told["webhook"] == {
        "url": TOOL,
        "active": True,
        "whose": "other",
        "host": "tool.example.jp",
        "text": "ほかのツール（tool.example.jp）",
    }
    assert (told["way"], told["recommended"], told["why"]["code"]) == (None, None, "tool_unanswered")
    assert (told["webhook_path"], told["listener"]) == (f"/webhook/{PRACTICE}", helper.daemon.webhook.url)
    english = (await helper.call("GET", f"{HERE}/receiving", headers={"Accept-Language": "en"})).body
    assert english["webhook"]["text"] == "another tool (tool.example.jp)"


async def test_answers_make_a_recommendation_and_a_refused_way_changes_nothing(helper: Helper) -> None:
    told = (await helper.call("PUT", f"{HERE}/receiving", {"tool": True, "always_on": False})).body
    assert (told["recommended"], told["why"]["code"]) == ("relay", "tool_goes_on")
    in_front = next(way for way in told["ways"] if way["way"] == "in_front")
    assert (in_front["possible"], in_front["refused"]["code"]) == (False, "not_always_on")
    refused = await helper.call("PUT", f"{HERE}/receiving", {"way": "in_front"})
    assert (refused.status, refused.body["code"]) == (409, "not_always_on")
    assert "スリープするパソコン" in refused.body["detail"]
    chosen = (await helper.call("PUT", f"{HERE}/receiving", {"way": "relay"})).body
    assert (chosen["way"], chosen["other_tool_replies"]) == ("relay", True)
    stated = (await helper.call("PUT", f"{HERE}/receiving", {"tool_replies": False})).body
    assert (stated["way"], stated["other_tool_replies"]) == ("relay", False)
    undecided = (await helper.call("PUT", f"{HERE}/receiving", {"way": None})).body
    assert (undecided["way"], undecided["previous_way"]) == (None, "relay")


async def test_without_a_webhook_an_unverified_account_is_told_what_that_means(helper: Helper) -> None:
    helper.sandbox.platform.account(PRACTICE).verified = False
    told = (await helper.call("GET", f"{HERE}/receiving")).body
    none = next(way for way in told["ways"] if way["way"] == "none")
    assert (none["possible"], none["caution"]["code"]) == (True, "nothing_can_be_sent")
    assert "何も送信できません" in none["caution"]["text"]


async def test_the_url_is_tested_changed_and_put_back(helper: Helper) -> None:
    line = helper.sandbox.platform.account(PRACTICE)
    line.webhook_url = TOOL
    address = f"{helper.daemon.webhook.url}/webhook/{PRACTICE}"
    tested = (await helper.call("POST", f"{HERE}/webhook/test", {"url": address})).body
    assert (tested["success"], tested["code"]) == (True, "ok")
    unknown = f"{helper.daemon.webhook.url}/webhook/999"
    failed = (await helper.call("POST", f"{HERE}/webhook/test", {"url": unknown})).body
    assert (failed["success"], failed["code"], failed["status"]) == (False, "status_404", 404)
    late = await helper.call("PUT", f"{HERE}/webhook", {"url": address, "seen": OURS})
    assert (late.status, late.body["code"], late.body["present"]) == (409, "webhook_changed", TOOL)
    assert line.webhook_url == TOOL
    changed = await helper.call("PUT", f"{HERE}/webhook", {"url": address, "seen": TOOL})
    assert changed.body == {"url": address, "confirmed": True}
    told = (await helper.call("GET", f"{HERE}/receiving")).body
    assert (told["webhook"]["whose"], told["wanted_url"], told["previous_url"]) == ("here", address, TOOL)
    back = await helper.call("POST", f"{HERE}/webhook/restore", {"seen": address})
    assert back.body == {"url": TOOL, "confirmed": True}
    assert line.webhook_url == TOOL
    again = await helper.call("POST", f"{HERE}/webhook/restore", {"seen": TOOL})
    assert (again.status, again.body["code"]) == (409, "nothing_to_restore")


async def test_what_no_webhook_url_can_be_is_refused_before_line_is_asked(helper: Helper) -> None:
    for url in ("https://shop.example.jp/webhook/1", "http://shop.example.jp" + f"/webhook/{PRACTICE}", "x"):
        answer = await helper.call("PUT", f"{HERE}/webhook", {"url": url, "seen": None})
        assert (answer.status, answer.body["code"]) == (422, "invalid"), url
    assert (await helper.call("PUT", f"{HERE}/webhook", {"url": OURS})).status == 422


async def test_a_line_that_cannot_be_asked_is_told_beside_what_is_stored(helper: Helper) -> None:
    await helper.call("PUT", f"{HERE}/receiving", {"tool": False})
    helper.sandbox.faults.add("/v2/bot/channel/webhook/endpoint", "500_before", 1)
    told = (await helper.call("GET", f"{HERE}/receiving")).body
    assert (told["webhook"], told["trouble"]["code"], told["recommended"]) == (
        None,
        "line_unavailable",
        "alone",
    )


async def test_there_is_no_relay_until_one_is_joined(helper: Helper) -> None:
    nothing = {"url": None, "connected": False, "since": None, "trouble": None}
    assert (await helper.call("GET", "/relay", role="viewer")).body == nothing
    nobody = await helper.call("POST", "/relay", {"url": "http://127.0.0.1:1", "code": "x"})
    assert (nobody.status, nobody.body["code"]) == (502, "relay_unreachable")
    wrong = await helper.call("POST", "/relay", {"url": "http://relay.example.jp", "code": "x"})
    assert (wrong.status, wrong.body["errors"][0]["field"]) == (422, "url")
    assert (await helper.call("DELETE", "/relay")).status == 204
    assert (await helper.call("GET", "/relay")).body == nothing
