"""How far LINE's clock is from ours, learnt from the Date header of its answers."""

from email.utils import parsedate_to_datetime


class ClockSkew:
    """The smallest correction of our clock that agrees with every answer seen.

    `Date` is cut to whole seconds, so one answer proves only a range: LINE's time was in
    [date, date + 1 s) at some moment between our sending and receiving. Ranges are intersected; a clock
    that was set in between empties the intersection, and the newest answer alone counts again.
    """

    def __init__(self) -> None:
        self._low: int | None = None
        self._high: int | None = None

    def learn(self, date: str | None, sent_at: int, received_at: int) -> None:
        """Take note of an answer's Date header; times in milliseconds of our clock."""
        if date is None:
            return
        try:
            line = round(parsedate_to_datetime(date).timestamp() * 1000)
        except (ValueError, OverflowError):
            return
        low, high = line - received_at, line + 999 - sent_at
        if self._low is not None and self._high is not None:
            narrowed_low, narrowed_high = max(low, self._low), min(high, self._high)
            if narrowed_low <= narrowed_high:
                low, high = narrowed_low, narrowed_high
        self._low, self._high = low, high

    @property
    def milliseconds(self) -> int:
        """LINE's clock minus ours; 0 while nothing speaks against it."""
        if self._low is None or self._high is None or self._low <= 0 <= self._high:
            return 0
        return self._low if self._low > 0 else self._high
