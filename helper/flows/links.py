"""A person's decisions who a dashboard's people and accounts are."""

from helper.flows.desk import Desk, account_in, friend_changed
from helper.model.change import Change
from helper.model.message import Sender
from helper.model.refusal import Refused
from helper.store import links as store
from helper.store.database import Transaction
from helper.store.friends import find_friend
from helper.store.links import Binding


async def link(
    desk: Desk, account_id: str, dashboard: str, member_id: str, user_id: str, teammate: Sender
) -> None:
    """Store that a dashboard's person is this friend.

    Raises `Refused` friend_unknown, or link_taken when the friend is another person of that dashboard.
    """

    async def save(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        if await find_friend(transaction, account_id, user_id) is None:
            raise Refused("friend_unknown")
        other = await store.member_of_friend(transaction, account_id, dashboard, user_id)
        if other is not None and other != member_id:
            raise Refused("link_taken", member_id=other)
        await store.save_link(
            transaction, account_id, dashboard, member_id, user_id, teammate.id, desk.clock.now()
        )
        friend_changed(transaction, account_id, user_id)

    await desk.db.write(save)


async def unlink(desk: Desk, account_id: str, dashboard: str, member_id: str) -> None:
    """Take a link away; raises `Refused` link_unknown."""

    async def delete(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        if not await store.delete_link(transaction, account_id, dashboard, member_id):
            raise Refused("link_unknown")

    await desk.db.write(delete)


async def bindings(desk: Desk) -> list[Binding]:
    """Which account each dashboard's account is, as people have confirmed."""
    return await desk.db.read(store.all_bindings)


async def bind(desk: Desk, dashboard: str, page_account: str, account_id: str, teammate: Sender) -> Binding:
    """Store that a dashboard's account, as its page shows it, is this account; raises `Refused` account_unknown."""
    binding = Binding(dashboard, page_account, account_id, desk.clock.now())

    async def save(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        await store.save_binding(transaction, binding, teammate.id)
        transaction.publish(Change("account", account_id, account_id))

    await desk.db.write(save)
    return binding


async def unbind(desk: Desk, dashboard: str, page_account: str) -> None:
    """Take a binding away; raises `Refused` binding_unknown."""

    async def delete(transaction: Transaction) -> None:
        if not await store.delete_binding(transaction, dashboard, page_account):
            raise Refused("binding_unknown")
        transaction.publish(Change("account", None, page_account))

    await desk.db.write(delete)
