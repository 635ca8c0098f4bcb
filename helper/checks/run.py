"""Runs every check, each in its own time: one that hangs holds nobody up."""

import asyncio
import logging
from collections.abc import AsyncIterator

from helper.checks import accounts as of_accounts
from helper.checks import computer, relay
from helper.checks.check import Check
from helper.flows import accounts
from helper.office import Office
from helper.store.database import StoreTrouble, TooBusy
from helper.words import Words

log = logging.getLogger(__name__)

SECONDS = 25.0
"""How long one part may take."""
NO_STORE = Words("データベースを使えないため、調べられませんでした", "the database could not be used")
LOOK_AT_DATABASE = Words(
    "「データベース」と「ディスク」の結果を確認してください", "See what is said of the database and the disk"
)
FAILED = Words(
    "調べられませんでした（くわしくはログにあります）", "could not be checked (the log tells more)"
)
TOO_SLOW = Words("時間内に調べられませんでした", "could not be checked in time")


async def examine(office: Office, *, test: bool = False) -> list[Check]:
    """Every check, this computer's first. `test`: also let LINE call the webhook URLs (60 times an hour)."""
    real = [account for account in await accounts.list_all(office.desk) if not account.sandbox]
    parts = await asyncio.gather(
        _in_time("database", _storage(office)),
        _in_time("secrets", computer.secrets(office)),
        _in_time("tunnel", computer.tunnel(office)),
        _in_time("extension", computer.extensions(office)),
        *(_in_time("line", of_accounts.examine(office, account, test=test), account.id) for account in real),
        _in_time("relay", relay.examine(office)),
    )
    storage, secrets, tunnel, extensions, *rest = parts
    first = [computer.versions(), computer.system()]
    here = [*first, *storage, *secrets, computer.running(office), *tunnel, *extensions]
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
    except (StoreTrouble, TooBusy):
        # The store has told it already; the check of the database says what to do.
        found.append(Check(name, "bad", NO_STORE, LOOK_AT_DATABASE, account_id))
    except Exception:
        log.exception("the check %s failed", name)
        found.append(Check(name, "unknown", FAILED, None, account_id))
    return found
