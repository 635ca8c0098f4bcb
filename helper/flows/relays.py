"""Fetching from a relay: which one, how it stands there, and what that means for the free reply."""

from collections.abc import Sequence
from dataclasses import replace

from helper.flows.desk import Desk
from helper.flows.replies import settle_replies
from helper.model.change import Change
from helper.model.receiving import origin_of
from helper.model.relay import AccountAtRelay, Link, Queues
from helper.store import relays as store
from helper.store.accounts import all_accounts, find_account
from helper.store.database import Reader, Transaction
from helper.store.notices import add_notice
from helper.store.receiving import end_own_origin, find_receiving

NOTICE = "relay"
"""The kind of notice by which a running daemon learns of another relay."""


async def attach(desk: Desk, url: str, token_id: str) -> None:
    """Fetch from this relay from now on. Its token and proof key are in the secret store already."""

    async def work(transaction: Transaction) -> None:
        now = desk.clock.now()
        await store.save_link(transaction, url, token_id, now)
        await add_notice(transaction, NOTICE, token_id, now)
        await _tell_all(transaction)

    await desk.db.write(work)


async def detach(desk: Desk) -> bool:
    """Fetch from no relay any more; False if there was none."""

    async def work(transaction: Transaction) -> bool:
        former = await store.find_link(transaction)
        if former is not None and (origin := origin_of(former.url)) is not None:
            await end_own_origin(transaction, origin, desk.clock.now())
        had_one = await store.forget_link(transaction)
        await add_notice(transaction, NOTICE, "", desk.clock.now())
        await _tell_all(transaction)
        return had_one

    return await desk.db.write(work)


async def link(desk: Desk) -> Link | None:
    """The relay, or None."""
    return await desk.db.read(store.find_link)


async def at_relay(desk: Desk, account_ids: Sequence[str]) -> dict[str, AccountAtRelay]:
    """How accounts stand at the relay; empty where there is none."""
    return await desk.db.read(lambda reader: store.accounts_at_relay(reader, account_ids))


async def note_link(desk: Desk, token_id: str, *, connected: bool, trouble: str | None = None) -> None:
    """Note that we are connected, or that we are not and why (a code of `LINK_TROUBLES`)."""

    async def work(transaction: Transaction) -> None:
        if await store.note_link(
            transaction, token_id, connected=connected, trouble=trouble, now=desk.clock.now()
        ):
            await _tell_all(transaction)

    await desk.db.write(work)


async def note_queues(desk: Desk, told: Sequence[Queues]) -> None:
    """Take in what the relay tells of its accounts; times are by our clock.

    Where another tool gets the webhooks, too, it may use the reply tokens: from the moment that one appears
    Ittsu leaves them alone (`other_tool_replies`), until an admin says that it does not answer follows.
    """

    async def work(transaction: Transaction) -> None:
        before = await store.told_queues(transaction)
        ours = {account.id for account in await all_accounts(transaction)}
        for account_id in before.keys() - {queues.account_id for queues in told}:
            await store.forget_queues(transaction, account_id)
            _tell(transaction, account_id)
        for queues in told:
            known, _ = before.get(queues.account_id, (None, False))
            if known == queues or queues.account_id not in ours:
                continue
            await store.save_queues(transaction, queues)
            another_tool = queues.tool != (None if known is None else known.tool)
            foreseen = known is None and await _was_foreseen(transaction, queues.account_id)
            if another_tool and not foreseen:
                await _leave_replies(desk, transaction, queues.account_id, to_tool=queues.tool is not None)
            _tell(transaction, queues.account_id)

    await desk.db.write(work)


async def with_other_secrets(desk: Desk) -> set[str]:
    """The accounts of which it was noted that our secret does not verify what waits."""
    told = await desk.db.read(store.told_queues)
    return {account_id for account_id, (_, differs) in told.items() if differs}


async def note_secret(desk: Desk, account_id: str, *, differs: bool) -> None:
    """Note whether our channel secret verifies what waits for an account."""

    async def work(transaction: Transaction) -> None:
        if await store.note_secret(transaction, account_id, differs=differs):
            _tell(transaction, account_id)

    await desk.db.write(work)


async def _leave_replies(desk: Desk, transaction: Transaction, account_id: str, *, to_tool: bool) -> None:
    account = await find_account(transaction, account_id)
    if account is not None:
        account = replace(account, other_tool_replies=to_tool)
        await settle_replies(transaction, account, "", desk.clock.now())


async def _was_foreseen(reader: Reader, account_id: str) -> bool:
    """Whether somebody chose this way for the sake of a tool: then they have said whether it replies."""
    receiving = await find_receiving(reader, account_id)
    return receiving.answers.tool is True and receiving.way in ("relay", "in_front")


async def _tell_all(transaction: Transaction) -> None:
    for account in await all_accounts(transaction):
        _tell(transaction, account.id)


def _tell(transaction: Transaction, account_id: str) -> None:
    transaction.publish(Change("account", account_id, account_id))
