"""Time comes in from outside: every rule can be tested without sleeping."""

import time
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Protocol

_FIRST_DAY = date(1970, 1, 1).toordinal()
# A list of friends has hundreds of times: they are put together from what is written once.
_MINUTES = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(24 * 60)]
_SECONDS = [f"{second:02d}" for second in range(60)]
_MILLISECONDS = [f"{millisecond:03d}" for millisecond in range(1000)]


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
    day, rest = divmod(moment, 86_400_000)
    minute, rest = divmod(rest, 60_000)
    second, millisecond = divmod(rest, 1000)
    return f"{_date(day)}T{_MINUTES[minute]}:{_SECONDS[second]}.{_MILLISECONDS[millisecond]}Z"


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
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
