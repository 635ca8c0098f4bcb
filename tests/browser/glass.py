"""How a test looks through the extension's closed shadow roots, whichever browser shows them.

Names and roles come from the accessibility tree where the browser gives it, so a test finds what a screen
reader would.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page
from playwright.sync_api import Error as BrowserError

from tests.browser.waiting import DEADLINE_SECONDS, Gone, until

# What a person needs between seeing a button and pressing it. Longer than our own 300 ms guard.
REACTION_SECONDS = 0.5
# A node of the page, as the browser's own protocol names it.
Node = int | str

# Every visible text in order, without what screen readers are told to skip.
_VISIBLE_TEXTS = """function () {
  const texts = [];
  const walk = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE && child.nodeValue.trim()) texts.push(child.nodeValue.trim());
      else if (child.nodeType === Node.ELEMENT_NODE && child.ariaHidden !== 'true' &&
               child.localName !== 'option' && child.localName !== 'style' && child.checkVisibility()) walk(child);
    }
  };
  walk(this);
  return texts;
}"""
_BOX = """function () {
  const box = this.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height];
}"""


@dataclass(frozen=True)
class Control:
    """Something that can be pressed, as the accessibility tree has it."""

    name: str
    node: Node
    disabled: bool
    focused: bool


class Glass(ABC):
    """Looks through closed shadow roots of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def script(self, expression: str, *, gesture: bool = False) -> Any:
        """What a script of the page's own would get; the page's policy does not stop it.

        `gesture`: as if a person had just clicked, which some doors of the browser ask for.
        """

    @abstractmethod
    def call(self, node: Node, function: str, *arguments: object) -> Any:
        """Call a function on a node. Raises Gone when it no longer exists."""

    @abstractmethod
    def look_at(self, expression: str) -> "Host | None":
        """The element of ours that an expression of the page's finds, if it has a closed root."""

    @abstractmethod
    def controls(self, root: Node, role: str) -> list[Control]:
        """All visible elements of a role below a node, in order."""

    @abstractmethod
    def focus(self, node: Node) -> None:
        """Put the cursor there, as the tabulator would."""

    @abstractmethod
    def scroll_to(self, node: Node) -> None:
        """Scroll until the node can be seen, if it cannot yet."""

    def look(self, selector: str) -> "Host | None":
        """The first element of ours that the selector finds, with what its closed root holds."""
        return self.look_at(f"document.querySelector({selector!r})")

    def look_at_all(self, selector: str) -> "list[Host]":
        """All of them."""
        count = self.script(f"document.querySelectorAll({selector!r}).length")
        hosts = [
            self.look_at(f"document.querySelectorAll({selector!r})[{number}]") for number in range(count)
        ]
        return [host for host in hosts if host is not None]

    def box(self, node: Node) -> tuple[float, float, float, float]:
        """x, y, width and height in the window."""
        x, y, width, height = self.call(node, _BOX)
        return x, y, width, height

    def let_a_person_react(self) -> None:
        """Pass the time that a person needs to see what has just changed."""
        since = time.monotonic()
        self.until(lambda: time.monotonic() - since > REACTION_SECONDS, "time passes")

    def until(self, look: Callable[[], Any], what: str, seconds: float = DEADLINE_SECONDS) -> Any:
        """Wait for a condition; the browser's events come in meanwhile."""
        return until(look, what, seconds=seconds, rest=lambda pause: self.page.wait_for_timeout(pause * 1000))


@dataclass(frozen=True)
class Host:
    """One `ittsu-…` element at the moment of looking. `attributes` are its own."""

    glass: Glass
    root: Node
    attributes: dict[str, str]

    def texts(self, within: Node | None = None) -> list[str]:
        """All visible texts, in order."""
        texts: list[str] = self.glass.call(within or self.root, _VISIBLE_TEXTS)
        return texts

    def controls(self, role: str = "button", within: Node | None = None) -> list[Control]:
        """All elements of a role, in order."""
        return self.glass.controls(within or self.root, role)


class ChromiumGlass(Glass):
    """Over the DevTools protocol."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._devtools: CDPSession = page.context.new_cdp_session(page)

    def ask(self, method: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol. Raises Gone when its node no longer exists."""
        try:
            return self._devtools.send(method, parameters)
        except BrowserError as error:
            raise Gone(f"{method}: {error.message}") from None

    def script(self, expression: str, *, gesture: bool = False) -> Any:
        answer = self.ask(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            userGesture=gesture,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def call(self, node: Node, function: str, *arguments: object) -> Any:
        found = self.ask("DOM.resolveNode", backendNodeId=node)["object"]["objectId"]
        answer = self.ask(
            "Runtime.callFunctionOn",
            objectId=found,
            functionDeclaration=function,
            arguments=[{"value": argument} for argument in arguments],
            returnByValue=True,
        )
        self.ask("Runtime.releaseObject", objectId=found)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def look_at(self, expression: str) -> Host | None:
        found = self.ask("Runtime.evaluate", expression=expression)["result"]
        if "objectId" not in found:
            return None
        node = self.ask("DOM.describeNode", objectId=found["objectId"], depth=1, pierce=True)["node"]
        self.ask("Runtime.releaseObject", objectId=found["objectId"])
        roots = node.get("shadowRoots", [])
        if not roots:
            return None
        assert roots[0]["shadowRootType"] == "closed"
        listed = iter(node["attributes"])
        return Host(self, roots[0]["backendNodeId"], dict(zip(listed, listed, strict=True)))

    def controls(self, root: Node, role: str) -> list[Control]:
        found = self.ask("Accessibility.queryAXTree", backendNodeId=root, role=role)
        return [_control(node) for node in found["nodes"] if not node["ignored"]]

    def focus(self, node: Node) -> None:
        self.ask("DOM.focus", backendNodeId=node)

    def scroll_to(self, node: Node) -> None:
        self.ask("DOM.scrollIntoViewIfNeeded", backendNodeId=node)


def _control(node: dict[str, Any]) -> Control:
    said = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
    name = node.get("name", {}).get("value", "")
    return Control(name, node["backendDOMNodeId"], bool(said.get("disabled")), bool(said.get("focused")))
