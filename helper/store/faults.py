"""What can be wrong with the database's file: a code for programs, sentences for the person at the computer."""

import errno
import sqlite3
from pathlib import Path

from helper.store.database import StoreTrouble
from helper.words import Words

FULL = Words(
    "データベース {path} に書き込めません: ディスクがいっぱいです。不要なファイルを消して空きを作ってください。"
    "Ittsu本体の再起動はいりません。",
    "The database {path} cannot be written: the disk is full. Free some space; the helper goes on by itself.",
)
READ_ONLY = Words(
    "データベース {path} に書き込めません: 読み取り専用です。"
    "ファイルとフォルダーの権限、ディスクの状態を確認してください。",
    "The database {path} cannot be written: it is read-only. Check the permissions of file and folder,"
    " and the disk.",
)
DAMAGED = Words(
    "データベース {path} を開けません: 壊れています（{reason}）。Ittsu本体を止め、"
    "「ittsu restore バックアップのファイル」で戻してください。"
    "自動バックアップはデータフォルダーの backups にあります。",
    "Cannot open the database {path}: it is damaged ({reason}). Stop the helper and go back to a backup with"
    " `ittsu restore FILE`; the automatic ones are in the data folder's `backups`.",
)
BUSY = Words(
    "データベース {path} はほかのプログラムが使用中です。少し待ってから、もう一度お試しください。",
    "The database {path} is held by another program. Try again in a moment.",
)
FAILED = Words(
    "データベース {path} を開けません: {reason}。ファイルの権限とディスクの状態を確認してください。",
    "Cannot open the database {path}: {reason}. Check its permissions and the disk.",
)

_BY_RESULT = {
    sqlite3.SQLITE_FULL: ("storage_full", FULL),
    sqlite3.SQLITE_READONLY: ("storage_read_only", READ_ONLY),
    sqlite3.SQLITE_CORRUPT: ("storage_corrupt", DAMAGED),
    sqlite3.SQLITE_NOTADB: ("storage_corrupt", DAMAGED),
    sqlite3.SQLITE_BUSY: ("storage_busy", BUSY),
    sqlite3.SQLITE_LOCKED: ("storage_busy", BUSY),
    sqlite3.SQLITE_IOERR: ("storage_failed", FAILED),
    sqlite3.SQLITE_CANTOPEN: ("storage_failed", FAILED),
    sqlite3.SQLITE_PERM: ("storage_read_only", READ_ONLY),
    sqlite3.SQLITE_AUTH: ("storage_read_only", READ_ONLY),
}
_BY_ERRNO = {
    errno.ENOSPC: ("storage_full", FULL),
    errno.EDQUOT: ("storage_full", FULL),
    errno.EROFS: ("storage_read_only", READ_ONLY),
    errno.EACCES: ("storage_read_only", READ_ONLY),
    errno.EPERM: ("storage_read_only", READ_ONLY),
}


def trouble_of(error: BaseException, path: Path) -> StoreTrouble | None:
    """The trouble with the file behind an error; None where the file is not to blame (a bug of ours)."""
    if isinstance(error, OSError):
        code, words = _BY_ERRNO.get(error.errno or 0, ("storage_failed", FAILED))
        return _trouble(code, words, path, error.strerror or str(error))
    if not isinstance(error, sqlite3.Error):
        return None
    result = getattr(error, "sqlite_errorcode", None)
    # The low byte is the result itself, what is above tells more of it.
    found = None if result is None else _BY_RESULT.get(result & 0xFF)
    return None if found is None else _trouble(*found, path, str(error))


def damaged(path: Path, reason: str) -> StoreTrouble:
    """A file that was found to be damaged without SQLite having said so."""
    return _trouble("storage_corrupt", DAMAGED, path, reason)


def _trouble(code: str, words: Words, path: Path, reason: str) -> StoreTrouble:
    return StoreTrouble(str(words.filled(path=path, reason=reason)), code)
