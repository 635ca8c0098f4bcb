"""Going back to a backup: checked, made safe, put in the place of the present database, which is kept.

A crash at any point leaves a database that the helper can start with: the present one or the restored one.
"""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from helper.flows.forgetting import leave_the_fact
from helper.model.clock import Clock, to_stamp
from helper.store.backup import Backup, check_file, copy_database, settle_journal, sync_folder
from helper.store.carrying import Carried, read_what_must_stay, take_over_gone
from helper.store.database import Transaction
from helper.store.restores import Restored, mark_restored, revoke_again
from helper.store.sqlite import open_sqlite

ASIDE = "ittsu-before-restore-{stamp}.sqlite"
_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a restore. `aside`: where the replaced database is, None where there was none.

    `carried`: whether what it knew better could be taken over.
    """

    backup: Backup
    done: Restored
    aside: Path | None
    carried: bool


async def restore(backup: Path, database: Path, clock: Clock) -> Outcome:
    """Put a backup in the place of the database, which no daemon may have open.

    Raises `StoreTrouble` for a file that is damaged, not ours or of a newer Ittsu, and OSError; then
    the present database is as it was.
    """
    facts = await asyncio.to_thread(check_file, backup)
    present = await asyncio.to_thread(database.exists)
    carried = await asyncio.to_thread(read_what_must_stay, database) if present else Carried()
    fresh = database.with_name(f"{database.name}.restoring")
    await asyncio.to_thread(_copy_afresh, backup, fresh)
    at = clock.now()

    async def make_safe(transaction: Transaction) -> Restored:
        if carried is not None:
            await revoke_again(transaction, list(carried.revoked), at)
            # First, as slots are filled afterwards that say nothing of whether somebody was greeted.
            for gone in await take_over_gone(transaction, carried):
                await leave_the_fact(transaction, gone.account_id, gone.user_id, gone.forgotten_at, at)
        return await mark_restored(transaction, facts.taken_at, at)

    try:
        opened = await open_sqlite(fresh)
        try:
            done = await opened.write(make_safe)
        finally:
            await opened.close()
        aside = await asyncio.to_thread(_take_the_place, fresh, database, at)
    except BaseException:
        await asyncio.to_thread(_clear, fresh)
        raise
    return Outcome(facts, done, aside, carried is not None)


def _copy_afresh(backup: Path, fresh: Path) -> None:
    """A copy to work on; what an interrupted restore left goes."""
    fresh.parent.mkdir(parents=True, exist_ok=True)
    _clear(fresh)
    copy_database(backup, fresh, None)


def _clear(fresh: Path) -> None:
    for path in (fresh, *_beside(fresh)):
        path.unlink(missing_ok=True)


def _take_the_place(fresh: Path, database: Path, at: int) -> Path | None:
    """Give the present database another name and the fresh one its place; the other name."""
    settle_journal(fresh)
    if any(path.exists() for path in _beside(fresh)):
        raise RuntimeError("the restored copy still has a journal beside it")
    aside = None
    if database.exists():
        aside = database.with_name(ASIDE.format(stamp=to_stamp(at)))
        settle_journal(database)
        # What stays beside it (it is damaged, or a command has it open) must not meet the restored file.
        for path in _beside(database):
            if path.exists():
                path.rename(f"{aside}{path.name.removeprefix(database.name)}")
        _name_twice(database, aside)
    os.replace(fresh, database)
    sync_folder(database.parent)
    return aside


def _name_twice(path: Path, second: Path) -> None:
    """Give a file a second name, so that no instant is without the first; a copy where there are no links."""
    try:
        os.link(path, second)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(path, second)


def _beside(database: Path) -> list[Path]:
    return [database.with_name(database.name + ending) for ending in _BESIDE]
