"""A practice account: its channel, its settings and its month's count."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from helper.sandbox.people import Person

# LINE's statistics are in UTC+9; the instant at which the month turns is not documented.
_TOKYO = timezone(timedelta(hours=9))


def month_of(moment: int) -> str:
    """The month in Japan, ``2026-11``, of a time in milliseconds."""
    return f"{datetime.fromtimestamp(moment / 1000, UTC).astimezone(_TOKYO):%Y-%m}"


class Usage:
    """Messages counted per month. What LINE tells of them runs behind by `lag` milliseconds."""

    def __init__(self, months: dict[str, int] | None = None) -> None:
        """`months` is what was counted and told so far."""
        self._counted: dict[str, int] = dict(months or {})
        self._told: dict[str, int] = dict(months or {})
        self._untold: deque[tuple[int, str, int]] = deque()

    @property
    def months(self) -> dict[str, int]:
        """The counts of all months."""
        return dict(self._counted)

    def counted(self, now: int) -> int:
        """What LINE's own limit goes by: exact."""
        return self._counted.get(month_of(now), 0)

    def count(self, now: int, messages: int) -> None:
        """Count messages sent now."""
        month = month_of(now)
        self._counted[month] = self._counted.get(month, 0) + messages
        self._untold.append((now, month, messages))

    def set(self, now: int, messages: int) -> None:
        """Make it so that this month has this many, and LINE tells it at once."""
        month = month_of(now)
        self._counted[month] = self._told[month] = messages
        self._untold.clear()

    def told(self, now: int, lag: int) -> int:
        """What LINE tells: the count as it stood `lag` ago, so in a new month still the old month's."""
        seen = now - lag
        while self._untold and self._untold[0][0] <= seen:
            _, month, messages = self._untold.popleft()
            self._told[month] = self._told.get(month, 0) + messages
        return self._told.get(month_of(seen), 0)


@dataclass(slots=True)
class ReplyToken:
    """An event's reply token. `received_at`: when its minute began; the event is older if redelivered."""

    person: Person
    event_at: int
    received_at: int
    used: bool = False


@dataclass(slots=True)
class AcceptedKey:
    """What an accepted retry key answers with for 24 hours."""

    at: int
    request_id: str
    sent: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class FollowerPlace:
    """Where a further page of the follower list begins, and when LINE said so (milliseconds)."""

    begin: int
    told_at: int


@dataclass(slots=True)
class SandboxAccount:
    """One LINE Official Account with its channel. `quota` None: the plan has no limit.

    For `webhook_cache_seconds` (LINE: up to a minute) after a change, webhooks go on to `former_webhook`: its URL,
    None where there was none, and until when (milliseconds).
    """

    channel_id: str
    secret: str
    name: str
    basic_id: str
    bot_user_id: str
    premium_id: str | None = None
    picture: str | None = None
    chat: bool = True
    verified: bool = False
    standby: bool = False
    redelivery: bool = False
    quota: int | None = 200
    consumption_lag_seconds: float = 0.0
    reply_token_seconds: float = 60.0
    requests_per_second: int = 2_000
    followers_per_page: int = 1_000
    webhook_url: str | None = None
    webhook_active: bool = True
    webhook_cache_seconds: float = 0.0
    former_webhook: tuple[str | None, int] | None = None
    usage: Usage = field(default_factory=Usage)
    people: dict[str, Person] = field(default_factory=dict)
    reply_tokens: OrderedDict[str, ReplyToken] = field(default_factory=OrderedDict)
    accepted_keys: OrderedDict[str, AcceptedKey] = field(default_factory=OrderedDict)
    unread_tokens: dict[str, str] = field(default_factory=dict)
    follower_places: dict[str, FollowerPlace] = field(default_factory=dict)
