"""A whole daemon on free ports, with the sandbox beside it, and programs of three roles paired with it."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from helper.app import Daemon
from helper.line.transport import load_sdk
from helper.model.clock import Clock
from helper.office import open_office
from helper.sandbox.app import Sandbox
from helper.sandbox.people import Person
from helper.settings import Settings
from helper.store.teammates import Role

PRACTICE = "2000000001"
ROLES: tuple[Role, ...] = ("viewer", "operator", "admin")
PATIENCE = 20.0
EXTENSION = "chrome-extension://" + "a" * 32


@dataclass
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    headers: Any
    body: Any
    text: str


@dataclass
class Socket:
    """The event socket of a paired program."""

    socket: aiohttp.ClientWebSocketResponse
    frames: list[dict[str, Any]] = field(default_factory=list)

    async def next(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame (of a kind). Fails the test after a while."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: dict[str, Any] = await self.socket.receive_json()
                self.frames.append(frame)
                if kind is None or frame["type"] == kind:
                    return frame

    async def closed_with(self) -> int | None:
        """The close code, once the helper closes."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self.socket.receive()
                if message.type in (
                    aiohttp.WSMsgType.CLOSE,
                    aiohttp.WSMsgType.CLOSING,
                    aiohttp.WSMsgType.CLOSED,
                ):
                    return self.socket.close_code


@dataclass
class Helper:
    """A running daemon as its clients see it."""

    daemon: Daemon
    session: aiohttp.ClientSession
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return self.daemon.api.url

    @property
    def host(self) -> str:
        return self.api.removeprefix("http://")

    @property
    def sandbox(self) -> Sandbox:
        sandbox = self.daemon.practice.sandbox
        assert sandbox is not None
        return sandbox

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        role: str | None = "admin",
        headers: dict[str, str] | None = None,
        data: bytes | None = None,
    ) -> Answer:
        """One request to the API, as a program of that role (None: without a token)."""
        sent = dict(headers or {})
        if role is not None:
            sent.setdefault("Authorization", f"Bearer {(await self.paired(role))['token']}")
        url = self.api + (path if path.startswith("/api") else f"/api/v1{path}")
        content = None if data is None else io.BytesIO(data)
        async with self.session.request(method, url, json=body, data=content, headers=sent) as response:
            text = await response.text()
            body = await response.json(content_type=None) if text else None
            return Answer(response.status, response.headers, body, text)

    async def paired(self, name: str, role: Role | None = None, origin: str | None = None) -> dict[str, Any]:
        """The pairing of a teammate (named like the role, unless told otherwise), made on first use."""
        key = f"{name} {origin}"
        if key not in self.tokens:
            wanted = role or next((known for known in ROLES if known == name), None)
            code = await self.daemon.office.pairing.print_code(name, wanted)
            headers = {} if origin is None else {"Origin": origin}
            answer = await self.call(
                "POST",
                "/pairings",
                {"code": code.code, "client": {"name": "test"}},
                role=None,
                headers=headers,
            )
            assert answer.status == 201, answer.text
            self.tokens[key] = answer.body
        return self.tokens[key]

    @asynccontextmanager
    async def events(
        self, name: str = "operator", last_id: int | None = None, origin: str | None = None
    ) -> AsyncIterator[Socket]:
        """An open socket; the welcome beat has been read unless something was asked for."""
        pairing = await self.paired(name, origin=origin)
        headers = {} if origin is None else {"Origin": origin}
        async with self.session.ws_connect(f"{self.api}/api/v1/events", headers=headers) as raw:
            opening = {"token": pairing["token"]}
            await raw.send_json(opening if last_id is None else {**opening, "last_id": last_id})
            socket = Socket(raw)
            if last_id is None:
                await socket.next("beat")
            yield socket

    async def follow(self, name: str = "佐藤 花子", seconds_ago: float = 0) -> Person:
        """Somebody follows; her webhook has been answered, and her name is known."""
        async with self.events() as socket:
            person = await self.sandbox.follow(name, seconds_ago)
            while True:
                frame = await socket.next("friend")
                if frame["data"]["user_id"] == person.user_id and frame["data"]["display_name"]:
                    return person


def settings_for(home: Path, **changes: Any) -> Settings:
    """Free ports, practice mode, no hold."""
    values: dict[str, Any] = {
        "home": home,
        "api_port": 0,
        "webhook_port": 0,
        "sandbox_port": 0,
        "sandbox": "always",
        "keyring": "file",
        "hold_seconds": 0,
    }
    return Settings(**(values | changes))


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Helper]:
    """A daemon, from start to stop."""
    async with AsyncExitStack() as stack:
        office = await open_office(stack, settings, clock)
        daemon = Daemon(office)
        stack.push_async_callback(daemon.close)
        await daemon.open(samples=False)
        daemon.work()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Helper(daemon, session)


@pytest.fixture(autouse=True, scope="session")
def _sdk() -> None:
    """LINE's SDK is imported once: a test must not wait for the import that an earlier one began."""
    load_sdk()


@pytest.fixture
async def helper(tmp_path: Path) -> AsyncIterator[Helper]:
    """A daemon with the practice account and nobody in it."""
    async with running(settings_for(tmp_path)) as running_helper:
        yield running_helper
