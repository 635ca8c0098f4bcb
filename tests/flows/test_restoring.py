"""A restored database is older than the truth: what the replaced one knows goes over, what nobody knows is doubted."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from helper.flows import friends, quota
from helper.flows.desk import Desk
from helper.flows.forgetting import forget
from helper.flows.restoring import Outcome, restore
from helper.model.quota import month_end, month_of
from helper.model.refusal import Refused
from helper.sandbox.people import Person
from helper.store import quota as quota_store
from helper.store.backup import copy_database
from helper.store.restores import last_restored_at
from helper.store.sqlite import SqliteDatabase, open_sqlite
from helper.store.teammates import Teammate, add_teammate, list_teammates, revoke_teammate
from tests.flows.test_forgetting import deliver
from tests.rig import Shop


@dataclass
class Restored:
    """The shop after it went back to its backup."""

    shop: Shop
    outcome: Outcome
    folder: Path

    async def contact(self, person: Person) -> str | None:
        """By what way a friend counts as greeted; None: she is new. Raises Refused friend_unknown."""
        view = await friends.get(self.shop.desk, self.shop.id, person.user_id)
        return view.friend.first_contact.route if view.friend.first_contact else None


def back_up(shop: Shop) -> Path:
    path = shop.database.with_name("copy.sqlite")
    copy_database(shop.database, path, shop.clock.now())
    return path


@asynccontextmanager
async def restored(shop: Shop, backup: Path, *, damage: bool = False) -> AsyncIterator[Restored]:
    """Replace a copy of the shop's database, as it is now, by the backup, and work with that."""
    folder = shop.database.with_name("there")
    folder.mkdir()
    present = folder / "ittsu.sqlite"
    copy_database(shop.database, present, None)
    if damage:
        present.write_bytes(b"\0" * 4096 + present.read_bytes()[4096:])
    outcome = await restore(backup, present, shop.clock)
    db: SqliteDatabase = await open_sqlite(present)
    try:
        desk: Desk = replace(shop.desk, db=db, restored_at=await db.read(last_restored_at))
        yield Restored(replace(shop, desk=desk), outcome, folder)
    finally:
        await db.close()


async def refusal(awaitable) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as caught:
        await awaitable
    return caught.value.code


async def test_until_line_was_asked_nothing_is_left_and_nothing_is_reserved(shop: Shop) -> None:
    person = await shop.sandbox.follow(seconds_ago=7200)
    await shop.sandbox.write(person, "こんにちは")
    shop.clock.advance(3600)
    backup = back_up(shop)
    async with restored(shop, backup) as there:
        again = there.shop
        assert (await again.quota()).remaining == 0
        assert await refusal(again.click(person)) == "quota_unknown"
        month = month_of(again.clock.now())
        assert not await again.desk.db.write(
            lambda tx: quota_store.reserve(tx, again.id, month, "m", "taro", again.clock.now())
        )
        assert again.texts(person) == []
        asked = await quota.refresh(again.desk, again.id)
        assert asked.remaining == 187
        assert (await again.click(person)).status == "held"
        assert await again.books_balance()


async def test_what_the_lost_time_spent_counts_also_on_a_day_on_which_line_may_lag(shop: Shop) -> None:
    shop.clock.moment = month_end(month_of(shop.clock.now())) - 3_600_000
    await quota.refresh(shop.desk, shop.id)
    backup = back_up(shop)
    # In the lost time a month began, and more was sent in it than in the whole month before.
    shop.clock.moment += 2 * 3_600_000
    shop.line.usage.set(shop.clock.now(), 50)
    async with restored(shop, backup) as there:
        asked = await quota.refresh(there.shop.desk, there.shop.id)
        assert asked.remaining == 150, "more is shown than LINE allows"
        assert await there.shop.books_balance()


async def test_what_was_held_is_in_doubt_and_keeps_slot_and_reservation(shop: Shop) -> None:
    person = await shop.sandbox.follow(seconds_ago=7200)
    held = await shop.click(person)
    backup = back_up(shop)
    async with restored(shop, backup) as there:
        message = await there.shop.message(held)
        assert (message.status, message.error_code, message.next_at) == ("uncertain", "restored", None)
        assert there.outcome.done.messages == 1
        await there.shop.pass_time(300)
        assert there.shop.texts(person) == []
        assert await there.contact(person) == "push"
        assert await there.shop.books_balance()


