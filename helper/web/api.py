"""The API listener's application."""

import asyncio
from functools import cache

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict

from helper.web import (
    accounts,
    answers,
    bindings,
    checks,
    followers,
    friends,
    greeting,
    icons,
    identity,
    messages,
    proposals,
    receiving,
    relays,
    takeout,
    texts,
    tunnel,
)
from helper.web.doors import doors_middleware
from helper.web.openapi import document
from helper.web.pages.serving import install_pages
from helper.web.problems import add_version, problems
from helper.web.routes import BODY_LIMIT, Call, Nothing, Route, Routes, install
from helper.web.services import Services

SERVICES = web.AppKey("services", Services)

routes: Routes[Services] = Routes("identity")


class Document(BaseModel):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")


@routes.add("GET", "/openapi.json", role=None, answers={200: Document})
async def read_openapi(call: Call[Nothing, Services]) -> web.Response:
    """This document."""
    return web.Response(body=_document_text(), content_type="application/json", charset="utf-8")


ROUTES: list[Route] = [
    *identity.routes.all,
    *routes.all,
    *accounts.routes.all,
    *friends.routes.all,
    *followers.routes.all,
    *takeout.routes.all,
    *proposals.routes.all,
    *answers.routes.all,
    *bindings.routes.all,
    *texts.routes.all,
    *messages.routes.all,
    *greeting.routes.all,
    *receiving.routes.all,
    *tunnel.routes.all,
    *checks.routes.all,
    *icons.routes.all,
    *relays.routes.all,
]


def openapi() -> dict[str, object]:
    """The OpenAPI document of the routes."""
    return document(ROUTES)


@cache
def _document_text() -> bytes:
    return orjson.dumps(openapi())


async def warm() -> None:
    """Build what the first requests would have to build, a piece at a time."""
    for model in {route.takes for route in ROUTES}:
        model.model_rebuild()
        await asyncio.sleep(0)


def api_app(services: Services) -> web.Application:
    """Everything under /api/v1, and the helper's own pages."""
    app = web.Application(
        middlewares=[problems, doors_middleware(services.doors)], client_max_size=BODY_LIMIT
    )
    app[SERVICES] = services
    install(app, ROUTES, services, services.pairing)
    install_pages(app)
    app.on_response_prepare.append(add_version)

    async def close_sockets(_app: web.Application) -> None:
        await services.sockets.close_all()

    app.on_shutdown.append(close_sockets)
    return app
