"""What a life leaves behind: logs that may be shown to anybody, a database that opens nothing."""

from pathlib import Path

import pytest

from tests.hardening.life import NAMES, live, spellings


@pytest.mark.parametrize("log", ["text", "json"])
async def test_neither_logs_nor_database_hold_what_they_must_not(tmp_path: Path, log: str) -> None:
    life = await live(tmp_path, log)
    assert "a request could not be read" in life.output  # the log was read
    assert NAMES[0].encode() in life.database  # and so was the database
    told = {
        what
        for what, text in (life.private | life.secrets).items()
        if any(spelling in life.output for spelling in spellings(text))
    }
    assert told == set(), life.output
    assert "Traceback" not in life.output
    stored = {what for what, text in life.secrets.items() if text.encode() in life.database}
    assert stored == set()
