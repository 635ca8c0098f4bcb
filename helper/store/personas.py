"""Personas."""

from helper.model.persona import Persona, icon_address
from helper.store.database import Reader, Row, Transaction

_COLUMNS = "persona.*, (SELECT origin FROM public_origin) AS origin"


def _persona(row: Row) -> Persona:
    icon_id, url = row["icon_id"], row["icon_url"]
    if icon_id is not None:
        # Made anew each time: the address may be another one tomorrow, the picture is not.
        url = icon_address(row["origin"], icon_id)
    return Persona(row["id"], row["account_id"], row["name"], url, row["teammate_id"], icon_id)


async def personas_of(reader: Reader, account_id: str) -> list[Persona]:
    """An account's personas, oldest first."""
    rows = await reader.fetch(
        f"SELECT {_COLUMNS} FROM persona WHERE account_id = $1 AND deleted_at IS NULL ORDER BY created_at, id",
        account_id,
    )
    return [_persona(row) for row in rows]


async def find_persona(reader: Reader, account_id: str, persona_id: str) -> Persona | None:
    """One persona, or None."""
    row = await reader.fetch_one(
        f"SELECT {_COLUMNS} FROM persona WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
        account_id,
        persona_id,
    )
    return _persona(row) if row else None


async def save_persona(transaction: Transaction, persona: Persona, now: int) -> None:
    """Store a new persona, or change one."""
    await transaction.execute(
        """
        INSERT INTO persona (id, account_id, name, icon_url, teammate_id, created_at, icon_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, icon_url = excluded.icon_url,
            teammate_id = excluded.teammate_id, icon_id = excluded.icon_id
        """,
        persona.id,
        persona.account_id,
        persona.name,
        None if persona.icon_id is not None else persona.icon_url,
        persona.teammate_id,
        now,
        persona.icon_id,
    )


async def delete_persona(transaction: Transaction, account_id: str, persona_id: str, now: int) -> bool:
    """Take a persona away, also from the templates that name it; False when there is none."""
    changed = await transaction.execute(
        "UPDATE persona SET deleted_at = $3 WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
        account_id,
        persona_id,
        now,
    )
    await transaction.execute(
        "UPDATE template SET persona_id = NULL WHERE account_id = $1 AND persona_id = $2",
        account_id,
        persona_id,
    )
    return changed == 1
