"""What changes are about, read as it is now: the content of the socket's frames."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from helper.flows import accounts as account_flows
from helper.flows import friends as friend_flows
from helper.flows import quota as quota_flows
from helper.flows import relays, watch
from helper.flows import send as send_flows
from helper.flows.desk import Desk
from helper.model import account as account_model
from helper.model.change import Change
from helper.model.refusal import Refused
from helper.web.shapes import Account, Friend, Message, Quota


def describer(desk: Desk) -> Callable[[list[Change]], Awaitable[Mapping[Change, Any]]]:
    """The function the hub asks."""

    async def describe(changes: list[Change]) -> Mapping[Change, Any]:
        described: dict[Change, Any] = await _friends(desk, changes)
        for change in changes:
            try:
                match change.type:
                    case "message" if change.account_id is not None:
                        message = await send_flows.get(desk, change.account_id, change.subject)
                        described[change] = Message.of(message)
                    case "quota" if change.account_id is not None:
                        counter = await quota_flows.read(desk, change.account_id)
                        described[change] = Quota.of(counter)
                    case "account":
                        described[change] = await _account(desk, change.subject)
                    case _:
                        pass
            except Refused:
                # Gone in the meantime: its account was disconnected or purged, which is a change of its own.
                continue
        return described

    return describe


async def _friends(desk: Desk, changes: list[Change]) -> dict[Change, Any]:
    """Friends and claims, an account at a time: one click or a thousand follows cost few reads."""
    by_account: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.type in ("friend", "claim") and change.account_id is not None:
            by_account[change.account_id].append(change)
    described: dict[Change, Any] = {}
    for account_id, wanted in by_account.items():
        user_ids = list(dict.fromkeys(change.subject for change in wanted))
        try:
            views = await friend_flows.views(desk, account_id, user_ids)
        except Refused:
            continue
        bodies = {view.friend.user_id: Friend.of(view) for view in views}
        described |= {change: bodies[change.subject] for change in wanted if change.subject in bodies}
    return described


async def _account(desk: Desk, account_id: str) -> Any:
    try:
        account = await account_flows.get(desk, account_id)
    except Refused:
        return None
    return (await account_shapes(desk, [account]))[0]


async def account_shapes(desk: Desk, accounts: Sequence[account_model.Account]) -> list[Account]:
    """Accounts with everything that is told of them."""
    ids = [account.id for account in accounts]
    waiting, relayed = await account_flows.new_friends(desk, ids), await relays.at_relay(desk, ids)
    watched, missed = await watch.state(desk, ids)
    return [
        Account.of(
            account,
            waiting.get(account.id, 0),
            relayed.get(account.id),
            watched.get(account.id),
            missed.get(account.id, ()),
        )
        for account in accounts
    ]
