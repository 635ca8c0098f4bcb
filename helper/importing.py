"""`ittsu friend import`: read LINE's list of friends from before, beside a running daemon or without one."""

import asyncio
import sys

from helper.commands import chosen_account
from helper.flows import imports
from helper.flows.followers import progress, read_all, start, stop
from helper.office import Office
from helper.presence import Presence
from helper.store.database import Transaction
from helper.store.followers import FollowerImport
from helper.store.notices import add_notice
from helper.web.phrases import PHRASES
from helper.words import Words

BEGUN = Words(
    "{name}：LINEから友だちの一覧を読み込みます。新しい友だちの一覧には入りません。"
    "Ctrl-Cで表示をやめても、続きはIttsu本体が読み込みます（やめるには --stop）。",
    "{name}: reading the list of friends from LINE. They do not join the list of new friends."
    " Ctrl-C ends this display only; the helper goes on (--stop ends the reading).",
)
LINE = Words(
    "  {pages}ページ、友だち {found}人（うち新しく登録 {added}人）、名前 {named}人",
    "  {pages} pages, {found} friends ({added} new here), {named} names",
)
DONE = Words(
    "読み込みました。名前とアイコンは、Ittsu本体が動いているあいだに少しずつ取得します。",
    "Done. Names and pictures follow little by little while the helper runs.",
)
STOPPED = Words(
    "読み込みをやめました。ここまでの友だちは残ります。", "Stopped. The friends who were read stay."
)
WAITS = Words(
    "{reason} Ittsu本体が動いているあいだ、続きから自動で読み込みます。",
    "{reason} The helper goes on from here while it runs.",
)
LOOK_EVERY = 0.5


async def import_friends(office: Office, account_id: str | None, *, end: bool) -> int:
    """Start (or `end`) an account's import and show how it goes; returns the exit code. Raises Trouble, Refused."""
    account_id, name = await chosen_account(office, account_id)
    if end:
        await stop(office.desk, account_id)
        await imports.stop(office.desk, account_id)
        print(STOPPED)
        return 0
    begun = await start(office.desk, account_id)
    print(BEGUN.filled(name=name))
    if Presence(office.settings.home, office.settings.database_path).find() is None:
        reading = asyncio.create_task(read_all(office.desk, account_id))
    else:
        await office.database.write(lambda transaction: _leave_word(office, transaction, account_id))
        reading = None
    try:
        return _tell(await _watch(office, begun, reading))
    finally:
        if reading is not None:
            reading.cancel()


async def _watch(office: Office, one: FollowerImport, reading: "asyncio.Task[None] | None") -> FollowerImport:
    """Print each step until the reading ends, or has to wait for LINE."""
    shown = ""
    while True:
        ended = reading is not None and reading.done()
        if ended and reading is not None:
            reading.result()
        present = await progress(office.desk, one.account_id)
        assert present is not None
        line = LINE.filled(pages=present.pages, found=present.found, added=present.added, named=present.named)
        if line.ja != shown:
            print(line, flush=True)
            shown = line.ja
        if present.state != "running" or present.error is not None or ended:
            return present
        await asyncio.sleep(LOOK_EVERY)


def _tell(one: FollowerImport) -> int:
    reason = None if one.error is None else PHRASES[one.error].words
    match one.state:
        case "done":
            print(DONE)
            return 0
        case "stopped":
            print(STOPPED)
            return 0
        case "running" if reason is not None:
            print(
                Words(WAITS.ja.format(reason=reason.ja), WAITS.en.format(reason=reason.en)), file=sys.stderr
            )
            return 1
        case _:
            print(reason, file=sys.stderr)
            return 1


async def _leave_word(office: Office, transaction: Transaction, account_id: str) -> None:
    await add_notice(transaction, "followers", account_id, office.desk.clock.now())
