"""LINE's request ids of what it did not do: it gives no logs, and its support asks for them.

Source: LINE developers, "Development guidelines" (save logs).
"""

from helper.flows.desk import Desk
from helper.store import support as store
from helper.store.support import LineFailure


async def keep(desk: Desk) -> None:
    """Make durable what the channels have noted since the last time."""
    noted = desk.channels.take_failures()
    if noted:
        failures = [
            LineFailure(one.at, one.account_id, one.method, one.path, one.status, one.request_id)
            for one in noted
        ]
        await desk.db.write(lambda transaction: store.keep_failures(transaction, failures))


async def failures(desk: Desk) -> list[LineFailure]:
    """The newest, newest first."""
    await keep(desk)
    return await desk.db.read(store.newest_failures)
