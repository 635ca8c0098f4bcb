"""Templates."""

import json

from helper.model.template import Template
from helper.store.database import Reader, Row, Transaction


def _template(row: Row) -> Template:
    return Template(
        id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        messages=tuple(json.loads(row["messages"])),
        tap_replies=tuple(json.loads(row["tap_replies"])),
        persona_id=row["persona_id"],
    )


async def templates_of(reader: Reader, account_id: str) -> list[Template]:
    """An account's templates, oldest first."""
    rows = await reader.fetch(
        "SELECT * FROM template WHERE account_id = $1 AND deleted_at IS NULL ORDER BY created_at, id",
        account_id,
    )
    return [_template(row) for row in rows]


async def find_template(reader: Reader, account_id: str, template_id: str) -> Template | None:
    """One template, or None."""
    row = await reader.fetch_one(
        "SELECT * FROM template WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
        account_id,
        template_id,
    )
    return _template(row) if row else None


async def save_template(transaction: Transaction, template: Template, now: int) -> None:
    """Store a new template, or change one."""
    await transaction.execute(
        """
        INSERT INTO template (id, account_id, name, messages, tap_replies, persona_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, messages = excluded.messages,
            tap_replies = excluded.tap_replies, persona_id = excluded.persona_id
        """,
        template.id,
        template.account_id,
        template.name,
        json.dumps(template.messages, ensure_ascii=False),
        json.dumps(template.tap_replies, ensure_ascii=False),
        template.persona_id,
        now,
    )


async def delete_template(transaction: Transaction, account_id: str, template_id: str, now: int) -> bool:
    """Take a template away; False when there is none."""
    changed = await transaction.execute(
        "UPDATE template SET deleted_at = $3 WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
        account_id,
        template_id,
        now,
    )
    return changed == 1
