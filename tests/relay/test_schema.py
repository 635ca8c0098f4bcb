"""The relay's own database: its migrations stay what they were, and no other program's file is taken for one."""

import hashlib
from pathlib import Path

import pytest

from helper.relay.app import SCHEMA
from helper.store.database import StoreTrouble
from helper.store.sqlite import migrations, open_sqlite

# What has landed never changes; a change is a new file, whose digest is added here.
LANDED = ["fc637974dccc53b6a0f48b2601cae388210170387ce5bdfc178198176bb3f606"]


def test_migrations_that_have_landed_stay_as_they_are() -> None:
    assert [hashlib.sha256(text.encode()).hexdigest() for text in migrations(SCHEMA)] == LANDED


async def test_the_helpers_database_is_not_taken_for_the_relays(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    await (await open_sqlite(path)).close()
    with pytest.raises(StoreTrouble):
        await open_sqlite(path, schema=SCHEMA)
    other = tmp_path / "two.sqlite"
    await (await open_sqlite(other, schema=SCHEMA)).close()
    with pytest.raises(StoreTrouble):
        await open_sqlite(other)
