"""`ittsu friend forget`: erase a customer, beside a running daemon or without one."""

import asyncio
import sys

from helper.flows import friends
from helper.flows.forgetting import finish, forget, is_finished, is_put_off
from helper.model.refusal import Refused
from helper.office import Office
from helper.presence import Presence
from helper.store.accounts import was_connected_before
from helper.store.database import Transaction
from helper.store.notices import add_notice
from helper.words import Trouble, Words

QUESTION = Words(
    "{who} の名前・写真・メッセージの内容・紐付けを消去します。取り消せません。",
    "This erases name, picture, texts and links of {who}. It cannot be undone.",
)
ASK = "続けますか？ / Go on? [y/N]: "
NAMELESS = "（名前は不明 / name unknown）"
NOT_ASKED = Words(
    "確認できないため、消去していません。--yes を付けてください。",
    "Nothing was erased: there is nobody to ask. Say --yes.",
)
NOT_DONE = Words("消去していません。", "Nothing was erased.")
NO_ACCOUNT = Words("アカウント {account} はありません。", "There is no account {account}.")
NO_FRIEND = Words(
    "この友だちの情報はありません（もう消去したか、LINEから届いていません）。",
    "There is nothing of this friend: erased already, or LINE never told us of them.",
)
IN_FLIGHT = Words(
    "この友だちへのメッセージを送信しているところです。消去していません。少し待ってから、もう一度お試しください"
    "（Ittsu本体が止まっているときは、起動してから）。",
    "A message to this friend is on its way just now. Nothing was erased. Try again in a moment"
    " (if the helper is stopped, start it first).",
)
ERASED = Words(
    "消去しました。残したもの: 通数の記録と、最初の一通を送ったかどうか（名前やIDは含みません）。\n"
    "  バックアップには、それぞれのファイルを消すまで残ります（毎日の自動バックアップは7日分）。",
    "Erased. Kept: the count, and whether the first message was sent (without name or id).\n"
    "  Backups hold the data until their files are deleted (daily ones: 7 days).",
)
LATER = Words(
    "消去しました。データベースのファイルの空き領域の上書きは、あとで（大きなファイルでは夜間に）行います。",
    "Erased. Unused space in the database's file is overwritten later (at night, if the file is large).",
)

PATIENCE = 60.0
"""Seconds to wait for a running daemon to finish."""
LOOK_EVERY = 0.2


async def forget_friend(office: Office, account_id: str, user_id: str, *, sure: bool) -> int:
    """Ask, erase, and wait until it is finished; returns the exit code. Raises Trouble."""
    if not await office.database.read(lambda reader: was_connected_before(reader, account_id)):
        raise Trouble(NO_ACCOUNT.filled(account=account_id))
    name = await friends.name_of(office.desk, account_id, user_id)
    if name is None:
        raise Trouble(NO_FRIEND)
    if not sure:
        await _ask(f"{name or NAMELESS} ({user_id})")
    try:
        await forget(office.desk, account_id, user_id)
    except Refused as refused:
        # Between the question and the answer somebody else may have been faster.
        raise Trouble(IN_FLIGHT if refused.code == "message_in_flight" else NO_FRIEND) from None
    print(ERASED if await _finish(office, account_id) else LATER)
    return 0


async def _ask(who: str) -> None:
    if not sys.stdin.isatty():
        raise Trouble(NOT_ASKED, exit_code=2)
    print(QUESTION.filled(who=who))
    answer = await asyncio.to_thread(input, ASK)
    if answer.strip().lower() not in ("y", "yes", "はい"):
        raise Trouble(NOT_DONE)


async def _finish(office: Office, account_id: str) -> bool:
    """Finish here, or let a running daemon do it: it has the files open, and pages to tell."""
    if Presence(office.settings.home, office.settings.database_path).find() is None:
        return await finish(office.desk, nobody_waits=True)
    await office.database.write(lambda transaction: _leave_word(office, transaction, account_id))
    for _ in range(round(PATIENCE / LOOK_EVERY)):
        if await is_finished(office.desk):
            return True
        if await is_put_off(office.desk):
            return False
        await asyncio.sleep(LOOK_EVERY)
    return False


async def _leave_word(office: Office, transaction: Transaction, account_id: str) -> None:
    """The notice names the account only: whom it is about must not be written down again."""
    await add_notice(transaction, "forgotten", account_id, office.desk.clock.now())
