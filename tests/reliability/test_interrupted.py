"""Dying before the call: what surely never left must not count as perhaps accepted."""

import asyncio
from pathlib import Path

from tests.rig import open_shop

TOKEN = "/oauth2/v3/token"


async def test_dying_while_a_channel_token_is_fetched_leaves_no_doubt(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        person = await shop.sandbox.follow()
        message = await shop.click(person, hold_ms=0)
        (await shop.desk.channels.client(shop.id)).forget_token()
        shop.sandbox.faults.add("token", "hang_before")
        entries = shop.sandbox.journal.entries
        asked = len(entries)
        delivering = asyncio.create_task(shop.run_due())
        async with asyncio.timeout(10):
            while True:
                if any(entry.path == TOKEN for entry in list(entries)[asked:]):
                    break
                await asyncio.sleep(0.01)
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
        left = await shop.message(message)
        assert (left.status, left.attempts) == ("held", 0), "nothing has left, so nothing can be in doubt"
