"""A desk with a real database and the stand-in for LINE on loopback; time moves only when a test says so."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from helper.flows import accounts
from helper.flows.courier import Courier
from helper.flows.desk import Desk
from helper.flows.greeting import Greeter
from helper.flows.quota import balances
from helper.flows.receive import receive
from helper.flows.send import get, send
from helper.line.answers import Credentials
from helper.line.channels import LineChannels
from helper.line.signature import BadSignature
from helper.model.account import Account
from helper.model.change import Change
from helper.model.message import FriendView, Message, Sender, SendRequest
from helper.model.quota import Counter
from helper.model.refusal import Refused
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.app import Sandbox
from helper.sandbox.people import Person
from helper.store.greeting import awaited_until
from helper.store.messages import messages_due
from helper.store.sqlite import SqliteDatabase, open_sqlite

START = 1_795_000_000_000  # Wednesday, 2026-11-18T20:06:40+09:00
TARO = Sender("taro", "太郎")
JIRO = Sender("jiro", "次郎")
GREETING = ({"type": "text", "text": "はじめまして"},)


class HandClock:
    """Stands still until a test moves it."""

    def __init__(self, now: int = START) -> None:
        self.moment = now

    def now(self) -> int:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += round(seconds * 1000)


@dataclass
class Shop:
    """One connected account, its desk, and LINE on the other side."""

    clock: HandClock
    sandbox: Sandbox
    line: SandboxAccount
    desk: Desk
    courier: Courier
    greeter: Greeter
    account: Account
    database: Path
    connected: set[str]
    changes: list[Change] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.account.id

    async def click(
        self, person: Person, teammate: Sender = TARO, key: str | None = None, **body: object
    ) -> Message:
        """A click on the button, with a text unless a template is named."""
        content = {} if "template_id" in body else {"messages": GREETING}
        request = SendRequest(**{"user_id": person.user_id, "max_cost": 1, **content, **body})  # type: ignore[arg-type]
        message, _ = await send(
            self.desk, self.id, request, key or str(uuid.uuid4()), repr(request), teammate
        )
        return message

    async def run_due(self) -> None:
        """Let the greeter and the courier do what is due now."""
        for awaited in await self.desk.db.read(lambda reader: awaited_until(reader, self.clock.now(), 100)):
            await self.greeter.greet(awaited)
        due = await self.desk.db.read(lambda reader: messages_due(reader, self.clock.now(), 100))
        for item in due:
            await self.courier.deliver(item)

    async def pass_time(self, seconds: float) -> None:
        """Move the clock on, second by second, letting greeter and courier work."""
        for _ in range(round(seconds)):
            self.clock.advance(1)
            await self.run_due()

    async def click_and_wait(self, person: Person, **body: Any) -> Message:
        """A click, and its hold passes."""
        message = await self.click(person, **body)
        await self.pass_time(6)
        return await self.message(message)

    async def message(self, message: Message) -> Message:
        """The message as it is now."""
        return await get(self.desk, self.id, message.id)

    async def friend(self, person: Person) -> FriendView:
        """The friend as operators see her."""
        from helper.flows.friends import get as get_friend

        return await get_friend(self.desk, self.id, person.user_id)

    async def quota(self) -> Counter:
        """This month's counter."""
        from helper.flows.quota import read

        return await read(self.desk, self.id)

    async def books_balance(self) -> bool:
        """Whether the ledger's rows add up to the counters."""
        return await balances(self.desk, self.id)

    def texts(self, person: Person) -> list[str]:
        """What the account's messages say on her phone."""
        return [
            said.content.get("text", "")
            for said in person.talk
            if said.by == "account" and said.kind == "message"
        ]


@asynccontextmanager
async def open_shop(folder: Path, **seed: int) -> AsyncIterator[Shop]:
    """A shop with the practice account connected: 200 a month, 13 of them used by others."""
    clock = HandClock()
    desk_of: list[Desk] = []

    async def take_webhook(request: web.Request) -> web.Response:
        try:
            await receive(
                desk_of[0],
                request.match_info["account"],
                await request.read(),
                request.headers.get("x-line-signature"),
            )
        except BadSignature:
            return web.Response(status=401)
        return web.Response()

    webhook_app = web.Application()
    webhook_app.router.add_post("/webhook/{account}", take_webhook)
    webhook_runner, webhook_base = await _listen(webhook_app)
    sandbox = Sandbox(clock, lambda channel: f"{webhook_base}/webhook/{channel}")
    line = sandbox.seed()
    for name, value in seed.items():
        setattr(line, name, value)
    sandbox_runner, base = await _listen(sandbox.app())
    credentials = Credentials(line.channel_id, line.secret, api_base=base)

    connected = {line.channel_id}

    async def known(account_id: str) -> Credentials | None:
        return credentials if account_id in connected else None

    async def needed(account_id: str) -> Credentials:
        found = await known(account_id)
        if found is None:
            raise Refused("account_unknown")
        return found

    changes: list[Change] = []
    database = folder / "ittsu.db"
    db = await open_sqlite(database, changes.extend)
    channels = LineChannels(needed, clock)
    desk = Desk(db, channels, clock, known, lambda: str(uuid.uuid4()), "test")
    desk_of.append(desk)
    await _add_teammates(db)
    account = await accounts.connect(desk, credentials)
    shop = Shop(
        clock, sandbox, line, desk, Courier(desk), Greeter(desk), account, database, connected, changes
    )
    try:
        yield shop
    finally:
        await shop.courier.close()
        await channels.close()
        await db.close()
        await sandbox_runner.cleanup()
        await webhook_runner.cleanup()


async def _add_teammates(db: SqliteDatabase) -> None:
    async def add(transaction):  # type: ignore[no-untyped-def]
        for teammate in (TARO, JIRO):
            await transaction.execute(
                "INSERT INTO teammate (id, name, role, created_at) VALUES ($1, $2, 'operator', 0)",
                teammate.id,
                teammate.name,
            )

    await db.write(add)


async def _listen(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"
