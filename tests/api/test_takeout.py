"""`…/exports/…`: an admin takes friends, history and ledger along, as files that Excel opens as they are."""

import csv
import io
from typing import Any

import pytest

from helper.flows import takeout
from tests.api.conftest import PRACTICE, Helper

EXPORTS = f"/accounts/{PRACTICE}/exports"


async def export(helper: Helper, kind: str, **headers: str) -> list[dict[str, str]]:
    """The file's rows, by the names of its columns."""
    token = (await helper.paired("admin"))["token"]
    url = f"{helper.api}/api/v1{EXPORTS}/{kind}"
    async with helper.session.get(url, headers={"Authorization": f"Bearer {token}", **headers}) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="ittsu-{kind}.csv"'
        assert answer.headers["Cache-Control"] == "no-store"
        raw = await answer.read()
    assert raw.startswith(b"\xef\xbb\xbf"), "else Excel reads it as Shift-JIS"
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


async def send(helper: Helper, user_id: str, text: str) -> None:
    body: Any = {"user_id": user_id, "messages": [{"type": "text", "text": text}], "max_cost": 1}
    async with helper.events() as socket:
        await helper.call(
            "POST", f"/accounts/{PRACTICE}/messages", body, headers={"Idempotency-Key": user_id}
        )
        while (await socket.next("message"))["data"]["status"] != "sent":
            pass


async def test_friends_history_and_ledger(helper: Helper) -> None:
    old = await helper.follow("佐藤 花子", seconds_ago=600)
    risky = await helper.follow('=HYPERLINK("http://x","ゆい")', seconds_ago=300)
    await send(helper, old.user_id, "はじめまして\nさくら美容室です")
    await helper.sandbox.write(old, "+8100, です")

    friends = await export(helper, "friends")
    assert [row["友だちのID"] for row in friends] == [risky.user_id, old.user_id], "newest follow first"
    assert friends[0]["名前"] == '\'=HYPERLINK("http://x","ゆい")'
    assert (friends[1]["名前"], friends[1]["段階"]) == ("佐藤 花子", "メッセージあり")
    assert (friends[1]["最初の一通の経路"], friends[1]["最初の一通の担当"]) == ("プッシュ", "admin")
    assert friends[0]["最初の一通（日本時間）"] == ""

    history = await export(helper, "history")
    assert [(row["友だちのID"], row["向き"], row["本文"]) for row in history] == [
        (old.user_id, "受信", "'+8100, です"),
        (old.user_id, "送信", "はじめまして\nさくら美容室です"),
    ]
    assert (history[1]["状態"], history[1]["経路"], history[1]["通数"]) == ("送信済み", "プッシュ", "1")

    ledger = await export(helper, "ledger")
    kinds = [row["内容"] for row in ledger]
    assert kinds[:2] == ["確定", "確保"]
    english = await export(helper, "ledger", **{"Accept-Language": "en"})
    assert [row["Kind"] for row in english][:2] == ["spent", "reserved"]
    assert {row["Messages"] for row in english[:2]} == {"1"}


async def test_pieces_join_without_gap_or_double(helper: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FRIENDS", "TALKS", "LINES"):
        monkeypatch.setattr(takeout, name, 2)
    people = [await helper.follow(f"友だち{number}", seconds_ago=100 - number) for number in range(5)]
    for number in range(5):
        await helper.sandbox.write(people[2], f"その{number}", seconds_ago=50 - number)
    for person in people:
        await send(helper, person.user_id, f"{person.name}さん")
    friends = await export(helper, "friends")
    assert [row["名前"] for row in friends] == [person.name for person in reversed(people)]
    history = await export(helper, "history")
    assert [row["本文"] for row in history if row["向き"] == "受信"] == [
        f"その{number}" for number in reversed(range(5))
    ]
    assert sorted(row["本文"] for row in history if row["向き"] == "送信") == [
        f"{person.name}さん" for person in people
    ]
    items = (await helper.call("GET", f"/accounts/{PRACTICE}/ledger?limit=200")).body["items"]
    assert len(await export(helper, "ledger")) == len(items)


async def test_names_and_texts_stand_in_the_file_only(
    helper: Helper, caplog: pytest.LogCaptureFixture
) -> None:
    person = await helper.follow("白鳥 麗子", seconds_ago=600)
    await helper.sandbox.write(person, "内密のことば")
    caplog.set_level("DEBUG")
    for kind in ("friends", "history", "ledger"):
        await export(helper, kind)
    assert "麗子" not in caplog.text
    assert "内密" not in caplog.text


@pytest.mark.parametrize("kind", ["friends", "history", "ledger"])
async def test_an_unknown_account_is_told_and_an_operator_gets_nothing(helper: Helper, kind: str) -> None:
    answer = await helper.call("GET", f"/accounts/1/exports/{kind}")
    assert (answer.status, answer.body["code"]) == (404, "account_unknown")
    refused = await helper.call("GET", f"{EXPORTS}/{kind}", role="operator")
    assert (refused.status, refused.body["code"]) == (403, "forbidden")
