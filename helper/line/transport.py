"""One address of LINE's API, reached through LINE's own SDK.

The SDK's client carries the requests (`call_api`), its models do not: they are `pydantic.v1`, drop
properties they don't know, refuse locally what LINE may take, and double the time of a send. What was
stored and previewed is what leaves, to the byte.

Importing the SDK takes over a second, so nothing here imports it before it is needed.
"""

import asyncio
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from helper.line.answers import checked_api_base, is_loopback

if TYPE_CHECKING:
    from linebot.v3.messaging import AsyncApiClient  # type: ignore[import-untyped]

_CONNECT_SECONDS = 5.0
# Idle connections are dropped before a server would: a request on a dying one has an unknown fate.
_KEEP_ALIVE_SECONDS = 15.0
_CONNECTIONS = 100
# Two threads importing the SDK's circular modules at once deadlock.
_loading = threading.Lock()

# Raised before any byte of the request left.
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


class NeverLeft(Exception):
    """No connection: the request did not leave this computer."""


class NoAnswer(Exception):
    """The request may have arrived, and its answer did not, or cannot be read."""

    def __init__(self, reason: str, status: int | None = None, request_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.request_id = request_id


@dataclass(frozen=True, slots=True)
class Answer:
    """LINE's answer, any status. `content` is its JSON object, None where the body is not one."""

    status: int
    content: dict[str, Any] | None
    request_id: str | None
    accepted_request_id: str | None
    date: str | None

    @property
    def message(self) -> str:
        """LINE's words for an error; where it has none, the status."""
        said = self.content or {}
        for name in ("message", "error_description", "error"):
            text = said.get(name)
            if isinstance(text, str) and text:
                return text
        return f"LINE answered {self.status}"

    @property
    def details(self) -> str:
        """The error's details: ``messages[0].text: Length must be …; …``."""
        details = self.content.get("details") if self.content else None
        if not isinstance(details, list):
            return ""
        return "; ".join(
            f"{detail.get('property', '')}: {detail.get('message', '')}".strip(": ")
            for detail in details
            if isinstance(detail, dict)
        )


class Transport:
    """Connections to one API base, shared by all accounts on it."""

    def __init__(self, api_base: str) -> None:
        """Raises ValueError for a base that is neither https nor on this computer."""
        self.api_base = checked_api_base(api_base)
        self._client: AsyncApiClient | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    async def open(self) -> None:
        """Import the SDK and prepare the connections, so that the first request need not.

        Raises NeverLeft once it was closed: what is late finds nothing that nobody would close any more.
        """
        async with self._opening:
            if self._closed:
                raise NeverLeft("closed")
            if self._client is not None:
                return
            make_client = await loaded_sdk()
            client = make_client(self.api_base)
            # The SDK's session has 10 connections, waits 5 minutes and asks the environment for a proxy
            # even for this computer itself.
            # Shielded: a stop that comes just now must not leave it half closed.
            await asyncio.shield(client.rest_client.close())
            client.rest_client.pool_manager = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=not is_loopback(urlsplit(self.api_base).hostname or ""),
            )
            self._client = client

    async def close(self) -> None:
        """Close the connections, for good."""
        self._closed = True
        async with self._opening:  # what is being opened is closed, too
            client, self._client = self._client, None
            if client is not None:
                await client.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        timeout_seconds: float,
        token: str | None = None,
        json: dict[str, Any] | None = None,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request, never repeated here. `path` is ready for the wire, with its query.

        Raises NeverLeft, NoAnswer.
        """
        if self._client is None:
            await self.open()
        client = self._client
        assert client is not None
        # Only now that the SDK is loaded: importing it here and in a thread at once would deadlock.
        from linebot.v3.messaging.exceptions import ApiException  # type: ignore[import-untyped]

        wire = {"Accept": "application/json", "Content-Type": "application/json"}
        if form is not None:
            wire["Content-Type"] = "application/x-www-form-urlencoded"
        if headers:
            wire.update(headers)
        try:
            answer = await client.call_api(
                path,
                method,
                None,
                [],
                wire,
                body=json,
                post_params=list(form.items()) if form is not None else None,
                response_types_map={},
                auth_settings=["Bearer"] if token is not None else [],
                _request_auth=_bearer(token) if token is not None else None,
                _request_timeout=aiohttp.ClientTimeout(total=timeout_seconds, connect=_CONNECT_SECONDS),
            )
            return _answer(answer.status_code, answer.raw_data, answer.headers)
        except ApiException as error:
            return _answer(error.status, error.body, error.headers)
        except _NEVER_LEFT as error:
            raise NeverLeft(type(error).__name__) from error
        except TimeoutError as error:
            raise NoAnswer("no answer in time") from error
        except (UnicodeDecodeError, LookupError) as error:
            # The SDK decodes an answer before it looks at it; the status is in what it was handling.
            refused = error.__context__
            status = refused.status if isinstance(refused, ApiException) else None
            raise NoAnswer("unreadable answer", status) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NoAnswer(type(error).__name__) from error


def _bearer(token: str) -> dict[str, str]:
    return {"type": "bearer", "in": "header", "key": "Authorization", "value": f"Bearer {token}"}


async def loaded_sdk() -> Any:
    """Load the SDK without holding up the loop, nor a stop: nobody waits for a daemon thread."""
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[Any] = loop.create_future()

    def tell(make_client: Any, error: BaseException | None) -> None:
        if loaded.done():
            return
        if error is None:
            loaded.set_result(make_client)
        else:
            loaded.set_exception(error)

    def load() -> None:
        make_client, trouble = None, None
        try:
            make_client = load_sdk()
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            trouble = error
        with suppress(RuntimeError):  # the loop is closed: nobody wants it any more
            loop.call_soon_threadsafe(tell, make_client, trouble)

    threading.Thread(target=load, name="line-sdk", daemon=True).start()
    return await loaded


def load_sdk() -> Any:
    """Import the SDK (over a second, in a thread) and give back what makes a client for a base."""
    with _loading:
        from linebot.v3.messaging import AsyncApiClient, Configuration

    # At DEBUG the SDK logs whole answers: names, tokens.
    logging.getLogger("linebot").setLevel(logging.INFO)

    def make_client(api_base: str) -> AsyncApiClient:
        client = AsyncApiClient(Configuration(access_token="", host=api_base))
        del client.default_headers["Authorization"]  # each request brings its account's own
        return client

    return make_client


def _answer(status: int, body: str | bytes | None, headers: Any) -> Answer:
    headers = headers or {}
    try:
        content = orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        content = None
    return Answer(
        status=status,
        content=content if isinstance(content, dict) else None,
        request_id=headers.get("x-line-request-id"),
        accepted_request_id=headers.get("x-line-accepted-request-id"),
        date=headers.get("Date"),
    )
