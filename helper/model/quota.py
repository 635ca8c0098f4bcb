"""Quota arithmetic: months in Asia/Tokyo, what remains, what LINE's figure means."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

TOKYO = timezone(timedelta(hours=9))
"""Asia/Tokyo: no summer time, so a fixed offset is exact."""
FIRST_DAY = 24 * 3_600_000
"""ms at a month's start in which LINE may still show the old month's figure."""
_DAY = 24 * 3_600_000
_TOKYO_AHEAD = 9 * 3_600_000
_FIRST_ORDINAL = date(1970, 1, 1).toordinal()


def month_of(moment: int) -> str:
    """The quota month ("2026-11") a time in ms belongs to."""
    return _month_of_day((moment + _TOKYO_AHEAD) // _DAY)


@lru_cache
def _month_of_day(day: int) -> str:
    return date.fromordinal(_FIRST_ORDINAL + day).isoformat()[:7]


def month_start(month: str) -> int:
    """The first ms of a month."""
    return int(datetime.strptime(month, "%Y-%m").replace(tzinfo=TOKYO).timestamp()) * 1000


def month_end(month: str) -> int:
    """The first ms after a month: when the count starts anew."""
    start = datetime.strptime(month, "%Y-%m").replace(tzinfo=TOKYO)
    return int((start + timedelta(days=32)).replace(day=1).timestamp()) * 1000


def month_before(month: str) -> str:
    """The month before."""
    return month_of(month_start(month) - 1)


@dataclass(frozen=True, slots=True)
class Counter:
    """One account's month, in counted messages. `allowance` None: unlimited.

    `consumption` is LINE's last figure; `lower_seen` tells that in this month a figure below the old
    month's last one was seen, so that it can be trusted to be this month's.
    """

    month: str
    allowance: int | None
    spent: int = 0
    reserved: int = 0
    elsewhere: int = 0
    floor: int = 0
    consumption: int | None = None
    lower_seen: bool = False
    asked_at: int | None = None
    unasked: bool = False
    """The database was restored and LINE has not been asked since: how much is left is not known."""

    @property
    def remaining(self) -> int | None:
        """What may still be sent as far as LINE has told us; never negative, None where unlimited."""
        if self.unasked:
            return 0
        if self.allowance is None:
            return None
        return max(0, self.allowance - self.spent - self.reserved - self.elsewhere - self.floor)

    @property
    def told(self) -> int | None:
        """LINE's last figure where it is surely this month's, else None."""
        after_first_day = self.asked_at is not None and self.asked_at >= month_start(self.month) + FIRST_DAY
        return self.consumption if self.lower_seen or after_first_day else None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a figure of LINE's does to the counter."""

    elsewhere: int
    lower_seen: bool


def others(counter: Counter, consumption: int, attempted: int) -> int:
    """What a figure of LINE's holds beyond our own spent messages and attempted reservations."""
    return max(0, consumption - counter.spent - attempted)


def reconcile(
    counter: Counter, consumption: int, attempted: int, previous: int | None, now: int
) -> Reconciled:
    """Read LINE's approximate, lagging figure.

    `attempted`: reservations with an attempt, which the figure may hold already. `previous`: LINE's last
    figure of the month before, None where there was none. What others sent can only be seen to grow, except in
    the month's first day: when LINE's own figure falls then, what it showed before was the old month's. That it
    has not risen with our own sends yet gives nothing back.
    """
    figure = others(counter, consumption, attempted)
    lower_seen = counter.lower_seen or previous is None or previous == 0 or consumption < previous
    first_day = now < month_start(counter.month) + FIRST_DAY
    if first_day and not lower_seen:
        return Reconciled(counter.elsewhere, False)
    fell = counter.consumption is not None and consumption < counter.consumption
    return Reconciled(figure if first_day and fell else max(counter.elsewhere, figure), lower_seen)
