"""Connecting and disconnecting an account: LINE, the secret store and the registry in the right order."""

from helper.flows import accounts
from helper.flows.desk import Desk
from helper.line.answers import Credentials
from helper.model.account import Account
from helper.model.refusal import Invalid
from helper.vault import Vault


async def connect(desk: Desk, vault: Vault, credentials: Credentials) -> Account:
    """Verify credentials with LINE, then store them and the account; a known account gets the new ones.

    Raises what `flows.accounts.connect` raises, having stored nothing; `Invalid` for the practice account's id.
    """
    account_id = credentials.channel_id
    if any(account.id == account_id and account.sandbox for account in await accounts.list_all(desk)):
        raise Invalid(
            [("channel_id", "このチャネルIDは練習モードのものです / This is practice mode's channel id")]
        )
    if await vault.find(account_id) is not None:
        # It works with what it has; wrong new ones must not take that away.
        account = await accounts.connect(desk, credentials)
        await vault.keep(credentials)
    else:
        # The secret first: whoever sees the account can work with it.
        await vault.keep(credentials)
        try:
            account = await accounts.connect(desk, credentials)
        except BaseException:
            await vault.drop(account_id)
            raise
    desk.channels.forget(account_id)
    desk.signals.ask_quota(account_id)
    return account


async def disconnect(desk: Desk, vault: Vault, account_id: str) -> None:
    """Take an account away and forget its secrets. Raises Refused `account_unknown`."""
    await accounts.remove(desk, account_id)
    await vault.drop(account_id)
