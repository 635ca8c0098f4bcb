"""Lists and searches of the registry, and that none of them scans."""

from functools import partial
from pathlib import Path

from helper.model.friend import Friend
from helper.store import friends, sightings, slots
from helper.store.database import Reader, Transaction
from helper.store.friends import NameAndTime, Position
from helper.store.sightings import Seen
from helper.store.sqlite import SqliteDatabase, open_sqlite

A = "1234567890"
NOW = 1_795_000_000_000


def user(number: int) -> str:
    return f"U{number:032x}"


async def add(db: SqliteDatabase, names: list[str]) -> None:
    """Friends who followed a second apart, the first name first."""

    async def work(tx: Transaction) -> None:
        for number, name in enumerate(names):
            seen = Seen(NOW + number * 1000, NOW, "active", followed=True)
            await sightings.note_seen(tx, A, user(number), seen)
            await sightings.save_profile(tx, A, user(number), name, None, NOW)

    await db.write(work)


async def search(db: SqliteDatabase, query: str, after: Position | None = None, limit: int = 50) -> list[str]:
    found = await db.read(lambda r: friends.search_friends(r, A, query, None, after, limit))
    return [friend.display_name or "" for friend in found]


async def test_one_character_is_enough_and_the_newest_comes_first(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    await add(db, ["佐藤 花子", "山田太郎", "花田", "Hanako", "ﾊﾅｺ"])
    assert await search(db, "花") == ["花田", "佐藤 花子"]
    assert await search(db, "藤花") == ["佐藤 花子"]
    assert await search(db, "ハナ") == ["ﾊﾅｺ"]
    assert await search(db, "HANA") == ["Hanako"]
    assert await search(db, "花太") == []
    assert await search(db, "鈴") == []
    assert await search(db, "%") == []
    assert await search(db, " ") == []
    await db.close()


async def test_pairs_that_all_occur_but_never_together_find_nothing(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    await add(db, ["山川", "川田"])
    assert await search(db, "山川田") == []
    await db.close()


async def test_a_new_name_replaces_the_old_one(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    await add(db, ["ゆい"])
    await db.write(lambda tx: sightings.save_profile(tx, A, user(0), "ゆい🌸改", None, NOW))
    assert await search(db, "改") == ["ゆい🌸改"]
    await db.write(lambda tx: sightings.save_profile(tx, A, user(0), "まい", None, NOW))
    assert await search(db, "ゆい") == []
    await db.close()


async def a_page(query: str | None, after: Position | None, reader: Reader) -> list[Friend]:
    if query:
        return await friends.search_friends(reader, A, query, "new", after, 10)
    return await friends.friends_page(reader, A, "new", after, 10)


async def test_pages_join_without_gap_or_double(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    await add(db, [f"花{number:02d}" for number in range(25)])
    for query in ("花", None):
        seen: list[str] = []
        after: Position | None = None
        while True:
            page = await db.read(partial(a_page, query, after))
            if not page:
                break
            seen += [friend.user_id for friend in page]
            after = Position(page[-1].followed_at or 0, page[-1].number)
        assert seen == [user(number) for number in reversed(range(25))]
    await db.close()


async def test_the_queue_holds_the_new_ones_only(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    await add(db, ["一", "二", "三", "四"])
    await db.write(lambda tx: slots.set_dismissed(tx, A, user(0), NOW))
    await db.write(
        lambda tx: sightings.note_seen(tx, A, user(1), Seen(NOW + 9000, NOW, "active", wrote=True))
    )
    await db.write(lambda tx: sightings.note_seen(tx, A, user(2), Seen(NOW + 9000, NOW, "active", left=True)))
    queue = await db.read(lambda r: friends.friends_page(r, A, "new", None, 50))
    assert [friend.display_name for friend in queue] == ["四"]
    assert await db.read(lambda r: friends.count_new(r, A, 1000)) == 1
    talking = await db.read(lambda r: friends.friends_page(r, A, "talking", None, 50))
    assert [friend.display_name for friend in talking] == ["二"]
    await db.close()


async def test_no_query_of_an_operators_path_scans(tmp_path: Path) -> None:
    db = await open_sqlite(tmp_path / "x.db")
    await add(db, ["花子", "太郎"])
    plans: list[str] = []

    class Explaining:
        def __init__(self, reader: Reader) -> None:
            self.reader, self.dialect = reader, reader.dialect

        async def fetch(self, sql: str, *parameters):  # type: ignore[no-untyped-def]
            plans.extend(
                row["detail"] for row in await self.reader.fetch(f"EXPLAIN QUERY PLAN {sql}", *parameters)
            )
            return await self.reader.fetch(sql, *parameters)

        async def fetch_one(self, sql: str, *parameters):  # type: ignore[no-untyped-def]
            rows = await self.fetch(sql, *parameters)
            return rows[0] if rows else None

    async def walk(reader: Reader) -> None:
        watched = Explaining(reader)
        for stage in (None, "new"):
            await friends.friends_page(watched, A, stage, Position(NOW, 5), 50)
            await friends.search_friends(watched, A, "花", stage, Position(NOW, 5), 50)
            await friends.search_friends(watched, A, "花子", stage, None, 50)
        await friends.find_friends(watched, A, [user(0), user(1)])
        await friends.newest_of_names(watched, A, "lstep", ["花子"], 5)
        await friends.friends_of_names_and_times(watched, A, "lstep", [NameAndTime("花子", 0, NOW)], 5)
        await friends.names_page(watched, A, "lstep", NOW - 1, Position(NOW, 5), 50)
        await friends.count_new(watched, A, 1000)
        await sightings.profiles_due(watched, NOW, 10)

    await db.read(walk)
    assert len(plans) > 10
    allowed = ("SCAN json_each", "SCAN some", "SCAN (subquery")
    scans = [plan for plan in plans if plan.startswith("SCAN") and not plan.startswith(allowed)]
    sorts = [plan for plan in plans if "TEMP B-TREE FOR ORDER BY" in plan]
    assert scans == []
    assert sorts == []
    await db.close()
