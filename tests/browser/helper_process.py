"""The real daemon as a process of its own, as `ittsu serve` starts it."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0


class HelperProcess:
    """A daemon with a data folder of its own; it keeps its ports when it is started again."""

    def __init__(self, home: Path, **settings: object) -> None:
        """`settings` are environment variables without `ITTSU_`, in lower case."""
        self._home = home
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("ITTSU_")
        }
        self._set("home", home)
        # Given last, so that a test may say otherwise.
        defaults = {"keyring": "file", "api_port": 0, "webhook_port": 0, "sandbox_port": 0}
        for name, value in {**defaults, **settings}.items():
            self._set(name, value)
        self._process: subprocess.Popen[str] | None = None
        self.addresses: dict[str, str] = {}

    @property
    def pid(self) -> int:
        """Of the running daemon."""
        assert self._process is not None
        return self._process.pid

    @property
    def api(self) -> str:
        """`http://127.0.0.1:port` of the API."""
        return self.addresses["api"]

    @property
    def webhook(self) -> str:
        """`http://127.0.0.1:port` of the webhook."""
        return self.addresses["webhook"]

    @property
    def sandbox(self) -> str:
        """`http://127.0.0.1:port` of practice mode. KeyError while there is none."""
        return self.addresses["sandbox"]

    @property
    def database(self) -> Path:
        """Its file; to be written only while it is stopped."""
        return self._home / "ittsu.sqlite"

    def start(self) -> None:
        """Start and wait for `ready`."""
        log = (self._home / "stderr.log").open("a", encoding="utf-8")
        with log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "helper", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(self._process, lines), daemon=True).start()
        while (line := self._next_line(lines)) != "ready":
            name, address = line.split()
            self.addresses[name] = address
            self._set(f"{name}_port", address.rpartition(":")[2])

    def stop(self) -> None:
        """Stop it as an operating system does, and wait until it has ended well."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the helper did not stop: {self.log()}") from None
        assert code == 0, f"the helper ended with {code}: {self.log()}"

    def command(self, *arguments: str, **environment: str) -> Any:
        """What an `ittsu … --json` command prints."""
        return json.loads(self.output(*arguments, "--json", **environment))

    def output(self, *arguments: str, **environment: str) -> str:
        """What an `ittsu …` command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "helper", *arguments],
            cwd=ROOT,
            env={**self._environment, **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self) -> str:
        """What it said on stderr."""
        return (self._home / "stderr.log").read_text("utf-8")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _set(self, name: str, value: object) -> None:
        self._environment[f"ITTSU_{name.upper()}"] = str(value)

    def _next_line(self, lines: "queue.Queue[str | None]") -> str:
        line = lines.get(timeout=_START_SECONDS)
        if line is None:
            if self._process is not None:
                self._process.wait()
            self._process = None
            raise AssertionError(f"the helper ended at its start: {self.log()}")
        return line

    @staticmethod
    def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[str | None]") -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                lines.put(line.strip())
        lines.put(None)
