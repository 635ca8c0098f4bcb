"""LINE's stand-in → relay → another tool's stand-in, and the helper: all on loopback, time moved by hand."""

import asyncio
import io
import ssl
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import trustme
from aiohttp import web

from helper.fetching import PROOF_KEY, TOKEN, Fetcher, pair_with
from helper.flows import relays
from helper.flows.friends import views
from helper.line.signature import sign
from helper.model.relay import Queues
from helper.relay import queues
from helper.relay.app import Depot, Relay, open_depot
from helper.sandbox.people import Person
from helper.secrets import SecretStore, secret_name
from helper.settings import Settings
from tests.rig import START, HandClock, Shop, open_shop

PATIENCE = 20.0
TOOL_HOST = "tool.example.jp"
USER = "U" + "1" * 32


@dataclass(frozen=True)
class Got:
    """One request that the tool got."""

    body: bytes
    headers: Any

    @property
    def event_ids(self) -> list[str]:
        return [event["webhookEventId"] for event in orjson.loads(self.body)["events"]]


@dataclass
class Tool:
    """The other tool. `status` is what it answers; `gate` set: it answers."""

    got: list[Got] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    host: str = TOOL_HOST
    port: int = 0
    certificates: str = ""
    answers: Callable[[Got], int] | None = None

    async def take(self, request: web.Request) -> web.Response:
        got = Got(await request.read(), request.headers.copy())
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
        status = self.status if self.answers is None else self.answers(got)
        if request.method == "POST" and 200 <= status < 300:
            self.got.append(got)
        return web.Response(status=status, headers=self.headers)

    @property
    def url(self) -> str:
        return f"https://{self.host}:{self.port}/hook?key=%E3%81%82"

    @property
    def event_ids(self) -> list[str]:
        """Every event it took, in order."""
        return [event_id for got in self.got for event_id in got.event_ids]


@asynccontextmanager
async def open_tool(authority: trustme.CA, host: str = TOOL_HOST) -> AsyncIterator[Tool]:
    """The tool, over TLS."""
    tool = Tool(host=host)
    tool.gate.set()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", tool.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    tool.port = runner.addresses[0][1]
    try:
        yield tool
    finally:
        tool.gate.set()
        await runner.cleanup()


