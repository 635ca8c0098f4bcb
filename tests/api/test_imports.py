"""`…/imports`: an admin starts the reading of LINE's follower list, everybody sees how it goes."""

import asyncio
from pathlib import Path
from typing import Any

from tests.api.conftest import PATIENCE, PRACTICE, Helper, running, settings_for

IMPORTS = f"/accounts/{PRACTICE}/imports"


def old_friends(helper: Helper, number: int) -> list[str]:
    """People who follow, of whom no webhook ever told."""
    platform = helper.sandbox.platform
    account = platform.account(PRACTICE)
    people = [platform.add_person(account, f"常連{index}") for index in range(number)]
    for person in people:
        person.following = True
    return [person.user_id for person in people]


async def until(helper: Helper, **wanted: object) -> Any:
    async with asyncio.timeout(PATIENCE):
        while True:
            body = (await helper.call("GET", IMPORTS, role="viewer")).body
            if all(body[name] == value for name, value in wanted.items()):
                return body
            await asyncio.sleep(0.02)


async def test_it_is_started_and_watched_and_the_queue_stays_as_it_was(helper: Helper) -> None:
    none = await helper.call("GET", IMPORTS, role="viewer")
    assert (none.status, none.body["state"], none.body["started_at"]) == (200, "none", None)
    helper.sandbox.platform.account(PRACTICE).verified = True
    old = old_friends(helper, 3)
    fresh = await helper.follow("ゆい🌸")
    begun = await helper.call("POST", IMPORTS)
    assert (begun.status, begun.body["state"]) == (202, "running")
    done = await until(helper, state="done", profiles=3)
    assert (done["pages"], done["found"], done["added"], done["error"]) == (1, 4, 3, None)
    queue = (await helper.call("GET", f"/accounts/{PRACTICE}/friends?stage=new")).body["items"]
    assert [friend["user_id"] for friend in queue] == [fresh.user_id]
    everybody = (await helper.call("GET", f"/accounts/{PRACTICE}/friends")).body["items"]
    assert everybody[0]["user_id"] == fresh.user_id, "newest follow first"
    assert {friend["user_id"]: friend["display_name"] for friend in everybody[1:]} == {
        user_id: f"常連{index}" for index, user_id in enumerate(old)
    }
    assert (await helper.call("GET", f"/accounts/{PRACTICE}")).body["new_friends"] == 1
    found = (await helper.call("GET", f"/accounts/{PRACTICE}/friends?q=常連2")).body["items"]
    assert [friend["user_id"] for friend in found] == [old[2]]


async def test_an_unverified_account_is_told_why_in_its_language(helper: Helper) -> None:
    await helper.call("POST", IMPORTS)
    ended = await until(helper, state="not_verified")
    assert ended["error"]["code"] == "not_verified"
    assert "認証済アカウント" in ended["error"]["text"]
    english = await helper.call("GET", IMPORTS, headers={"Accept-Language": "en"})
    assert "verified and premium" in english.body["error"]["text"]


async def test_it_can_be_stopped(helper: Helper) -> None:
    account = helper.sandbox.platform.account(PRACTICE)
    account.verified, account.followers_per_page = True, 1
    old_friends(helper, 3)
    await helper.call("POST", IMPORTS)
    await until(helper, pages=1)
    assert (await helper.call("DELETE", IMPORTS)).status == 204
    stopped = (await helper.call("GET", IMPORTS)).body
    assert (stopped["state"], stopped["added"]) == ("stopped", 1)
    assert (await helper.call("DELETE", IMPORTS)).status == 204


async def test_a_restart_goes_on_with_it(tmp_path: Path) -> None:
    async with running(settings_for(tmp_path)) as helper:
        account = helper.sandbox.platform.account(PRACTICE)
        account.verified, account.followers_per_page = True, 1
        old_friends(helper, 2)
        helper.sandbox.faults.add("followers", "hang_before", seconds=60)
        await helper.call("POST", IMPORTS)
        await until(helper, state="running")
    async with running(settings_for(tmp_path)) as helper:
        # Practice mode remembers its people.
        helper.sandbox.platform.account(PRACTICE).verified = True
        done = await until(helper, state="done")
        assert done["added"] == 2


async def test_an_unknown_account_has_none(helper: Helper) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = await helper.call(method, "/accounts/1/imports")
        assert (answer.status, answer.body["code"]) == (404, "account_unknown")
