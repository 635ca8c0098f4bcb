"""One daemon per data folder and per database, and where other commands find it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from helper.words import Trouble, Words

ALREADY_RUNNING = Words(
    "Ittsu本体はもう起動しています（データフォルダー: {home}）。",
    "The helper is running already (data folder: {home}).",
)
DATABASE_TAKEN = Words(
    "データベース {path} は、別のデータフォルダーのIttsu本体が使っています。",
    "The database {path} is in use by a helper with another data folder.",
)

LOOKING_SECONDS = 0.3
"""Other commands hold the lock for a moment when they look whether a daemon does."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running daemon listens, and since when it runs (ms). `sandbox` is None while there is none."""

    pid: int
    since: int
    api: str
    webhook: str
    sandbox: str | None


class Presence:
    """Held by the daemon from start to stop; the operating system lets go of it when the process dies."""

    def __init__(self, home: Path, database: Path) -> None:
        self._home = home
        self._path = home / "daemon.json"
        self._lock = FileLock(home / "daemon.lock", mode=0o600)
        # Two data folders may name one database: its own lock lies beside it, wherever a link leads.
        self._database = database.resolve()
        self._database_lock = FileLock(f"{self._database}.lock", mode=0o600)

    def take(self) -> None:
        """Become the daemon of folder and database. Raises Trouble if there is one."""
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._database.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=LOOKING_SECONDS, poll_interval=0.02)
        except Timeout:
            raise Trouble(ALREADY_RUNNING.filled(home=self._home)) from None
        try:
            self._database_lock.acquire(timeout=LOOKING_SECONDS, poll_interval=0.02)
        except BaseException as error:
            self._lock.release()
            if isinstance(error, Timeout):
                raise Trouble(DATABASE_TAKEN.filled(path=self._database)) from None
            raise

    def announce(self, since: int, api: str, webhook: str, sandbox: str | None) -> None:
        """Write down where we listen."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(Addresses(os.getpid(), since, api, webhook, sandbox))), "utf-8")
        os.replace(fresh, self._path)

    def leave(self) -> None:
        """Stop being the daemon, if we are."""
        if self._lock.is_locked:
            self._path.unlink(missing_ok=True)
            self._database_lock.release()
            self._lock.release()

    def is_taken(self) -> bool:
        """Whether a daemon has the folder or the database just now."""
        for lock in (self._lock, self._database_lock):
            try:
                with lock.acquire(timeout=0):
                    continue
            except Timeout:
                return True
        return False

    def find(self) -> Addresses | None:
        """Where the folder's daemon listens; None if none runs."""
        try:
            with self._lock.acquire(timeout=0):
                return None
        except Timeout:
            pass
        try:
            return Addresses(**json.loads(self._path.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            # It holds the lock and is only just starting.
            return None
