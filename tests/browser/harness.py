"""Sees and presses what the extension shows, in either browser.

Presses are the browser's own input events at a place of the window, as trusted as a person's.
"""

import time
from collections.abc import Callable
from typing import Self

from playwright.sync_api import Page

from tests.browser.firefox_glass import FirefoxGlass
from tests.browser.firefox_page import FirefoxPage
from tests.browser.glass import REACTION_SECONDS, ChromiumGlass, Control, Glass, Host, Node
from tests.browser.waiting import DEADLINE_SECONDS, Gone

SEND = "最初の一通"
SEND_FREE = "最初の一通（無料・0通）"
SEND_PUSH = "最初の一通（1通使います）"
UNDO = "やめる"
FRIEND_LISTS = ("新しい友だち", "連絡済み", "メッセージあり", "New friends", "Contacted", "Have written")


def glass_of(page: Page) -> Glass:
    """How to look into this page's closed roots."""
    # Firefox's tabs go by Playwright's name among the tests.
    tab: object = page
    return FirefoxGlass(tab) if isinstance(tab, FirefoxPage) else ChromiumGlass(page)


class Shown:
    """One place where the extension shows something; looked up anew every time, for it may be replaced."""

    def __init__(self, glass: Glass, selector: str) -> None:
        self.glass = glass
        self.page = glass.page
        self._selector = selector

    def host(self) -> Host:
        """What is there now. Raises Gone."""
        found = self.glass.look(self._selector)
        if found is None:
            raise Gone(f"there is no {self._selector}")
        return found

    def is_there(self) -> bool:
        """Whether it stands on the page."""
        return self.glass.look(self._selector) is not None

    def wait(self) -> Self:
        """Wait until it stands on the page."""
        self.glass.until(self.is_there, f"{self._selector} is there")
        return self

    def text(self) -> str:
        """All that can be read, as one line."""
        return " ".join(self.host().texts())

    def wait_for_text(self, words: str, seconds: float = DEADLINE_SECONDS) -> None:
        """Wait until these words can be read."""
        read = ""

        def look() -> bool:
            nonlocal read
            read = self.text()
            return words in read

        try:
            self.glass.until(look, f"「{words}」 can be read", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; read: {read}") from None

    def buttons(self, name: str = "") -> list[Control]:
        """The buttons whose names start so."""
        return [each for each in self.host().controls() if each.name.startswith(name)]

    def button(self, name: str) -> Control | None:
        """The first button whose name starts so."""
        return next(iter(self.buttons(name)), None)

    def statuses(self) -> list[str]:
        """What is announced (role=status)."""
        host = self.host()
        return ["".join(host.texts(each.node)) for each in host.controls("status")]

    def choose(self, label: str, option: str) -> None:
        """Choose in a drop-down list, by keyboard: its opened list is not part of the page."""
        boxes = [each for each in self.host().controls("combobox") if each.name == label]
        assert boxes, f"no list 「{label}」: {self.text()}"
        self.glass.focus(boxes[0].node)
        options: list[str] = self.glass.call(
            boxes[0].node, "function () { return [...this.options].map(({ text }) => text.trim()); }"
        )
        self.page.keyboard.press("Home")
        for _ in range(options.index(option)):
            self.page.keyboard.press("ArrowDown")
        chosen = "function () { return this.selectedOptions[0]?.text.trim(); }"
        self.glass.until(lambda: self.glass.call(boxes[0].node, chosen) == option, f"「{option}」 is chosen")

    def aim(self, name: str) -> tuple[float, float]:
        """Where the button is, once it has stood still, enabled and uncovered, as long as a person needs."""
        return self._aim(lambda: self.button(name), name)

    def press(self, name: str) -> None:
        """Press the first button whose name starts so, as soon as a person could."""
        self.page.mouse.click(*self.aim(name))

    def _aim(self, find: Callable[[], Control | None], what: str) -> tuple[float, float]:
        still_since = time.monotonic()
        seen: tuple[object, ...] | None = None

        def look() -> tuple[float, float] | None:
            nonlocal seen, still_since
            control = find()
            now = None if control is None or control.disabled else (control.node, *self._place(control.node))
            if now != seen:
                seen, still_since = now, time.monotonic()
            if control is None or now is None or time.monotonic() - still_since < REACTION_SECONDS:
                return None
            return self._place(control.node)

        place: tuple[float, float] = self.glass.until(look, f"the button 「{what}」 can be pressed")
        return place

    def _place(self, node: Node) -> tuple[float, float]:
        self.glass.scroll_to(node)
        x, y, width, height = self.glass.box(node)
        if width < 1 or height < 1:
            raise Gone("a button without size")
        return x + width / 2, y + height / 2


class Dock(Shown):
    """The panel of one page."""

    def __init__(self, page: Page) -> None:
        super().__init__(glass_of(page), "ittsu-dock")

    @property
    def state(self) -> str | None:
        """`data-ittsu` of the page."""
        value: str | None = self.glass.script("document.documentElement.dataset.ittsu ?? null")
        return value

    def wait_for_state(self, state: str, seconds: float = DEADLINE_SECONDS) -> None:
        """Wait until the page is marked so."""
        self.glass.until(lambda: self.state == state, f"data-ittsu is {state}", seconds)

    def friends(self) -> list[str]:
        """The names in the list, from the top."""
        host = self.host()
        return [host.texts(node)[0] for node in self.friend_nodes(host)]

    @staticmethod
    def friend_nodes(host: Host) -> list[Node]:
        """The entries of the list of friends, whichever tab is open."""
        lists = [each for each in host.controls("list") if each.name in FRIEND_LISTS]
        return [item.node for each in lists for item in host.controls("listitem", each.node)]

    def friend(self, name: str) -> "FriendEntry":
        """One friend's entry in the list; the topmost of that name."""
        return FriendEntry(self, name)

    def rows(self) -> list[dict[str, str]]:
        """The attributes of all pills on the page, in order."""
        found: list[dict[str, str]] = self.glass.script(
            "[...document.querySelectorAll('ittsu-row')].map((row) => ({...row.dataset}))"
        )
        return found

    def row(self, member_id: str) -> Shown:
        """The pill beside one person of a list."""
        return Shown(self.glass, f'tr[data-item-id="{member_id}"] ittsu-row')

    def send_buttons(self) -> list[str]:
        """The names of everything on the page that would send, whether enabled or not."""
        hosts = [self.host(), *self.glass.look_at_all("ittsu-row")]
        return [each.name for host in hosts for each in host.controls() if each.name.startswith(SEND)]

    def remaining(self) -> int:
        """How many messages the dock says are left."""
        shown = self.button("残り")
        assert shown is not None, self.text()
        return int(shown.name.removeprefix("残り").partition("/")[0])


class FriendEntry(Shown):
    """A friend in the dock's list."""

    def __init__(self, dock: Dock, name: str) -> None:
        super().__init__(dock.glass, "ittsu-dock")
        self.name = name

    def host(self) -> Host:
        """The entry alone. Raises Gone."""
        dock = super().host()
        for node in Dock.friend_nodes(dock):
            if dock.texts(node)[:1] == [self.name]:
                return Host(self.glass, node, {})
        raise Gone(f"{self.name} is not in the list")

    def is_there(self) -> bool:
        """Whether she is in the list."""
        try:
            self.host()
        except Gone:
            return False
        return True
