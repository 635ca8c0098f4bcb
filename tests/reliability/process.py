"""The real daemon as a process of its own that can be killed at any instant and started again on its data."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
COMMAND_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    body: Any


class Daemon:
    """`ittsu serve` with a data folder of its own; it keeps its ports when it is started again."""

    def __init__(self, home: Path, line_base: str, *, prefix: Sequence[str] = (), **settings: object) -> None:
        """`settings` are environment variables without `ITTSU_`, in lower case; `prefix` a command to run it by."""
        self.home = home
        self._prefix = prefix
        self.token = ""
        self.starts = 0
        self._addresses: dict[str, str] = {}
        self._environment = {name: text for name, text in os.environ.items() if not name.startswith("ITTSU_")}
        given = {
            "home": home,
            "line_api_base": line_base,
            "sandbox": "never",
            "keyring": "file",
            "api_port": 0,
            "webhook_port": 0,
            "hold_seconds": 0,
            **settings,
        }
        for name, value in given.items():
            self._set(name, value)
        self._process: subprocess.Popen[str] | None = None
        self._ready = False
        self._session = aiohttp.ClientSession(
            # A connection to a killed process must not be met again.
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            timeout=aiohttp.ClientTimeout(total=30),
        )

    @property
    def api(self) -> str:
        """`http://127.0.0.1:port` of the API."""
        return self._addresses["api"]

    @property
    def webhook(self) -> str:
        """`http://127.0.0.1:port` of the webhook."""
        return self._addresses["webhook"]

    @property
    def session(self) -> aiohttp.ClientSession:
        """For requests of the test's own."""
        return self._session

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "ittsu.sqlite"

    @property
    def pid(self) -> int:
        """The process id. Fails where none runs."""
        assert self._process is not None, "the daemon is not running"
        return self._process.pid

    async def start(self) -> None:
        """Start and wait for `ready`."""
        process = self._process = self._spawn()
        self._ready = False
        self.starts += 1
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            while (line := (await asyncio.to_thread(process.stdout.readline)).strip()) != "ready":
                if self._process is not process:
                    break  # killed before we had read all it said
                assert line, f"the daemon ended at its start: {self.log()}"
                name, address = line.split()
                self._addresses[name] = address
                self._set(f"{name}_port", address.rpartition(":")[2])
        self._ready = True
        if self._process is not process:
            process.stdout.close()

    def _spawn(self) -> "subprocess.Popen[str]":
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "stderr.log").open("a", encoding="utf-8") as log:
            return subprocess.Popen(
                [*self._prefix, sys.executable, "-m", "helper", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )

    def kill(self) -> None:
        """SIGKILL; returns once the process is no more. Nothing else of the test goes on meanwhile."""
        process, self._process = self._process, None
        assert process is not None, "nobody is there to be killed"
        process.kill()
        process.wait()
        if self._ready:
            assert process.stdout is not None
            process.stdout.close()

    async def close(self) -> None:
        """End what is still running."""
        if self._process is not None:
            self.kill()
        await self._session.close()

    def log(self) -> str:
        """What it said on stderr."""
        return (self.home / "stderr.log").read_text("utf-8")

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, token: str | None = None
    ) -> Answer:
        """One request to the API, by the first teammate unless another's token is given."""
        headers = {"Authorization": f"Bearer {token or self.token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        url = f"{self.api}/api/v1{path}"
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            return Answer(answer.status, await answer.json(content_type=None))

    async def pair(self, name: str) -> str:
        """A new teammate's token, by a code of `ittsu pair`."""
        printed = json.loads(await asyncio.to_thread(self._command, "pair", "--name", name, "--json"))
        body = {"code": printed["code"], "client": {"name": "test"}}
        async with self._session.post(f"{self.api}/api/v1/pairings", json=body) as answer:
            assert answer.status == 201, await answer.text()
            return str((await answer.json())["token"])

    async def settle_in(self, channel_id: str, channel_secret: str) -> None:
        """First start: an admin, and the account connected."""
        await self.start()
        self.token = await self.pair("太郎")
        credentials = {"channel_id": channel_id, "channel_secret": channel_secret}
        answer = await self.call("POST", "/accounts", credentials)
        assert answer.status == 201, answer.body

    def _command(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._prefix, sys.executable, "-m", "helper", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _set(self, name: str, value: object) -> None:
        self._environment[f"ITTSU_{name.upper()}"] = str(value)
