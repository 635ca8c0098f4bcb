"""`ittsu friend import`: with its progress, beside a running daemon and without one."""

import asyncio

import pytest

from helper.sandbox.app import Sandbox
from tests.cli.test_commands import Ran, _ittsu, _serving

CHANNEL = "1234567890"
Line = tuple[Sandbox, str]


async def ittsu(*command: str, base: str) -> Ran:
    return await asyncio.to_thread(_ittsu, *command, ITTSU_LINE_API_BASE=base, ITTSU_CHANNEL_SECRET="s" * 32)


@pytest.fixture
async def shop(line: Line) -> Line:
    """A verified account with five friends, two to a page, connected."""
    sandbox, base = line
    account = sandbox.platform.account(CHANNEL)
    account.verified, account.followers_per_page = True, 2
    for _ in range(5):
        sandbox.platform.add_person(account).following = True
    added = await ittsu("account", "add", "--channel-id", CHANNEL, base=base)
    assert added.code == 0, added.err
    return line


async def test_without_a_daemon_it_reads_the_list_itself(shop: Line) -> None:
    ran = await ittsu("friend", "import", base=shop[1])
    assert ran.code == 0, ran.err
    assert "本物の店" in ran.out
    assert "3ページ、友だち 5人（うち新しく登録 5人）" in ran.out
    assert "3 pages, 5 friends (5 new here)" in ran.out
    again = await ittsu("friend", "import", "--account", CHANNEL, base=shop[1])
    assert "友だち 5人（うち新しく登録 0人）" in again.out


async def test_a_running_daemon_does_the_reading(shop: Line) -> None:
    with _serving(ITTSU_LINE_API_BASE=shop[1]):
        ran = await ittsu("friend", "import", base=shop[1])
        assert ran.code == 0, ran.err
        assert "3ページ、友だち 5人" in ran.out


async def test_an_unverified_account_is_told_why(shop: Line) -> None:
    shop[0].platform.account(CHANNEL).verified = False
    ran = await ittsu("friend", "import", base=shop[1])
    assert ran.code == 1
    assert "認証済アカウント" in ran.err
    assert "verified and premium accounts only" in ran.err


async def test_a_line_that_cannot_be_reached_is_waited_for_by_the_daemon(shop: Line) -> None:
    shop[0].faults.add("followers", "500_before", times=1)
    ran = await ittsu("friend", "import", base=shop[1])
    assert ran.code == 1
    assert "続きから自動で" in ran.err
    stopped = await ittsu("friend", "import", "--stop", base=shop[1])
    assert (stopped.code, "やめました" in stopped.out) == (0, True)


async def test_the_account_must_be_clear(line: Line) -> None:
    ran = await ittsu("friend", "import", base=line[1])
    assert ran.code == 2
    assert "--account" in ran.err
