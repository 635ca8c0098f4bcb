"""Accounts."""

from helper.model.account import Account
from helper.store.database import Reader, Row, Transaction


def _account(row: Row) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        basic_id=row["basic_id"],
        premium_id=row["premium_id"],
        bot_user_id=row["bot_user_id"],
        picture_url=row["picture_url"],
        verified=bool(row["verified"]),
        chat_mode=row["chat_mode"],
        sandbox=bool(row["sandbox"]),
        colour=row["colour"],
        floor=row["floor"],
        other_tool_replies=bool(row["other_tool_replies"]),
        default_template_id=row["default_template_id"],
        default_persona_id=row["default_persona_id"],
    )


async def find_account(reader: Reader, account_id: str) -> Account | None:
    """A connected account, or None."""
    row = await reader.fetch_one("SELECT * FROM account WHERE id = $1 AND removed_at IS NULL", account_id)
    return _account(row) if row else None


async def all_accounts(reader: Reader) -> list[Account]:
    """Connected accounts, oldest first."""
    rows = await reader.fetch("SELECT * FROM account WHERE removed_at IS NULL ORDER BY created_at, id")
    return [_account(row) for row in rows]


async def was_connected_before(reader: Reader, account_id: str) -> bool:
    """Whether the account is here, connected or removed."""
    return await reader.fetch_one("SELECT 1 FROM account WHERE id = $1", account_id) is not None


async def save_account(transaction: Transaction, account: Account, now: int) -> None:
    """Connect an account, or bring what LINE says about it up to date. Settings of ours stay as they are."""
    await transaction.execute(
        """
        INSERT INTO account (id, name, basic_id, premium_id, bot_user_id, picture_url, verified, chat_mode,
                             sandbox, colour, floor, other_tool_replies, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (id) DO UPDATE SET
            name = excluded.name, basic_id = excluded.basic_id, premium_id = excluded.premium_id,
            bot_user_id = excluded.bot_user_id, picture_url = excluded.picture_url,
            verified = excluded.verified, chat_mode = excluded.chat_mode, sandbox = excluded.sandbox,
            removed_at = NULL
        """,
        account.id,
        account.name,
        account.basic_id,
        account.premium_id,
        account.bot_user_id,
        account.picture_url,
        int(account.verified),
        account.chat_mode,
        int(account.sandbox),
        account.colour,
        account.floor,
        int(account.other_tool_replies),
        now,
    )


async def save_settings(transaction: Transaction, account: Account) -> None:
    """Store what the operators decide about an account."""
    await transaction.execute(
        """
        UPDATE account SET colour = $2, floor = $3, other_tool_replies = $4, default_template_id = $5,
                           default_persona_id = $6
        WHERE id = $1
        """,
        account.id,
        account.colour,
        account.floor,
        int(account.other_tool_replies),
        account.default_template_id,
        account.default_persona_id,
    )


async def mark_removed(transaction: Transaction, account_id: str, now: int) -> None:
    """Take an account away; its registry and its once-only slots stay."""
    await transaction.execute("UPDATE account SET removed_at = $2 WHERE id = $1", account_id, now)


async def purge_people(transaction: Transaction, account_id: str) -> None:
    """Delete an account's friends and what passed between them and us."""
    await transaction.execute(
        "DELETE FROM attempt WHERE message_id IN (SELECT id FROM message WHERE account_id = $1)", account_id
    )
    for table in (
        "message",
        "ledger",
        "quota_counter",
        "friend_gram",
        "friend",
        "reply_token",
        "greeting_due",
        "import_candidate",
        "file_import",
        "event",
        "link",
        "forgotten",
        "forgetting",
    ):
        await transaction.execute(f"DELETE FROM {table} WHERE account_id = $1", account_id)
