"""What is kept for a set time, and what stays after it."""

import asyncio

from helper.flows import friends
from helper.flows.retention import DAY, Keeper
from helper.store import retention
from helper.store.database import Reader
from tests.rig import Shop

DAYS = 400


async def days_pass(shop: Shop, days: int) -> None:
    shop.clock.moment += days * DAY
    await Keeper(shop.desk, DAYS).remove_old()


async def raw_events(shop: Shop) -> list[str]:
    async def read(reader: Reader) -> list[str]:
        return [row["raw"] for row in await reader.fetch("SELECT raw FROM event ORDER BY received_at")]

    return await shop.desk.db.read(read)


async def test_texts_of_both_directions_go_after_their_time_and_facts_stay(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい", seconds_ago=7200)
    sent = await shop.click_and_wait(yui)
    await shop.sandbox.write(yui, "予約したいです")
    before = (await shop.friend(yui)).friend

    await days_pass(shop, DAYS - 1)
    history, _ = await friends.history(shop.desk, shop.id, yui.user_id, None, 9)
    assert [(item.text, item.texts_removed) for item in history] == [
        ("予約したいです", False),
        ("はじめまして", False),
    ]
    shop.clock.advance(1)
    await shop.sandbox.write(yui, "お久しぶりです")

    await days_pass(shop, 2)
    history, _ = await friends.history(shop.desk, shop.id, yui.user_id, None, 9)
    assert [(item.direction, item.text, item.texts_removed) for item in history] == [
        ("in", "お久しぶりです", False),
        ("in", None, True),
        ("out", None, True),
    ]
    message = await shop.message(sent)
    assert (message.objects, message.texts_removed_at) == ((), shop.clock.now())
    assert (message.status, message.cost, message.user_id) == ("sent", 1, yui.user_id)
    assert message.line_request_id == sent.line_request_id
    after = (await shop.friend(yui)).friend
    assert (after.followed_at, after.first_contact) == (before.followed_at, before.first_contact)
    assert (after.display_name, after.stage) == (before.display_name, "talking")
    assert await shop.books_balance()
    assert [bool(raw) for raw in await raw_events(shop)] == [False, False, True]


async def test_an_event_whose_content_is_gone_is_still_known(shop: Shop) -> None:
    yui = shop.sandbox.platform.add_person(shop.line, "ゆい")
    follow = shop.sandbox.platform.follow(shop.line, yui)
    await shop.sandbox.deliver(follow)
    await days_pass(shop, DAYS + 1)
    await shop.sandbox.deliver(follow)
    assert await raw_events(shop) == [""]
    assert (await shop.friend(yui)).friend.follows == 1


async def test_old_keys_can_be_used_anew_and_young_ones_hold(shop: Shop) -> None:
    yui, ken = await shop.sandbox.follow("ゆい"), await shop.sandbox.follow("けん")
    old = await shop.click_and_wait(yui, key="old")
    await days_pass(shop, 29)
    young = await shop.click_and_wait(ken, key="young")
    await days_pass(shop, 2)

    async def keys(reader: Reader) -> list[tuple[str, str | None, bool]]:
        rows = await reader.fetch("SELECT id, idempotency_key, body_hash FROM message ORDER BY created_at")
        return [(row["id"], row["idempotency_key"], bool(row["body_hash"])) for row in rows]

    assert await shop.desk.db.read(keys) == [(old.id, None, False), (young.id, "young", True)]
    assert (await shop.click(ken, key="young")).id == young.id


async def test_many_rows_are_gone_through_in_pieces_and_clicks_get_between(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")

    async def fill(transaction) -> None:  # type: ignore[no-untyped-def]
        await transaction.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO event (account_id, webhook_event_id, type, mode, at, received_at, user_id, raw)
            SELECT $1, '01' || i, 'beacon', 'active', $2, $2, $3, '{}' FROM n
            """,
            shop.id,
            shop.clock.now(),
            yui.user_id,
        )

    await shop.desk.db.write(fill)
    shop.clock.moment += (DAYS + 1) * DAY
    removing = asyncio.create_task(Keeper(shop.desk, DAYS).remove_old())
    ken = await shop.sandbox.follow("けん", seconds_ago=7200)
    clicked = await shop.click(ken)
    assert not removing.done()
    assert clicked.status == "held"
    assert await removing == 5001
    assert (await raw_events(shop)).count("") == 5001
    assert await Keeper(shop.desk, DAYS).remove_old() == 0


async def test_nothing_is_scanned_as_a_whole(shop: Shop) -> None:
    """Each piece is found by a range of keys."""
    seen: list[str] = []

    class Watching:
        def __init__(self, reader: Reader) -> None:
            self._reader = reader
            self.dialect = reader.dialect

        async def fetch(self, sql: str, *parameters: object) -> object:
            plan = await self._reader.fetch(f"EXPLAIN QUERY PLAN {sql}", *parameters)  # type: ignore[arg-type]
            seen.extend(row["detail"] for row in plan)
            return await self._reader.fetch(sql, *parameters)  # type: ignore[arg-type]

        async def fetch_one(self, sql: str, *parameters: object) -> object:
            rows = await self.fetch(sql, *parameters)
            return rows[0] if rows else None  # type: ignore[index]

    async def look(reader: Reader) -> None:
        watching = Watching(reader)
        await retention.event_behind(watching, shop.id, "", 9)  # type: ignore[arg-type]
        await retention.old_events(watching, shop.id, "", "z", 9)  # type: ignore[arg-type]
        await retention.message_behind(watching, "", 9)  # type: ignore[arg-type]
        await retention.old_messages(watching, "", "z", 9)  # type: ignore[arg-type]
        await retention.key_behind(watching, shop.id, "", 9)  # type: ignore[arg-type]
        await retention.old_keys(watching, shop.id, "", "z", 9)  # type: ignore[arg-type]

    await shop.desk.db.read(look)
    assert len(seen) == 6
    for step in seen:
        assert step.startswith("SEARCH"), step
        assert ">" in step, step
