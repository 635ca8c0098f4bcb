"""Slow and half-open clients at the webhook's door: LINE still gets its answers in time."""

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest

from tests.reliability.clicks import Counter
from tests.reliability.conftest import option
from tests.reliability.line_side import CHANNEL, LineSide
from tests.reliability.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="package")

CLIENTS_OF_A_KIND = 75
WEBHOOKS = 30
FILES = 640
FLOOD = 800
LINE_WAITS = 2.0
"""Seconds in which LINE wants its answer."""
CLOSED_AFTER = 60.0
"""Seconds after which none of them may still be connected: body 10 s, idle 30 s, and time to spare."""

_HEAD = f"POST /webhook/{CHANNEL} HTTP/1.1\r\nHost: x\r\n".encode()
HALF_OPEN = {
    "says nothing": b"",
    "half a head": _HEAD + b"X-Line-Sig",
    "half a body": _HEAD + b'Content-Length: 1000\r\n\r\n{"destination"',
    "an endless body in drops": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "never reads its answers": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 500,
}


async def test_slow_clients_hold_nobody_up(
    daemon: Daemon, line: LineSide, request: pytest.FixtureRequest
) -> None:
    address = urlsplit(daemon.webhook)
    counter = Counter(daemon, line)
    async with AsyncExitStack() as stack:
        readers = []
        for sent in HALF_OPEN.values():
            for _ in range(CLIENTS_OF_A_KIND):
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                stack.callback(writer.close)
                writer.write(sent)
                readers.append(reader)
        slowest = await _slowest_webhook(counter)
        assert slowest < LINE_WAITS, f"LINE waited {slowest:.1f} s"
        if option(request, "long_bursts", 0):
            async with asyncio.timeout(CLOSED_AFTER):
                await asyncio.gather(*(reader.read() for reader in readers))
            assert await _slowest_webhook(counter) < LINE_WAITS


async def test_connections_that_ask_nothing_cannot_use_up_the_files(daemon: Daemon, line: LineSide) -> None:
    """With few files and more half-open connections than that: LINE and the API are answered all the same."""
    resource = pytest.importorskip("resource")
    if not hasattr(resource, "prlimit"):
        pytest.skip("only Linux lets another process's limit be set")
    before = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (FILES, before[1]))
    address = urlsplit(daemon.webhook)
    try:
        async with AsyncExitStack() as stack, asyncio.timeout(60):
            kept = []
            for sent in [*HALF_OPEN.values()] * (FLOOD // len(HALF_OPEN)):
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                stack.callback(writer.close)
                kept.append(reader)
                if not writer.is_closing():
                    writer.write(sent)
            assert await _slowest_webhook(Counter(daemon, line)) < LINE_WAITS
            assert (await daemon.call("GET", "/accounts")).status == 200
        assert "Too many open files" not in daemon.log()
    finally:
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, before)


async def _slowest_webhook(counter: Counter) -> float:
    """Seconds that the slowest of some good webhooks took."""
    platform, account = counter.line.sandbox.platform, counter.line.account
    loop = asyncio.get_running_loop()

    async def deliver() -> float:
        person = platform.add_person(account)
        follow = platform.follow(account, person)
        started = loop.time()
        assert await counter.deliver([follow]) == 200
        return loop.time() - started

    return max(await asyncio.gather(*(deliver() for _ in range(WEBHOOKS))))
