"""`tunnel`: the program that makes the webhook listener reachable; and the time in which nothing could be received."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StringConstraints

from helper.flows import accounts, watch
from helper.flows import tunnels as flows
from helper.model.clock import to_rfc3339
from helper.model.tunnel import TROUBLES, Tunnel, read_hostname
from helper.tunnel.programs import installed
from helper.web.problems import Problem, in_language
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import Services
from helper.web.shapes import Fault, Time

routes: Routes[Services] = Routes("tunnel")

ProgramName = Literal["cloudflared", "tailscale", "ngrok"]


@answer
class TunnelTold:
    """The tunnel that is wanted; `program` null where none is. `origin`: where it is reached."""

    program: ProgramName | None
    hostname: str | None
    origin: str | None
    stable: Annotated[bool, Field(description="Its address is the same after every start.")]
    since: Time | None
    trouble: Fault | None
    installed: Annotated[
        list[ProgramName], Field(description="What is there; a lasting address comes first.")
    ]


@routes.add("GET", "/tunnel", role="admin", answers={200: TunnelTold})
async def read_tunnel(call: Call[Nothing, Services]) -> TunnelTold:
    """The tunnel, and the programs that could make one."""
    return _shape(await flows.wanted(call.services.desk), call.request)


class TunnelWanted(Request):
    """Which program; `hostname`: a name of the operator's own, for cloudflared and ngrok."""

    program: ProgramName
    hostname: Annotated[str, StringConstraints(max_length=300)] | None = None


@routes.add(
    "PUT",
    "/tunnel",
    role="admin",
    takes=TunnelWanted,
    answers={200: TunnelTold},
    problems=("tunnel_program_missing",),
)
async def want_tunnel(call: Call[TunnelWanted, Services]) -> TunnelTold:
    """Start a tunnel to the webhook listener. LINE's webhook URL is not changed by it."""
    given = call.given
    hostname = read_hostname(given.hostname) if given.hostname else None
    if given.hostname and (hostname is None or given.program == "tailscale"):
        words = "salon.example.jp の形で指定してください / Write it like salon.example.jp"
        raise Problem("invalid", {"errors": [{"field": "hostname", "message": words}]})
    if given.program not in installed():
        raise Problem("tunnel_program_missing")
    await flows.want(call.services.desk, given.program, hostname)
    return _shape(await flows.wanted(call.services.desk), call.request)


@routes.add("DELETE", "/tunnel", role="admin", answers={204: None})
async def stop_tunnel(call: Call[Nothing, Services]) -> None:
    """End the tunnel. LINE's webhook URL stays as it is, and leads nowhere then."""
    await flows.stop(call.services.desk)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/missed",
    role="operator",
    answers={204: None},
    problems=("account_unknown",),
)
async def read_missed(call: Call[Nothing, Services]) -> None:
    """Say that somebody has read when nothing could be received. It was the same time for every account."""
    await accounts.get(call.services.desk, call.path("account_id"))
    await watch.forget_missed(call.services.desk)


def _shape(tunnel: Tunnel | None, request: web.Request) -> TunnelTold:
    found = installed()
    if tunnel is None:
        return TunnelTold(
            program=None,
            hostname=None,
            origin=None,
            stable=False,
            since=None,
            trouble=None,
            installed=found,
        )
    trouble = None
    if tunnel.trouble is not None and tunnel.trouble in TROUBLES:
        trouble = Fault(code=tunnel.trouble, text=in_language(TROUBLES[tunnel.trouble], request))
    return TunnelTold(
        program=tunnel.program,
        hostname=tunnel.hostname,
        origin=tunnel.origin,
        stable=tunnel.is_stable,
        since=to_rfc3339(tunnel.since),
        trouble=trouble,
        installed=found,
    )
