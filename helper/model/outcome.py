"""What became of one attempt to send: types instead of status codes.

Source: LINE Messaging API reference, "Status codes", "Error messages", "Retry failed API requests".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """LINE took the message (200). Accepted is not delivered."""

    request_id: str | None = None
    sent_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlreadyAccepted:
    """LINE had taken this retry key before (409, push only): a success of an earlier attempt."""

    request_id: str | None = None
    accepted_request_id: str | None = None
    sent_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request never left: refused connection, DNS, TLS, connect time-out."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """LINE said no to this request (4xx other than 401, 409, 429); nothing was sent by it."""

    status: int
    message: str
    details: str = ""
    request_id: str | None = None
    invalid_reply_token: bool = False


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """The channel token is not valid (401)."""

    message: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Too many requests just now (429, not the monthly limit)."""

    message: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class QuotaSpent:
    """429 "You have reached your monthly limit."; may pass when LINE runs another delivery."""

    message: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can know yet: time-out, reset after sending, 5xx, unreadable answer."""

    reason: str
    status: int | None = None
    request_id: str | None = None


Outcome = Accepted | AlreadyAccepted | NotSent | Rejected | Unauthorised | RateLimited | QuotaSpent | Unknown
