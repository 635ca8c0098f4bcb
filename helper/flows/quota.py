"""The count: asked of LINE, reconciled with ours, read."""

import asyncio
import logging
from dataclasses import replace

from helper.flows.desk import Desk, account_in, quota_changed
from helper.line.answers import LineRejected, LineUnavailable
from helper.model.message import LedgerRow
from helper.model.quota import Counter, Reconciled, month_of, others, reconcile
from helper.model.refusal import Refused
from helper.store import quota as store
from helper.store.accounts import all_accounts
from helper.store.database import Reader, Transaction
from helper.store.restores import note_asked

log = logging.getLogger(__name__)

ASK_EVERY = 10 * 60_000
"""ms between two looks at LINE's figures of an account."""
GATHER = 1.0
"""Seconds in which wishes for one account's figures become one question."""


async def read(desk: Desk, account_id: str) -> Counter:
    """This month's counter."""

    async def find(reader: Reader) -> Counter:
        await account_in(reader, account_id)
        return await store.current_counter(reader, account_id, month_of(desk.clock.now()))

    return await desk.db.read(find)


async def refresh(desk: Desk, account_id: str, recounted_by: str | None = None) -> Counter:
    """Ask LINE and reconcile; raises `Refused` line_unavailable or account_rejected.

    With `recounted_by` (a teammate's id) LINE's figure is taken as it is, also where it lowers what others
    sent: an admin's decision that it does not lag.
    """
    await desk.db.read(lambda reader: account_in(reader, account_id))
    if await desk.credentials(account_id) is None:
        raise Refused("account_unknown")
    client = await desk.channels.client(account_id)
    # Else an answer that was long under way could put back an allowance that LINE has lowered since.
    async with desk.signals.asking_quota[account_id]:
        try:
            # One after the other: of two at once the second would go on, waited for by nobody, where the first fails.
            allowance, consumption = await client.quota(), await client.consumption()
        except LineUnavailable as error:
            raise Refused("line_unavailable") from error
        except LineRejected as error:
            raise Refused("account_rejected", line_message=error.message) from error

        async def store_figures(transaction: Transaction) -> Counter:
            now = desk.clock.now()
            return await take_in(transaction, account_id, allowance, consumption, now, recounted_by)

        return await desk.db.write(store_figures)


async def take_in(
    transaction: Transaction,
    account_id: str,
    allowance: int | None,
    consumption: int,
    now: int,
    recounted_by: str | None = None,
) -> Counter:
    """Reconcile LINE's figures with the counter, which is read after LINE's answer, in this very unit."""
    month = month_of(now)
    await store.open_counter(transaction, account_id, month)
    counter = await store.current_counter(transaction, account_id, month)
    attempted = await store.attempted_reservations(transaction, account_id, month)
    first = await note_asked(transaction, account_id)
    if recounted_by is None:
        previous = await store.previous_consumption(transaction, account_id, month)
        reconciled = reconcile(counter, consumption, attempted, previous, now)
        if first:
            # What the lost time spent must count from now on, also on a day on which LINE may lag.
            elsewhere = max(reconciled.elsewhere, others(counter, consumption, attempted))
            reconciled = replace(reconciled, elsewhere=elsewhere)
    else:
        reconciled = Reconciled(others(counter, consumption, attempted), lower_seen=True)
    await store.save_figures(
        transaction, account_id, counter, allowance, consumption, reconciled, now, recounted_by
    )
    quota_changed(transaction, account_id, month)
    return await store.current_counter(transaction, account_id, month)


async def ledger(
    desk: Desk, account_id: str, month: str, cursor: int | None, limit: int
) -> tuple[list[LedgerRow], int | None]:
    """A month's ledger rows, newest first, and where the next page begins."""

    async def find(reader: Reader) -> list[LedgerRow]:
        await account_in(reader, account_id)
        return await store.ledger_page(reader, account_id, month, cursor or (1 << 62), limit + 1)

    rows = await desk.db.read(find)
    more = len(rows) > limit
    return rows[:limit], rows[limit - 1].number if more else None


async def balances(desk: Desk, account_id: str) -> bool:
    """Whether the ledger's rows add up to the counters, in every month."""
    months = await desk.db.read(lambda reader: store.ledger_sums(reader, account_id))
    return all(
        (month["spent"], month["reserved"], month["elsewhere"])
        == (month["row_spent"], month["row_reserved"], month["row_elsewhere"])
        for month in months
    )


class Reconciler:
    """Keeps LINE's figures fresh: every ten minutes, and soon after a push or a monthly-limit answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Work until cancelled."""
        signals = self._desk.signals
        while True:
            signals.quota.clear()
            for account_id in await self._stale() | signals.quota_accounts:
                signals.quota_accounts.discard(account_id)
                await self._ask(account_id)
            try:
                # Not `wait_for`: before Python 3.12 it loses a cancellation that comes with the signal.
                async with asyncio.timeout(60):
                    await signals.quota.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(GATHER)

    async def _stale(self) -> set[str]:
        now = self._desk.clock.now()

        async def find(reader: Reader) -> set[str]:
            stale = set()
            for account in await all_accounts(reader):
                counter = await store.find_counter(reader, account.id, month_of(now))
                if counter is None or counter.asked_at is None or now - counter.asked_at >= ASK_EVERY:
                    stale.add(account.id)
            return stale

        return await self._desk.db.read(find)

    async def _ask(self, account_id: str) -> None:
        try:
            await refresh(self._desk, account_id)
        except Refused as refusal:
            log.warning(
                "LINE's figures could not be read", extra={"account": account_id, "code": refusal.code}
            )
