"""The tunnel that is wanted, and how it stands."""

from helper.model.tunnel import PROGRAMS, Tunnel
from helper.store.database import Reader, Transaction


async def find_tunnel(reader: Reader) -> Tunnel | None:
    """The tunnel, or None where none is wanted."""
    row = await reader.fetch_one("SELECT program, hostname, origin, since, trouble FROM tunnel")
    if row is None or row["program"] not in PROGRAMS:
        return None
    return Tunnel(row["program"], row["hostname"], row["origin"], row["since"], row["trouble"])


async def want_tunnel(transaction: Transaction, program: str, hostname: str | None, now: int) -> None:
    """Have this one from now on; nothing is known of it yet."""
    await transaction.execute(
        """
        INSERT INTO tunnel (one, program, hostname, origin, since, trouble) VALUES (1, $1, $2, NULL, $3, NULL)
        ON CONFLICT (one) DO UPDATE SET
            program = excluded.program, hostname = excluded.hostname, origin = NULL, since = excluded.since,
            trouble = NULL
        """,
        program,
        hostname,
        now,
    )


async def note_tunnel(transaction: Transaction, origin: str | None, trouble: str | None, now: int) -> bool:
    """Note how it stands; False where nothing changed or none is wanted."""
    changed = await transaction.execute(
        """
        UPDATE tunnel SET origin = $1, trouble = $2, since = $3
        WHERE coalesce(origin, '') <> coalesce($1, '') OR coalesce(trouble, '') <> coalesce($2, '')
        """,
        origin,
        trouble,
        now,
    )
    return changed > 0


async def forget_tunnel(transaction: Transaction) -> Tunnel | None:
    """Have none any more; the one there was."""
    known = await find_tunnel(transaction)
    await transaction.execute("DELETE FROM tunnel")
    return known
