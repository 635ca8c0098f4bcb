"""Copies of a database that is in use, and whether a file is a good one.

SQLite's online backup copies the pages of one snapshot, which a read transaction of ours holds from the
first page to the last: readers and writers go on, and no write makes the copy begin anew. (`VACUUM INTO`
gives a snapshot too, but builds every index again, which takes minutes of a processor at a million friends.)
Everything here blocks; daemons call it in a thread.
"""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from helper.store.database import StoreTrouble
from helper.store.faults import damaged, trouble_of
from helper.store.sqlite import check_owner

log = logging.getLogger(__name__)

PAGES = 256
"""Pages copied at once (1 MiB)."""
PAUSE = 0.002
"""Seconds between them: an operator's click needs the disk too."""
SYNC_EVERY = 16
"""After so many of them the copy is brought to the disk, so that no long queue builds up before the click."""
TAKEN_AT = "backup_at"
"""The key in `meta` of a copy: from when it is (ms). A database in use has none."""


class Stopped(Exception):
    """The copying was given up because the process stops."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file says of itself. `taken_at` (ms) is None for a plain copy of a database file."""

    version: int
    taken_at: int | None


def copy_database(source: Path, target: Path, now: int | None, stop: threading.Event | None = None) -> None:
    """Copy a database into `target`, which must not exist, readable by its owner only, checked and on the disk.

    `now` (ms) is written into the copy as the time from which it is. Raises `StoreTrouble` (also where the
    copy shows that the database is damaged), FileExistsError, OSError; `Stopped` once `stop` is set. What went
    wrong leaves no file.
    """
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _copy(source, target, descriptor, stop)
        if now is not None:
            with opened(target, blame=source) as copy:
                copy.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (TAKEN_AT, str(now)))
        check_file(target, stop, blame=source)
        os.fsync(descriptor)
    except BaseException:
        target.unlink(missing_ok=True)
        target.with_name(f"{target.name}-journal").unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def _copy(source: Path, target: Path, descriptor: int, stop: threading.Event | None) -> None:
    steps = 0

    def between(_status: int, _left: int, _whole: int) -> None:
        nonlocal steps
        steps += 1
        if stop is not None and stop.is_set():
            raise Stopped
        if steps % SYNC_EVERY == 0:
            os.fsync(descriptor)
        time.sleep(PAUSE)

    with opened(source) as original, opened(target, blame=source) as copy:
        check_owner(original, source)
        copy.execute(
            "PRAGMA synchronous = OFF"
        )  # brought to the disk at the end, before anybody relies on it
        original.execute("PRAGMA query_only = ON")
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        original.backup(copy, pages=PAGES, progress=between)
        original.execute("ROLLBACK")
        # One file, which can be read from a medium that cannot be written.
        copy.execute("PRAGMA journal_mode = DELETE")


def check_file(path: Path, stop: threading.Event | None = None, blame: Path | None = None) -> Backup:
    """Read a database file from its first page to its last.

    Raises `StoreTrouble` where it (or `blame`, of which it is a copy) is damaged, none of ours, or of a newer
    schema; `Stopped`.
    """
    with opened(path, blame) as connection:
        if stop is not None:
            connection.set_progress_handler(stop.is_set, 100_000)
        version = check_owner(connection, path)
        if version == 0:
            raise StoreTrouble(f"{path} は空です。\n{path} is empty.")
        try:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.OperationalError:
            if stop is not None and stop.is_set():
                raise Stopped from None
            raise
        if said != "ok":
            raise damaged(blame or path, str(said).splitlines()[-1])
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (TAKEN_AT,)).fetchone()
        return Backup(version, int(row[0]) if row is not None else None)


@contextmanager
def opened(path: Path, blame: Path | None = None) -> Iterator[sqlite3.Connection]:
    """A connection that creates no file; its errors come out as `StoreTrouble`.

    `blame`: the file that is damaged if something is (a fresh copy cannot be).
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            connection.isolation_level = None
            connection.execute("PRAGMA busy_timeout = 5000")
            yield connection
    except sqlite3.Error as error:
        trouble = trouble_of(error, path) or damaged(path, str(error))
        if blame is not None and trouble.code == "storage_corrupt":
            trouble = trouble_of(error, blame) or trouble
        raise trouble from error


def publish(finished: Path, target: Path, *, overwrite: bool = False) -> None:
    """Give a finished copy its name, in one step. Raises FileExistsError unless it may take another's place."""
    if overwrite:
        os.replace(finished, target)
    else:
        try:
            os.link(finished, target)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links. Nobody else makes a file of this name in the meantime.
            if target.exists():
                raise FileExistsError(target) from None
            finished.rename(target)
        else:
            finished.unlink()
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle_journal(path: Path) -> None:
    """Bring what a stopped database's journal still holds into its file. A damaged one is left as it is."""
    try:
        with opened(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except StoreTrouble as trouble:
        log.warning("the present database's journal stays beside it: %s", trouble.code)
