"""The relay that this helper fetches from, and what it told."""

from collections.abc import Sequence

from helper.model.relay import AccountAtRelay, Failure, Link, Queues
from helper.store.database import Reader, Row, Transaction


async def find_link(reader: Reader) -> Link | None:
    """The relay, or None."""
    row = await reader.fetch_one("SELECT * FROM relay")
    if row is None:
        return None
    return Link(row["url"], row["token_id"], bool(row["connected"]), row["since"], row["trouble"])


async def save_link(transaction: Transaction, url: str, token_id: str, now: int) -> None:
    """Fetch from this relay from now on; what another one told is forgotten."""
    await forget_link(transaction)
    await transaction.execute(
        "INSERT INTO relay (one, url, token_id, connected, since) VALUES (1, $1, $2, 0, $3)",
        url,
        token_id,
        now,
    )


async def forget_link(transaction: Transaction) -> bool:
    """Fetch from no relay; False if there was none."""
    await transaction.execute("DELETE FROM relay_account")
    return await transaction.execute("DELETE FROM relay") == 1


async def note_link(
    transaction: Transaction, token_id: str, *, connected: bool, trouble: str | None, now: int
) -> bool:
    """Note whether we are connected, and why not; False if nothing differs (or that relay is not ours any more)."""
    changed = await transaction.execute(
        """
        UPDATE relay SET connected = $2, trouble = $3, since = CASE WHEN connected = $2 THEN since ELSE $4 END
        WHERE token_id = $1 AND (connected <> $2 OR trouble IS NOT $3)
        """,
        token_id,
        int(connected),
        trouble,
        now,
    )
    return changed == 1


async def told_queues(reader: Reader) -> dict[str, tuple[Queues, bool]]:
    """What the relay last told by account, and whether its secret differs from ours."""
    rows = await reader.fetch("SELECT * FROM relay_account ORDER BY account_id")
    return {row["account_id"]: (_queues(row), bool(row["secret_differs"])) for row in rows}


def _queues(row: Row) -> Queues:
    return Queues(
        account_id=row["account_id"],
        tool=row["tool"],
        waiting_helper=row["waiting_helper"],
        waiting_tool=row["waiting_tool"],
        kept=row["kept"],
        oldest_helper_at=row["oldest_helper_at"],
        oldest_tool_at=row["oldest_tool_at"],
        failure=None if row["failure"] is None else Failure(row["failure"], row["failure_status"]),
        failed_at=row["failed_at"],
        dropped=row["dropped"],
        dropped_at=row["dropped_at"],
    )


async def save_queues(transaction: Transaction, queues: Queues) -> None:
    """Note what the relay tells of an account."""
    failure = queues.failure
    await transaction.execute(
        """
        INSERT INTO relay_account (account_id, tool, waiting_helper, waiting_tool, kept, oldest_helper_at,
                                   oldest_tool_at, failure, failure_status, failed_at, dropped, dropped_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (account_id) DO UPDATE SET
            tool = excluded.tool, waiting_helper = excluded.waiting_helper,
            waiting_tool = excluded.waiting_tool, kept = excluded.kept,
            oldest_helper_at = excluded.oldest_helper_at, oldest_tool_at = excluded.oldest_tool_at,
            failure = excluded.failure, failure_status = excluded.failure_status,
            failed_at = excluded.failed_at, dropped = excluded.dropped, dropped_at = excluded.dropped_at
        """,
        queues.account_id,
        queues.tool,
        queues.waiting_helper,
        queues.waiting_tool,
        queues.kept,
        queues.oldest_helper_at,
        queues.oldest_tool_at,
        None if failure is None else failure.code,
        None if failure is None else failure.status,
        queues.failed_at,
        queues.dropped,
        queues.dropped_at,
    )


async def forget_queues(transaction: Transaction, account_id: str) -> None:
    """The relay has nothing to do with this account any more."""
    await transaction.execute("DELETE FROM relay_account WHERE account_id = $1", account_id)


async def note_secret(transaction: Transaction, account_id: str, *, differs: bool) -> bool:
    """Note whether what waits for an account can be verified with our secret; whether that is news."""
    changed = await transaction.execute(
        "UPDATE relay_account SET secret_differs = $2 WHERE account_id = $1 AND secret_differs <> $2",
        account_id,
        int(differs),
    )
    return changed == 1


async def accounts_at_relay(reader: Reader, account_ids: Sequence[str]) -> dict[str, AccountAtRelay]:
    """What is known of these accounts; empty where there is no relay."""
    link = await find_link(reader)
    if link is None:
        return {}
    told = await told_queues(reader)
    return {
        account_id: AccountAtRelay(link, *told.get(account_id, (None, False))) for account_id in account_ids
    }
