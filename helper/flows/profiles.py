"""Names and pictures, fetched in the background and retried, never in a webhook's way."""

from aiolimiter import AsyncLimiter

from helper.flows.desk import Desk, friend_changed
from helper.flows.followers import note_profile
from helper.flows.worker import DueWorker
from helper.line.answers import Profile, ProfileFound, ProfileMissing
from helper.store import sightings as store
from helper.store.database import Reader, Transaction
from helper.store.sightings import ProfileDue

WIDTH = 16
"""Profiles asked at once."""
PACE = 50
"""Profiles asked in a second: a burst of follows is stored first and named after."""
MISSING_TRIES = 3
"""After so many 404s the profile is left alone until the next follow."""
LONGEST = 3_600_000
"""ms between two tries, at most."""


IMPORTED_WIDTH = 2
IMPORTED_PACE = 10
"""The same for imported friends, for whom nobody waits: they have a lane of their own and keep nobody up."""
FIRST_WAIT = 5_000
IMPORTED_FIRST_WAIT = 60_000
"""ms before LINE is asked again, where it could not be; an imported friend waits among the others then."""


async def _look(reader: Reader, now: int, limit: int) -> tuple[list[ProfileDue], int | None]:
    """Whose profile is due, and when the next one will be."""
    return await store.profiles_due(reader, now, limit), await store.next_profile_due(reader, now)


async def _look_for_imported(reader: Reader, _now: int, limit: int) -> tuple[list[ProfileDue], int | None]:
    return await store.profiles_wanted(reader, limit), None


class ProfileFetcher:
    """Asks LINE for the profiles that are due; with `imported`, for those of imported friends instead."""

    def __init__(self, desk: Desk, *, imported: bool = False) -> None:
        self._desk = desk
        self._imported = imported
        self._first_wait = IMPORTED_FIRST_WAIT if imported else FIRST_WAIT
        self._pace = AsyncLimiter(IMPORTED_PACE if imported else PACE, 1)
        look = _look_for_imported if imported else _look
        self._worker = DueWorker(
            desk.clock,
            desk.signals.follower_profiles if imported else desk.signals.profiles,
            lambda now, limit: desk.db.read(lambda reader: look(reader, now, limit)),
            self._fetch,
            lambda due: f"{due.account_id}/{due.user_id}",
            IMPORTED_WIDTH if imported else WIDTH,
        )

    async def run(self) -> None:
        """Work until cancelled."""
        await self._worker.run()

    async def close(self, seconds: float = 0.5) -> None:
        """Stop; what was not fetched stays due."""
        await self._worker.close(seconds)

    async def _fetch(self, due: ProfileDue) -> None:
        if await self._desk.credentials(due.account_id) is None:
            profile: Profile = ProfileMissing()
        else:
            async with self._pace:
                profile = await (await self._desk.channels.client(due.account_id)).profile(due.user_id)
        await self._desk.db.write(lambda transaction: self._store(transaction, due, profile))

    async def _store(self, transaction: Transaction, due: ProfileDue, profile: Profile) -> None:
        now = self._desk.clock.now()
        match profile:
            case ProfileFound(display_name=name, picture_url=picture):
                await store.save_profile(transaction, due.account_id, due.user_id, name, picture, now)
                if due.imported:
                    await note_profile(transaction, due.account_id, named=True, now=now)
                if not self._imported:  # of whom nobody waits for, nobody is told
                    friend_changed(transaction, due.account_id, due.user_id)
            case ProfileMissing() if self._imported or due.tries + 1 >= MISSING_TRIES:
                await store.put_profile_off(transaction, due.account_id, due.user_id, None)
                if due.imported:
                    await note_profile(transaction, due.account_id, named=False, now=now)
            case _:
                later = now + min(LONGEST, self._first_wait * 2 ** min(due.tries, 10))
                await store.put_profile_off(transaction, due.account_id, due.user_id, later)