async def here(host: str, port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


async def until(condition: Callable[[], Awaitable[bool] | bool]) -> None:
    """Wait for something that comes by itself. Fails the test after a while."""
    async with asyncio.timeout(PATIENCE):
        while True:
            fact = condition()
            if fact if isinstance(fact, bool) else await fact:
                return
            await asyncio.sleep(0.01)


@dataclass
class Post:
    """A running relay, with its tool."""

    clock: HandClock
    authority: trustme.CA
    tool: Tool
    home: Path
    settings: Settings
    stack: AsyncExitStack
    depot: Depot
    relay: Relay
    session: aiohttp.ClientSession

    @property
    def url(self) -> str:
        return self.relay.listener.url

    @property
    def trusting(self) -> ssl.SSLContext:
        return trusting(self.authority)

    async def stand_before(self, account_id: str, secret: str, tool: str | None = "") -> None:
        """Register an account; its tool is the stand-in unless said otherwise."""
        await self.depot.secrets.set(secret_name(account_id), secret)
        url = self.tool.url if tool == "" else tool

        async def save(transaction: Any) -> None:
            await queues.save_account(transaction, account_id, url, True, self.clock.now())

        await self.depot.database.write(save)
        self.depot.vault.forget(account_id)

    async def deliver(
        self, account_id: str, secret: str, body: bytes, headers: dict[str, str] | None = None
    ) -> int:
        """LINE's request; the status of the answer."""
        given = {"X-Line-Signature": sign(secret, body), "Content-Type": "application/json"}
        url = f"{self.url}/webhook/{account_id}"
        async with self.session.post(url, data=io.BytesIO(body), headers=given | (headers or {})) as answer:
            return answer.status

    async def queues(self, account_id: str) -> Queues:
        """How much waits."""
        told = await self.depot.database.read(queues.report)
        return next(queue for queue in told if queue.account_id == account_id)

    async def forward(self) -> None:
        """Let what is due now be tried, and what becomes due by that."""
        while tasks := await self.relay.forwarder.begin():
            await asyncio.gather(*tasks)

    async def pass_time(self, seconds: float, step: float = 1.0) -> None:
        """Move the clock on, letting the relay pass on."""
        end = self.clock.now() + round(seconds * 1000)
        while self.clock.now() < end:
            self.clock.advance(step)
            await self.forward()

    async def stop(self) -> None:
        """Stop it."""
        await self.stack.aclose()

    async def restart(self, port: int = 0) -> None:
        """Stop it and start it again on its data."""
        await self.stop()
        self.settings = self.settings.model_copy(update={"relay_port": port})
        self.stack = AsyncExitStack()
        self.depot, self.relay = await _start(self.stack, self.settings, self.clock, self.authority)


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """Trusts this authority alone."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def _start(
    stack: AsyncExitStack, settings: Settings, clock: HandClock, authority: trustme.CA
) -> tuple[Depot, Relay]:
    depot = await open_depot(stack, settings, clock)
    relay = Relay(depot, here, trusting(authority))
    stack.push_async_callback(relay.close)
    await relay.open()
    return depot, relay


@asynccontextmanager
async def open_post(home: Path, clock: HandClock | None = None, **settings: Any) -> AsyncIterator[Post]:
    """A relay; it passes on only when a test says so (`forward`), or after `relay.work()`."""
    clock = clock or HandClock(START)
    authority = trustme.CA()
    given = Settings(home=home, relay_port=0, keyring="file", **settings)
    async with open_tool(authority) as tool, aiohttp.ClientSession() as session:
        stack = AsyncExitStack()
        depot, relay = await _start(stack, given, clock, authority)
        post = Post(clock, authority, tool, home, given, stack, depot, relay, session)
        try:
            yield post
        finally:
            await post.stack.aclose()


@dataclass
class Fetching:
    """The helper's side, which can sleep and wake."""

    shop: Shop
    secrets: SecretStore
    task: "asyncio.Task[None] | None" = None

    def wake(self) -> Fetcher:
        fetcher = Fetcher(self.shop.desk, self.secrets, chance=lambda: 1.0)
        self.shop.desk.db.subscribe(  # type: ignore[attr-defined]
            lambda changes: fetcher.accounts_changed() if any(c.type == "account" for c in changes) else None
        )
        self.task = asyncio.create_task(fetcher.run())
        return fetcher

    async def knows(self, *people: Person) -> bool:
        """Whether all of them are in the registry."""
        wanted = [person.user_id for person in people]
        return len(await views(self.shop.desk, self.shop.id, wanted)) == len(wanted)

    async def sleep(self) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.task = None


async def connect(post: Post, shop: Shop, folder: Path) -> Fetching:
    """Pair the shop's helper with the relay."""
    secrets = SecretStore(folder, "helper", "file")
    code = await post.depot.door.print_code()
    keys = await pair_with(post.url, code.code, "test")
    await secrets.set(TOKEN, keys.token)
    await secrets.set(PROOF_KEY, keys.proof_key)
    await relays.attach(shop.desk, post.url, keys.token_id)
    return Fetching(shop, secrets)


@asynccontextmanager
async def open_street(folder: Path) -> AsyncIterator[tuple[Post, Shop, Fetching]]:
    """Relay, tool, and a shop whose LINE account has the relay's URL as its webhook URL; its helper is awake."""
    async with open_shop(folder) as shop, open_post(folder / "relay", shop.clock) as post:
        await post.stand_before(shop.id, shop.line.secret)
        shop.line.webhook_url = f"{post.url}/webhook/{shop.id}"
        fetching = await connect(post, shop, folder)
        fetching.wake()
        try:
            yield post, shop, fetching
        finally:
            if fetching.task is not None:
                await fetching.sleep()


def event(user: str = USER, kind: str = "message", at: int = START, **more: Any) -> dict[str, Any]:
    """One event of LINE's."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": at,
        "source": {"type": "user", "userId": user},
        "webhookEventId": uuid.uuid4().hex,
        "deliveryContext": {"isRedelivery": False},
        **more,
    }


def webhook(*events: dict[str, Any]) -> bytes:
    """A body of LINE's, with spaces as nobody's library would write them."""
    inner = b" , ".join(orjson.dumps(one) for one in events)
    return b'{ "destination":"U' + b"0" * 32 + b'", "events" : [' + inner + b"] }"
