"""Reply tokens: whose they are. Where another tool may use them, nothing of ours goes out by itself."""

from helper.flows.greeting import end_greeting
from helper.model.account import Account
from helper.store.accounts import save_settings
from helper.store.database import Transaction


async def settle_replies(transaction: Transaction, account: Account, changed_by: str, now: int) -> None:
    """Store an account's settings; where `other_tool_replies` says so, the greeting is switched off.

    `changed_by`: a teammate's id, '' where nobody clicked.
    """
    await save_settings(transaction, account)
    if account.other_tool_replies:
        await end_greeting(transaction, account.id, changed_by, now)
