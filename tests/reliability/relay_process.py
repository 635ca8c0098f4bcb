"""The real relay as a process of its own that can be killed at any instant and started again on its data."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


class RelayProcess:
    """`ittsu relay serve` with a data folder of its own; it keeps its port when it is started again."""

    def __init__(self, home: Path, **settings: object) -> None:
        """`settings` are environment variables; names without `ITTSU_` in lower case, others as they are."""
        self.home = home
        self.url = ""
        self._environment = {name: text for name, text in os.environ.items() if not name.startswith("ITTSU_")}
        for name, value in {"home": home, "keyring": "file", "relay_port": 0, **settings}.items():
            self._environment[name if name.isupper() else f"ITTSU_{name.upper()}"] = str(value)
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The process id. Fails where none runs."""
        assert self._process is not None, "the relay is not running"
        return self._process.pid

    async def start(self) -> None:
        """Start and wait for `ready`."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "stderr.log").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "helper", "relay", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        self._process = process
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            while (line := (await asyncio.to_thread(process.stdout.readline)).strip()) != "ready":
                assert line, f"the relay ended at its start: {self.log()}"
                self.url = line.removeprefix("relay ")
        self._environment["ITTSU_RELAY_PORT"] = self.url.rpartition(":")[2]

    def kill(self) -> None:
        """SIGKILL; returns once the process is no more."""
        process, self._process = self._process, None
        assert process is not None, "nobody is there to be killed"
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()

    def close(self) -> None:
        """End what is still running."""
        if self._process is not None:
            self.kill()

    def log(self) -> str:
        """What it said on stderr."""
        return (self.home / "stderr.log").read_text("utf-8")

    async def command(self, *arguments: str, stdin: str = "", code: int = 0) -> str:
        """Run `ittsu relay …` beside it; what it printed."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "helper", "relay", *arguments],
            cwd=ROOT,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr
