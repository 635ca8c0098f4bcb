"""Time comes in from outside: every rule can be tested without sleeping."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the present comes from."""

    def now(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000


def to_rfc3339(moment: int) -> str:
    """Milliseconds → ``2026-11-21T10:32:00.000Z``."""
    seconds, milliseconds = divmod(moment, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"


def to_stamp(moment: int) -> str:
    """Milliseconds → ``20261121T103200Z``, for names of files."""
    return f"{datetime.fromtimestamp(moment // 1000, UTC):%Y%m%dT%H%M%SZ}"


def from_stamp(stamp: str) -> int:
    """The time of a stamp in ms. Raises ValueError for what is none."""
    return round(datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp() * 1000)


def from_rfc3339(text: str) -> int:
    """RFC 3339 text → milliseconds.

    Raises ValueError for what is not a time or names no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("the time names no offset from UTC")
    return round(moment.timestamp() * 1000)
