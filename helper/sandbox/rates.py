"""LINE's rate limits: a token bucket per channel and endpoint.

Source: LINE Messaging API reference, "Rate limits", "How rate limits work".
"""


class Rates:
    """The buckets. Each holds a second's worth and fills up at the same pace."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], tuple[float, int]] = {}

    def allow(self, channel_id: str, endpoint: str, per_second: int, now: int) -> bool:
        """Whether one more request at `now` (milliseconds) is within the limit; if so, it is counted."""
        level, at = self._buckets.get((channel_id, endpoint), (float(per_second), now))
        level = min(float(per_second), level + max(now - at, 0) * per_second / 1000)
        allowed = level >= 1
        self._buckets[channel_id, endpoint] = (level - 1 if allowed else level, now)
        return allowed
