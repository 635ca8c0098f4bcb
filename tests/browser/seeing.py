"""Expectations of what is found on a page, in either browser."""

from typing import cast

from playwright.sync_api import Locator
from playwright.sync_api import expect as playwrights

from tests.browser.firefox_found import FirefoxFound
from tests.browser.waiting import until


class Expectation:
    """The part of Playwright's LocatorAssertions that the tests of both browsers use."""

    def __init__(self, found: FirefoxFound) -> None:
        self._found = found

    def to_be_visible(self) -> None:
        """It comes into sight."""
        until(self._found.is_visible, f"{self._found} can be seen")

    def to_be_focused(self) -> None:
        """The cursor comes to stand in it."""
        until(self._found.is_focused, f"{self._found} has the cursor")

    def to_have_attribute(self, name: str, value: str) -> None:
        """It gets an attribute's value."""
        until(lambda: self._found.get_attribute(name) == value, f"{self._found} has {name}={value}")


def expect(found: Locator) -> Expectation:
    """As Playwright's `expect`."""
    seen: object = found
    return Expectation(seen) if isinstance(seen, FirefoxFound) else cast(Expectation, playwrights(found))
