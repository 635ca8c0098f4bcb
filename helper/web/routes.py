"""Typed routes: one declaration gives the handler its checked input and the OpenAPI document its words.

A route names the role it needs; `role=None` is the open exception (`hello`, `pairings`, `openapi.json`,
the WebSocket's opening). What a GET or DELETE takes is its query, what the others take is their JSON body;
a route with `raw` takes a file's bytes as its body, and the rest as its query.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, dataclass_transform, overload

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from helper.flows.pairing import PairingDesk
from helper.store.teammates import Role, Teammate, Token
from helper.web.auth import authenticate
from helper.web.problems import Problem

log = logging.getLogger(__name__)

PREFIX = "/api/v1"
BODY_LIMIT = 1024**2

# Models are built when first used (`defer_build`), or ahead of that by `warm`: a start must not wait for them.
A = TypeVar("A")
T = TypeVar("T", bound=BaseModel)
S = TypeVar("S")


class Request(BaseModel):
    """Base of everything a client sends: exact types, no unknown members."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class Query(BaseModel):
    """Base of query parameters: text that is read as what it should be; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Nothing(Request):
    """What a route takes that takes nothing."""


@dataclass_transform(kw_only_default=True)
def answer(cls: type[A]) -> type[A]:
    """Declare what the helper answers: made of our own facts, so nothing is checked again before it goes out.

    orjson writes it as it is; pydantic reads its types for the OpenAPI document.
    """
    return dataclass(slots=True, kw_only=True)(cls)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with another status than the route's first."""

    status: int
    body: object | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """A body that is taken as it comes: its media type, and the bytes that it may have at most."""

    media_type: str
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Call(Generic[T, S]):
    """One request, checked. `given` is the JSON body or the query; `raw` is the body of a route that takes a file's.

    `services` is what the routes work with.
    """

    request: web.Request
    services: S
    given: T
    token: Token | None
    raw: bytes = b""

    @property
    def teammate(self) -> Teammate:
        """Who asks. Only on routes that need a role."""
        assert self.token is not None
        return self.token.teammate

    def path(self, name: str) -> str:
        """A part of the address. Raises Problem 404 for text that no id of ours can be."""
        value = self.request.match_info[name]
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise Problem("not_found")
        return value


