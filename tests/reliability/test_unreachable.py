"""Nobody's message is spent on somebody whom LINE has just said it cannot reach."""

import asyncio
from pathlib import Path

import pytest

from helper.flows.profiles import ProfileFetcher
from tests.rig import open_shop


@pytest.mark.parametrize("fault", [None, "500_before"])
async def test_a_profile_that_was_asked_in_vain_does_not_show_that_she_can_be_reached(
    tmp_path: Path, fault: str | None
) -> None:
    """She followed a while ago and blocked the account meanwhile; that webhook was lost."""
    async with open_shop(tmp_path) as shop:
        person = await shop.sandbox.follow(seconds_ago=20 * 60)
        shop.sandbox.platform.block(shop.line, person)
        if fault is not None:
            shop.sandbox.faults.add("profile", "500_before")
        fetcher = ProfileFetcher(shop.desk)
        fetching = asyncio.create_task(fetcher.run())
        async with asyncio.timeout(10):
            while True:
                if any(
                    one.path.startswith("/v2/bot/profile/") and one.status
                    for one in shop.sandbox.journal.entries
                ):
                    break
                await asyncio.sleep(0.01)
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)
        await fetcher.close(5)

        message = await shop.click_and_wait(person)
        assert (message.status, message.error_code) == ("failed", "friend_blocked")
        assert (await shop.quota()).spent == 0
