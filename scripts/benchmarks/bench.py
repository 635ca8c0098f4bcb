"""What the benchmarks share: a folder that is thrown away, a connected helper, its API, and a big registry."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from scripts.benchmarks.fill import fill
from scripts.benchmarks.processes import (
    CHANNEL_ID,
    CHANNEL_SECRET,
    Running,
    helper,
    own_module,
    run_ittsu,
)


class Unexpected(Exception):
    """An answer that makes a figure meaningless."""


class NotRun(Exception):
    """What this benchmark needs is not on this machine."""


@dataclass
class Follow:
    """A follow that LINE's stand-in made: whose, and its signed webhook."""

    user_id: str
    body: bytes
    signature: str

    def headers(self) -> dict[str, str]:
        """The headers LINE sends with it."""
        return {"Content-Type": "application/json; charset=utf-8", "X-Line-Signature": self.signature}


class Connected:
    """A helper with one account at LINE's stand-in, and a teammate's token for its API."""

    def __init__(self, running: Running, line: Running, session: aiohttp.ClientSession, token: str) -> None:
        self.running = running
        self.line = line
        self._session = session
        self._token = token
        self._authorization = {"Authorization": f"Bearer {token}"}
        self.account = f"{running.urls['api']}/api/v1/accounts/{CHANNEL_ID}"

    @property
    def webhook(self) -> str:
        """Where this account's webhooks go."""
        return f"{self.running.urls['webhook']}/webhook/{CHANNEL_ID}"

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call of the account's API. Raises Unexpected for anything but success."""
        async with self._session.request(
            method, self.account + path, json=body, headers=self._authorization | headers
        ) as response:
            if response.status >= 300:
                raise Unexpected(f"{method} {path}: {response.status} {await response.text()}")
            return orjson.loads(await response.read())

    @contextlib.asynccontextmanager
    async def open_events(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """An event socket that has said who it is."""
        async with self._session.ws_connect(f"{self.running.urls['api']}/api/v1/events") as socket:
            await socket.send_json({"token": self._token})
            yield socket

    async def follows(self, count: int, seconds_ago: float = 0) -> list[Follow]:
        """New people follow at LINE's stand-in; their webhooks are still to be delivered."""
        async with self._session.post(
            f"{self.line.urls['line']}/bench/follows", json={"count": count, "seconds_ago": seconds_ago}
        ) as response:
            return [
                Follow(follow["user_id"], follow["body"].encode(), follow["signature"])
                for follow in await response.json()
            ]

    async def deliver(self, follow: Follow) -> None:
        """Deliver one webhook."""
        async with self._session.post(self.webhook, data=follow.body, headers=follow.headers()) as response:
            if response.status != 200:
                raise Unexpected(f"webhook: {response.status}")

    async def arrivals(self) -> list[int]:
        """When sends reached LINE's stand-in since the last question (monotonic nanoseconds)."""
        async with self._session.get(f"{self.line.urls['line']}/bench/arrivals") as response:
            arrivals: list[int] = await response.json()
            return arrivals

    async def wait_for_name(self, user_id: str) -> None:
        """Until the friend's profile is there. Raises Unexpected after a minute."""
        until = time.monotonic() + 60
        while (await self.call("GET", f"/friends/{user_id}"))["display_name"] is None:
            if time.monotonic() > until:
                raise Unexpected(f"{user_id} has no name after a minute")

    async def send(self, user_id: str, key: str, max_cost: int) -> Any:
        """A first message without a hold."""
        body = {
            "user_id": user_id,
            "messages": [
                {"type": "text", "text": "友だち追加ありがとうございます。ご予約はこちらからどうぞ。"}
            ],
            "max_cost": max_cost,
            "hold_seconds": 0,
        }
        return await self.call("POST", "/messages", body, **{"Idempotency-Key": key})


class Bench:
    """One run of the benchmarks."""

    def __init__(self, folder: Path, friends: int) -> None:
        self.folder = folder
        self.friends = friends
        self._filled = False

    def home(self, name: str) -> Path:
        """A data folder of its own."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        return home

    @contextlib.asynccontextmanager
    async def connected(self, name: str, **settings: str) -> AsyncIterator[Connected]:
        """A helper in the folder `name`, connected to LINE's stand-in in another process."""
        home = self.home(name)
        with own_module("scripts.benchmarks.stand_in", home) as line:
            settings = {"sandbox": "never", "line_api_base": line.urls["line"], **settings}
            with helper(home, **settings) as running:
                # No limit: the event sockets of a hundred watchers are connections, too.
                async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
                    await self._connect(home, settings)
                    token = await _pair(home, running, session, settings)
                    yield Connected(running, line, session, token)

    async def _connect(self, home: Path, settings: dict[str, str]) -> None:
        if (home / "connected").exists():
            return
        run_ittsu(
            home,
            *("account", "add", "--channel-id", CHANNEL_ID),
            **settings,
            channel_secret=CHANNEL_SECRET,
        )
        (home / "connected").touch()

    @contextlib.asynccontextmanager
    async def million(self) -> AsyncIterator[Connected]:
        """A connected helper whose registry holds `friends` friends (a million, unless told otherwise)."""
        if not self._filled:
            async with self.connected("million"):
                pass
            print(f"filling a registry with {self.friends:,} friends …", flush=True)
            fill(self.home("million") / "ittsu.sqlite", CHANNEL_ID, self.friends)
            self._filled = True
        async with self.connected("million") as connected:
            yield connected


async def _pair(
    home: Path, running: Running, session: aiohttp.ClientSession, settings: dict[str, str]
) -> str:
    code = run_ittsu(home, "pair", "--name", "計測", "--role", "admin", **settings)["code"]
    async with session.post(
        f"{running.urls['api']}/api/v1/pairings", json={"code": code, "client": {"name": "bench"}}
    ) as response:
        if response.status != 201:
            raise Unexpected(f"pairing: {response.status} {await response.text()}")
        token: str = (await response.json())["token"]
        return token
