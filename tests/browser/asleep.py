"""A computer that sleeps: processes that this test started stand still, and go on as if nothing had been."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")


@contextlib.contextmanager
def frozen(*pids: int) -> Iterator[None]:
    """These processes and all that they have started stand still inside the block."""
    stopped = [pid for each in pids for pid in _family(each)]
    for pid in stopped:
        _tell(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(stopped):
            _tell(pid, signal.SIGCONT)


def process_with(argument: str) -> int:
    """The id of the first process that has this as an argument, or as an option's value. Raises LookupError."""
    for pid in sorted(_all()):
        with contextlib.suppress(OSError):
            arguments = (_PROCESSES / str(pid) / "cmdline").read_text("utf-8", "replace").split("\0")
            if any(each.rpartition("=")[2] == argument for each in arguments):
                return pid
    raise LookupError(f"no process with {argument}")


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for each in _all():
        with contextlib.suppress(OSError):
            status = (_PROCESSES / str(each) / "stat").read_text("utf-8", "replace")
            # The program's name, in brackets, may hold anything.
            children.setdefault(int(status.rpartition(")")[2].split()[1]), []).append(each)
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def _all() -> list[int]:
    return [int(entry.name) for entry in _PROCESSES.iterdir() if entry.name.isdigit()]


def _tell(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)
