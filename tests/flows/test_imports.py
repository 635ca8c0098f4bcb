"""Friends from before by ids in a file: LINE answers for each of them first, and nobody joins the queue."""

from typing import Any

import pytest

from helper.flows import friends, imports
from helper.flows.forgetting import forget
from helper.flows.imports import CandidateReader
from helper.flows.send import send
from helper.model.message import SendRequest
from helper.model.refusal import Refused
from helper.sandbox.people import Person
from helper.store import imports as store
from tests.rig import TARO, Shop

HEADER = "名前,LINEユーザーID\r\n"


def csv(*ids: str, header: str = HEADER) -> bytes:
    return (header + "".join(f"客{number},{user_id}\r\n" for number, user_id in enumerate(ids))).encode()


async def silent(shop: Shop, name: str) -> Person:
    """A friend of the account of whom we were never told."""
    shop.line.webhook_active = False
    person = await shop.sandbox.follow(name)
    shop.line.webhook_active = True
    return person


async def ask_all(shop: Shop) -> None:
    reader = CandidateReader(shop.desk)
    while due := await shop.desk.db.read(lambda unit: store.candidates_due(unit, shop.clock.now(), 100)):
        for one in due:
            await reader.ask(one)


async def test_a_preview_tells_all_and_stores_nothing(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    ken = await silent(shop, "けん")
    body = csv(yui.user_id, ken.user_id, ken.user_id, "12345678", "")
    told = await imports.preview(shop.desk, shop.id, body, None)
    assert (told.file.rows, len(told.file.ids), told.known, told.unknown) == (5, 2, 1, 1)
    assert (told.file.doubled, told.file.broken_count, told.file.broken) == (1, 2, [5, 6])
    assert told.seconds == 1
    assert await imports.progress(shop.desk, shop.id) is None
    with pytest.raises(Refused):
        await friends.get(shop.desk, shop.id, ken.user_id)


async def test_only_who_line_answers_for_becomes_a_friend_and_never_a_new_one(shop: Shop) -> None:
    ken = await silent(shop, "けん")
    stranger = "U" + "f" * 32
    await imports.start(shop.desk, shop.id, csv(ken.user_id, stranger), None)
    request = SendRequest(ken.user_id, max_cost=1, messages=({"type": "text", "text": "x"},))
    with pytest.raises(Refused) as refused:
        await send(shop.desk, shop.id, request, "before", "x", TARO)
    assert refused.value.code == "friend_unknown"
    await ask_all(shop)
    done = await imports.progress(shop.desk, shop.id)
    assert done is not None
    assert (done.state, done.total, done.added, done.missing) == ("done", 2, 1, 1)
    view = await shop.friend(ken)
    assert (view.friend.display_name, view.friend.followed_at) == ("けん", None)
    queue, _ = await friends.page(shop.desk, shop.id, "new")
    assert [one.friend.user_id for one in queue] == []
    with pytest.raises(Refused):
        await friends.get(shop.desk, shop.id, stranger)
    message = await shop.click_and_wait(ken)
    assert (message.status, message.route, message.cost) == ("sent", "push", 1)


async def test_a_restart_goes_on_where_it_was_and_twice_the_same_file_is_once(shop: Shop) -> None:
    people = [await silent(shop, f"客{number}") for number in range(5)]
    body = csv(*(person.user_id for person in people))
    await imports.start(shop.desk, shop.id, body, None)
    (first, *_) = await shop.desk.db.read(lambda unit: store.candidates_due(unit, shop.clock.now(), 1))
    await CandidateReader(shop.desk).ask(first)
    await imports.start(shop.desk, shop.id, body, None)
    await ask_all(shop)
    done = await imports.progress(shop.desk, shop.id)
    assert done is not None
    assert (done.state, done.total, done.added) == ("done", 5, 5)
    with pytest.raises(Refused) as refused:
        await imports.start(shop.desk, shop.id, body, None)
    assert refused.value.code == "import_nothing"


async def test_a_line_that_cannot_be_asked_is_asked_later(shop: Shop) -> None:
    ken = await silent(shop, "けん")
    await imports.start(shop.desk, shop.id, csv(ken.user_id), None)
    shop.sandbox.faults.add("profile", "500_before")
    await ask_all(shop)
    waiting = await imports.progress(shop.desk, shop.id)
    assert waiting is not None
    assert (waiting.state, waiting.error, waiting.added) == ("running", "line_unavailable", 0)
    shop.clock.advance(6)
    await ask_all(shop)
    done = await imports.progress(shop.desk, shop.id)
    assert done is not None
    assert (done.state, done.error, done.added) == ("done", None, 1)


async def test_stopping_leaves_who_is_a_friend_and_asks_nobody_else(shop: Shop) -> None:
    people = [await silent(shop, f"客{number}") for number in range(3)]
    await imports.start(shop.desk, shop.id, csv(*(person.user_id for person in people)), None)
    (first, *_) = await shop.desk.db.read(lambda unit: store.candidates_due(unit, shop.clock.now(), 1))
    await CandidateReader(shop.desk).ask(first)
    await imports.stop(shop.desk, shop.id)
    await ask_all(shop)
    done = await imports.progress(shop.desk, shop.id)
    assert done is not None
    assert (done.state, done.added) == ("stopped", 1)


async def test_who_was_erased_stays_erased(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    await forget(shop.desk, shop.id, yui.user_id)
    told = await imports.preview(shop.desk, shop.id, csv(yui.user_id), None)
    assert (told.erased, told.unknown) == (1, 0)
    with pytest.raises(Refused) as refused:
        await imports.start(shop.desk, shop.id, csv(yui.user_id), None)
    assert refused.value.code == "import_nothing"


async def test_erasing_reaches_who_still_waits(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    ken = await silent(shop, "けん")
    await imports.start(shop.desk, shop.id, csv(ken.user_id), None)
    await shop.sandbox.write(ken, "こんにちは")
    await forget(shop.desk, shop.id, ken.user_id)
    await ask_all(shop)
    with pytest.raises(Refused):
        await friends.get(shop.desk, shop.id, ken.user_id)
    assert (await shop.friend(yui)).friend.user_id == yui.user_id


async def test_a_dashboards_own_ids_are_never_taken_for_lines(shop: Shop) -> None:
    """A member id may look just like a LINE user id: the column's name decides, or the admin."""
    ken = await silent(shop, "けん")
    body = csv(ken.user_id, header="名前,登録ID\r\n")
    told = await imports.preview(shop.desk, shop.id, body, None)
    assert (told.file.column, len(told.file.ids), told.file.columns) == (None, 0, ["名前", "登録ID"])
    chosen = await imports.preview(shop.desk, shop.id, body, "登録ID")
    assert chosen.unknown == 1
    with pytest.raises(Refused) as refused:
        await imports.preview(shop.desk, shop.id, body, "なし")
    assert (refused.value.code, refused.value.extra["columns"]) == (
        "import_column_missing",
        ["名前", "登録ID"],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
async def test_files_as_spreadsheets_write_them(shop: Shop, encoding: str) -> None:
    ken = await silent(shop, "けん")
    text = f'名前\tLINE user ID\r\n"=""けん"""\t"=""{ken.user_id}"""\r\n'
    told = await imports.preview(shop.desk, shop.id, text.encode(encoding), None)
    assert told.unknown == 1


async def test_a_plain_list_of_ids_will_do(shop: Shop) -> None:
    ken = await silent(shop, "けん")
    told = await imports.preview(shop.desk, shop.id, f"{ken.user_id}\n".encode(), None)
    assert (told.unknown, told.file.columns) == (1, [])


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02", b"\x81"])
async def test_what_is_no_table_is_refused(shop: Shop, body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        await imports.preview(shop.desk, shop.id, body, None)
    assert refused.value.code == "export_unreadable"


async def test_a_text_without_ids_brings_nobody(shop: Shop) -> None:
    told = await imports.preview(shop.desk, shop.id, "ただの文章です".encode(), None)
    assert told.file.ids == {}


async def test_ten_thousand_rows_are_read_in_pieces(shop: Shop) -> None:
    body = csv(*(f"U{number:032x}" for number in range(10_000)))
    told = await imports.preview(shop.desk, shop.id, body, None)
    assert (told.unknown, told.seconds) == (10_000, 1_000)
    begun = await imports.start(shop.desk, shop.id, body, None)
    assert begun.total == 10_000


async def test_after_line_could_not_be_asked_the_same_file_begins_at_once(shop: Shop) -> None:
    ken = await silent(shop, "けん")
    body = csv(ken.user_id)
    shop.sandbox.faults.add("profile", "500_before")
    await imports.start(shop.desk, shop.id, body, None)
    await imports.read_all(shop.desk, shop.id)
    waiting = await imports.progress(shop.desk, shop.id)
    assert waiting is not None
    assert (waiting.state, waiting.error) == ("running", "line_unavailable")
    begun = await imports.start(shop.desk, shop.id, body, None)
    assert (begun.total, begun.error) == (1, None)
    await imports.read_all(shop.desk, shop.id)
    done = await imports.progress(shop.desk, shop.id)
    assert done is not None
    assert (done.state, done.added) == ("done", 1)


async def test_an_account_that_was_taken_away_ends_its_import(shop: Shop) -> None:
    ken = await silent(shop, "けん")
    await imports.start(shop.desk, shop.id, csv(ken.user_id), None)
    shop.connected.clear()
    await imports.read_all(shop.desk, shop.id)
    ended = await imports.progress(shop.desk, shop.id)
    assert ended is not None
    assert ended.state == "stopped"


async def test_a_reader_that_is_quicker_than_the_file_is_stored_counts_right(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PIECE", 2)
    people = [await silent(shop, f"客{number}") for number in range(7)]
    add = store.add_candidates

    async def add_while_somebody_reads(*arguments: Any) -> int:
        added = await add(*arguments)
        assert await store.candidates_due(arguments[0], shop.clock.now(), 100) == []
        return added

    monkeypatch.setattr(store, "add_candidates", add_while_somebody_reads)
    await imports.start(shop.desk, shop.id, csv(*(person.user_id for person in people)), None)
    await ask_all(shop)
    done = await imports.progress(shop.desk, shop.id)
    assert done is not None
    assert (done.state, done.total, done.added) == ("done", 7, 7)


async def test_a_bare_user_id_column_is_only_taken_by_an_admins_word(shop: Shop) -> None:
    ken = await silent(shop, "けん")
    body = csv(ken.user_id, header="名前,userId\r\n")
    assert (await imports.preview(shop.desk, shop.id, body, None)).file.ids == {}
    assert (await imports.preview(shop.desk, shop.id, body, "userId")).unknown == 1
