"""Links (a dashboard's person ↔ a friend) and bindings (a dashboard's account ↔ an account)."""

from collections.abc import Sequence
from dataclasses import dataclass

from helper.store.database import Reader, Transaction


async def linked_friends(
    reader: Reader, account_id: str, dashboard: str, member_ids: Sequence[str]
) -> dict[str, str]:
    """The linked friends' user_ids by member id."""
    rows = await reader.fetch(
        f"""
        SELECT member_id, user_id FROM link
        WHERE account_id = $1 AND dashboard = $2 AND member_id IN {reader.dialect.members("$3")}
        """,
        account_id,
        dashboard,
        list(member_ids),
    )
    return {row["member_id"]: row["user_id"] for row in rows}


async def member_of_friend(reader: Reader, account_id: str, dashboard: str, user_id: str) -> str | None:
    """The member id a friend is linked to on a dashboard, or None."""
    row = await reader.fetch_one(
        "SELECT member_id FROM link WHERE account_id = $1 AND dashboard = $2 AND user_id = $3",
        account_id,
        dashboard,
        user_id,
    )
    return row["member_id"] if row else None


async def save_link(
    transaction: Transaction,
    account_id: str,
    dashboard: str,
    member_id: str,
    user_id: str,
    teammate_id: str,
    now: int,
) -> None:
    """Store a person's decision who a dashboard's person is."""
    await transaction.execute(
        """
        INSERT INTO link (account_id, dashboard, member_id, user_id, teammate_id, at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, dashboard, member_id) DO UPDATE SET
            user_id = excluded.user_id, teammate_id = excluded.teammate_id, at = excluded.at
        """,
        account_id,
        dashboard,
        member_id,
        user_id,
        teammate_id,
        now,
    )


async def delete_link(transaction: Transaction, account_id: str, dashboard: str, member_id: str) -> bool:
    """Take a link away; False when there is none."""
    changed = await transaction.execute(
        "DELETE FROM link WHERE account_id = $1 AND dashboard = $2 AND member_id = $3",
        account_id,
        dashboard,
        member_id,
    )
    return changed == 1


@dataclass(frozen=True, slots=True)
class Binding:
    """`page_account`: the dashboard's account as the page shows it. `at` in ms."""

    dashboard: str
    page_account: str
    account_id: str
    at: int


async def all_bindings(reader: Reader) -> list[Binding]:
    """Every binding of connected accounts."""
    rows = await reader.fetch(
        """
        SELECT binding.* FROM binding JOIN account ON account.id = binding.account_id
        WHERE account.removed_at IS NULL ORDER BY dashboard, page_account
        """
    )
    return [Binding(row["dashboard"], row["page_account"], row["account_id"], row["at"]) for row in rows]


async def save_binding(transaction: Transaction, binding: Binding, teammate_id: str) -> None:
    """Store a binding, or change one."""
    await transaction.execute(
        """
        INSERT INTO binding (dashboard, page_account, account_id, teammate_id, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (dashboard, page_account) DO UPDATE SET
            account_id = excluded.account_id, teammate_id = excluded.teammate_id, at = excluded.at
        """,
        binding.dashboard,
        binding.page_account,
        binding.account_id,
        teammate_id,
        binding.at,
    )


async def delete_binding(transaction: Transaction, dashboard: str, page_account: str) -> bool:
    """Take a binding away; False when there is none."""
    changed = await transaction.execute(
        "DELETE FROM binding WHERE dashboard = $1 AND page_account = $2", dashboard, page_account
    )
    return changed == 1
