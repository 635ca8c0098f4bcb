"""Quota counters and the ledger. Every change of a counter writes its ledger row in the same unit."""

from helper.model.friend import Named
from helper.model.message import LedgerRow
from helper.model.quota import Counter, Reconciled, month_before
from helper.store.database import Reader, Row, Transaction


def _counter(row: Row) -> Counter:
    return Counter(
        month=row["month"],
        allowance=row["allowance"],
        spent=row["spent"],
        reserved=row["reserved"],
        elsewhere=row["elsewhere"],
        floor=row["floor"],
        consumption=row["consumption"],
        lower_seen=bool(row["lower_seen"]),
        asked_at=row["asked_at"],
        unasked=bool(row["unasked"]),
    )


_UNASKED = "EXISTS (SELECT 1 FROM quota_unasked WHERE quota_unasked.account_id = $1)"


async def find_counter(reader: Reader, account_id: str, month: str) -> Counter | None:
    """A month's counter, or None before its first use."""
    row = await reader.fetch_one(
        f"SELECT *, {_UNASKED} AS unasked FROM quota_counter WHERE account_id = $1 AND month = $2",
        account_id,
        month,
    )
    return _counter(row) if row else None


async def current_counter(reader: Reader, account_id: str, month: str) -> Counter:
    """A month's counter; before its first use what it will start with: the newest month's allowance."""
    counter = await find_counter(reader, account_id, month)
    if counter is not None:
        return counter
    row = await reader.fetch_one(
        f"""
        SELECT allowance, floor, {_UNASKED} AS unasked FROM quota_counter
        WHERE account_id = $1 AND month < $2 ORDER BY month DESC LIMIT 1
        """,
        account_id,
        month,
    )
    if row is None:
        return Counter(month, 0)
    return Counter(month, row["allowance"], floor=row["floor"], unasked=bool(row["unasked"]))


async def open_counter(transaction: Transaction, account_id: str, month: str) -> None:
    """Make sure that the month's counter exists."""
    start = await current_counter(transaction, account_id, month)
    await transaction.execute(
        """
        INSERT INTO quota_counter (account_id, month, allowance, floor) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, month) DO NOTHING
        """,
        account_id,
        month,
        start.allowance,
        start.floor,
    )


async def previous_consumption(reader: Reader, account_id: str, month: str) -> int | None:
    """LINE's last figure of the month before, or None."""
    counter = await find_counter(reader, account_id, month_before(month))
    return counter.consumption if counter else None


async def reserve(
    transaction: Transaction, account_id: str, month: str, message_id: str, teammate_id: str, now: int
) -> bool:
    """Reserve one message; False when the quota does not allow it. One conditional update decides."""
    if not await _reserve_one(transaction, account_id, month):
        if await find_counter(transaction, account_id, month) is not None:
            return False
        await open_counter(transaction, account_id, month)
        if not await _reserve_one(transaction, account_id, month):
            return False
    await add_row(transaction, account_id, month, now, "reserve", 1, message_id, teammate_id)
    return True


async def _reserve_one(transaction: Transaction, account_id: str, month: str) -> bool:
    changed = await transaction.execute(
        f"""
        UPDATE quota_counter SET reserved = reserved + 1
        WHERE account_id = $1 AND month = $2
          AND (allowance IS NULL OR spent + reserved + elsewhere + 1 <= allowance - floor)
          AND NOT {_UNASKED}
        """,
        account_id,
        month,
    )
    return changed == 1


async def settle(
    transaction: Transaction, account_id: str, month: str, message_id: str, teammate_id: str, now: int
) -> None:
    """Turn a reservation into a spent message."""
    await transaction.execute(
        """
        UPDATE quota_counter SET reserved = reserved - 1, spent = spent + 1
        WHERE account_id = $1 AND month = $2
        """,
        account_id,
        month,
    )
    await add_row(transaction, account_id, month, now, "settle", 1, message_id, teammate_id)


async def release(
    transaction: Transaction, account_id: str, month: str, message_id: str, teammate_id: str, now: int
) -> None:
    """Give a reservation back."""
    await transaction.execute(
        "UPDATE quota_counter SET reserved = reserved - 1 WHERE account_id = $1 AND month = $2",
        account_id,
        month,
    )
    await add_row(transaction, account_id, month, now, "release", 1, message_id, teammate_id)


