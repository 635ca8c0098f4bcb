"""A tunnel's program outlives a daemon that was killed. The next daemon knows it by a lock it still holds, and ends it.

The program inherits the locked file, so the lock is held as long as the program or anything it started lives, and the
process id in the file is surely its own. Windows cannot do this: a program left there has to be ended by hand.
"""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

log = logging.getLogger(__name__)

END_SECONDS = 2.0
"""How long what was left may take to end when it is asked to."""
LOOK_SECONDS = 0.05


class Leash:
    """The lock of one data folder's tunnel program."""

    def __init__(self, home: Path) -> None:
        self._path = home / "tunnel.lock"
        self._file: int | None = None

    async def take(self) -> tuple[int, ...]:
        """The file to be inherited by the program about to be started. What a killed daemon has left is ended."""
        if sys.platform == "win32":
            return ()
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(self._file):
            for number in (signal.SIGTERM, signal.SIGKILL):
                _end(self._file, number)
                if await _locked_soon(self._file):
                    break
            else:
                log.error("a tunnel's program that a former run has left could not be ended")
        os.ftruncate(self._file, 0)
        return (self._file,)

    def note(self, pid: int) -> None:
        """This process, the first of its group, is the program."""
        if self._file is not None:
            os.pwrite(self._file, str(pid).encode(), 0)

    def close(self) -> None:
        """Let go: the program has ended."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _locked(file: int) -> bool:
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _locked_soon(file: int) -> bool:
    for _ in range(int(END_SECONDS / LOOK_SECONDS)):
        if _locked(file):
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


def _end(file: int, number: signal.Signals) -> None:
    try:
        pid = int(os.pread(file, 20, 0))
    except ValueError:
        return  # the daemon was killed before it had noted it
    log.warning("the tunnel's program of a former run (process %d) is ended", pid)
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return
