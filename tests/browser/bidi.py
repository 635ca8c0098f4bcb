"""A WebDriver BiDi connection: what Firefox itself speaks to those who drive it, without a driver between."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

# Bounds a command that hangs; far longer than any takes.
_ANSWER_SECONDS = 60.0
_LARGEST_ANSWER = 64 * 1024 * 1024


class BidiError(Exception):
    """A refused command; `code` is the specification's, such as "no such node"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Connection:
    """Commands one after another, from the test's thread; the socket has a thread of its own."""

    def __init__(self, address: str) -> None:
        """Connect to `ws://…/session`. Raises OSError or aiohttp's errors where nobody listens."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last_id = 0
        self._hear: list[Callable[[str, dict[str, Any]], None]] = []
        self._client: ClientSession | None = None
        try:
            self._socket = self._run(self._connect(address))
        except BaseException:
            self.close()
            raise
        self._reading = asyncio.run_coroutine_threadsafe(self._read(), self._loop)

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a command. Raises BidiError."""
        answer = self._run(self._ask(method, parameters))
        if answer["type"] == "error":
            raise BidiError(answer["error"], answer["message"])
        result: dict[str, Any] = answer["result"]
        return result

    def on_event(self, hear: Callable[[str, dict[str, Any]], None]) -> None:
        """Call back with every event's method and parameters, in the socket's thread."""
        self._hear.append(hear)

    def close(self) -> None:
        """Leave; whatever still waits is refused."""
        if self._loop.is_closed():
            return
        if self._client is not None:
            self._run(self._client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_ANSWER_SECONDS)

    async def _connect(self, address: str) -> ClientWebSocketResponse:
        self._client = ClientSession()
        return await self._client.ws_connect(address, max_msg_size=_LARGEST_ANSWER)

    async def _ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._last_id += 1
        number = self._last_id
        answer: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        self._waiting[number] = answer
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        return await answer

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type != WSMsgType.TEXT:
                break
            said: dict[str, Any] = message.json()
            if said["type"] == "event":
                for hear in self._hear:
                    hear(said["method"], said["params"])
            elif waiting := self._waiting.pop(said.get("id") or 0, None):
                waiting.set_result(said)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the browser has gone"))
        self._waiting.clear()
