"""`hello`, `pairings`, `me`, `teammates`, `openapi.json`, `events`: who is who."""

from typing import Annotated

from aiohttp import web
from pydantic import Field, StringConstraints

from helper import __version__
from helper.model.clock import to_rfc3339
from helper.web.doors import check_extension, extension_origin
from helper.web.pages import serving as pages
from helper.web.routes import Call, Nothing, Query, Request, Routes, answer
from helper.web.services import Services
from helper.web.shapes import Teammate, Time

routes: Routes[Services] = Routes("identity")


class Challenge(Query):
    """A nonce of the client's choice (printable ASCII), and the id of the token it would use."""

    nonce: Annotated[str | None, Field(pattern=r"^[ -~]{1,200}$")] = None
    token_id: Annotated[str | None, Field(max_length=100)] = None


@answer
class Hello:
    """Who answers here."""

    service: str = "ittsu"
    version: str = __version__
    api: int = 1
    instance_id: str


@answer
class ProvenHello(Hello):
    """Who answers here, proven to the holder of the token that was named."""

    proof: Annotated[
        str,
        Field(
            description='hex HMAC-SHA256(UTF-8 bytes of proof_key, "ittsu-hello-1\\n" + nonce + "\\n" + host:port)'
        ),
    ]


@routes.add("GET", "/hello", role=None, takes=Challenge, answers={200: Hello | ProvenHello})
async def hello(call: Call[Challenge, Services]) -> Hello:
    """Say who answers here, and prove it to the holder of a token; `proof` only if the token is known."""
    instance_id = call.services.instance_id
    address = call.services.doors.own_address(call.request)
    if call.given.token_id is not None:
        token = await call.services.pairing.token(call.given.token_id)
        if token is not None:
            check_extension(call.request, token.origin)
            if call.given.nonce is not None and address is not None:
                proof = await call.services.pairing.proof(token.id, call.given.nonce, address)
                if proof is not None:
                    return ProvenHello(instance_id=instance_id, proof=proof)
    return Hello(instance_id=instance_id)


class Client(Request):
    """The program that pairs, by a name its owner recognises."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    session: Annotated[bool, Field(description="A page's: the token ends after 12 hours.")] = False


class PairingRequest(Request):
    """A one-time code from `ittsu pair`, as it was typed."""

    code: Annotated[str, StringConstraints(max_length=200)]
    client: Client


@answer
class Pairing:
    """The token and what proves the helper, told this one time."""

    token: str
    token_id: str
    proof_key: str
    teammate: Teammate


@routes.add(
    "POST",
    "/pairings",
    role=None,
    takes=PairingRequest,
    answers={201: Pairing},
    problems=("pairing_code_invalid", "too_many_attempts"),
)
async def pair(call: Call[PairingRequest, Services]) -> Pairing:
    """Exchange a pairing code for a token. The token works from this Origin only, if there is one."""
    made = await call.services.pairing.pair(
        call.given.code,
        call.given.client.name,
        extension_origin(call.request),
        session=call.given.client.session,
    )
    return Pairing(
        token=made.token,
        token_id=made.token_id,
        proof_key=made.proof_key,
        teammate=Teammate.of(made.teammate),
    )


@answer
class Me(Teammate):
    """The teammate behind the token."""

    token_id: str


@routes.add("GET", "/me", role="viewer", answers={200: Me})
async def read_me(call: Call[Nothing, Services]) -> Me:
    """Who the token belongs to."""
    assert call.token is not None
    teammate = call.teammate
    return Me(id=teammate.id, name=teammate.name, role=teammate.role, token_id=call.token.id)


@answer
class Teammates:
    """Everybody with access."""

    items: list[Teammate]
    next: str | None = None


@routes.add("GET", "/teammates", role="admin", answers={200: Teammates})
async def list_teammates(call: Call[Nothing, Services]) -> Teammates:
    """Everybody with access, oldest first."""
    return Teammates(items=[Teammate.of(known) for known in await call.services.pairing.teammates()])


@routes.add(
    "DELETE", "/teammates/{teammate_id}", role="admin", answers={204: None}, problems=("teammate_unknown",)
)
async def revoke_teammate(call: Call[Nothing, Services]) -> None:
    """Take a teammate's access away, at once and with every token."""
    await call.services.pairing.revoke(call.path("teammate_id"))


@answer
class Practice:
    """Where practice mode's pages are; null while it does not run."""

    url: str | None


@routes.add("GET", "/practice", role="viewer", answers={200: Practice})
async def read_practice(call: Call[Nothing, Services]) -> Practice:
    """Where practice mode's pages are."""
    return Practice(url=call.services.practice_url())


@answer
class SetupLink:
    """Opens the helper's own pages, once, as the teammate who asked."""

    url: str
    expires_at: Time


@routes.add("POST", "/setup-links", role="admin", answers={201: SetupLink})
async def make_setup_link(call: Call[Nothing, Services]) -> SetupLink:
    """Make a one-time link to the helper's own pages."""
    printed = await call.services.pairing.print_code(call.teammate.name)
    return SetupLink(
        url=pages.link(f"http://{call.request.host}", printed.code), expires_at=to_rfc3339(printed.expires_at)
    )


@routes.add("GET", "/events", role=None, answers={101: None}, problems=("bad_request",))
async def open_events(call: Call[Nothing, Services]) -> web.StreamResponse:
    """Open the WebSocket of changes.

    First client frame within 5 s: `{"token","last_id"?}`. Server frames: `{"type","id","account_id","data"}`
    with the types friend, message, quota, claim, account, beat (every 20 s) and resync (read all again).
    """
    return await call.services.sockets.serve(call.request)
