"""Runs every check, each in its own time: one that hangs holds nobody up."""

import asyncio
from collections.abc import AsyncIterator

from helper.checks import accounts as of_accounts
from helper.checks import computer, relay
from helper.checks.check import Check
from helper.flows import accounts
from helper.office import Office
from helper.words import Words

SECONDS = 25.0
"""How long one part may take."""
TOO_SLOW = Words("時間内に調べられませんでした", "could not be checked in time")


async def examine(office: Office, *, test: bool = False) -> list[Check]:
    """Every check, this computer's first. `test`: also let LINE call the webhook URLs (60 times an hour)."""
    real = [account for account in await accounts.list_all(office.desk) if not account.sandbox]
    parts = await asyncio.gather(
        _in_time("database", _storage(office)),
        _in_time("tunnel", computer.tunnel(office)),
        _in_time("extension", computer.extensions(office)),
        *(_in_time("line", of_accounts.examine(office, account, test=test), account.id) for account in real),
        _in_time("relay", relay.examine(office)),
    )
    storage, tunnel, extensions, *rest = parts
    first = [computer.versions(), computer.system()]
    here = [*first, *storage, computer.secrets(office), computer.running(office), *tunnel, *extensions]
    return [*here, *(check for part in rest for check in part)]


async def _storage(office: Office) -> AsyncIterator[Check]:
    for check in await asyncio.to_thread(computer.storage, office):
        yield check


async def _in_time(name: str, part: AsyncIterator[Check], account_id: str | None = None) -> list[Check]:
    found: list[Check] = []
    try:
        async with asyncio.timeout(SECONDS):
            async for check in part:
                found.append(check)
    except TimeoutError:
        found.append(Check(name, "unknown", TOO_SLOW, None, account_id))
    return found
