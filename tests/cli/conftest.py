"""A stand-in for LINE beside the commands."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from helper.model.clock import SystemClock
from helper.sandbox.app import Sandbox


@pytest.fixture
async def line() -> AsyncIterator[tuple[Sandbox, str]]:
    """A stand-in for LINE of the test's own, with one account; and its address."""
    sandbox = Sandbox(SystemClock())
    sandbox.platform.add_account("1234567890", "本物の店", "@honmono", "s" * 32)
    runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield sandbox, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
