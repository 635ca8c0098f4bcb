"""What every flow works with, built once by the application."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from helper.line.answers import Credentials
from helper.line.channels import LineChannels
from helper.model.account import Account
from helper.model.change import Change
from helper.model.clock import Clock
from helper.model.refusal import Refused
from helper.store.accounts import find_account
from helper.store.database import Database, Reader, Transaction


@dataclass(frozen=True, slots=True)
class Rules:
    """`hold_ms`: in which a click can be undone. `safe_reply_ms`: age of a reply token that is surely good."""

    hold_ms: int = 5_000
    safe_reply_ms: int = 50_000


@dataclass(frozen=True, slots=True)
class Signals:
    """How a flow tells the background workers that there is something for them."""

    messages: asyncio.Event = field(default_factory=asyncio.Event)
    profiles: asyncio.Event = field(default_factory=asyncio.Event)
    followers: asyncio.Event = field(default_factory=asyncio.Event)
    follower_profiles: asyncio.Event = field(default_factory=asyncio.Event)
    imports: asyncio.Event = field(default_factory=asyncio.Event)
    quota: asyncio.Event = field(default_factory=asyncio.Event)
    quota_accounts: set[str] = field(default_factory=set)
    erasing: asyncio.Lock = field(default_factory=asyncio.Lock)
    # By account: LINE's figures are taken in in the order in which they were asked for.
    asking_quota: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    proposing: asyncio.Lock = field(default_factory=asyncio.Lock)
    # By account: when its last webhook came (ms, our clock), since this process began.
    webhook_at: dict[str, int] = field(default_factory=dict)
    # By account: two changes of LINE's webhook URL never overlap.
    changing_webhook: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    def ask_quota(self, account_id: str) -> None:
        """LINE's figures of this account are wanted soon."""
        self.quota_accounts.add(account_id)
        self.quota.set()


@dataclass(frozen=True, slots=True)
class Desk:
    """Store, LINE, clock and rules. `credentials` answers None for an account that isn't connected.

    `process_id` is another one at every start: what an earlier life of this process held is free.
    `restored_at` (ms) is when the database was last restored from a backup; None: never.
    """

    db: Database
    channels: LineChannels
    clock: Clock
    credentials: Callable[[str], Awaitable[Credentials | None]]
    new_id: Callable[[], str]
    process_id: str
    rules: Rules = field(default_factory=Rules)
    signals: Signals = field(default_factory=Signals)
    restored_at: int | None = None

    async def line_now(self, account_id: str, now: int) -> int:
        """LINE's clock in ms, as far as its answers have told us."""
        if await self.credentials(account_id) is None:
            return now
        return now + (await self.channels.client(account_id)).clock_offset_ms


async def account_in(reader: Reader, account_id: str) -> Account:
    """A connected account; raises `Refused` account_unknown."""
    account = await find_account(reader, account_id)
    if account is None:
        raise Refused("account_unknown")
    return account


def friend_changed(transaction: Transaction, account_id: str, user_id: str) -> None:
    """Tell who watches that a friend's row differs."""
    transaction.publish(Change("friend", account_id, user_id))


def message_changed(transaction: Transaction, account_id: str, message_id: str) -> None:
    """Tell who watches that a message differs."""
    transaction.publish(Change("message", account_id, message_id))


def quota_changed(transaction: Transaction, account_id: str, month: str) -> None:
    """Tell who watches that a count differs."""
    transaction.publish(Change("quota", account_id, month))
