"""The stand-in for LINE beside a helper that believes in the real one, and the dashboards' real origins.

Both are servers on loopback, in one thread with an event loop of its own: Playwright has the test's thread.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

import trustme
from aiohttp import web

from helper.model.clock import SystemClock
from helper.sandbox.app import Sandbox
from tests.browser.dashboard_pages import DashboardPages

Result = TypeVar("Result")


class ServerThread:
    """Runs servers until it is left."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runners: list[web.AppRunner] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for runner in self._runners:
            self.run(runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of a coroutine that runs in the thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def do(self, work: Callable[[], Result]) -> Result:
        """The result of a function that is called in the thread."""

        async def run() -> Result:
            return work()

        return self.run(run())

    def listen(
        self, make: Callable[[], web.Application], tls: ssl.SSLContext | None = None, port: int = 0
    ) -> int:
        """Serve an application on a port of loopback (0: any free one); the port."""

        async def start() -> int:
            runner = web.AppRunner(make(), access_log=None, shutdown_timeout=1)
            await runner.setup()
            self._runners.append(runner)
            await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
            return int(runner.addresses[0][1])

        return self.run(start())


class LineThread(ServerThread):
    """LINE, for a helper whose ITTSU_LINE_API_BASE is `address`. Tell `webhook` once the helper listens."""

    def __init__(self) -> None:
        super().__init__()
        self.webhook = ""
        self.address = ""

    def __enter__(self) -> Self:
        super().__enter__()
        self.sandbox = self.do(
            lambda: Sandbox(SystemClock(), lambda channel: f"{self.webhook}/webhook/{channel}")
        )
        self.address = f"http://127.0.0.1:{self.listen(self.sandbox.app)}"
        return self


class OriginThread(ServerThread):
    """The dashboards' own addresses; `pages` says what stands there."""

    def __init__(self, pages: DashboardPages) -> None:
        super().__init__()
        self.pages = pages
        self.port = 0

    def __enter__(self) -> Self:
        super().__enter__()
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trustme.CA().issue_cert(*DashboardPages.HOSTS).configure_cert(tls)
        self.port = self.listen(self._app, tls)
        return self

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        return self.pages.answer(request)
