"""LINE's side: the stand-in on a port of its own, with places where a request can be made to wait for a kill."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from aiohttp import web

from helper.model.clock import SystemClock
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.app import Sandbox
from helper.sandbox.journal import Entry
from helper.sandbox.people import Person

CHANNEL = "1650000001"
USED_BEFORE = 13
_PUSH, _REPLY, _PROFILE = "/v2/bot/message/push", "/v2/bot/message/reply", "/v2/bot/profile/"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Point = Literal["clicked", "held", "profile", "arrived", "accepted", "answered", "announced", "settled"]


class Trap:
    """Requests about `users` wait at `point` until all of them (or the first) are there; then `kill` is called."""

    def __init__(
        self, point: Point, users: Iterable[str], kill: Callable[[], Awaitable[None]], *, first: bool = False
    ) -> None:
        self.point = point
        self.users = frozenset(users)
        self.sprung = asyncio.Event()
        self._kill = kill
        # The background asks for a new friend's profile, too: hers is the second question.
        self._wanted = 2 if point == "profile" else 1
        self._needed = 1 if first else len(self.users)
        self._came: Counter[str] = Counter()
        self._together = asyncio.Event()
        self._springing = False

    def came(self, user_id: str) -> bool:
        """Note an arrival; whether everybody who is waited for is there."""
        self._came[user_id] += 1
        there = sum(count >= self._wanted for count in self._came.values()) >= self._needed
        if there:
            self._together.set()
        return there

    async def meet(self) -> None:
        """Wait until everybody has come."""
        await self._together.wait()

    async def spring(self) -> None:
        """Kill, once."""
        if not self._springing:
            self._springing = True
            await self._kill()
            self.sprung.set()
        await self.sprung.wait()

    async def stand(self, user_id: str) -> None:
        """Come, and wait for the kill."""
        if self.came(user_id):
            await self.spring()
        await self.sprung.wait()


@dataclass
class Request:
    """A send that reached LINE. `status` is what was answered, 0 where the answer cannot have arrived."""

    user_id: str
    route: Literal["reply", "push"]
    retry_key: str | None
    status: int = 0


class LineSide:
    """The stand-in, the account, and every send that ever reached them."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.webhook: Callable[[str], str] = lambda channel: ""
        self.sandbox = Sandbox(self.clock, lambda channel: self.webhook(channel))
        self.account: SandboxAccount = self.sandbox.platform.add_account(CHANNEL, "さくら美容室", "@000rely")
        self.account.usage.set(self.clock.now(), USED_BEFORE)
        # Room for a slow machine: what is tried here is kills, not the token's minute.
        self.account.reply_token_seconds = 120
        self.trap: Trap | None = None
        self.requests: list[Request] = []
        self.base = ""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["LineSide"]:
        """Serve until the end."""
        app = self.sandbox.app()
        app.middlewares.append(self._watch)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    # --- what is true ---

    def accepted(self, user_id: str | None = None) -> list[Entry]:
        """Sends LINE took (for one user), by its own journal."""
        return [
            entry
            for entry in self.sandbox.journal.entries
            if entry.accepted and entry.route and (user_id is None or entry.to == user_id)
        ]

    def shown(self, person: Person) -> list[str]:
        """The account's texts on her phone."""
        said = [one for one in person.talk if one.by == "account" and one.kind == "message"]
        return [str(one.content.get("text")) for one in said]

    def asked(self, user_id: str) -> list[Request]:
        """Sends to a user that reached LINE, whatever became of them."""
        return [request for request in self.requests if request.user_id == user_id]

    def counted(self) -> int:
        """What LINE's own limit goes by."""
        return self.account.usage.counted(self.clock.now())

    # --- on the way ---

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        user_id, seen = await self._about(request)
        trap = self.trap
        if trap is None or user_id not in trap.users or trap.sprung.is_set():
            response = await handler(request)
        elif seen is None:
            if trap.point == "profile":
                await trap.stand(user_id)
                return _cut(request)
            response = await handler(request)
        else:
            return await self._trapped(trap, seen, request, handler)
        if seen is not None and not _is_gone(request):
            seen.status = response.status
        return response

    async def _trapped(
        self, trap: Trap, seen: Request, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        match trap.point:
            case "arrived":
                await trap.stand(seen.user_id)
                return _cut(request)
            case "announced":
                # LINE has it and is slow: it takes the message after the daemon has died.
                await trap.sprung.wait()
                return await handler(request)
            case "accepted":
                response = await handler(request)
                await trap.stand(seen.user_id)
                return response
            case "answered":
                response = await handler(request)
                trap.came(seen.user_id)
                await trap.meet()
                if not _is_gone(request):
                    await response.prepare(request)
                    await response.write_eof()
                    seen.status = response.status
                await trap.spring()
                return response
        response = await handler(request)
        seen.status = 0 if _is_gone(request) else response.status
        return response

    async def _about(self, request: web.Request) -> tuple[str, Request | None]:
        """Whom a request is about; for sends, noted."""
        if request.path.startswith(_PROFILE):
            return request.path.removeprefix(_PROFILE), None
        if request.path not in (_PUSH, _REPLY):
            return "", None
        body: dict[str, Any] = orjson.loads(await request.read())
        if request.path == _PUSH:
            seen = Request(body["to"], "push", request.headers.get("X-Line-Retry-Key"))
        else:
            seen = Request(self.account.reply_tokens[body["replyToken"]].person.user_id, "reply", None)
        self.requests.append(seen)
        return seen.user_id, seen


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _cut(request: web.Request) -> web.Response:
    """End the connection without an answer, and without having acted."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
