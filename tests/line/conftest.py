"""A stand-in for LINE on loopback, and clients of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web

from helper.line.answers import Credentials
from helper.line.client import LineClient
from helper.line.transport import Transport
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.app import Sandbox

START = 1_795_000_000_000  # 2026-11-18T13:46:40+09:00


class FixedClock:
    """Stands still until a test moves it."""

    def __init__(self, now: int = START) -> None:
        self.moment = now

    def now(self) -> int:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += round(seconds * 1000)


async def listen(app: web.Application) -> tuple[web.AppRunner, str]:
    """Serve on a free port of loopback."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@dataclass
class Line:
    """The stand-in with the practice account, and a client for it."""

    clock: FixedClock
    sandbox: Sandbox
    account: SandboxAccount
    base: str
    transport: Transport
    client: LineClient

    def credentials(self, **changes: str) -> Credentials:
        return Credentials(
            **{
                "channel_id": self.account.channel_id,
                "channel_secret": self.account.secret,
                "api_base": self.base,
                **changes,
            }
        )


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    clock = FixedClock()
    sandbox = Sandbox(clock)
    account = sandbox.seed()
    runner, base = await listen(sandbox.app())
    credentials = Credentials(account.channel_id, account.secret, api_base=base)
    transport = Transport(base)
    client = LineClient(credentials, clock, transport, timeout_seconds=5.0)
    yield Line(clock, sandbox, account, base, transport, client)
    await client.close()
    await transport.close()
    await runner.cleanup()


Serve = Callable[[web.Application], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves an application of the test's own for as long as the test runs; gives its base URL."""
    runners: list[web.AppRunner] = []

    async def start(app: web.Application) -> str:
        runner, base = await listen(app)
        runners.append(runner)
        return base

    yield start
    for runner in runners:
        await runner.cleanup()
