"""What a test finds on a page of Firefox's, by label, role or text, as a person would: looked up anew every time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.waiting import Gone, until

if TYPE_CHECKING:
    from tests.browser.firefox_page import FirefoxPage

_TEXT = """const said = (node) => (node.innerText ?? '').replace(/\\s+/g, ' ').trim();
  const fits = (text, wanted, exact) => exact ? text === wanted : text.toLowerCase().includes(wanted.toLowerCase());
  const every = (selector) => [...document.querySelectorAll(selector)];"""


class FirefoxFound:
    """The part of Playwright's Locator that the tests of both browsers use."""

    def __init__(self, page: FirefoxPage, finder: str, at: int | None = None) -> None:
        self._page = page
        self._finder = finder
        self._at = at

    @property
    def first(self) -> FirefoxFound:
        """The first of them."""
        return FirefoxFound(self._page, self._finder, 0)

    def count(self) -> int:
        """How many there are."""
        return len(self._page.locate(self._finder))

    def click(self) -> None:
        """Press it with the mouse, once it can be."""
        x, y = self._page.call(
            """function () {
              this.scrollIntoView({ block: 'center', behavior: 'instant' });
              const box = this.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }""",
            this={"sharedId": self._usable()},
        )
        self._page.mouse.click(x, y)

    def fill(self, text: str) -> None:
        """Type a text in the place of what stands there."""
        self._page.call("function () { this.focus(); this.select(); }", this={"sharedId": self._usable()})
        self._page.keyboard.type(text)

    def set_input_files(self, path: Path) -> None:
        """Choose a file, as in the browser's own window."""
        self._page.command("input.setFiles", element={"sharedId": self._one()}, files=[str(path)])

    def wait_for(self, *, state: str = "visible") -> None:
        """Wait until it is `visible`, or `detached`."""
        if state == "detached":
            until(lambda: self.count() == 0, f"{self._finder} is gone")
        else:
            until(self.is_visible, f"{self._finder} is there")

    def is_visible(self) -> bool:
        """Whether it can be seen."""
        return self._holds("function () { return this.checkVisibility({ visibilityProperty: true }); }")

    def is_focused(self) -> bool:
        """Whether the cursor stands in it."""
        return self._holds("function () { return document.activeElement === this; }")

    def get_attribute(self, name: str) -> str | None:
        """An attribute's value. Raises Gone."""
        value: str | None = self._page.call(
            "function (name) { return this.getAttribute(name); }", name, this={"sharedId": self._one()}
        )
        return value

    def _usable(self) -> str:
        def look() -> str | None:
            node = self._one()
            ready = "function () { return this.checkVisibility() && !this.matches(':disabled'); }"
            return node if self._page.call(ready, this={"sharedId": node}) else None

        node = until(look, f"{self._finder} can be used")
        assert node is not None
        return node

    def _holds(self, function: str) -> bool:
        try:
            return bool(self._page.call(function, this={"sharedId": self._one()}))
        except Gone:
            return False

    def _one(self) -> str:
        found = self._page.locate(self._finder)
        if not found:
            raise Gone(f"nothing is found by {self._finder}")
        assert self._at is not None or len(found) == 1, f"{len(found)} are found by {self._finder}"
        return found[self._at or 0]


def find_by_label(label: str, *, exact: bool) -> str:
    """Fields by their label."""
    return _finder(
        "every('input, select, textarea, [aria-label]').filter((field) => "
        "[field.ariaLabel ?? '', ...[...(field.labels ?? [])].map(said)]"
        f".some((text) => text && fits(text, {label!r}, {_js(exact)})))"
    )


def find_by_text(text: str, *, exact: bool) -> str:
    """The innermost elements with a text."""
    return _finder(
        f"every('body *').filter((element) => fits(said(element), {text!r}, {_js(exact)}) && "
        f"![...element.children].some((child) => fits(said(child), {text!r}, {_js(exact)})))"
    )


def find_by_role(role: str, name: str, *, exact: bool) -> str:
    """Buttons, links and headings by name."""
    selector = {
        "button": "button, [role=button]",
        "link": "a[href]",
        "heading": "h1, h2, h3, h4, h5, h6",
    }[role]
    return _finder(
        f"every({selector!r}).filter((element) => "
        f"fits((element.ariaLabel || said(element)), {name!r}, {_js(exact)}))"
    )


def _finder(expression: str) -> str:
    return f"() => {{ {_TEXT} return {expression}; }}"


def _js(flag: bool) -> str:
    return "true" if flag else "false"
