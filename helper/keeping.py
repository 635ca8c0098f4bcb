"""`ittsu backup` and `ittsu restore`: the files, and what the person must know about them."""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path

from helper.flows.restoring import Outcome
from helper.flows.restoring import restore as put_back
from helper.model.clock import SystemClock
from helper.presence import Presence
from helper.settings import Settings
from helper.store.backup import copy_database, publish
from helper.words import Trouble, Words

NO_DATABASE = Words("データがまだありません（{path}）。", "There is no data yet to back up ({path}).")
EXISTS = Words(
    "{path} はもうあります。別の名前にするか、--overwrite を付けてください。",
    "{path} is there already. Choose another name, or say --overwrite.",
)
NO_FOLDER = Words("フォルダー {path} がありません。", "There is no folder {path}.")
NOT_HERE = Words(
    "{path} はIttsuが使っているファイルかフォルダーです。別のファイル名を指定してください。",
    "{path} is in use by Ittsu, or a folder: name another file.",
)
BACKED_UP = Words(
    "控えました: {path}（{size} MB、確認済み）\n"
    "  お客様の名前とメッセージが入っています。大切に保管してください。\n"
    "  入っていないもの: チャネルシークレットと接続の鍵（OSのキーリングまたは secrets.json）。"
    "別のパソコンへ移すときは、アカウントをつなぎ直し（ittsu account add）、ブラウザーを接続し直してください。",
    "Backed up: {path} ({size} MB, checked)\n"
    "  Names and messages of customers are in it: keep it safe.\n"
    "  Not in it: channel secrets and the keys of connections (the system's keyring or secrets.json)."
    " On another computer connect the accounts again (ittsu account add) and pair the browsers again.",
)
NO_FILE = Words("{path} がありません。", "There is no file {path}.")
STOP_FIRST = Words(
    "Ittsu本体が起動しています。止めてから（Ctrl-C）、もう一度実行してください。何も変えていません。",
    "The helper is running: stop it (Ctrl-C), then try again. Nothing was changed.",
)
RESTORED = Words("戻しました: {backup}（{at} の時点）", "Restored: {backup} (as of {at})")
UNKNOWN_TIME = Words("不明な日時", "an unknown time")
KEPT_ASIDE = Words(
    "  これまでのデータは {aside} に残してあります。", "  What was here before is kept in {aside}."
)
DOUBTS = Words(
    "  バックアップのあとに何をしたかは、このデータからは分かりません。そのため:\n"
    "  ・まだ連絡していなかった {friends} 人を「連絡済みかもしれません」にしました。二重に送らないためです。"
    "連絡していない方は「連絡済みを取り消す」で戻せます。\n"
    "  ・送信の途中だった {messages} 通は「届いたかどうか不明」にしました。自動では送りません。\n"
    "  ・残りの通数は、次の起動でLINEに確認するまで0と表示します。",
    "  What was done after the backup is not known to this data. Therefore:\n"
    "  - {friends} friends who had not been written to count as perhaps contacted, so that nobody is greeted"
    " twice. Free those who were not, one by one.\n"
    "  - {messages} messages that were under way are uncertain. None of them goes out by itself.\n"
    "  - What is left of the month shows as 0 until LINE was asked at the next start.",
)
NOT_CARRIED = Words(
    "  これまでのデータは読めませんでした。バックアップのあとに接続を取り消したメンバー（ittsu teammate revoke）や、"
    "情報を消去した友だち（ittsu friend forget）がいれば、もう一度行ってください。",
    "  What was here before could not be read. Whose access was taken away after the backup (ittsu teammate"
    " revoke), and who was erased since (ittsu friend forget), must be revoked and erased again.",
)
PAIR_AGAIN = Words(
    "  全員の接続（{tokens} 件）を終了しました。"
    "起動してから「ittsu pair --name 名前」で、一人ずつ接続し直してください。",
    "  All {tokens} connections are ended. Start the helper, then pair each again: `ittsu pair --name NAME`.",
)


def back_up(settings: Settings, name: str, *, overwrite: bool) -> int:
    """`ittsu backup FILE`, beside a running daemon or without one. Raises Trouble, StoreTrouble."""
    database, target = settings.database_path, Path(name).expanduser().absolute()
    if not database.is_file():
        raise Trouble(NO_DATABASE.filled(path=database))
    if not target.parent.is_dir():
        raise Trouble(NO_FOLDER.filled(path=target.parent), exit_code=2)
    if target.is_dir() or _is_ours(target, database):
        raise Trouble(NOT_HERE.filled(path=target), exit_code=2)
    if target.exists() and not overwrite:
        raise Trouble(EXISTS.filled(path=target))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    copy_database(database, part, SystemClock().now())
    try:
        publish(part, target, overwrite=overwrite)
    except FileExistsError:
        raise Trouble(EXISTS.filled(path=target)) from None
    finally:
        part.unlink(missing_ok=True)
    print(BACKED_UP.filled(path=target, size=-(-target.stat().st_size // 1_000_000)))
    return 0


def _is_ours(target: Path, database: Path) -> bool:
    ours = [
        database.resolve().with_name(database.resolve().name + end) for end in ("", "-wal", "-shm", ".lock")
    ]
    return target.resolve() in ours


def restore(settings: Settings, name: str) -> int:
    """`ittsu restore FILE`. Raises Trouble (also while a daemon runs), StoreTrouble."""
    backup, database = Path(name).expanduser().absolute(), settings.database_path.resolve()
    if not backup.is_file():
        raise Trouble(NO_FILE.filled(path=backup))
    if _is_ours(backup, database):
        raise Trouble(NOT_HERE.filled(path=backup), exit_code=2)
    presence = Presence(settings.home, database)
    try:
        presence.take()
    except Trouble:
        raise Trouble(STOP_FIRST) from None
    try:
        outcome = asyncio.run(put_back(backup, database, SystemClock()))
    finally:
        presence.leave()
    _tell(backup, outcome)
    return 0


def _tell(backup: Path, outcome: Outcome) -> None:
    taken_at = outcome.backup.taken_at
    if taken_at is None:
        words = Words(
            RESTORED.ja.format(backup=backup, at=UNKNOWN_TIME.ja),
            RESTORED.en.format(backup=backup, at=UNKNOWN_TIME.en),
        )
    else:
        at = f"{datetime.fromtimestamp(taken_at / 1000).astimezone():%Y-%m-%d %H:%M}"
        words = RESTORED.filled(backup=backup, at=at)
    print(words)
    if outcome.aside is not None:
        print(KEPT_ASIDE.filled(aside=outcome.aside))
    print(DOUBTS.filled(friends=outcome.done.friends, messages=outcome.done.messages))
    if not outcome.carried:
        print(NOT_CARRIED, file=sys.stderr)
    print(PAIR_AGAIN.filled(tokens=outcome.done.tokens))
