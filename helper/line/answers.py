"""What LINE tells about a bot and its friends, as values."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit


class LineUnavailable(Exception):
    """LINE could not be asked: unreachable, too many requests, or an answer nobody can read."""


class TooManyTests(LineUnavailable):
    """LINE allows 60 webhook tests an hour, and they are used up."""


class LineRejected(Exception):
    """LINE answered a question with an error of ours (4xx)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"LINE answered {status}: {message}")
        self.status = status
        self.message = message


class ChannelRefused(LineRejected):
    """LINE issues no token for this channel id and secret."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How an account's channel is reached. Without `access_token`, stateless tokens are issued.

    `api_base` is https, or http on this computer only.
    """

    channel_id: str
    channel_secret: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)
    api_base: str = "https://api.line.me"


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that LINE refused (`status` 4xx, 5xx) or did not answer (None). `at` in ms; `path` without ids."""

    at: int
    account_id: str
    method: str
    path: str
    status: int | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class ProfileFound:
    """A friend, or somebody who wrote to the account. `language` is a BCP 47 tag."""

    display_name: str
    picture_url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileMissing:
    """404: not a friend, blocked, never consented, or no such id. A message would not arrive."""


@dataclass(frozen=True, slots=True)
class ProfileUnavailable:
    """LINE could not be asked; says nothing about the friend. `status`: LINE's refusal (4xx), where it was one."""

    reason: str
    status: int | None = None


Profile = ProfileFound | ProfileMissing | ProfileUnavailable


@dataclass(frozen=True, slots=True)
class FollowerPage:
    """Ids of friends, at most 1,000. `next`: where the next page begins, good for a day; None on the last one."""

    user_ids: tuple[str, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class FollowersForbidden:
    """403: LINE lists the friends of verified and premium accounts only."""


@dataclass(frozen=True, slots=True)
class FollowersExpired:
    """400: LINE does not know the place at which the page was to begin (any more)."""


@dataclass(frozen=True, slots=True)
class FollowersUnavailable:
    """LINE could not be asked."""

    reason: str


Followers = FollowerPage | FollowersForbidden | FollowersExpired | FollowersUnavailable


@dataclass(frozen=True, slots=True)
class BotInfo:
    """The account as LINE knows it. `chat_mode` is `chat` where Chat is switched on."""

    user_id: str
    basic_id: str
    premium_id: str | None
    display_name: str
    picture_url: str | None
    chat_mode: Literal["chat", "bot"]


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """Where LINE delivers the channel's webhooks; `active` is the switch 「Webhookの利用」."""

    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class WebhookTest:
    """What came of LINE's test call. `reason` is LINE's (OK, COULD_NOT_CONNECT, REQUEST_TIMEOUT, ERROR_STATUS_CODE,
    UNCLASSIFIED), `status` what the address answered, None where it did not.
    """

    success: bool
    reason: str
    status: int | None = None
    detail: str = ""


def checked_api_base(api_base: str) -> str:
    """The base without a slash at its end.

    Raises ValueError for anything that would carry tokens in the clear over a network.
    """
    base = api_base.rstrip("/")
    parts = urlsplit(base)
    if parts.username or parts.query or parts.fragment or not parts.hostname:
        raise ValueError("LINE's address must be a plain https URL")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return base
    raise ValueError("LINE's address must be https; plain http is for this computer only")


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address, without port) is this computer."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
