"""What the routes work with, built once by the composition."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from helper.checks.check import Check
from helper.flows.desk import Desk
from helper.flows.pairing import PairingDesk
from helper.line.answers import Credentials
from helper.model.account import Account
from helper.model.clock import from_rfc3339
from helper.model.message import Sender
from helper.web.doors import Doors
from helper.web.events import EventSockets
from helper.web.routes import Call, Query


@dataclass(frozen=True, slots=True)
class Services:
    """Handed to every handler as `call.services`.

    `connect` verifies credentials with LINE and stores the account; `disconnect` forgets its secrets.
    `examine` runs every check, with LINE's webhook tests where it is asked for them.
    `practice_url` is where the sandbox's pages are, None while it does not run.
    `join_relay` takes a relay's address and pairing code; `leave_relay` forgets its keys.
    `webhook_url` is the webhook listener's own address.
    """

    desk: Desk
    pairing: PairingDesk
    doors: Doors
    sockets: EventSockets
    instance_id: str
    line_api_base: str
    connect: Callable[[Credentials], Awaitable[Account]]
    disconnect: Callable[[str], Awaitable[None]]
    practice_url: Callable[[], str | None]
    examine: Callable[[bool], Awaitable[list[Check]]]
    join_relay: Callable[[str, str], Awaitable[str]]
    leave_relay: Callable[[], Awaitable[bool]]
    webhook_url: Callable[[], str]


def sender_of(call: Call[Any, Services]) -> Sender:
    """The teammate who asks, as flows know her."""
    return Sender(call.teammate.id, call.teammate.name)


def _read_time(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be an RFC 3339 time")
    return from_rfc3339(value)


InputTime = Annotated[
    int, BeforeValidator(_read_time), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""RFC 3339 outside, milliseconds inside."""


class Page(Query):
    """Which part of a list: start after `cursor`, at most `limit` items."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: int = Field(50, ge=1, le=200)
