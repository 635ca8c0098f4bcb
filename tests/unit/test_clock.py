"""Times as they go out."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from helper.model.clock import from_rfc3339, to_rfc3339


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31)))
def test_a_time_goes_out_as_the_library_would_write_it(moment: datetime) -> None:
    milliseconds = int(moment.replace(tzinfo=UTC).timestamp()) * 1000 + moment.microsecond // 1000
    expected = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(
        microsecond=milliseconds % 1000 * 1000
    )
    assert to_rfc3339(milliseconds) == expected.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert from_rfc3339(to_rfc3339(milliseconds)) == milliseconds
