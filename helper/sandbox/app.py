"""The sandbox's listener: LINE's API, the controls and the practice pages in one application."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from helper.model.clock import Clock
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.controls import Controls
from helper.sandbox.faults import Faults
from helper.sandbox.journal import Journal
from helper.sandbox.line_api import LineApi
from helper.sandbox.memory import Memory
from helper.sandbox.occurrences import Occurrence
from helper.sandbox.people import Person
from helper.sandbox.platform import Platform
from helper.sandbox.webhooks import Delivery, Webhooks

PRACTICE_CHANNEL_ID = "2000000001"
_MAX_BODY = 2 * 1024 * 1024
_PICTURES = "/sandbox/avatar/"
# Names, and how long ago they followed, in seconds.
_FIRST_VISITORS = (
    ("田中 実", 26 * 3600.0),
    ("佐藤 花子", 5 * 3600.0),
    ("けんた⚾️", 3 * 3600.0),
    ("佐藤 花子", 95 * 60.0),
    ("田中美咲", 20 * 60.0),
)
_FIRST_WORDS = ("はじめまして。来週の土曜日に予約できますか？", 25 * 3600.0)
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


class Sandbox:
    """A stand-in for LINE's platform on this computer. Nothing in it reaches a customer.

    `webhook_url` names the endpoint of a channel (by its id); accounts may have one of their own set.
    With `memory`, a file, what happened outlives a restart.
    """

    def __init__(
        self,
        clock: Clock,
        webhook_url: Callable[[str], str] | None = None,
        memory: Path | None = None,
    ) -> None:
        self.clock = clock
        self.platform = Platform(clock)
        self.faults = Faults()
        self.journal = Journal()
        self.webhooks = Webhooks(self.platform, self.faults, webhook_url)
        # Picture addresses must not give a user_id away: dashboards show them.
        self._picture_salt = secrets.token_bytes(16)
        self.pictures: dict[str, tuple[str, str]] = {}
        self.recalled = False
        """Whether `seed` brought back an earlier run, with its people."""
        self._memory = Memory(memory, self.platform, self.journal) if memory is not None else None

    def seed(self, secret: str | None = None) -> SandboxAccount:
        """The practice account: 「さくら美容室」, unverified, Chat on, 13 of 200 messages used.

        Where the sandbox remembers an earlier run, that one's, as it was left.
        """
        if self._memory is not None and self._memory.recall():
            self.recalled = True
            self._hang_pictures()
            return self.platform.account()
        account = self.platform.add_account(PRACTICE_CHANNEL_ID, "さくら美容室", "@000sakra", secret)
        account.usage.set(self.clock.now(), 13)
        account.picture = self._picture(account.channel_id, account.name)
        return account

    def draw(self, person: Person) -> Person:
        """Give a person without a picture one that the sandbox draws."""
        if person.picture is None:
            person.picture = self._picture(person.user_id, person.name)
        return person

    async def first_visitors(self) -> list[Person]:
        """So that nobody starts on an empty list: people who followed earlier, two of one name, one who wrote.

        Nothing happens where there are people already.
        """
        account = self.platform.account()
        if account.people:
            return []
        people = [await self.follow(name, seconds, account) for name, seconds in _FIRST_VISITORS]
        text, seconds = _FIRST_WORDS
        await self.deliver(self.platform.write(account, people[0], text, seconds))
        return people

    async def follow(
        self,
        name: str | None = None,
        seconds_ago: float = 0,
        account: SandboxAccount | None = None,
        person: Person | None = None,
    ) -> Person:
        """Somebody (new, unless `person` is given) follows; returns once the webhook is answered."""
        account = account or self.platform.account()
        if person is None:
            person = self.draw(self.platform.add_person(account, name))
        await self.deliver(self.platform.follow(account, person, seconds_ago))
        return person

    async def write(self, person: Person, text: str, seconds_ago: float = 0) -> None:
        """The person writes; returns once the webhook is answered."""
        account = self.platform.account(person.account_id)
        await self.deliver(self.platform.write(account, person, text, seconds_ago))

    async def block(self, person: Person) -> None:
        """The person blocks the account; returns once the webhook is answered."""
        account = self.platform.account(person.account_id)
        await self.deliver(self.platform.block(account, person))

    async def deliver(self, occurrence: Occurrence) -> Delivery:
        """Send an event's webhook."""
        self.journal.changed()
        return await self.webhooks.deliver(occurrence)

    def app(self) -> web.Application:
        """The application of the sandbox's listener. Its cleanup closes the sandbox."""
        from helper.sandbox.pages import add_pages

        app = web.Application(middlewares=[_only_here], client_max_size=_MAX_BODY)
        LineApi(self).add_routes(app)
        Controls(self).add_routes(app)
        app.router.add_get(_PICTURES + "{key}.svg", self._avatar)
        add_pages(app, self)
        app.cleanup_ctx.append(self._lifetime)
        return app

    async def close(self) -> None:
        """Stop delivering webhooks."""
        await self.webhooks.close()

    async def _lifetime(self, _app: web.Application) -> AsyncIterator[None]:
        if self._memory is not None:
            self._memory.start()
        yield
        await self.close()
        if self._memory is not None:
            await self._memory.stop()

    def _hang_pictures(self) -> None:
        """Serve remembered pictures at the addresses under which the helper knows them."""
        for account in self.platform.accounts.values():
            for picture, owner, name in (
                (account.picture, account.channel_id, account.name),
                *((person.picture, person.user_id, person.name) for person in account.people.values()),
            ):
                if picture is not None and picture.startswith(_PICTURES):
                    self.pictures[picture.removeprefix(_PICTURES).removesuffix(".svg")] = (owner, name)

    def _picture(self, owner: str, name: str) -> str:
        key = sha256(self._picture_salt + owner.encode()).hexdigest()[:24]
        self.pictures[key] = (owner, name)
        return f"{_PICTURES}{key}.svg"

    async def _avatar(self, request: web.Request) -> web.Response:
        from helper.sandbox.pages.avatars import face

        known = self.pictures.get(request.match_info["key"])
        if known is None:
            raise web.HTTPNotFound
        return web.Response(
            text=face(*known),
            content_type="image/svg+xml",
            headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"},
        )


@web.middleware
async def _only_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Only this computer's own pages and programs: no foreign name for our address, no foreign origin."""
    if _name_of(request.host) not in _LOCAL_NAMES:
        raise web.HTTPMisdirectedRequest(text="the sandbox is for this computer only")
    origin = request.headers.get("Origin")
    if request.path.startswith("/sandbox/") and origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="the sandbox takes no requests from other pages")
    return await handler(request)


def _name_of(host: str) -> str | None:
    """The name in a Host header, None where it is none at all."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
