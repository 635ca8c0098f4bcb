"""What relay and helper say to each other over their WebSocket, one JSON object per frame.

The helper opens it (`/relay`), so nothing of the operator's computer is reachable. First the relay proves itself as
`hello` does, for the address that the helper dialled; only then the helper sends its token. A helper that is not
paired yet sends a code before that.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

PATH = "/relay"
HEARTBEAT_SECONDS = 10.0
"""A side that hears nothing asks after this long, and hangs up when half as long later nothing has come."""
MOST_AT_ONCE = 64
"""Deliveries in one frame; the next frame comes once these are acknowledged."""
MOST_BYTES = 1024**2
"""Base64 characters of bodies in one frame, unless one alone is longer."""
LONGEST_FROM_RELAY = 4 * 1024**2
LONGEST_FROM_HELPER = 64 * 1024

# Close codes of our own (4000–4999 are for applications).
UNAUTHENTICATED = 4401
REPLACED = 4409
TOO_LATE = 4408
TOO_MANY = 4429
CODE_INVALID = 4403
NOT_UNDERSTOOD = 4400

AccountId = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]


class Frame(BaseModel):
    """Unknown members are for a newer version of the other side."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Pair(Frame):
    """The helper: a code as a person typed it, and the helper's name."""

    type: Literal["pair"] = "pair"
    code: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(max_length=200)]


class Hello(Frame):
    """The helper: prove that you are the relay that gave this token."""

    type: Literal["hello"] = "hello"
    nonce: Annotated[str, Field(pattern=r"^[ -~]{1,200}$")]
    token_id: Annotated[str, Field(max_length=100)]


class Open(Frame):
    """The helper: the token, and the accounts it can take deliveries of."""

    type: Literal["open"] = "open"
    token: Annotated[str, Field(max_length=200)]
    accounts: Annotated[list[AccountId], Field(max_length=1000)]


class Accounts(Frame):
    """The helper: other accounts are connected now."""

    type: Literal["accounts"] = "accounts"
    accounts: Annotated[list[AccountId], Field(max_length=1000)]


class Taken(Frame):
    """The helper: `ids` are durable here. Those `left` it cannot take for now (another secret): they come again."""

    type: Literal["taken"] = "taken"
    ids: Annotated[list[int], Field(max_length=MOST_AT_ONCE)]
    left: Annotated[list[int], Field(max_length=MOST_AT_ONCE)]


class Clock(Frame):
    """The helper: what time is it? The relay: this (ms)."""

    type: Literal["clock"] = "clock"
    now: int = 0


class Paired(Frame):
    """The relay: what the helper keeps, told this one time."""

    type: Literal["paired"] = "paired"
    token: str
    token_id: str
    proof_key: str


class Proof(Frame):
    """The relay: the proof of `hello` (None for a token that it does not know), and its clock (ms)."""

    type: Literal["proof"] = "proof"
    proof: str | None
    now: int


class Delivered(Frame):
    """One webhook: its bytes in Base64, LINE's signature, and when it came (ms, the relay's clock)."""

    id: int
    account_id: AccountId
    received_at: int
    signature: str
    body: str


class Deliveries(Frame):
    """The relay: the oldest that wait."""

    type: Literal["deliveries"] = "deliveries"
    now: int
    items: list[Delivered]


class Told(Frame):
    """One account's queues; times in ms by the relay's clock (`model.relay.Queues`)."""

    account_id: AccountId
    tool: str | None
    waiting_helper: int
    waiting_tool: int
    kept: int
    oldest_helper_at: int | None
    oldest_tool_at: int | None
    failure: str | None
    failure_status: int | None
    failed_at: int | None
    dropped: int
    dropped_at: int | None


class Status(Frame):
    """The relay: how much waits. Comes before the first deliveries, and whenever it differs."""

    type: Literal["status"] = "status"
    now: int
    accounts: list[Told]


FromHelper = Pair | Hello | Open | Accounts | Taken | Clock
FromRelay = Paired | Proof | Deliveries | Status | Clock

read_from_helper: TypeAdapter[FromHelper] = TypeAdapter(Annotated[FromHelper, Field(discriminator="type")])
read_from_relay: TypeAdapter[FromRelay] = TypeAdapter(Annotated[FromRelay, Field(discriminator="type")])
