"""Composition: builds the daemon once, opens its parts in order and closes them in the opposite one."""

import asyncio
import gc
import logging
from functools import partial

from multidict import CIMultiDictProxy

from helper import relaying
from helper.background import Background
from helper.checks.check import Check
from helper.connecting import connect, disconnect
from helper.daily import DailyBackup
from helper.fetching import Fetcher
from helper.flows import accounts, icons, imports, relays, tunnels
from helper.flows.courier import Courier
from helper.flows.followers import FollowerReader
from helper.flows.forgetting import finish
from helper.flows.greeting import Greeter
from helper.flows.imports import CandidateReader
from helper.flows.profiles import ProfileFetcher
from helper.flows.quota import Reconciler
from helper.flows.receive import receive
from helper.flows.retention import Keeper
from helper.flows.watch import Watch
from helper.listeners import Listener, listen
from helper.model.change import Change
from helper.model.refusal import Refused
from helper.office import Office
from helper.practice import PracticeRoom
from helper.presence import Presence
from helper.store import notices
from helper.store.database import Reader, Transaction
from helper.tunnel.keeper import TunnelKeeper
from helper.web.api import api_app
from helper.web.api import warm as warm_models
from helper.web.current import describer
from helper.web.doors import Doors
from helper.web.events import EventSockets
from helper.web.hub import Hub
from helper.web.services import Services
from helper.web.webhook import IDLE_SECONDS, MOST_CONNECTIONS, webhook_app

log = logging.getLogger(__name__)

NOTICE_SECONDS = 0.5
"""How often other processes' changes are looked for."""
NOTICE_LIFE_MS = 24 * 3_600_000


