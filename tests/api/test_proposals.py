"""Proposing links from an export file over HTTP, and confirming them one by one."""

from typing import Any

import aiohttp
import jsonschema  # type: ignore[import-untyped]
import pytest

from helper.flows import exports
from helper.model.clock import from_rfc3339
from helper.store.database import StoreTrouble
from helper.store.friends import find_friends
from helper.web.api import openapi
from helper.web.proposals import MOST_BYTES
from helper.web.routes import PREFIX
from tests.api.conftest import PRACTICE, Answer, Helper
from tests.exporting import WEARS, lstep_file

HERE = f"/accounts/{PRACTICE}/links/proposals"
CSV = {"Content-Type": "text/csv"}


async def propose(
    helper: Helper,
    body: bytes,
    query: str = "?dashboard=lstep",
    headers: dict[str, str] = CSV,
    role: str = "operator",
) -> Answer:
    return await helper.call("POST", HERE + query, role=role, headers=headers, data=body)


async def test_a_whole_list_is_proposed_and_confirmed_one_by_one(helper: Helper) -> None:
    yui = await helper.follow("ゆい🌸")
    hana = await helper.follow("はな", seconds_ago=600)
    friends = {
        friend["user_id"]: friend
        for friend in (await helper.call("GET", f"/accounts/{PRACTICE}/friends")).body["items"]
    }
    rows = [
        (member_id, name, from_rfc3339(friends[person.user_id]["followed_at"]))
        for member_id, name, person in (("1002", "はな", hana), ("1001", "ゆい🌸", yui))
    ]
    body = lstep_file([*rows, ("1003", "だれか", None), ("?", "", None)], WEARS["one mark a letter"])
    answer = await propose(helper, body)
    assert answer.status == 200, answer.text
    document: Any = openapi()
    operation = document["paths"][PREFIX + "/accounts/{account_id}/links/proposals"]["post"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(answer.body, {**schema, "components": document["components"]})
    suggestion = {
        name: friends[yui.user_id][name]
        for name in ("user_id", "display_name", "picture_url", "followed_at", "stage")
    }
    minute = friends[yui.user_id]["followed_at"][:16] + ":00.000Z"
    assert answer.body["items"][0] == {
        "member": {"member_id": "1001", "name": "ゆい?", "followed_at": minute},
        "match": "proposed",
        "evidence": "name_and_time",
        "letters_lost": True,
        "friend": suggestion,
        "candidates": [suggestion],
    }
    assert [item["member"]["member_id"] for item in answer.body["items"]] == ["1001", "1002"]
    assert {name: value for name, value in answer.body.items() if name != "items"} == {
        "dashboard": "lstep",
        "encoding": "shift_jis",
        "delimiter": ",",
        "people": 3,
        "linked": 0,
        "unknown": 1,
        "skipped": [{"line": 6, "code": "no_id"}],
        "skipped_count": 1,
    }
    for item in answer.body["items"]:
        link = f"/accounts/{PRACTICE}/links/lstep/{item['member']['member_id']}"
        confirmed = await helper.call("PUT", link, {"user_id": item["friend"]["user_id"]}, role="operator")
        assert confirmed.status == 200
    again = await propose(helper, body)
    assert (again.body["linked"], again.body["unknown"], again.body["items"]) == (2, 1, [])
    assert again.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x"]
)
async def test_another_content_type_is_refused(helper: Helper, content_type: str) -> None:
    answer = await propose(helper, lstep_file([]), headers={"Content-Type": content_type})
    assert (answer.status, answer.body["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("query", ["", "?dashboard=", "?dashboard=oachat", "?dashboard=lstep&x=1"])
async def test_a_dashboard_that_exports_no_such_file_is_invalid(helper: Helper, query: str) -> None:
    answer = await propose(helper, lstep_file([]), query)
    assert (answer.status, answer.body["code"]) == (422, "invalid")


async def test_an_unknown_account_is_said_before_the_file_is_read(helper: Helper) -> None:
    answer = await helper.call(
        "POST", "/accounts/1/links/proposals?dashboard=lme", role="operator", headers=CSV, data=b""
    )
    assert (answer.status, answer.body["code"]) == (404, "account_unknown")


async def test_what_cannot_be_read_is_said_in_both_languages(helper: Helper) -> None:
    for body, code in (
        (b"", "export_unreadable"),
        ("表示名,住所\nゆい,x\n".encode(), "export_columns_missing"),
    ):
        ja = await propose(helper, body)
        en = await propose(helper, body, headers={**CSV, "Accept-Language": "en"})
        assert (ja.status, ja.body["code"], en.body["code"]) == (422, code, code)
        assert "ファイル" in ja.body["detail"]
        assert "file" in en.body["detail"]
        assert en.body.get("columns") == (None if code == "export_unreadable" else ["表示名", "住所"])


async def test_only_this_route_takes_so_much(helper: Helper) -> None:
    row = f"1001,{'ゆ' * 100}\n".encode()
    body = "ID,メモ\n".encode() + row * (2_000_000 // len(row))
    answer = await propose(helper, body)
    assert (answer.status, answer.body["people"]) == (200, 1)
    elsewhere = await helper.call("POST", f"/accounts/{PRACTICE}/friends/lookup", headers=CSV, data=body)
    assert (elsewhere.status, elsewhere.body["code"]) == (413, "too_large")
    more = await propose(helper, body * (MOST_BYTES // len(body) + 1))
    assert (more.status, more.body["code"]) == (413, "too_large")


@pytest.mark.parametrize("good_reads", [0, 1])
async def test_half_an_answer_is_never_taken_for_a_whole_one(
    helper: Helper, monkeypatch: pytest.MonkeyPatch, good_reads: int
) -> None:
    for name in ("ゆい", "はな"):
        await helper.follow(name)
    body = lstep_file([("1001", "ゆい", None), ("1002", "はな", None)])
    reads: list[object] = []

    async def fail_later(*given: Any) -> Any:
        reads.append(given)
        if len(reads) > good_reads:
            raise StoreTrouble("x", "storage_failed")
        return await find_friends(*given)

    monkeypatch.setattr(exports, "KEYS", 1)
    monkeypatch.setattr(exports, "find_friends", fail_later)
    if good_reads:
        with pytest.raises(aiohttp.ClientPayloadError):
            await propose(helper, body)
    else:
        answer = await propose(helper, body)
        assert (answer.status, answer.body["code"]) == (503, "storage_failed")
    monkeypatch.undo()
    whole = await propose(helper, body)
    assert [item["match"] for item in whole.body["items"]] == ["proposed", "proposed"]
