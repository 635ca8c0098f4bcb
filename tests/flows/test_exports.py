"""Who the people of an export file are: the right one is proposed, never a wrong one."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from helper.flows import exports, links
from helper.flows.desk import Desk
from helper.flows.exports import Proposals, propose
from helper.flows.forgetting import forget
from helper.model.account import Account
from helper.model.export import ExportReader
from helper.model.text import name_key
from helper.store import sightings
from helper.store.accounts import save_account
from helper.store.database import Database, Transaction
from helper.store.sightings import Seen
from helper.store.sqlite import open_sqlite
from tests.exporting import WEARS, Wear, lstep_file
from tests.rig import START, TARO, HandClock, Shop

MINUTE = 60_000
T = START // MINUTE * MINUTE
Row = tuple[str, str, int | None]


def user(number: int) -> str:
    return f"U{number:032x}"


async def add_friends(db: Database, account_id: str, friends: Sequence[tuple[str, int | None]]) -> None:
    """Friends by name and follow time; without one they only wrote."""

    async def add(tx: Transaction) -> None:
        for number, (name, followed_at) in enumerate(friends):
            seen = Seen(followed_at or START, START, "active", followed=followed_at is not None, wrote=True)
            await sightings.note_seen(tx, account_id, user(number), seen)
            await sightings.save_profile(tx, account_id, user(number), name, None, START)

    await db.write(add)


async def found(shop: Shop, rows: Sequence[Row], wear: Wear | None = WEARS["one mark a letter"]) -> Proposals:
    return await propose(shop.desk, shop.id, "lstep", lstep_file(rows, wear))


def matches(proposals: Proposals) -> dict[str, tuple[str, str | None, str | None]]:
    """By member id: match, who is proposed, what speaks for it."""
    return {
        item.member.member_id: (item.decision.match, item.decision.user_id, item.decision.evidence)
        for item in proposals.items
    }


async def test_name_and_time_propose_also_where_letters_were_lost(shop: Shop) -> None:
    await add_friends(
        shop.desk.db, shop.id, [("ゆい🌸", T), ("はな", T + 5 * MINUTE), ("ゆい🎀", T + 9 * MINUTE)]
    )
    rows = [("1001", "ゆい🌸", T), ("1002", "はな", T + 4 * MINUTE), ("1003", "ゆい🎀", T + 9 * MINUTE)]
    for wear in (None, *WEARS.values()):
        assert matches(await found(shop, rows, wear)) == {
            "1001": ("proposed", user(0), "name_and_time"),
            "1002": ("proposed", user(1), "name_and_time"),
            "1003": ("proposed", user(2), "name_and_time"),
        }


async def test_the_newest_of_the_file_come_first_and_everybody_is_counted(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい", T), ("はな", T + 5 * MINUTE), ("まい", None)])
    await links.link(shop.desk, shop.id, "lstep", "1005", user(2), TARO)
    rows = [("1001", "ゆい", T), ("1002", "はな", T + 5 * MINUTE), ("1004", "だれか", T + 60 * MINUTE)]
    proposals = await found(shop, [*rows, ("1005", "まい", T), ("x", "", None)])
    assert [item.member.member_id for item in proposals.items] == ["1002", "1001"]
    assert (proposals.export.people, proposals.linked, proposals.unknown) == (4, 1, 1)
    assert proposals.export.skipped_count == 1


async def test_a_known_time_that_contradicts_is_never_proposed(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい", T), ("はな🌸", T)])
    proposals = await found(shop, [("1001", "ゆい", T + 2 * MINUTE), ("1002", "はな🌸", T + 2 * MINUTE)])
    assert matches(proposals) == {"1001": ("ambiguous", None, "name")}
    assert proposals.unknown == 1


async def test_without_a_time_a_name_that_lost_letters_is_only_one_to_choose(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい🌸", T), ("はな", T), ("だれ?", T)])
    rows: list[Row] = [("1001", "ゆい🌸", None), ("1002", "はな", None), ("1003", "だれ?", None)]
    assert matches(await found(shop, rows)) == {
        "1001": ("ambiguous", None, "name"),
        "1002": ("proposed", user(1), "name"),
        "1003": ("ambiguous", None, "name"),
    }


async def test_where_nobody_knows_when_she_followed_a_name_that_lost_letters_is_only_one_to_choose(
    shop: Shop,
) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい🌸", None), ("はな", None)])
    assert matches(await found(shop, [("1001", "ゆい🌸", T), ("1002", "はな", T)])) == {
        "1001": ("ambiguous", None, "name"),
        "1002": ("proposed", user(1), "name"),
    }


async def test_a_name_is_nobodys_for_sure_while_another_may_have_become_it(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい", T), ("ゆい🌸", T + MINUTE)])
    gone = await found(shop, [("1001", "ゆい", None)], WEARS["gone"])
    assert matches(gone) == {"1001": ("ambiguous", None, "name")}
    assert gone.items[0].decision.candidates == (user(0), user(1))
    # In a file that carries such letters, they were lost nowhere.
    whole = await found(shop, [("1001", "ゆい", None), ("1002", "まい🎀", None)], None)
    assert matches(whole) == {"1001": ("proposed", user(0), "name")}


async def test_two_of_one_minute_whose_names_became_equal_are_ambiguous(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい🌸", T), ("ゆい🎀", T + MINUTE)])
    assert matches(await found(shop, [("1001", "ゆい🎀", T + MINUTE)])) == {
        "1001": ("ambiguous", None, "name_and_time")
    }


async def test_another_name_in_the_right_minute_is_only_one_to_choose(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("田中ゆい", T), ("はな", T + 10 * MINUTE)])
    proposals = await found(
        shop, [("1001", "ゆい🌸", T), ("1002", "", T + MINUTE), ("1003", "まい", T + 3 * MINUTE)]
    )
    assert matches(proposals) == {"1001": ("ambiguous", None, "time"), "1002": ("ambiguous", None, "time")}
    assert proposals.unknown == 1


async def test_rows_of_the_whole_file_that_mean_one_friend_are_all_ambiguous(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい", T)])
    strangers: list[Row] = [(f"{2000 + number}", f"客{number}", None) for number in range(exports.KEYS * 2)]
    proposals = await found(shop, [("1001", "ゆい", T), *strangers, ("1002", "ゆい", T + MINUTE)])
    assert matches(proposals) == {
        "1001": ("ambiguous", None, "name_and_time"),
        "1002": ("ambiguous", None, "name_and_time"),
    }


async def test_who_is_linked_to_another_member_is_not_proposed(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい🌸", T), ("はな", T)])
    for number in range(2):
        await links.link(shop.desk, shop.id, "lstep", f"900{number}", user(number), TARO)
    proposals = await found(shop, [("1001", "ゆい🌸", T), ("1002", "はな", T), ("1003", "まい", T)])
    assert (proposals.items, proposals.unknown) == ([], 3)


async def test_who_was_erased_meanwhile_is_not_shown(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい", T), ("はな", T + 5 * MINUTE)])
    proposals = await found(shop, [("1001", "ゆい", T), ("1002", "はな", T + 5 * MINUTE)])
    await forget(shop.desk, shop.id, user(0))
    shown = [one async for piece in exports.shown(shop.desk, shop.id, proposals.items) for one in piece]
    assert [one.item.member.member_id for one in shown] == ["1002"]
    assert matches(await found(shop, [("1001", "ゆい", T)])) == {}


async def test_nothing_of_a_file_is_stored(shop: Shop) -> None:
    await add_friends(shop.desk.db, shop.id, [("ゆい", T)])
    shop.changes.clear()
    await found(shop, [("1001", "ゆい", T), ("1002", "秘密野はな", T)])
    assert shop.changes == []
    assert "秘密野".encode() not in b"".join(
        path.read_bytes() for path in shop.database.parent.glob("ittsu.db*")
    )


async def test_webhooks_are_stored_while_a_file_is_weighed(shop: Shop) -> None:
    """Everything is done in pieces: units of others come in between."""
    await add_friends(shop.desk.db, shop.id, [("ゆい", T)])
    body = lstep_file([(f"{100_000 + number}", f"客{number}", T) for number in range(5_000)])
    weighing = asyncio.create_task(propose(shop.desk, shop.id, "lstep", body))
    stored = 0
    while not weighing.done():
        await shop.sandbox.follow(f"客{stored}")
        stored += 1
    assert len((await weighing).items) == 5_000
    assert stored > 1


# --- whole registries ---

LETTERS = "ゆいまな花ABｱ 　?〓〜☆🌸🎀⚾❤𠮷👩\u200d\ufe0f"
NAMES = st.text(st.sampled_from(LETTERS), min_size=1, max_size=5)


MINUTES = [*range(8), 60, 61, 62, 500, 501, 1500]


@dataclass(frozen=True)
class Town:
    """People by name and the minute of their follow; `known`: is a friend in the registry, too."""

    names: list[str]
    minutes: list[int]
    known: list[bool]


@st.composite
def towns(draw: st.DrawFn) -> Town:
    names = draw(st.lists(NAMES, min_size=1, max_size=9))
    # A stranger who followed in a friend's minute under her very name would be taken for her: such are none here.
    minutes = draw(st.lists(st.sampled_from(MINUTES), min_size=len(names), max_size=len(names)))
    known = draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names)))
    friends = {minute for minute, is_known in zip(minutes, known, strict=True) if is_known}
    kept = [
        at for at in range(len(names)) if known[at] or not {minutes[at] + by for by in (-1, 0, 1)} & friends
    ]
    return Town([names[at] for at in kept], [minutes[at] for at in kept], [known[at] for at in kept])


async def _exported(
    town: Town, wear: Wear | None, with_times: bool
) -> dict[str, tuple[str, str | None, str | None]]:
    with tempfile.TemporaryDirectory() as folder:
        db = await open_sqlite(Path(folder) / "x.db")
        desk = Desk(db, cast("Any", None), HandClock(), cast("Any", None), str, "test")
        account = Account("1", "", "@a", None, "U", None, False, "chat", True, "", 0, False, None, None)
        await db.write(lambda tx: save_account(tx, account, START))
        here = [at for at in range(len(town.names)) if town.known[at]]
        await add_friends(db, "1", [(town.names[at], T + town.minutes[at] * MINUTE) for at in here])
        rows = [
            (f"{1000 + at}", town.names[at], T + town.minutes[at] * MINUTE if with_times else None)
            for at in range(len(town.names))
            if with_times or town.known[at]
        ]
        try:
            with patch.multiple(exports, ROWS=2, KEYS=2, NAMES=2, SPANS=1):
                proposals = await propose(desk, "1", "lstep", lstep_file(rows, wear))
        finally:
            await db.close()
        numbers = {user(number): f"{1000 + at}" for number, at in enumerate(here)}
        return {
            member_id: (match, numbers[user_id] if user_id else None, evidence)
            for member_id, (match, user_id, evidence) in matches(proposals).items()
        }


WAYS = st.sampled_from([None, *sorted(WEARS)])


@settings(max_examples=60)
@given(towns(), WAYS, st.booleans())
def test_a_wrong_friend_is_never_proposed(town: Town, how: str | None, with_times: bool) -> None:
    found = asyncio.run(_exported(town, WEARS[how] if how else None, with_times))
    assert [pair for pair in found.items() if pair[1][1] not in (None, pair[0])] == []


@settings(max_examples=60)
@given(towns(), WAYS)
def test_who_followed_alone_is_proposed_whatever_became_of_her_name(town: Town, how: str | None) -> None:
    wear = WEARS[how] if how else None
    found = asyncio.run(_exported(town, wear, with_times=True))
    for at, name in enumerate(town.names):
        others = town.minutes[:at] + town.minutes[at + 1 :]
        alone = all(abs(minute - town.minutes[at]) > 2 for minute in others)
        left = name_key(_read_back(name, wear))
        if town.known[at] and alone and left:
            assert found[f"{1000 + at}"] == ("proposed", f"{1000 + at}", "name_and_time"), name


def _read_back(name: str, wear: Wear | None) -> str | None:
    reader = ExportReader(lstep_file([("1000", name, None)], wear), "lstep")
    reader.read_on(9)
    return reader.export.members["1000"].name