Handler = Callable[[Call[Any, Any]], Awaitable[Any]]
H = TypeVar("H", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Route:
    """One declared route. `answers`: status → type, the first being the usual one."""

    method: str
    path: str
    role: Role | None
    takes: type[BaseModel]
    answers: Mapping[int, Any]
    summary: str
    problems: Sequence[str]
    headers: Mapping[str, str]
    handler: Handler
    tag: str
    raw: Raw | None

    @property
    def takes_json(self) -> bool:
        """Whether what it takes comes as JSON."""
        return self.method in ("POST", "PUT", "PATCH") and self.takes is not Nothing and self.raw is None


class Routes(Generic[S]):
    """The routes of one resource (`tag`), in the order of their declaration."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.all: list[Route] = []

    @overload
    def add(
        self,
        method: str,
        path: str,
        *,
        role: Role | None,
        answers: Mapping[int, Any],
        problems: Sequence[str] = ...,
        headers: Mapping[str, str] = ...,
        raw: Raw | None = ...,
    ) -> Callable[
        [Callable[[Call[Nothing, S]], Awaitable[Any]]], Callable[[Call[Nothing, S]], Awaitable[Any]]
    ]: ...

    @overload
    def add(
        self,
        method: str,
        path: str,
        *,
        role: Role | None,
        takes: type[T],
        answers: Mapping[int, Any],
        problems: Sequence[str] = ...,
        headers: Mapping[str, str] = ...,
        raw: Raw | None = ...,
    ) -> Callable[[Callable[[Call[T, S]], Awaitable[Any]]], Callable[[Call[T, S]], Awaitable[Any]]]: ...

    def add(
        self,
        method: str,
        path: str,
        *,
        role: Role | None,
        answers: Mapping[int, Any],
        takes: type[BaseModel] = Nothing,
        problems: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        raw: Raw | None = None,
    ) -> Callable[[H], H]:
        """Declare a route. The handler's docstring is its summary; `headers`: name → what it is for."""

        def declare(handler: H) -> H:
            summary = (handler.__doc__ or "").strip()
            route = Route(
                method, path, role, takes, answers, summary, problems, headers or {}, handler, self.tag, raw
            )
            self.all.append(route)
            return handler

        return declare


def install(app: web.Application, routes: Sequence[Route], services: object, desk: PairingDesk) -> None:
    """Put declared routes into an application."""
    for route in routes:
        app.router.add_route(route.method, PREFIX + route.path, _serve(route, services, desk))


def _serve(
    route: Route, services: object, desk: PairingDesk
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    usual_status = next(iter(route.answers))

    async def serve(request: web.Request) -> web.StreamResponse:
        token = None if route.role is None else await authenticate(request, desk, route.role)
        came_whole = request.content.is_eof()
        given = (
            await _read_body(request, route.takes) if route.takes_json else _read_query(request, route.takes)
        )
        raw = b"" if route.raw is None else await _read_raw(request, route.raw)
        if route.role is not None and (route.takes_json or route.raw is not None) and not came_whole:
            # A body may take its time; who was revoked meanwhile must not finish what they began.
            token = await authenticate(request, desk, route.role)
        result = await route.handler(Call(request, services, given, token, raw))
        if isinstance(result, web.StreamResponse):
            return result
        if isinstance(result, Answered):
            return json_response(result.status, result.body)
        return json_response(usual_status, result)

    return serve


def json_response(status: int, body: object | None) -> web.Response:
    """An answer as JSON; None, no body."""
    headers = {"Cache-Control": "no-store"}
    if body is None:
        return web.Response(status=204 if status == 200 else status, headers=headers)
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        content_type="application/json",
        charset="utf-8",
        headers=headers,
    )


async def stream_json(request: web.Request, pieces: AsyncIterator[bytes]) -> web.StreamResponse:
    """An answer of JSON that is too long to be held whole.

    The first piece is made before anything goes out, so a refusal in it still is one. What fails later ends the
    connection: nobody may take half an answer for a whole one.
    """
    first = await anext(pieces)
    response = web.StreamResponse(headers={"Cache-Control": "no-store"})
    response.content_type, response.charset = "application/json", "utf-8"
    await response.prepare(request)
    try:
        await response.write(first)
        async for piece in pieces:
            await response.write(piece)
    except ConnectionError:
        raise
    except Exception as error:
        log.exception("an answer broke off")
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError from error
    await response.write_eof()
    return response


async def _read_body(request: web.Request, model: type[BaseModel]) -> BaseModel:
    raw = await request.read()
    try:
        # pydantic's own reader lets NaN and lone surrogates through.
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Problem("not_json") from None
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise invalid(error) from None


async def _read_raw(request: web.Request, raw: Raw) -> bytes:
    """The body's bytes. Raises Problem 415 for another media type, 413 as soon as it is too long."""
    if request.content_type != raw.media_type:
        raise Problem("unsupported_media_type")
    if (request.content_length or 0) > raw.most_bytes:
        raise Problem("too_large")
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > raw.most_bytes:
            raise Problem("too_large")
    return bytes(body)


def _read_query(request: web.Request, model: type[BaseModel]) -> BaseModel:
    fields: dict[str, str] = {}
    repeated: list[dict[str, str]] = []
    for name, value in request.query.items():
        if name in fields:
            repeated.append({"field": name, "message": "given more than once"})
        elif any("\ud800" <= character <= "\udfff" for character in name + value):
            repeated.append({"field": "query", "message": "not UTF-8"})
        elif value:  # `?stage=` means no stage
            fields[name] = value
    if repeated:
        raise Problem("invalid", {"errors": repeated})
    if model is Nothing:
        return Nothing()
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid(error) from None


def invalid(error: ValidationError) -> Problem:
    """422 with field and message of each error; never the value that was sent."""
    errors = [
        {"field": _path(found["loc"]), "message": found["msg"]}
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return Problem("invalid", {"errors": errors})


def _path(location: Sequence[int | str]) -> str:
    """`messages[0].text`; `body` for the whole of it."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".") or "body"
