"""The greeting that goes out by itself: its rule, and the new friends it is to greet."""

from collections.abc import Sequence
from dataclasses import dataclass

from helper.model.friend import Named
from helper.model.greeting import GreetingDue, GreetingRule, Hours
from helper.store.database import Reader, Transaction


async def find_rule(reader: Reader, account_id: str) -> GreetingRule | None:
    """An account's rule, running or not; None where there never was one."""
    row = await reader.fetch_one(
        """
        SELECT greeting.*, teammate.name AS teammate
        FROM greeting LEFT JOIN teammate ON teammate.id = greeting.changed_by
        WHERE account_id = $1
        """,
        account_id,
    )
    if row is None:
        return None
    return GreetingRule(
        running=bool(row["running"]),
        wait=row["wait_ms"],
        template_id=row["template_id"],
        persona_id=row["persona_id"],
        days=frozenset(map(int, row["days"])),
        hours=None if row["opens"] is None else Hours(row["opens"], row["closes"]),
        changed_by=None if row["teammate"] is None else Named(row["changed_by"], row["teammate"]),
        changed_at=row["changed_at"],
    )


async def save_rule(
    transaction: Transaction, account_id: str, rule: GreetingRule, teammate_id: str, now: int
) -> None:
    """Store an account's rule in the place of the one before."""
    hours = rule.hours
    await transaction.execute(
        """
        INSERT INTO greeting (account_id, running, wait_ms, template_id, persona_id, days, opens, closes,
                              changed_by, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (account_id) DO UPDATE SET running = excluded.running, wait_ms = excluded.wait_ms,
            template_id = excluded.template_id, persona_id = excluded.persona_id, days = excluded.days,
            opens = excluded.opens, closes = excluded.closes, changed_by = excluded.changed_by,
            changed_at = excluded.changed_at
        """,
        account_id,
        int(rule.running),
        rule.wait,
        rule.template_id,
        rule.persona_id,
        "".join(map(str, sorted(rule.days))),
        hours.opens if hours else None,
        hours.closes if hours else None,
        teammate_id,
        now,
    )


async def stop_rule(transaction: Transaction, account_id: str, teammate_id: str, now: int) -> bool:
    """Switch the rule off; False when it was not running. What it was set to stays."""
    changed = await transaction.execute(
        """
        UPDATE greeting SET running = 0, changed_by = $2, changed_at = $3
        WHERE account_id = $1 AND running = 1
        """,
        account_id,
        teammate_id,
        now,
    )
    return changed == 1


async def is_used(reader: Reader, account_id: str, column: str, used_id: str) -> bool:
    """Whether a running rule uses this template (`template_id`) or persona (`persona_id`)."""
    row = await reader.fetch_one(
        f"SELECT 1 AS found FROM greeting WHERE account_id = $1 AND running = 1 AND {column} = $2",
        account_id,
        used_id,
    )
    return row is not None


# --- whom it is to greet ---


@dataclass(frozen=True, slots=True)
class Awaited:
    """A new friend whom the rule is to greet."""

    account_id: str
    user_id: str


async def line_up(
    transaction: Transaction, account_id: str, user_id: str, event_at: int, now: int, safe_age: int
) -> None:
    """Have a new friend greeted, if a rule is running now. One statement, so that a webhook stays cheap."""
    await transaction.execute(
        """
        INSERT INTO greeting_due (account_id, user_id, event_at, received_at, due_at, ends_at)
        SELECT account_id, $2, $3, $4, $4 + wait_ms, $4 + $5 FROM greeting WHERE account_id = $1 AND running = 1
        ON CONFLICT (account_id, user_id) DO NOTHING
        """,
        account_id,
        user_id,
        event_at,
        now,
        safe_age,
    )


async def drop(transaction: Transaction, account_id: str, user_id: str) -> bool:
    """She is not greeted by itself; False when she was not going to be."""
    changed = await transaction.execute(
        "DELETE FROM greeting_due WHERE account_id = $1 AND user_id = $2", account_id, user_id
    )
    return changed == 1


async def drop_all(transaction: Transaction, account_id: str) -> list[str]:
    """Nobody of an account who waits is greeted by itself; their user_ids."""
    rows = await transaction.fetch(
        "DELETE FROM greeting_due WHERE account_id = $1 RETURNING user_id", account_id
    )
    return [row["user_id"] for row in rows]


async def due_of(reader: Reader, account_id: str, user_ids: Sequence[str]) -> dict[str, GreetingDue]:
    """Those of the given friends who wait to be greeted, by user_id."""
    rows = await reader.fetch(
        f"""
        SELECT user_id, event_at, received_at, due_at FROM greeting_due
        WHERE account_id = $1 AND user_id IN {reader.dialect.members("$2")}
        """,
        account_id,
        list(user_ids),
    )
    return {row["user_id"]: GreetingDue(row["event_at"], row["received_at"], row["due_at"]) for row in rows}


async def awaited_until(reader: Reader, now: int, limit: int) -> list[Awaited]:
    """Who is due by now, longest due first; those a colleague is on only once their time has run out."""
    rows = await reader.fetch(
        """
        SELECT greeting_due.account_id, greeting_due.user_id
        FROM greeting_due
        LEFT JOIN friend ON friend.account_id = greeting_due.account_id
                        AND friend.user_id = greeting_due.user_id
        WHERE due_at <= $1 AND (claim_until IS NULL OR claim_until <= $1 OR ends_at < $1)
        ORDER BY due_at LIMIT $2
        """,
        now,
        limit,
    )
    return [Awaited(row["account_id"], row["user_id"]) for row in rows]


async def next_due(reader: Reader, now: int) -> int | None:
    """When somebody is due next (ms, after now), or None."""
    row = await reader.fetch_one("SELECT min(due_at) AS due FROM greeting_due WHERE due_at > $1", now)
    return row["due"] if row else None
