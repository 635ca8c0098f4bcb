"""Friends from before, by LINE user ids that an admin has in a file.

Nobody becomes a friend by standing in a file: LINE is asked for each id's profile, at a polite rate, and only who it
tells one of is a friend of this account. They are never in the queue of new friends.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import islice

from aiolimiter import AsyncLimiter

from helper.flows.desk import Desk, account_in
from helper.flows.worker import DueWorker
from helper.line.answers import Profile, ProfileFound, ProfileMissing, ProfileUnavailable
from helper.model.idfile import IdFile, IdFileReader
from helper.model.refusal import Refused
from helper.store import imports as store
from helper.store.database import Reader, Transaction
from helper.store.followers import add_followers, erased_of
from helper.store.imports import Candidate, FileImport
from helper.store.sightings import save_profile

NOTICE = "imports"
"""The kind of notice by which a running daemon learns of an import."""
PACE = 10
"""Profiles asked in a second."""
WIDTH = 4
PIECE = 250
"""Ids stored in one unit: a click waits for less than one."""
ROWS = 2_000
"""Rows read without letting anybody else have a turn."""
FIRST_WAIT = 5_000
LONGEST = 600_000
"""ms between two tries while LINE cannot be asked: doubled each time, up to this."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import of this file would do; nothing was stored. `seconds`: how long LINE would be asked."""

    file: IdFile
    known: int
    unknown: int
    erased: int

    @property
    def seconds(self) -> int:
        """At the rate at which LINE is asked."""
        return -(-self.unknown // PACE)


async def preview(desk: Desk, account_id: str, body: bytes, column: str | None) -> Preview:
    """Read a file and say what would happen.

    Raises `Refused` account_unknown, export_unreadable, export_too_long or import_column_missing.
    """
    await desk.db.read(lambda reader: account_in(reader, account_id))
    file = await _read(body, column)
    known = unknown = erased = 0
    async for ids in _pieces(file):

        async def look(reader: Reader, ids: list[str] = ids) -> tuple[int, int]:
            gone = await erased_of(reader, account_id, ids)
            fresh = await store.unknown_ids(reader, account_id, [one for one in ids if one not in gone])
            return len(fresh), len(gone)

        fresh, gone = await desk.db.read(look)
        unknown, erased = unknown + fresh, erased + gone
        known += len(ids) - fresh - gone
    return Preview(file, known, unknown, erased)


async def start(desk: Desk, account_id: str, body: bytes, column: str | None) -> FileImport:
    """Begin to ask LINE about a file's unknown ids; what an earlier file left is asked about, too.

    Raises as `preview`, and `Refused` import_nothing where the file has no unknown id.
    """
    await desk.db.read(lambda reader: account_in(reader, account_id))
    file = await _read(body, column)
    async for ids in _pieces(file):

        async def add(transaction: Transaction, ids: list[str] = ids) -> int:
            gone = await erased_of(transaction, account_id, ids)
            fresh = await store.unknown_ids(transaction, account_id, [one for one in ids if one not in gone])
            return await store.add_candidates(transaction, account_id, fresh)

        await desk.db.write(add)
    begun = await desk.db.write(lambda transaction: _begin(transaction, desk, account_id))
    if begun is None:
        raise Refused("import_nothing")
    desk.signals.imports.set()
    return begun


async def _begin(transaction: Transaction, desk: Desk, account_id: str) -> FileImport | None:
    """The whole file is stored: ask about everybody who waits. None where nobody does."""
    now = desk.clock.now()
    waiting = await store.make_due(transaction, account_id, now)
    if not waiting:
        return None
    present = await store.find_file_import(transaction, account_id)
    if present is None or present.state != "running":
        present = FileImport(account_id, "running", now, now, 0)
    total = present.added + present.missing + waiting
    begun = replace(present, total=total, changed_at=now, error=None)
    await store.save_file_import(transaction, begun)
    return begun


async def stop(desk: Desk, account_id: str) -> None:
    """Ask about nobody any more. Who is a friend by now stays. Raises `Refused` account_unknown."""

    async def end(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        await _end(transaction, account_id, desk.clock.now())

    await desk.db.write(end)


async def _end(transaction: Transaction, account_id: str, now: int) -> None:
    present = await store.find_file_import(transaction, account_id)
    await store.drop_candidates(transaction, account_id)
    if present is not None and present.state == "running":
        await store.save_file_import(transaction, replace(present, state="stopped", changed_at=now))


async def progress(desk: Desk, account_id: str) -> FileImport | None:
    """How the newest import stands, None where there was none. Raises `Refused` account_unknown."""

    async def find(reader: Reader) -> FileImport | None:
        await account_in(reader, account_id)
        return await store.find_file_import(reader, account_id)

    return await desk.db.read(find)


class CandidateReader:
    """Asks LINE about those who wait, also of an import that a restart interrupted."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pace = AsyncLimiter(PACE, 1)
        self._worker = DueWorker(
            desk.clock,
            desk.signals.imports,
            lambda now, limit: desk.db.read(lambda reader: _look(reader, now, limit)),
            self.ask,
            lambda one: f"{one.account_id}/{one.user_id}",
            WIDTH,
        )

    async def run(self) -> None:
        """Work until cancelled."""
        await self._worker.run()

    async def close(self, seconds: float = 0.5) -> None:
        """Stop; who was not asked about still waits."""
        await self._worker.close(seconds)

    async def ask(self, one: Candidate) -> None:
        """Ask about one of them."""
        desk = self._desk
        if await desk.credentials(one.account_id) is None:
            # The account was taken away.
            now = desk.clock.now()
            await desk.db.write(lambda transaction: _end(transaction, one.account_id, now))
            return
        async with self._pace:
            profile = await (await desk.channels.client(one.account_id)).profile(one.user_id)
        await desk.db.write(lambda transaction: _settle(transaction, desk, one, profile))


async def _settle(transaction: Transaction, desk: Desk, one: Candidate, profile: Profile) -> None:
    now = desk.clock.now()
    present = await store.find_file_import(transaction, one.account_id)
    if present is None or present.state != "running":
        return
    match profile:
        case ProfileFound(display_name=name, picture_url=picture):
            if not await store.drop_candidate(transaction, one.account_id, one.user_id):
                return
            await add_followers(
                transaction, one.account_id, (one.user_id,), now, desk.restored_at, source="import"
            )
            await save_profile(transaction, one.account_id, one.user_id, name, picture, now)
            present = replace(present, added=present.added + 1, error=None)
        case (
            ProfileMissing() | ProfileUnavailable(status=400)
        ):  # 400: an id of another provider, or none at all
            if not await store.drop_candidate(transaction, one.account_id, one.user_id):
                return
            present = replace(present, missing=present.missing + 1, error=None)
        case _:
            later = now + min(LONGEST, FIRST_WAIT * 2 ** min(one.tries, 10))
            await store.put_candidate_off(transaction, one.account_id, one.user_id, later)
            present = replace(present, error="line_unavailable")
    if not await store.candidates_left(transaction, one.account_id):
        present = replace(present, state="done")
    await store.save_file_import(transaction, replace(present, changed_at=now))


async def read_all(desk: Desk, account_id: str) -> None:
    """Ask about everybody here and now, for a command without a daemon beside it; until LINE cannot be asked."""
    reader = CandidateReader(desk)
    while (present := await progress(desk, account_id)) is not None and present.error is None:
        due = await _due(desk)
        if present.state != "running" or not due:
            return
        for one in due:
            await reader.ask(one)


async def _due(desk: Desk) -> list[Candidate]:
    now = desk.clock.now()
    return await desk.db.read(lambda reader: store.candidates_due(reader, now, WIDTH))


async def _look(reader: Reader, now: int, limit: int) -> tuple[list[Candidate], int | None]:
    return await store.candidates_due(reader, now, limit), await store.next_candidate_due(reader, now)


async def _read(body: bytes, column: str | None) -> IdFile:
    reading = await asyncio.to_thread(IdFileReader, body, column)
    while await asyncio.to_thread(reading.read_on, ROWS):
        pass
    return reading.file


async def _pieces(file: IdFile) -> AsyncIterator[list[str]]:
    ids = iter(file.ids)
    while piece := list(islice(ids, PIECE)):
        yield piece
