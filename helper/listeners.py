"""One aiohttp application on one port."""

import errno
import logging
import ssl
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from helper.settings import url_of
from helper.web.problems import problem_response
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
LINGER_SECONDS = 0.5
"""How long the rest of a body that nobody wants is read, so that its sender sees the answer."""


log = logging.getLogger(__name__)


class _Connection(web.RequestHandler):
    """A connection whose unreadable requests get an answer of the same shape as every other."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What goes out where no application was reached: the bytes were no HTTP request."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer had begun")
        log.info("a request could not be read: %s", type(exc).__name__)
        response = problem_response("bad_request" if status < 500 else "internal", request)
        response.force_close()
        return response

    @property
    def is_gone(self) -> bool:
        """Whether it takes no file any more: its client has hung up, whatever is still done for it."""
        return self._manager is None

    @property
    def waits(self) -> bool:
        """Whether nothing can be done before its client does something: ask, go on asking, or read."""
        if self._force_close:  # ended already, and gone in a moment
            return False
        request = self._current_request
        return not self._messages if request is None else not request.content.is_eof()


class _Runner(web.AppRunner):
    """Makes connections of that kind. aiohttp has no other place to say so."""

    most_connections: int | None = None
    """From here on a new connection ends the one that has been waiting for its client longest."""

    @property
    def server(self) -> Any:
        """What makes a connection's protocol."""
        made = super().server
        if made is None:
            return None

        def connect() -> Any:
            if self.most_connections is not None and len(made.connections) >= self.most_connections:
                # aiohttp counts those, too, whose client has hung up while their answer was made.
                open_ones = [
                    connection for connection in made.connections if connection.transport is not None
                ]
                if len(open_ones) >= self.most_connections:
                    _make_room(open_ones)
            connection = made()
            connection.__class__ = _Connection
            return connection

        return connect


def _make_room(connections: list[Any]) -> None:
    """End the oldest connection on which nothing is being done; where all are busy, none."""
    for connection in connections:
        if connection.waits:
            connection.force_close()
            return


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
    most_connections: int | None = None,
    ssl_context: ssl.SSLContext | None = None,
) -> Listener:
    """Serve an application. Raises Trouble in both languages where the port cannot be had."""
    runner = _Runner(
        app,
        access_log=None,
        shutdown_timeout=STOP_SECONDS,
        lingering_time=LINGER_SECONDS,
        keepalive_timeout=keepalive_seconds,
        auto_decompress=decompress,
    )
    runner.most_connections = most_connections
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port, ssl_context=ssl_context).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            raise Trouble(PORT_IN_USE.filled(port=port, variable=variable)) from None
        raise Trouble(CANNOT_LISTEN.filled(host=host, port=port, reason=error.strerror or error)) from None
    except BaseException:
        await runner.cleanup()
        raise
    return Listener(runner, host, runner.addresses[0][1])
