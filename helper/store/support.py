"""What LINE did not do, by its request ids."""

from collections.abc import Sequence
from dataclasses import dataclass

from helper.store.database import Reader, Transaction

KEPT = 200


@dataclass(frozen=True, slots=True)
class LineFailure:
    """A request that LINE refused or failed (`at` in ms). `path` holds no id of a customer."""

    at: int
    account_id: str
    method: str
    path: str
    status: int | None
    request_id: str | None


async def keep_failures(transaction: Transaction, failures: Sequence[LineFailure]) -> None:
    """Add these; only the newest are kept."""
    for one in failures:
        await transaction.execute(
            "INSERT INTO line_failure (at, account_id, method, path, status, request_id)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            one.at,
            one.account_id,
            one.method,
            one.path,
            one.status,
            one.request_id,
        )
    await transaction.execute(
        "DELETE FROM line_failure WHERE number <= (SELECT coalesce(max(number), 0) - $1 FROM line_failure)",
        KEPT,
    )


async def newest_failures(reader: Reader) -> list[LineFailure]:
    """What is kept, newest first."""
    rows = await reader.fetch(
        "SELECT at, account_id, method, path, status, request_id FROM line_failure ORDER BY number DESC"
    )
    return [
        LineFailure(
            row["at"], row["account_id"], row["method"], row["path"], row["status"], row["request_id"]
        )
        for row in rows
    ]