async def add_row(
    transaction: Transaction,
    account_id: str,
    month: str,
    now: int,
    kind: str,
    cost: int,
    message_id: str | None = None,
    teammate_id: str | None = None,
) -> None:
    """Write a ledger row."""
    await transaction.execute(
        """
        INSERT INTO ledger (account_id, month, at, kind, cost, message_id, teammate_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        account_id,
        month,
        now,
        kind,
        cost,
        message_id,
        teammate_id,
    )


async def attempted_reservations(reader: Reader, account_id: str, month: str) -> int:
    """Reservations with an attempt: LINE's figure may hold them already.

    Not those that a restore has put in doubt: a person may still give them back, and then LINE's figure has
    to be complete without them.
    """
    row = await reader.fetch_one(
        """
        SELECT count(*) AS messages FROM message
        WHERE account_id = $1 AND reserved_month = $2 AND attempts > 0
          AND coalesce(error_code, '') <> 'restored'
        """,
        account_id,
        month,
    )
    return int(row["messages"]) if row else 0


async def save_figures(
    transaction: Transaction,
    account_id: str,
    counter: Counter,
    allowance: int | None,
    consumption: int,
    reconciled: Reconciled,
    now: int,
    recounted_by: str | None = None,
) -> None:
    """Store LINE's figures and what they mean; `recounted_by` is the teammate who asked for a recount."""
    await transaction.execute(
        """
        UPDATE quota_counter SET allowance = $3, consumption = $4, elsewhere = $5, lower_seen = $6, asked_at = $7
        WHERE account_id = $1 AND month = $2
        """,
        account_id,
        counter.month,
        allowance,
        consumption,
        reconciled.elsewhere,
        int(reconciled.lower_seen),
        now,
    )
    if reconciled.elsewhere != counter.elsewhere:
        difference = reconciled.elsewhere - counter.elsewhere
        kind = "elsewhere" if recounted_by is None else "recount"
        await add_row(transaction, account_id, counter.month, now, kind, difference, teammate_id=recounted_by)


async def raise_elsewhere(
    transaction: Transaction, account_id: str, counter: Counter, elsewhere: int, now: int
) -> None:
    """Others have sent more than the counter knew."""
    await transaction.execute(
        "UPDATE quota_counter SET elsewhere = $3 WHERE account_id = $1 AND month = $2",
        account_id,
        counter.month,
        elsewhere,
    )
    difference = elsewhere - counter.elsewhere
    await add_row(transaction, account_id, counter.month, now, "elsewhere", difference)


async def set_floor(transaction: Transaction, account_id: str, month: str, floor: int) -> None:
    """Change the safety stock from this month on."""
    await open_counter(transaction, account_id, month)
    await transaction.execute(
        "UPDATE quota_counter SET floor = $3 WHERE account_id = $1 AND month = $2", account_id, month, floor
    )


async def ledger_page(
    reader: Reader, account_id: str, month: str, before: int, limit: int
) -> list[LedgerRow]:
    """Ledger rows of a month before a row number, newest first."""
    rows = await reader.fetch(
        """
        SELECT ledger.*, teammate.name AS teammate, message.persona_name, message.template_name, message.route,
               message.origin
        FROM ledger
        LEFT JOIN teammate ON teammate.id = ledger.teammate_id
        LEFT JOIN message ON message.id = ledger.message_id
        WHERE ledger.account_id = $1 AND ledger.month = $2 AND ledger.number < $3
        ORDER BY ledger.number DESC LIMIT $4
        """,
        account_id,
        month,
        before,
        limit,
    )
    return [
        LedgerRow(
            number=row["number"],
            at=row["at"],
            kind=row["kind"],
            cost=row["cost"],
            message_id=row["message_id"],
            teammate=Named(row["teammate_id"], row["teammate"]) if row["teammate"] is not None else None,
            persona=row["persona_name"],
            template=row["template_name"],
            route=row["route"],
            origin=row["origin"],
        )
        for row in rows
    ]


async def counted_months(reader: Reader, account_id: str) -> list[str]:
    """The months of which there is a count, newest first."""
    rows = await reader.fetch(
        "SELECT month FROM quota_counter WHERE account_id = $1 ORDER BY month DESC", account_id
    )
    return [row["month"] for row in rows]


async def ledger_sums(reader: Reader, account_id: str) -> list[Row]:
    """Counters beside what their ledger rows add up to: month, spent, reserved, elsewhere and row_* of each.

    A month with rows and without a counter counts as a counter of nothing.
    """
    return await reader.fetch(
        """
        SELECT months.month, coalesce(counter.spent, 0) AS spent, coalesce(counter.reserved, 0) AS reserved,
               coalesce(counter.elsewhere, 0) AS elsewhere,
               coalesce(sum(CASE kind WHEN 'settle' THEN cost ELSE 0 END), 0) AS row_spent,
               coalesce(sum(CASE kind WHEN 'reserve' THEN cost WHEN 'settle' THEN -cost
                                      WHEN 'release' THEN -cost ELSE 0 END), 0) AS row_reserved,
               coalesce(sum(CASE kind WHEN 'elsewhere' THEN cost WHEN 'recount' THEN cost ELSE 0 END), 0)
                   AS row_elsewhere
        FROM (SELECT month FROM quota_counter WHERE account_id = $1
              UNION SELECT month FROM ledger WHERE account_id = $1) AS months
        LEFT JOIN quota_counter AS counter ON counter.account_id = $1 AND counter.month = months.month
        LEFT JOIN ledger ON ledger.account_id = $1 AND ledger.month = months.month
        GROUP BY months.month, counter.spent, counter.reserved, counter.elsewhere
        ORDER BY months.month
        """,
        account_id,
    )
