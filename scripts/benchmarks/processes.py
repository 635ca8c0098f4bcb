"""The processes a benchmark measures: the real `ittsu serve`, LINE's stand-in, the bare handler.

Every one listens on a loopback port of the system's choice and is ended by the id it was started with.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scripts.environment import ROOT, ittsu_command

CHANNEL_ID = "1650000001"
CHANNEL_SECRET = "0123456789abcdef0123456789abcdef"
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0


class DidNotStart(Exception):
    """A process ended, or said nothing for a minute, before it was ready."""


@dataclass
class Running:
    """A started process, its announced addresses by listener, and what it took to start, in seconds."""

    process: subprocess.Popen[str]
    urls: dict[str, str]
    seconds: float

    def memory_mib(self) -> float | None:
        """Resident memory, where the system tells (Linux)."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return None

    def cpu_seconds(self) -> float | None:
        """Processor time used so far, in user and system mode, where the system tells (Linux).

        Unlike a rate it does not suffer from what else the machine is doing.
        """
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
            return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
        return None

    def stop(self) -> float:
        """End it the way a service manager does; seconds until it was gone."""
        started = time.perf_counter()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return time.perf_counter() - started


@contextlib.contextmanager
def helper(home: Path, **settings: str) -> Iterator[Running]:
    """A running `ittsu serve` with its data in `home`; `settings` are ITTSU_* without the prefix."""
    running = start_helper(home, **settings)
    try:
        yield running
    finally:
        running.stop()


def start_helper(home: Path, **settings: str) -> Running:
    """Start `ittsu serve` and wait for its line `ready`. Raises DidNotStart."""
    return _start([str(ittsu_command()), "serve"], helper_environment(home, **settings), home / "serve.log")


def helper_environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a helper that shares nothing with one the developer may be running."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ITTSU_")}
    # Compiled modules are kept, as they are for a person; some build machines switch that off.
    clean.pop("PYTHONDONTWRITEBYTECODE", None)
    own = {
        "ITTSU_HOME": str(home),
        "ITTSU_KEYRING": "file",
        "ITTSU_API_PORT": "0",
        "ITTSU_WEBHOOK_PORT": "0",
        "ITTSU_SANDBOX_PORT": "0",
        # What is measured is the daily work, not the minute in which a copy is made.
        "ITTSU_DAILY_BACKUP": "off",
    }
    return clean | own | {f"ITTSU_{name.upper()}": value for name, value in settings.items()}


def run_ittsu(home: Path, *arguments: str, **settings: str) -> dict[str, str]:
    """Run an `ittsu … --json` command beside (or before) the helper and read its answer."""
    done = subprocess.run(
        [str(ittsu_command()), *arguments, "--json"],
        env=helper_environment(home, **settings),
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
    )
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


@contextlib.contextmanager
def own_module(module: str, folder: Path) -> Iterator[Running]:
    """A server of scripts.benchmarks in a process of its own; it announces itself as the helper does."""
    running = _start([sys.executable, "-m", module], dict(os.environ), folder / f"{module}.log")
    try:
        yield running
    finally:
        running.stop()


def _start(command: list[str], environment: Mapping[str, str], log: Path) -> Running:
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
    assert process.stdout is not None
    # A process that never gets ready is ended, which ends the reading below.
    watch = threading.Timer(_START_SECONDS, process.kill)
    watch.start()
    try:
        urls = _read_addresses(process.stdout)
    finally:
        watch.cancel()
    seconds = time.perf_counter() - started
    if urls is None:
        process.kill()
        process.wait()
        raise DidNotStart(f"{' '.join(command[-2:])}: {log.read_text('utf-8', 'replace')[-2000:]}")
    # Whatever else it prints must not fill the pipe and stop it.
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return Running(process, urls, seconds)


def _read_addresses(lines: IO[str]) -> dict[str, str] | None:
    urls: dict[str, str] = {}
    for line in lines:
        words = line.split()
        if words == ["ready"]:
            return urls
        if len(words) >= 2 and words[1].startswith("http://"):
            urls[words[0]] = words[1].rstrip("/")
    return None
