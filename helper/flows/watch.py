"""Watching that webhooks still come: LINE is asked where it sends them, silence and absence are noticed."""

import asyncio
import logging
from collections.abc import Sequence

from helper.flows import receiving, support
from helper.flows.desk import Desk
from helper.model.change import Change
from helper.model.refusal import Refused
from helper.model.watch import TOLD, Missed, Watched, absence, told, trouble_at_line
from helper.store import watch as store
from helper.store.accounts import all_accounts
from helper.store.database import Reader, Transaction
from helper.store.receiving import find_receiving

log = logging.getLogger(__name__)

EVERY_SECONDS = 900.0
"""Between two times that LINE is asked."""
BEAT_SECONDS = 20.0
"""Between two looks at the clock, which jumps when a computer wakes up."""
NOTED_MS = 60_000
"""How often it is noted that the helper is awake."""


class Watch:
    """The watch of one daemon."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._noted = 0

    async def run(self) -> None:
        """Work until cancelled."""
        due = 0.0
        loop = asyncio.get_running_loop()
        while True:
            if await self.beat() or loop.time() >= due:
                await self.look()
                due = loop.time() + EVERY_SECONDS
            await support.keep(self._desk)
            await asyncio.sleep(BEAT_SECONDS)

    async def beat(self) -> bool:
        """Note that we are awake; whether we had not been for a while."""
        now = self._desk.clock.now()
        gone = absence(await self._desk.db.read(store.seen_awake), now)
        if gone is None and now - self._noted < NOTED_MS:
            return False

        async def note(transaction: Transaction) -> None:
            await store.note_awake(transaction, now)
            if gone is not None:
                await self._missed(transaction, gone)

        await self._desk.db.write(note)
        self._noted = now
        if gone is not None:
            log.info("nothing could be received here for %d s", (gone.until - gone.since) // 1000)
        return gone is not None

    async def _missed(self, transaction: Transaction, gone: Missed) -> None:
        for one in (await store.watched(transaction)).values():
            heard = self._desk.signals.webhook_at.get(one.account_id)
            before = one if heard is None or heard > gone.since else one.heard(heard)
            await store.save_watched(transaction, before.without(gone))
        if await _direct(transaction):
            await store.add_missed(transaction, gone, gone.until - TOLD)
            await _tell_all(transaction)

    async def look(self) -> None:
        """Ask LINE about every real account, and note what is wrong."""
        accounts = [account for account in await self._desk.db.read(all_accounts) if not account.sandbox]
        for account in accounts:
            if await self._desk.credentials(account.id) is None:
                continue  # the checks say that its secret is missing
            try:
                look = await receiving.look(self._desk, account.id)
            except Refused:
                continue  # it was taken away meanwhile
            at_line = None
            if look.owner is not None:
                at_line = trouble_at_line(look.receiving, look.owner, active=look.active)
            await self._note(account.id, at_line, asked=look.owner is not None)

    async def _note(self, account_id: str, at_line: str | None, *, asked: bool) -> None:
        heard = self._desk.signals.webhook_at.get(account_id)

        async def note(transaction: Transaction) -> None:
            now = self._desk.clock.now()
            before = (await store.watched(transaction)).get(account_id)
            after = before or Watched(account_id, now)
            if heard is not None:
                after = after.heard(heard)
            if asked:
                way = (await find_receiving(transaction, account_id)).way
                silent = way is not None and way != "none" and after.is_silent(now)
                after = after.told(at_line or ("webhook_silent" if silent else None), now)
            if after != before:
                await store.save_watched(transaction, after)
            if before is None or after.trouble != before.trouble:
                transaction.publish(Change("account", account_id, account_id))

        await self._desk.db.write(note)


async def state(
    desk: Desk, account_ids: Sequence[str]
) -> tuple[dict[str, Watched], dict[str, tuple[Missed, ...]]]:
    """What is known of accounts' webhooks, and when accounts may have missed some lately."""

    async def find(reader: Reader) -> tuple[dict[str, Watched], dict[str, tuple[Missed, ...]]]:
        watched = await store.watched(reader)
        gone = told(await store.missed(reader), desk.clock.now())
        if not gone:
            return watched, {}
        direct = [account_id for account_id in account_ids if await _is_direct(reader, account_id)]
        return watched, dict.fromkeys(direct, gone)

    return await desk.db.read(find)


async def forget_missed(desk: Desk) -> None:
    """Somebody has read of it."""

    async def forget(transaction: Transaction) -> None:
        await store.forget_missed(transaction)
        await _tell_all(transaction)

    await desk.db.write(forget)


async def _direct(reader: Reader) -> bool:
    """Whether any account is received by this computer itself: a relay keeps what comes meanwhile."""
    for account in await all_accounts(reader):
        if not account.sandbox and await _is_direct(reader, account.id):
            return True
    return False


async def _is_direct(reader: Reader, account_id: str) -> bool:
    return (await find_receiving(reader, account_id)).way in ("alone", "behind", "in_front")


async def _tell_all(transaction: Transaction) -> None:
    for account in await all_accounts(transaction):
        transaction.publish(Change("account", account.id, account.id))
