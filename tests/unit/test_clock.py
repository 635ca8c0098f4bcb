"""Times as they go out."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from helper.model.clock import from_rfc3339, to_rfc3339

LAST = 253_402_300_799_999
"""The end of the year 9999."""


@given(st.integers(0, LAST))
def test_a_time_goes_out_as_the_library_would_write_it(moment: int) -> None:
    seconds, milliseconds = divmod(moment, 1000)
    expected = datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
    assert to_rfc3339(moment) == expected.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert from_rfc3339(to_rfc3339(moment)) == moment
