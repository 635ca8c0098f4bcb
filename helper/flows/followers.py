"""Friends from before: LINE's follower list, page by page, never in an operator's way.

LINE gives it to verified and premium accounts only. Who is listed is a friend without a known follow, so she is
never in the queue of new friends; a follow that comes by webhook later makes her one of them.
"""

import asyncio
from dataclasses import replace

from helper.flows.desk import Desk, account_in
from helper.flows.worker import DueWorker
from helper.line.answers import (
    FollowerPage,
    Followers,
    FollowersExpired,
    FollowersForbidden,
    FollowersUnavailable,
)
from helper.store import followers as store
from helper.store.database import Reader, Transaction
from helper.store.followers import FollowerImport

PIECE = 250
"""Friends stored in one unit: a click waits for less than one."""
BETWEEN_PAGES = 1_000
"""ms between two pages of a thousand."""
LONGEST = 600_000
"""ms between two tries while LINE cannot be asked, at most."""
WIDTH = 2
"""Accounts read at once."""


async def start(desk: Desk, account_id: str) -> FollowerImport:
    """Begin an import, or leave the running one be. Raises `Refused` account_unknown."""

    async def begin(transaction: Transaction) -> FollowerImport:
        await account_in(transaction, account_id)
        present = await store.find_import(transaction, account_id)
        if present is not None and present.state == "running":
            return present
        now = desk.clock.now()
        begun = FollowerImport(account_id, "running", started_at=now, changed_at=now, due_at=now)
        await store.save_import(transaction, begun)
        return begun

    begun = await desk.db.write(begin)
    desk.signals.followers.set()
    return begun


async def stop(desk: Desk, account_id: str) -> None:
    """Read no further page. What was read stays. Raises `Refused` account_unknown."""

    async def end(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        present = await store.find_import(transaction, account_id)
        if present is not None and present.state == "running":
            await _save(transaction, present, desk.clock.now(), state="stopped")

    await desk.db.write(end)


async def progress(desk: Desk, account_id: str) -> FollowerImport | None:
    """How the newest import stands, None where there was none. Raises `Refused` account_unknown."""

    async def find(reader: Reader) -> FollowerImport | None:
        await account_in(reader, account_id)
        return await store.find_import(reader, account_id)

    return await desk.db.read(find)


async def read_page(desk: Desk, one: FollowerImport) -> None:
    """Read an import's next page and store it, a piece at a time; a crash in between repeats the page."""
    if await desk.credentials(one.account_id) is None:
        await _settle(desk, one, state="failed", error="account_unknown")
        return
    page: Followers = await (await desk.channels.client(one.account_id)).followers(one.cursor)
    match page:
        case FollowerPage(user_ids=user_ids, next=following):
            for begin in range(0, len(user_ids), PIECE):
                if not await _add(desk, one, user_ids[begin : begin + PIECE]):
                    return
            await _settle(
                desk,
                one,
                state="done" if following is None else "running",
                cursor=following,
                pages=one.pages + 1,
                found=one.found + len(user_ids),
                tries=0,
                error=None,
                wait=BETWEEN_PAGES,
            )
            desk.signals.follower_profiles.set()
        case FollowersForbidden():
            await _settle(desk, one, state="not_verified", error="not_verified")
        case FollowersExpired() if one.cursor is not None:
            # LINE keeps a place for a day only: from the beginning, where everybody is known already.
            await _settle(desk, one, cursor=None, pages=0, found=0, wait=BETWEEN_PAGES)
        case FollowersExpired():
            await _settle(desk, one, state="failed", error="line_refused")
        case FollowersUnavailable():
            wait = min(LONGEST, 5_000 * 2 ** min(one.tries, 10))
            await _settle(desk, one, tries=one.tries + 1, error="line_unavailable", wait=wait)


async def _add(desk: Desk, one: FollowerImport, user_ids: tuple[str, ...]) -> bool:
    """Store a piece of a page; False where the import was stopped meanwhile."""

    async def add(transaction: Transaction) -> bool:
        present = await _same(transaction, one)
        if present is None:
            return False
        now = desk.clock.now()
        added = await store.add_followers(transaction, one.account_id, user_ids, now, desk.restored_at)
        await _save(transaction, present, now, added=present.added + added)
        return True

    return await desk.db.write(add)


async def _settle(desk: Desk, one: FollowerImport, *, wait: int = 0, **changes: object) -> None:
    async def settle(transaction: Transaction) -> None:
        present = await _same(transaction, one)
        if present is not None:
            now = desk.clock.now()
            await _save(transaction, present, now, due_at=now + wait, **changes)

    await desk.db.write(settle)


async def _same(reader: Reader, one: FollowerImport) -> FollowerImport | None:
    """The import as it stands now, if it still runs and is no later one."""
    present = await store.find_import(reader, one.account_id)
    still = present is not None and present.state == "running" and present.started_at == one.started_at
    return present if still else None


async def _save(transaction: Transaction, present: FollowerImport, now: int, **changes: object) -> None:
    await store.save_import(transaction, replace(present, changed_at=now, **changes))  # type: ignore[arg-type]


async def note_profile(transaction: Transaction, account_id: str, *, named: bool, now: int) -> None:
    """Count an imported friend's profile, told or not."""
    present = await store.find_import(transaction, account_id)
    if present is not None:
        await _save(
            transaction,
            present,
            now,
            named=present.named + int(named),
            nameless=present.nameless + int(not named),
        )


async def _look(reader: Reader, now: int, limit: int) -> tuple[list[FollowerImport], int | None]:
    running = await store.running_imports(reader)
    later = [one.due_at for one in running if one.due_at > now]
    return [one for one in running if one.due_at <= now][:limit], min(later, default=None)


class FollowerReader:
    """Reads the pages that are due, also those of an import that a restart interrupted."""

    def __init__(self, desk: Desk) -> None:
        self._worker = DueWorker(
            desk.clock,
            desk.signals.followers,
            lambda now, limit: desk.db.read(lambda reader: _look(reader, now, limit)),
            lambda one: read_page(desk, one),
            lambda one: one.account_id,
            WIDTH,
        )

    async def run(self) -> None:
        """Work until cancelled."""
        await self._worker.run()

    async def close(self, seconds: float = 0.5) -> None:
        """Stop; the page under way is read again at the next start."""
        await self._worker.close(seconds)


async def read_all(desk: Desk, account_id: str) -> None:
    """Read every page of a running import here and now, for a command without a daemon beside it."""
    while (one := await progress(desk, account_id)) is not None and one.state == "running":
        if one.error is not None:
            return
        await asyncio.sleep(max(0, one.due_at - desk.clock.now()) / 1000)
        await read_page(desk, one)
