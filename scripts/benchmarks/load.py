"""A load generator cheap enough not to be what is measured: prepared bytes over kept-alive connections."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LONGEST_SECONDS = 120.0


@dataclass
class Load:
    """What came of a load: each request's seconds, how many answered what, and the seconds in all."""

    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers with 200 per second."""
        return self.statuses.get(200, 0) / self.seconds


def post_request(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    """An HTTP/1.1 POST as bytes."""
    parts = urlsplit(url)
    lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def run_load(url: str, requests: Sequence[bytes], connections: int) -> Load:
    """Send every request once, `connections` at a time, each connection one after the other.

    Raises TimeoutError after two minutes and ConnectionError when a connection is dropped.
    """
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    load, waiting = Load(), iter(requests)
    started = time.perf_counter()
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    made = [
        await loop.create_connection(lambda: _Connection(waiting, load), host, port)
        for _ in range(connections)
    ]
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            await asyncio.gather(*(connection.done for _, connection in made))
    finally:
        for transport, _ in made:
            transport.close()
    load.seconds = time.perf_counter() - started
    return load


class _Connection(asyncio.Protocol):
    """One connection: sends the next request as soon as the last one's answer is whole."""

    def __init__(self, waiting: Iterator[bytes], load: Load) -> None:
        self._waiting = waiting
        self._load = load
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        if len(self._buffer) < end + 4 + (int(length[1]) if length else 0):
            return
        status = int(self._buffer[9:12])
        self._load.latencies.append(time.perf_counter() - self._sent_at)
        self._load.statuses[status] = self._load.statuses.get(status, 0) + 1
        self._buffer = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionResetError("the connection was dropped"))

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            return
        assert self._transport is not None
        self._sent_at = time.perf_counter()
        self._transport.write(request)
