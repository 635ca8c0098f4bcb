"""Everything LINE and the network can do to one click, over real HTTP: told truly, accepted once, counted right."""

from pathlib import Path

import pytest

from helper.flows.quota import refresh
from helper.sandbox.faults import KINDS
from tests.rig import Shop, open_shop

HANG_SECONDS = 0.3
ANSWER_LOST = ("500_after", "drop_after", "hang_after", "garbled_after")
"""LINE took it, and nobody on our side can know."""
REFUSED = ("400", "403", "429_month")
FAULTS = [kind for kind in KINDS if kind != "duplicate"]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("route", ["reply", "push"])
async def test_a_click_under_a_fault(tmp_path: Path, route: str, kind: str, times: int) -> None:
    async with open_shop(tmp_path) as shop:
        (await shop.desk.channels.client(shop.id))._timeout_seconds = HANG_SECONDS
        yui = await shop.sandbox.follow("ゆい", 0 if route == "reply" else 120)
        shop.sandbox.faults.add(route, kind, times=times, seconds=5)  # type: ignore[arg-type]
        message = await shop.click(yui, hold_ms=0)
        await shop.pass_time(70)
        message = await shop.message(message)
        shown = len(shop.texts(yui))
        assert (shown, message.status) == _expected(route, kind, times)
        asked = [entry.route for entry in shop.sandbox.journal.entries if entry.to == yui.user_id]
        if message.status == "uncertain":
            assert "push" not in asked, "a push after an unknown reply"
        assert message.status == "failed" or message.route == ("push" if "push" in asked else "reply")
        assert (await refresh(shop.desk, shop.id)).remaining == 200 - shop.line.usage.counted(
            shop.clock.now()
        )
        assert await shop.books_balance()


def _expected(route: str, kind: str, times: int) -> tuple[int, str]:
    """How often it is on her phone, and what we say."""
    if kind in REFUSED or (kind == "401" and times == 2):
        return 0, "failed"
    if route == "reply" and kind in ANSWER_LOST:
        return 1, "uncertain"
    if route == "reply" and kind in ("500_before", "drop_before", "hang_before") and times == 2:
        return 0, "uncertain"
    return 1, "sent"


async def test_the_first_click_after_a_long_sleep(tmp_path: Path) -> None:
    """LINE knows our channel token no more: a new one is had, and the click goes out once."""
    async with open_shop(tmp_path) as shop:
        await _greet(shop)
        shop.clock.advance(9 * 3600)
        shop.sandbox.platform.end_tokens(shop.line)
        await _greet(shop)
        # By our clock the token is still good: only LINE knows that it is not.
        shop.sandbox.platform.end_tokens(shop.line)
        await _greet(shop)
        assert await shop.books_balance()


async def _greet(shop: Shop) -> None:
    for seconds_ago in (0, 120):
        somebody = await shop.sandbox.follow(seconds_ago=seconds_ago)
        assert (await shop.click_and_wait(somebody)).status == "sent"
        assert len(shop.texts(somebody)) == 1
