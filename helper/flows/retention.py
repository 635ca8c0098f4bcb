"""Once a day: raw events and texts that were kept long enough are removed, in pieces that no click has to wait for."""

import asyncio
import logging
from functools import partial

from helper.flows.desk import Desk
from helper.flows.forgetting import finish
from helper.flows.pieces import pieces
from helper.flows.send import KEY_LIFE
from helper.store import retention as store

log = logging.getLogger(__name__)

DAY = 24 * 3_600_000
LOOK_EVERY = 3_600.0
"""Seconds between two looks whether a day is over: a computer that sleeps misses none."""


class Keeper:
    """Removes what is older than `days`, soon after the start and then daily."""

    def __init__(self, desk: Desk, days: int) -> None:
        self._desk = desk
        self._days = days
        self._done_at: int | None = None

    async def run(self) -> None:
        """Work until cancelled. What an erasing could not finish is finished here, too."""
        while True:
            await finish(self._desk)
            now = self._desk.clock.now()
            if self._done_at is None or now - self._done_at >= DAY:
                await self.remove_old()
                self._done_at = now
            await asyncio.sleep(LOOK_EVERY)

    async def remove_old(self) -> int:
        """Remove what is too old now; how many events and messages were emptied."""
        now = self._desk.clock.now()
        before = now - self._days * DAY
        oldest = await self._desk.db.read(store.oldest_account)
        if oldest is None:
            return 0
        known = await self._desk.db.read(store.every_account)
        if oldest < now - KEY_LIFE:
            for account_id in known:
                await self._drop_keys(account_id, now - KEY_LIFE)
        if oldest >= before:
            return 0
        removed = await self._remove_texts(before, now)
        for account_id in known:
            removed += await self._empty_events(account_id, before)
        if removed:
            log.info("%d raw events and messages older than %d days were emptied", removed, self._days)
        return removed

    async def _empty_events(self, account_id: str, before: int) -> int:
        db, removed = self._desk.db, 0
        async for piece in pieces(db, lambda reader, *at: store.event_behind(reader, account_id, *at)):
            old = await db.read(
                partial(
                    store.old_events, account_id=account_id, after=piece.after, upto=piece.upto, before=before
                )
            )
            if old:
                await db.write(partial(store.empty_old_events, account_id=account_id, event_ids=old))
                removed += len(old)
        return removed

    async def _remove_texts(self, before: int, now: int) -> int:
        db, removed = self._desk.db, 0
        async for piece in pieces(db, store.message_behind):
            old = await db.read(
                partial(store.old_messages, after=piece.after, upto=piece.upto, before=before)
            )
            if old:
                await db.write(partial(store.remove_texts, message_ids=old, now=now))
                removed += len(old)
        return removed

    async def _drop_keys(self, account_id: str, before: int) -> None:
        db = self._desk.db
        async for piece in pieces(db, lambda reader, *at: store.key_behind(reader, account_id, *at)):
            old = await db.read(
                partial(
                    store.old_keys, account_id=account_id, after=piece.after, upto=piece.upto, before=before
                )
            )
            if old:
                await db.write(partial(store.drop_keys, message_ids=old))
