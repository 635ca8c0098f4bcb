"""Time comes in from outside: every rule can be tested without sleeping."""

import time
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Protocol

_FIRST_DAY = date(1970, 1, 1).toordinal()


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
    day, milliseconds = divmod(moment, 86_400_000)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{_date(day)}T{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{milliseconds:03d}Z"


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    """A list of friends has hundreds of times and few days."""
    return date.fromordinal(_FIRST_DAY + day).isoformat()


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
