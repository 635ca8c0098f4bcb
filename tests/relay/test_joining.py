"""Joining and leaving a relay by the helper's API is what the commands do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.conftest import PRACTICE, Helper, running, settings_for
from tests.relay.post import Post, open_post, until

Both = tuple[Post, Helper]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with open_post(tmp_path / "relay") as post, running(settings_for(tmp_path)) as helper:
        yield post, helper


async def test_a_code_joins_and_what_came_is_fetched_until_it_is_left(both: Both) -> None:
    post, helper = both
    line = helper.sandbox.platform.account(PRACTICE)
    await post.stand_before(PRACTICE, line.secret, tool=None)
    line.webhook_url = f"{post.url}/webhook/{PRACTICE}"
    code = (await post.depot.door.print_code()).code
    joined = await helper.call("POST", "/relay", {"url": post.url + "/", "code": f" {code} "})
    assert (joined.status, joined.body["url"]) == (201, post.url)

    async def connected() -> bool:
        return bool((await helper.call("GET", "/relay", role="viewer")).body["connected"])

    await until(connected)
    person = await helper.follow()
    found = await helper.call("GET", f"/accounts/{PRACTICE}/friends/{person.user_id}")
    assert found.status == 200
    told = (await helper.call("GET", f"/accounts/{PRACTICE}/receiving")).body
    assert told["webhook"]["whose"] == "relay"
    assert (await helper.call("DELETE", "/relay")).status == 204
    assert (await helper.call("GET", "/relay")).body["url"] is None
    told = (await helper.call("GET", f"/accounts/{PRACTICE}/receiving")).body
    assert told["webhook"]["whose"] == "old_tunnel"


async def test_a_wrong_code_joins_nothing(both: Both) -> None:
    post, helper = both
    wrong = await helper.call("POST", "/relay", {"url": post.url, "code": "x"})
    assert (wrong.status, wrong.body["code"]) == (403, "pairing_code_invalid")
    assert (await helper.call("GET", "/relay")).body["url"] is None
