"""The tunnel that is wanted, and what its keeper notes of it."""

from helper.flows.desk import Desk
from helper.flows.icons import tell_all
from helper.model.tunnel import Program, Tunnel
from helper.store import tunnels as store
from helper.store.database import Transaction
from helper.store.icons import set_public_origin
from helper.store.notices import add_notice
from helper.store.receiving import end_own_origin, note_own_origin, own_origins

NOTICE = "tunnel"
"""The kind of notice by which a running daemon learns of another tunnel."""


async def wanted(desk: Desk) -> Tunnel | None:
    """The tunnel, None where none is wanted."""
    return await desk.db.read(store.find_tunnel)


async def want(desk: Desk, program: Program, hostname: str | None) -> None:
    """Have this tunnel from now on; a running daemon starts it."""

    async def work(transaction: Transaction) -> None:
        now = desk.clock.now()
        await _leave(transaction, await store.find_tunnel(transaction), now)
        await store.want_tunnel(transaction, program, hostname, now)
        await add_notice(transaction, NOTICE, program, now)

    await desk.db.write(work)


async def stop(desk: Desk) -> Tunnel | None:
    """Have none any more; the one there was. LINE's webhook URL stays as it is."""

    async def work(transaction: Transaction) -> Tunnel | None:
        now = desk.clock.now()
        former = await store.forget_tunnel(transaction)
        await _leave(transaction, former, now)
        await add_notice(transaction, NOTICE, "", now)
        return former

    return await desk.db.write(work)


async def note(desk: Desk, origin: str | None, trouble: str | None) -> None:
    """Note the address that leads here, or why the tunnel does not carry (a code of `model.tunnel.TROUBLES`).

    An address that lasts stays one of ours also while the program is being started again.
    """

    async def work(transaction: Transaction) -> None:
        now = desk.clock.now()
        before = await store.find_tunnel(transaction)
        if before is None:
            return
        told = origin or (before.origin if before.is_stable else None)
        changed = await store.note_tunnel(transaction, told, trouble, now)
        if before.origin is not None and before.origin != told:
            await end_own_origin(transaction, before.origin, now)
        if origin is not None:
            await note_own_origin(transaction, origin, now)
        if before.is_stable and origin is not None:
            changed |= await set_public_origin(transaction, origin, by_setting=False)
        if changed:
            await tell_all(transaction)

    await desk.db.write(work)


async def _leave(transaction: Transaction, former: Tunnel | None, now: int) -> None:
    if former is None or former.origin is None:
        return
    await set_public_origin(transaction, None, by_setting=False)
    if any(own.origin == former.origin for own in await own_origins(transaction)):
        await end_own_origin(transaction, former.origin, now)
