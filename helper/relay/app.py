"""The relay's composition: one listener, the work beside it, opened in order and closed in the opposite one."""

import asyncio
import logging
import random
import ssl
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from filelock import FileLock, Timeout

from helper.background import Background
from helper.listeners import Listener, listen
from helper.model.clock import Clock, SystemClock
from helper.outside import Lookup, look_up
from helper.relay import queues, wire
from helper.relay.door import Door
from helper.relay.forwarding import HOUR, Forwarder
from helper.relay.intake import Intake
from helper.relay.queues import RelayedAccount
from helper.relay.socket import HelperSockets
from helper.relay.targets import ToolCaller
from helper.secrets import SecretStore
from helper.settings import Settings, address_of
from helper.store.database import Transaction
from helper.store.sqlite import Schema, SqliteDatabase, open_sqlite
from helper.vault import Vault
from helper.web.webhook import IDLE_SECONDS, MOST_CONNECTIONS, webhook_app
from helper.words import Trouble, Words

log = logging.getLogger(__name__)

SCHEMA = Schema(0x49545352, "helper.relay", cache_kib=2_000)
DAY = 24 * HOUR
KEPT_DAYS = 30
"""How long a webhook waits for the helper, or is kept for the tool that did not take it."""
SEEN_DAYS = 7
"""How long it is remembered which events came. LINE does not say for how long it delivers again."""
CHANGES_SECONDS = 0.5
"""How often it is looked what a command beside us changed."""
OLD_SECONDS = 3_600.0

ALREADY_RUNNING = Words("中継はもう起動しています（{home}）。", "The relay is running already ({home}).")
NO_CERTIFICATE = Words(
    "中継の証明書を読み込めません（{path}）: {reason}",
    "The relay's certificate cannot be used ({path}): {reason}",
)


@dataclass(frozen=True, slots=True)
class Depot:
    """What the running relay and the commands beside it work with."""

    settings: Settings
    database: SqliteDatabase
    secrets: SecretStore
    vault: Vault
    door: Door
    clock: Clock
    relay_id: str


async def open_depot(stack: AsyncExitStack, settings: Settings, clock: Clock | None = None) -> Depot:
    """Open the relay's database and secrets; `stack` closes them. Raises StoreTrouble."""
    clock = clock or SystemClock()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = await open_sqlite(settings.relay_database_path, schema=SCHEMA)
    stack.push_async_callback(database.close)

    async def own_id(transaction: Transaction) -> str:
        await transaction.execute(
            "INSERT INTO meta (key, value) VALUES ('relay_id', $1) ON CONFLICT (key) DO NOTHING",
            uuid.uuid4().hex,
        )
        row = await transaction.fetch_one("SELECT value FROM meta WHERE key = 'relay_id'")
        assert row is not None
        return str(row["value"])

    relay_id = await database.write(own_id)
    secrets = SecretStore(settings.home, f"relay-{relay_id}", settings.keyring)
    vault = Vault(secrets, settings.line_api_base, clock)
    return Depot(settings, database, secrets, vault, Door(database, secrets, clock), clock, relay_id)


class Relay:
    """A running relay."""

    def __init__(self, depot: Depot, lookup: Lookup = look_up, tool_ssl: Any = None) -> None:
        settings = depot.settings
        self.depot = depot
        self._lock = FileLock(f"{settings.relay_database_path}.lock", mode=0o600)
        self._background = Background()
        self._caller = ToolCaller(depot.relay_id, lookup, tool_ssl)
        self.forwarder = Forwarder(depot.database, depot.clock, self._caller.pass_on, random.random)
        self._sockets = HelperSockets(
            depot.database, depot.door, depot.clock, lambda: address_of(self.public_url)
        )
        self._intake = Intake(depot.database, depot.vault, depot.clock, self._queued)
        self._listener: Listener | None = None
        self._accounts: dict[str, RelayedAccount] = {}

    @property
    def listener(self) -> Listener:
        """Where LINE and the helper come."""
        assert self._listener is not None
        return self._listener

    @property
    def public_url(self) -> str:
        """This relay's address as LINE and the helper dial it."""
        settings = self.depot.settings
        if settings.relay_url is not None:
            return settings.relay_url
        scheme = "http" if settings.relay_cert is None else "https"
        return f"{scheme}{self.listener.url.removeprefix('http')}"

    async def open(self) -> None:
        """Open the listener. Raises Trouble; `close` is to be called all the same."""
        settings = self.depot.settings
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise Trouble(ALREADY_RUNNING.filled(home=settings.home)) from None
        app = webhook_app(self._intake.knows, self._intake.take)
        app.router.add_get(wire.PATH, self._sockets.serve)
        app.on_shutdown.append(self._hang_up)
        self._listener = await listen(
            app,
            settings.relay_host,
            settings.relay_port,
            "ITTSU_RELAY_PORT",
            keepalive_seconds=IDLE_SECONDS,
            decompress=False,
            most_connections=MOST_CONNECTIONS,
            ssl_context=_tls(settings),
        )
        await self.depot.door.note(connected=False)
        await self._announce()
        await self._look_for_changes()

    def work(self) -> None:
        """Start the work beside the requests."""
        self._background.keep("forwarder", self.forwarder.run)
        self._background.keep("changes", self._watch_changes)
        self._background.keep("old", self._let_go_of_old)

    async def close(self) -> None:
        """Stop within two seconds; what was under way is taken up at the next start."""
        await self._background.close()
        listeners = [] if self._listener is None else [self._listener]
        await asyncio.gather(self.forwarder.close(1.0), *(listener.close() for listener in listeners))
        await self._caller.close()
        self._lock.release()

    async def let_go_of_old(self) -> None:
        """Drop what waited for longer than its days."""
        now = self.depot.clock.now()
        while True:
            gone = await self.depot.database.write(
                lambda transaction: queues.drop_old(transaction, now - KEPT_DAYS * DAY, now)
            )
            if not gone:
                break
            log.warning("%d webhooks waited %d days for nobody and are dropped", gone, KEPT_DAYS)
        await self.depot.database.write(
            lambda transaction: queues.forget_seen(transaction, now - SEEN_DAYS * DAY)
        )

    async def _hang_up(self, _app: web.Application) -> None:
        await self._sockets.close()

    def _queued(self) -> None:
        self.forwarder.wake.set()
        self._sockets.wake()

    async def _announce(self) -> None:
        """Write down where we are reached, for the commands beside us."""
        url = self.public_url

        async def work(transaction: Transaction) -> None:
            await transaction.execute(
                "INSERT INTO meta (key, value) VALUES ('public_url', $1)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                url,
            )

        await self.depot.database.write(work)

    async def _watch_changes(self) -> None:
        while True:
            await self._look_for_changes()
            await asyncio.sleep(CHANGES_SECONDS)

    async def _look_for_changes(self) -> None:
        """Let what a command changed take effect: an account's secret is read anew."""
        found = {account.id: account for account in await self.depot.database.read(queues.accounts)}
        for account_id in found.keys() | self._accounts.keys():
            if found.get(account_id) != self._accounts.get(account_id):
                self.depot.vault.forget(account_id)
        self._accounts = found

    async def _let_go_of_old(self) -> None:
        while True:
            await self.let_go_of_old()
            await asyncio.sleep(OLD_SECONDS)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.relay_cert is None or settings.relay_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.relay_cert, settings.relay_key)
    except (OSError, ssl.SSLError) as error:
        words = NO_CERTIFICATE.filled(path=settings.relay_cert, reason=error.strerror or type(error).__name__)
        raise Trouble(words) from None
    return context
