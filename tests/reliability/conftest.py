"""Options and what the reliability tests share."""

import faulthandler
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.reliability.line_side import LineSide
from tests.reliability.process import Daemon


def pytest_addoption(parser: pytest.Parser) -> None:
    """Long versions. Without the options each test does its short one."""
    group = parser.getgroup("reliability")
    group.addoption("--kills", type=int, default=0, help="kill the daemon at least so often at random points")
    group.addoption("--kill-seed", type=int, default=1, help="what the random points are drawn with")
    group.addoption("--long-run", type=int, default=0, help="seconds of steady events and sends")
    group.addoption("--long-bursts", action="store_true", help="10,000 webhook events, and closing times")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What has a long version only is left out where nobody asked for it."""
    if config.getoption("kills", default=0):
        return
    long = [item for item in items if item.name == "test_kills_at_random_points"]
    if long:
        items[:] = [item for item in items if item not in long]
        config.hook.pytest_deselected(items=long)


def option(request: pytest.FixtureRequest, name: str, default: int) -> int:
    """An option's value; the default where pytest found this file too late to read its options.

    Who asked for a long version gets it whole: it is not taken for a test that hangs.
    """
    wanted = int(request.config.getoption(name, default=default))
    if wanted:
        faulthandler.cancel_dump_traceback_later()
    return wanted


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def line() -> AsyncIterator[LineSide]:
    """LINE."""
    async with LineSide().listening() as line:
        yield line


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def daemon(line: LineSide, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Daemon]:
    """A daemon with LINE's account connected. All tests here work on its one data folder."""
    daemon = Daemon(tmp_path_factory.mktemp("home"), line.base, reply_safe_seconds=60)
    line.webhook = lambda channel: f"{daemon.webhook}/webhook/{channel}"
    try:
        await daemon.settle_in(line.account.channel_id, line.account.secret)
        yield daemon
    finally:
        await daemon.close()
