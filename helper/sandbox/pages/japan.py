"""Times as Japanese dashboards write them."""

from datetime import UTC, datetime, timedelta, timezone

# What a dashboard shows where there is nothing to show.
NONE = "－"
_JAPAN = timezone(timedelta(hours=9))


def japan_minute(moment: int | None) -> str:
    """ms UTC → ``2026/11/21 10:32`` in Japan, as the real list writes it; a dash for none."""
    if moment is None:
        return NONE
    return f"{datetime.fromtimestamp(moment / 1000, UTC).astimezone(_JAPAN):%Y/%m/%d %H:%M}"
