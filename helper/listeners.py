"""One aiohttp application on one port."""

import errno
from dataclasses import dataclass

from aiohttp import web

from helper.settings import url_of
from helper.words import Trouble, Words

PORT_IN_USE = Words(
    "ポート{port}はほかのプログラムが使っています。{variable}で別のポートを指定してください（0なら空いているポート）。",
    "Port {port} is in use by another program. Choose another one with {variable} (0: any free port).",
)
CANNOT_LISTEN = Words(
    "{host}:{port} で待ち受けできません: {reason}", "Cannot listen on {host}:{port}: {reason}"
)

STOP_SECONDS = 1.0
"""How long a request under way may take when the listener closes."""


@dataclass(slots=True)
class Listener:
    """A running listener."""

    runner: web.AppRunner
    host: str
    port: int

    @property
    def url(self) -> str:
        """Its address as a program on this computer dials it."""
        return url_of(self.host, self.port)

    async def close(self) -> None:
        """Take no more requests, let those under way end, close."""
        await self.runner.cleanup()


async def listen(
    app: web.Application,
    host: str,
    port: int,
    variable: str,
    keepalive_seconds: float = 75.0,
    decompress: bool = True,
) -> Listener:
    """Serve an application. Raises Trouble in both languages where the port cannot be had."""
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=STOP_SECONDS,
        lingering_time=STOP_SECONDS,
        keepalive_timeout=keepalive_seconds,
        auto_decompress=decompress,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            raise Trouble(PORT_IN_USE.filled(port=port, variable=variable)) from None
        raise Trouble(CANNOT_LISTEN.filled(host=host, port=port, reason=error.strerror or error)) from None
    return Listener(runner, host, runner.addresses[0][1])
