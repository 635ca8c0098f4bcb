"""Deleted bytes are gone from the files, also the copies that SQLite leaves when it splits a page."""

import random
from pathlib import Path

from helper.store.database import Transaction
from helper.store.sqlite import open_sqlite

PEOPLE = 2_000
ERASED = 400


def _name(number: int) -> str:
    return f"name-{random.Random(number).getrandbits(128):032x}"


async def test_nothing_of_what_was_deleted_is_left_in_the_files(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    db = await open_sqlite(path)
    order = list(range(PEOPLE))
    random.Random(1).shuffle(order)

    async def fill(transaction: Transaction) -> None:
        for number in order:
            await transaction.execute(
                """
                INSERT INTO event (account_id, webhook_event_id, type, mode, at, received_at, user_id, raw)
                VALUES ('1', $1, 'message', 'active', $2, $2, $3, $4)
                """,
                _name(number)[5:15],
                number,
                _name(number),
                _name(number) * random.Random(number).randrange(1, 20),
            )

    async def delete(transaction: Transaction) -> None:
        for number in range(ERASED):
            await transaction.execute(
                "UPDATE event SET user_id = NULL, raw = '' WHERE account_id = '1' AND webhook_event_id = $1",
                _name(number)[5:15],
            )

    await db.write(fill)
    await db.write(delete)
    assert await db.wipe(whole=True)
    raw = path.read_bytes() + Path(f"{path}-wal").read_bytes()
    left = {number for number in range(PEOPLE) if _name(number).encode() in raw}
    assert left == set(range(ERASED, PEOPLE))
    await db.close()
