"""Waiting for what a person would wait for: a condition is looked at until it holds, or the test says what didn't."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

# Generous: these bound a failing test. Promised times (one second, five seconds) are asserted by the tests.
DEADLINE_SECONDS = 20.0
_LOOK_EVERY_SECONDS = 0.03


class Gone(Exception):
    """What was looked at was taken off the page meanwhile; a new look may find its successor."""


class StillWaiting(AssertionError):
    """A condition did not come true in time."""


def until(
    look: Callable[[], Result],
    what: str,
    *,
    seconds: float = DEADLINE_SECONDS,
    rest: Callable[[float], None] = time.sleep,
) -> Result:
    """What `look` returns once it is true, looked at again and again; raises StillWaiting with `what`.

    `rest` passes the time between two looks, in seconds: with a browser's page, its own wait, which lets
    the browser's events in.
    """
    deadline = time.monotonic() + seconds
    while True:
        found: Result | str
        try:
            found = look()
        except Gone as gone:
            found = str(gone)
        else:
            if found:
                return found
        if time.monotonic() > deadline:
            raise StillWaiting(f"not within {seconds:g} s: {what} (last seen: {found!r})")
        rest(_LOOK_EVERY_SECONDS)


def never(
    look: Callable[[], object], what: str, *, seconds: float, rest: Callable[[float], None] = time.sleep
) -> None:
    """Look for so long; the condition must not come true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        assert not found, f"{what}: {found!r}"
        rest(_LOOK_EVERY_SECONDS)
