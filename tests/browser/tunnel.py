"""The only way out for Firefox in tests: a proxy through which the dashboards' own addresses lead to fixtures.

Chromium maps names itself; Firefox keeps a page's real origin only behind a proxy. Any other name leads nowhere.
"""

import asyncio
from typing import Self

from tests.browser.dashboard_pages import DashboardPages
from tests.browser.servers import ServerThread

_LARGEST_HEAD = 16 * 1024


class Tunnel(ServerThread):
    """A CONNECT proxy; `origins_port` is where the dashboards' pages are served, None for nowhere."""

    def __init__(self, origins_port: int | None) -> None:
        super().__init__()
        self._origins_port = origins_port
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self.port = 0

    def __enter__(self) -> Self:
        super().__enter__()

        async def start() -> asyncio.Server:
            return await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=_LARGEST_HEAD)

        self._server = self.run(start())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def close(self) -> None:
        """End every connection."""

        async def stop() -> None:
            assert self._server is not None
            self._server.close()
            for talk in self._talks:
                talk.cancel()
            await asyncio.gather(*self._talks, return_exceptions=True)

        self.run(stop())
        self.__exit__(None, None, None)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await self._pass_on(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # either side hung up, which is how connections end
        finally:
            self._talks.discard(task)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, *_ = head.decode("latin-1").split(" ")
        host, _, port = target.partition(":")
        if method != "CONNECT" or host not in DashboardPages.HOSTS or port != "443" or not self._origins_port:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._origins_port)
        try:
            writer.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(reader, inner_writer))
                both.create_task(_copy(inner_reader, writer))
        except* OSError:
            pass  # the same
        finally:
            inner_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
