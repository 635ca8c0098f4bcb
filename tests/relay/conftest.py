"""A relay for every test of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.relay.post import Post, open_post

ACCOUNT = "1650000001"
SECRET = "0123456789abcdef" * 2


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(tmp_path) as opened:
        await opened.stand_before(ACCOUNT, SECRET)
        yield opened