async def test_who_was_erased_after_the_backup_stays_erased(shop: Shop) -> None:
    greeted, silent = [await shop.sandbox.follow(name, seconds_ago=7200) for name in ("白鳥麗子", "無口な人")]
    await shop.click_and_wait(greeted)
    backup = back_up(shop)
    unknown = await shop.sandbox.follow("バックアップの後の人", seconds_ago=7200)
    await shop.click_and_wait(unknown)
    for person in (greeted, silent, unknown):
        await forget(shop.desk, shop.id, person.user_id)
    async with restored(shop, backup) as there:
        for person in (greeted, silent):
            assert await refusal(there.contact(person)) == "friend_unknown"
        assert await there.shop.books_balance()
        there.shop.clock.advance(60)
        for person in (greeted, silent, unknown):
            follow = shop.sandbox.platform.follow(shop.line, person, 0)
            await deliver(there.shop, follow)
        for person in (greeted, unknown):
            assert await there.contact(person) == "forgotten", "nobody greets her twice"
        assert await there.contact(silent) is None, "she never was"


async def test_who_was_revoked_after_the_backup_stays_revoked(shop: Shop) -> None:
    now = shop.clock.now()
    await shop.desk.db.write(lambda tx: add_teammate(tx, Teammate("hanako", "花子", "admin", now)))
    before = {who.name for who in await shop.desk.db.read(list_teammates)}
    backup = back_up(shop)
    await shop.desk.db.write(lambda tx: revoke_teammate(tx, "hanako", now))
    async with restored(shop, backup) as there:
        assert {who.name for who in await there.shop.desk.db.read(list_teammates)} == before - {"花子"}
        assert there.outcome.carried


async def test_a_database_that_cannot_be_read_is_kept_and_it_is_said(shop: Shop) -> None:
    person = await shop.sandbox.follow(seconds_ago=7200)
    backup = back_up(shop)
    async with restored(shop, backup, damage=True) as there:
        assert not there.outcome.carried
        assert there.outcome.aside is not None
        assert there.outcome.aside.read_bytes()[:4096] == b"\0" * 4096
        assert await there.contact(person) == "restored"
        names = sorted(
            path.name for path in there.folder.iterdir() if not path.name.endswith(("-wal", "-shm"))
        )
        assert names == sorted([there.outcome.aside.name, "ittsu.sqlite"])


async def test_who_is_doubted_does_not_depend_on_the_order_of_events(shop: Shop) -> None:
    backup = back_up(shop)
    platform = shop.sandbox.platform
    before, after = (platform.add_person(shop.line) for _ in range(2))
    shop.clock.advance(60)
    old = platform.follow(shop.line, before, 30)
    async with restored(shop, backup) as there:
        there.shop.clock.advance(600)
        # First a tap, which tells nothing of when she followed, or a new follow; the old event comes last.
        await deliver(there.shop, platform.postback(shop.line, before, "menu"))
        await deliver(there.shop, old)
        assert await there.contact(before) == "restored"
        await deliver(there.shop, platform.follow(shop.line, after, 0))
        await deliver(there.shop, platform.postback(shop.line, after, "menu"))
        platform.block(shop.line, after)
        await deliver(there.shop, platform.follow(shop.line, after, 0))
        assert await there.contact(after) is None, "all of her is known since the restore"


async def test_who_was_freed_by_hand_is_not_doubted_again(shop: Shop) -> None:
    person = await shop.sandbox.follow(seconds_ago=7200)
    backup = back_up(shop)
    late = shop.sandbox.platform.postback(shop.line, person, "menu")
    shop.clock.advance(60)
    async with restored(shop, backup) as there:
        there.shop.clock.advance(60)
        assert await there.contact(person) == "restored"
        await friends.unmark_contacted(there.shop.desk, there.shop.id, person.user_id)
        await deliver(there.shop, late)
        assert await there.contact(person) is None


@pytest.mark.parametrize("step", ["link", "replace"])
async def test_a_restore_that_breaks_off_leaves_the_present_database(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    backup = back_up(shop)
    person = await shop.sandbox.follow(seconds_ago=7200)
    folder = shop.database.with_name("there")
    folder.mkdir()
    present = folder / "ittsu.sqlite"
    copy_database(shop.database, present, None)

    def breaks(*_: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, breaks)
        with pytest.raises(SystemExit):
            await restore(backup, present, shop.clock)
    db = await open_sqlite(present)
    try:
        view = await friends.get(replace(shop.desk, db=db), shop.id, person.user_id)
        assert view.friend.first_contact is None, "as it was"
    finally:
        await db.close()
    assert not present.with_name("ittsu.sqlite.restoring").exists()
    shop.clock.advance(1)
    assert (await restore(backup, present, shop.clock)).done.friends == 0, "and it can be tried again"
