"""Words left for a running daemon by commands beside it, and the instance's own id."""

from helper.store.database import Reader, Transaction


async def add_notice(transaction: Transaction, kind: str, subject: str, now: int) -> None:
    """Leave word for a running daemon that another process changed something."""
    await transaction.execute(
        "INSERT INTO notice (kind, subject, at) VALUES ($1, $2, $3)", kind, subject, now
    )


async def notices_after(reader: Reader, last_id: int) -> list[tuple[int, str, str]]:
    """(id, kind, subject) of what other processes left word about, oldest first."""
    rows = await reader.fetch("SELECT id, kind, subject FROM notice WHERE id > $1 ORDER BY id", last_id)
    return [(row["id"], row["kind"], row["subject"]) for row in rows]


async def last_notice(reader: Reader) -> int:
    """The newest notice's number, 0 if there is none."""
    row = await reader.fetch_one("SELECT coalesce(max(id), 0) AS id FROM notice")
    return int(row["id"]) if row is not None else 0


async def forget_notices(transaction: Transaction, before: int) -> None:
    """Delete what was left before a time (ms): every daemon has seen it."""
    await transaction.execute("DELETE FROM notice WHERE at < $1", before)


async def ensure_instance_id(transaction: Transaction, proposed: str) -> str:
    """The id of this database's instance; `proposed` becomes it if there is none yet."""
    await transaction.execute(
        "INSERT INTO meta (key, value) VALUES ('instance_id', $1) ON CONFLICT (key) DO NOTHING", proposed
    )
    row = await transaction.fetch_one("SELECT value FROM meta WHERE key = 'instance_id'")
    assert row is not None
    return str(row["value"])
