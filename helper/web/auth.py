"""Who is asking, and what their role allows. Every route names a role or says openly that it needs none."""

import re

from aiohttp import web

from helper.flows.pairing import PairingDesk
from helper.store.teammates import Role, Token
from helper.web.doors import check_extension
from helper.web.problems import Problem

RANK: dict[Role, int] = {"viewer": 0, "operator": 1, "admin": 2}
LONGEST_TOKEN = 200
CLIENT_HEADER = "Ittsu-Client"
CLIENT = re.compile(r"[a-z]{1,20}/[0-9A-Za-z.+-]{1,30}")


def bearer(request: web.Request) -> str | None:
    """The token of `Authorization: Bearer …`, or None."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    return token


def client_version(request: web.Request) -> str:
    """What the program calls itself in `Ittsu-Client`, such as `extension/0.1.0`; '' where it does not."""
    said = request.headers.get(CLIENT_HEADER, "")
    return said if CLIENT.fullmatch(said) else ""


async def authenticate(request: web.Request, desk: PairingDesk, role: Role) -> Token:
    """The caller's token. Raises Problem `unauthenticated`, `origin_refused` or `forbidden`."""
    sent = bearer(request)
    token = None if sent is None else await desk.authenticate(sent, client_version(request))
    if token is None:
        raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    check_extension(request, token.origin)
    if RANK[token.teammate.role] < RANK[role]:
        raise Problem("forbidden")
    return token
