"""A daemon in this process for what needs its inside, and bytes on the wire for what no client library sends."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from helper.line.transport import load_sdk
from helper.listeners import Listener
from tests.api.conftest import Helper, running, settings_for

PATIENCE = 10.0


@pytest.fixture(autouse=True, scope="session")
def _sdk() -> None:
    """LINE's SDK is imported once: a test must not wait for the import that an earlier one began."""
    load_sdk()


@pytest.fixture
async def helper(tmp_path: Path) -> AsyncIterator[Helper]:
    """A daemon with the practice account and nobody in it."""
    async with running(settings_for(tmp_path)) as running_helper:
        yield running_helper


@dataclass(frozen=True)
class Wire:
    """What came back on a connection until the other side closed it (or went silent, where it stays open)."""

    bytes: bytes

    @property
    def statuses(self) -> list[int]:
        """The status of every answer on the connection, in order."""
        return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ", self.bytes)]

    @property
    def status(self) -> int:
        """The status of the first answer."""
        return self.statuses[0]


async def on_the_wire(listener: Listener, sent: bytes) -> Wire:
    """Send exactly these bytes; read until the helper closes. Fails the test where it never does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    try:
        writer.write(sent)
        async with asyncio.timeout(PATIENCE):
            try:
                return Wire(await reader.read())
            except ConnectionResetError:
                return Wire(b"")
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