class Daemon:
    """A running helper: three listeners and the work beside them."""

    def __init__(self, office: Office) -> None:
        desk = office.desk
        self.office = office
        self.practice = PracticeRoom(office.settings, desk, office.vault, lambda: self.webhook.url)
        self._presence = Presence(office.settings.home, office.settings.database_path)
        self._background = Background()
        self._hub = Hub(describer(desk), desk.clock)
        self._sockets = EventSockets(self._hub, office.pairing)
        self._courier = Courier(desk)
        self._greeter = Greeter(desk)
        self._profiles = ProfileFetcher(desk)
        self._followers = FollowerReader(desk)
        self._follower_profiles = ProfileFetcher(desk, imported=True)
        self._candidates = CandidateReader(desk)
        self._reconciler = Reconciler(desk)
        self._fetcher = Fetcher(desk, office.secrets)
        self._tunnel = TunnelKeeper(desk, lambda: self.webhook.port, office.settings.home)
        self._watch = Watch(desk)
        self._keeper = Keeper(desk, office.settings.retention_days)
        self._daily = DailyBackup(office.settings.home, office.settings.database_path, desk.clock)
        self._api: Listener | None = None
        self._webhook: Listener | None = None
        self._since = desk.clock.now()
        self._last_notice = 0
        self._rearranging = asyncio.Lock()
        self._examining = asyncio.Lock()

    @property
    def api(self) -> Listener:
        """The API's listener."""
        assert self._api is not None
        return self._api

    @property
    def webhook(self) -> Listener:
        """The webhook's listener."""
        assert self._webhook is not None
        return self._webhook

    async def open(self, *, samples: bool = True) -> None:
        """Open the listeners, and the sandbox where it is wanted; `samples`: with a few people in it.

        Raises Trouble where another daemon or program is in the way; `close` is to be called all the same.
        """
        office, settings = self.office, self.office.settings
        self._presence.take()
        self._last_notice = await office.database.write(self._start_notices)
        await icons.set_origin(office.desk, settings.public_url)
        self._api = await listen(
            api_app(self._services()), settings.api_host, settings.api_port, "ITTSU_API_PORT"
        )
        self._webhook = await listen(
            webhook_app(self._knows, self._take_webhook, lambda sha256: icons.read(office.desk, sha256)),
            settings.webhook_host,
            settings.webhook_port,
            "ITTSU_WEBHOOK_PORT",
            keepalive_seconds=IDLE_SECONDS,
            decompress=False,
            most_connections=MOST_CONNECTIONS,
        )
        if await self.practice.wanted():
            await self.practice.start(samples=samples)
        else:
            await self.practice.tidy()
        office.database.subscribe(self._committed)
        self._announce()

    def work(self) -> None:
        """Start the work beside the requests. Not before `ready`: it imports LINE's SDK."""
        self._background.keep("hub", self._hub.run)
        self._background.keep("beat", self._hub.keep_beating)
        self._background.keep("courier", self._courier.run)
        self._background.keep("greeter", self._greeter.run)
        self._background.keep("profiles", self._profiles.run)
        self._background.keep("followers", self._followers.run)
        self._background.keep("follower profiles", self._follower_profiles.run)
        self._background.keep("imports", self._candidates.run)
        self._background.keep("quota", self._reconciler.run)
        self._background.keep("notices", self._watch_notices)
        self._background.keep("retention", self._keeper.run)
        self._background.keep("relay", self._fetcher.run)
        self._background.keep("tunnel", self._tunnel.run)
        self._background.keep("watch", self._watch.run)
        if self.office.settings.daily_backup == "on":
            self._background.keep("daily backup", self._daily.run)
        self._background.once("warm", self._warm)

    async def close(self) -> None:
        """Stop within two seconds: requests and attempts under way may end, the rest is in the database."""
        self._daily.close()
        await self._background.close()
        listeners = [listener for listener in (self._api, self._webhook) if listener is not None]
        await asyncio.gather(
            self._greeter.close(),
            self._courier.close(),
            self._profiles.close(),
            self._followers.close(),
            self._follower_profiles.close(),
            self._candidates.close(),
            self.practice.close(),
            *(listener.close() for listener in listeners),
        )
        self._presence.leave()

    def _services(self) -> Services:
        office = self.office
        return Services(
            desk=office.desk,
            pairing=office.pairing,
            doors=Doors(office.settings.api_names),
            sockets=self._sockets,
            instance_id=office.instance_id,
            line_api_base=office.settings.line_api_base,
            connect=lambda credentials: connect(office.desk, office.vault, credentials),
            disconnect=lambda account_id: disconnect(office.desk, office.vault, account_id),
            practice_url=lambda: self.practice.url,
            examine=self._examine,
            join_relay=lambda url, code: relaying.join(office.desk, office.secrets, url, code),
            leave_relay=lambda: relaying.leave(office.desk, office.secrets),
            webhook_url=lambda: self.webhook.url,
        )

    async def _examine(self, test: bool) -> list[Check]:
        """One after the other: LINE is asked about every account, each time, as who has just mended must see it."""
        from helper.checks.run import examine  # a start must not wait for it

        async with self._examining:
            return await examine(self.office, test=test)

    async def _knows(self, account_id: str) -> bool:
        return await self.office.desk.credentials(account_id) is not None

    async def _take_webhook(self, account_id: str, body: bytes, headers: CIMultiDictProxy[str]) -> None:
        await receive(self.office.desk, account_id, body, headers.get("X-Line-Signature"))

    async def _warm(self) -> None:
        """Have models, the instance's key, LINE's SDK and tokens ready before the first click."""
        await warm_models()
        await self.office.secrets.instance_key()
        connected = await accounts.list_all(self.office.desk)
        try:
            await self.office.channels.warm(account.id for account in connected)
        except Refused:
            log.info("an account was taken away while LINE's SDK was made ready")
        # What is loaded now stays: without it a full collection of garbage takes no noticeable pause. A list of
        # friends makes thousands of objects, so the small collections may come more rarely, too.
        gc.freeze()
        gc.set_threshold(10_000)

    def _announce(self) -> None:
        self._presence.announce(self._since, self.api.url, self.webhook.url, self.practice.url)

    def _committed(self, changes: list[Change]) -> None:
        """Called after every commit of this process."""
        self._hub.publish(changes)
        for teammate_id in {change.subject for change in changes if change.type == "teammate"}:
            self._background.once("recheck", partial(self._sockets.recheck, teammate_id))
        if any(change.type == "account" for change in changes):
            self._background.once("rearrange", self._rearrange)
            self._fetcher.accounts_changed()

    async def _rearrange(self) -> None:
        """Open or close the sandbox, now that other accounts are connected than before."""
        async with self._rearranging:
            wanted, running = await self.practice.wanted(), self.practice.url is not None
            if wanted == running:
                return
            if wanted:
                await self.practice.start(samples=True)
                log.info("sandbox %s", self.practice.url)
            else:
                await self.practice.stop()
                log.info("a real account is connected: the sandbox is closed")
            self._announce()

    async def _start_notices(self, transaction: Transaction) -> int:
        last = await notices.last_notice(transaction)
        await notices.forget_notices(transaction, self.office.desk.clock.now() - NOTICE_LIFE_MS)
        return last

    async def _watch_notices(self) -> None:
        """Let what other processes changed take effect here."""
        while True:
            found = await self.office.database.read(self._new_notices)
            for number, kind, subject in found:
                self._last_notice = number
                if kind == "account":
                    self.office.vault.forget(subject)
                    self.office.channels.forget(subject)
                    self._committed([Change("account", subject, subject)])
                elif kind == "teammate":
                    self._committed([Change("teammate", None, subject)])
                elif kind == "followers":
                    self.office.desk.signals.followers.set()
                elif kind == imports.NOTICE:
                    self.office.desk.signals.imports.set()
                elif kind == relays.NOTICE:
                    self._fetcher.changed()
                    self._background.once("relay", self._tell_of_relay)
                elif kind == tunnels.NOTICE:
                    self._tunnel.changed()
                elif kind == "forgotten":
                    self._committed([Change("forgotten", subject, subject)])
                    self._background.once("erasing", self._erase_the_rest)
            await asyncio.sleep(NOTICE_SECONDS)

    async def _tell_of_relay(self) -> None:
        connected = await accounts.list_all(self.office.desk)
        self._committed([Change("account", account.id, account.id) for account in connected])

    async def _erase_the_rest(self) -> None:
        """Finish what an erasing has begun, here or in a command beside us."""
        await finish(self.office.desk)

    async def _new_notices(self, reader: Reader) -> list[tuple[int, str, str]]:
        return await notices.notices_after(reader, self._last_notice)
