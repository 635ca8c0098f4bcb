"""LINE's stand-in (the project's sandbox) in a process of its own, noting when each send arrived.

Times are the system's monotonic clock in nanoseconds, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from helper.model.clock import SystemClock
from helper.sandbox.app import Sandbox
from scripts.benchmarks.bare_webhook import serve
from scripts.benchmarks.processes import CHANNEL_ID, CHANNEL_SECRET

_SENDS = ("/v2/bot/message/push", "/v2/bot/message/reply")


class StandIn:
    """The sandbox with one account of unlimited quota, and the arrivals of sends."""

    def __init__(self) -> None:
        self._arrivals: list[int] = []
        sandbox = Sandbox(SystemClock())
        self._platform = sandbox.platform
        self._account = self._platform.add_account(CHANNEL_ID, "計測用アカウント", "@bench", CHANNEL_SECRET)
        self._account.quota = None
        self.app = sandbox.app()
        self.app.middlewares.insert(0, self._arrival_noted())
        self.app.router.add_post("/bench/follows", self._make_follows)
        self.app.router.add_get("/bench/arrivals", self._tell_arrivals)

    def _arrival_noted(self) -> Middleware:
        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path in _SENDS:
                self._arrivals.append(time.monotonic_ns())
            return await handler(request)

        return note

    async def _make_follows(self, request: web.Request) -> web.Response:
        """New people follow: the signed webhook of each, for the benchmark to deliver."""
        wanted = await request.json()
        follows = []
        for _ in range(wanted["count"]):
            person = self._platform.add_person(self._account)
            occurrence = self._platform.follow(self._account, person, wanted.get("seconds_ago", 0))
            body = json.dumps(
                {"destination": self._account.bot_user_id, "events": [occurrence.event]}, ensure_ascii=False
            )
            signature = base64.b64encode(
                hmac.digest(CHANNEL_SECRET.encode(), body.encode(), hashlib.sha256)
            ).decode()
            follows.append({"user_id": person.user_id, "body": body, "signature": signature})
        return web.json_response(follows)

    async def _tell_arrivals(self, _request: web.Request) -> web.Response:
        """Every arrival since the last question."""
        arrivals, self._arrivals = self._arrivals, []
        return web.json_response(arrivals)


async def main() -> None:
    """Serve until told to stop."""
    await serve(StandIn().app, "line")


if __name__ == "__main__":
    asyncio.run(main())
