"""`ittsu friend import --file`: friends from before by LINE user ids in a file, after a preview and a yes."""

import asyncio
import sys
from pathlib import Path

from helper.commands import chosen_account
from helper.flows import imports
from helper.flows.imports import Preview
from helper.office import Office
from helper.presence import Presence
from helper.store.database import Transaction
from helper.store.notices import add_notice
from helper.web.followers import MOST_BYTES
from helper.web.phrases import PHRASES
from helper.words import Trouble, Words

NO_FILE = Words("ファイル {path} を読めません: {reason}", "The file {path} cannot be read: {reason}")
FOUND = Words(
    "{name}: {rows}行。LINEのユーザーID {ids}件（友だち登録済み {known}件、新しく確認する {unknown}件）。\n"
    "  重複 {doubled}行、IDのない行 {broken}行、消去済み {erased}件。\n"
    "  新しい{unknown}件は、LINEにプロフィールを確認できた方だけを、"
    "友だちとして登録します（約{seconds}秒、通数は使いません）。\n"
    "  新しい友だちの一覧には入りません。",
    "{name}: {rows} rows. LINE user ids: {ids} ({known} friends already, {unknown} to be asked about).\n"
    "  Twice: {doubled} rows, without an id: {broken} rows, erased here: {erased}.\n"
    "  Of the {unknown} only those LINE tells a profile of become friends (about {seconds} s, no message is used).\n"
    "  They do not join the list of new friends.",
)
NO_IDS = Words(
    "LINEのユーザーIDの列がないファイルです（{rows}行）。友だちの登録には使えません。"
    "Lステップ・エルメの会員番号は、LINEのユーザーIDではありません。\n"
    "  紐付けの準備には使えます: 拡張機能の「紐付けの確認」で読み込んでください。\n"
    "  IDの列がある場合は、--column で名前を指定してください。列: {columns}",
    "This file has no column of LINE user ids ({rows} rows): nobody can be imported by it. A member id of Lステップ or"
    " エルメ is no LINE user id.\n"
    "  It can prepare links: read it in at 「紐付けの確認」 of the extension.\n"
    "  If it has such a column, name it with --column. Columns: {columns}",
)
ASK = "取り込みますか？ / Import them? [y/N]: "
NOT_DONE = Words("何も変更していません。", "Nothing was changed.")
GOES_ON = Words(
    "Ittsu本体が確認を続けます。やめるには: ittsu friend import --stop",
    "The helper goes on asking. To stop: ittsu friend import --stop",
)
ENDED = Words(
    "登録 {added}人、LINEで確認できなかったID {missing}件（友だちではない、ブロック、別のプロバイダーのIDなど）。",
    "{added} friends added; {missing} ids that LINE tells no profile of (no friend, blocked, another provider's).",
)


async def import_file(
    office: Office, account_id: str | None, file: str, column: str | None, *, sure: bool
) -> int:
    """Show what would happen, ask, and begin. Raises Trouble, Refused."""
    account_id, name = await chosen_account(office, account_id)
    body = await asyncio.to_thread(_read, file)
    told = await imports.preview(office.desk, account_id, body, column)
    if not told.file.ids:
        columns = "、".join(told.file.columns) or "-"
        raise Trouble(NO_IDS.filled(rows=told.file.rows, columns=columns))
    print(_found(name, told))
    if not sure and not await _said_yes():
        print(NOT_DONE)
        return 1
    await imports.start(office.desk, account_id, body, column)
    if Presence(office.settings.home, office.settings.database_path).find() is not None:
        await office.database.write(lambda unit: _leave_word(office, unit, account_id))
        print(GOES_ON)
        return 0
    await imports.read_all(office.desk, account_id)
    ended = await imports.progress(office.desk, account_id)
    assert ended is not None
    print(ENDED.filled(added=ended.added, missing=ended.missing))
    if ended.error is not None:
        print(PHRASES[ended.error].words, file=sys.stderr)
    return 0 if ended.state == "done" else 1


def _read(file: str) -> bytes:
    path = Path(file)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Trouble(NO_FILE.filled(path=path, reason="> 20 MiB"))
        return path.read_bytes()
    except OSError as error:
        raise Trouble(NO_FILE.filled(path=path, reason=error.strerror)) from None


def _found(name: str, told: Preview) -> Words:
    file = told.file
    return FOUND.filled(
        name=name,
        rows=file.rows,
        ids=len(file.ids),
        known=told.known,
        unknown=told.unknown,
        erased=told.erased,
        doubled=file.doubled,
        broken=file.broken_count,
        seconds=told.seconds,
    )


async def _said_yes() -> bool:
    if not sys.stdin.isatty():
        return False
    return (await asyncio.to_thread(input, ASK)).strip().lower() in ("y", "yes", "はい")


async def _leave_word(office: Office, transaction: Transaction, account_id: str) -> None:
    await add_notice(transaction, imports.NOTICE, account_id, office.desk.clock.now())
