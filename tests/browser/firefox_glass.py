"""Looking through closed shadow roots in Firefox, over WebDriver BiDi."""

from __future__ import annotations

from typing import Any

from tests.browser.bidi import BidiError
from tests.browser.firefox_page import FirefoxPage
from tests.browser.glass import Control, Glass, Host, Node
from tests.browser.waiting import Gone

# What a screen reader would call each of the given elements, and whether it can be used. Our own markup names
# things by aria-label, a label, or their text; nothing else is needed here.
_DESCRIBE = """(...elements) => elements.map((element) => {
  const root = element.getRootNode();
  const text = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.nodeValue;
    if (node.nodeType !== Node.ELEMENT_NODE || node.ariaHidden === 'true') return '';
    if (node.localName !== 'slot' && !node.checkVisibility()) return '';
    if (node.ariaLabel) return node.ariaLabel;
    return [...node.childNodes].map(text).join(getComputedStyle(node).display === 'inline' ? '' : ' ');
  };
  const named = (element.getAttribute('aria-labelledby') ?? '').split(/\\s+/).filter(Boolean)
    .map((id) => root.getElementById(id)).filter(Boolean).map(text).join(' ');
  const labels = [...(element.labels ?? [])].map((label) => [...label.childNodes]
    .filter((node) => node !== element && !node.contains(element)).map(text).join(' ')).join(' ');
  const fromContent = ['button', 'link', 'option', 'tab', 'menuitem', 'heading', 'menuitemradio'];
  const own = element.localName === 'button' || element.localName === 'a' || fromContent.includes(element.role);
  const name = named || element.ariaLabel || labels || (own ? text(element) : '') || element.title || '';
  return [name.replace(/\\s+/g, ' ').trim(), element.matches(':disabled, [aria-disabled=true]'),
          root.activeElement === element, element.checkVisibility()];
})"""


class FirefoxGlass(Glass):
    """Closed roots are handed out by the browser to who drives it; a page never gets them."""

    def __init__(self, page: FirefoxPage) -> None:
        super().__init__(page.as_playwright())
        self._window = page

    def script(self, expression: str, *, gesture: bool = False) -> Any:
        return self._window.evaluate_expression(expression, gesture=gesture)

    def call(self, node: Node, function: str, *arguments: object) -> Any:
        return self._window.call(function, *arguments, this={"sharedId": node})

    def look_at(self, expression: str) -> Host | None:
        found = self._window.remote(expression)
        if found["type"] != "node":
            return None
        root = found["value"].get("shadowRoot")
        if root is None:
            return None
        assert root["value"]["mode"] == "closed"
        return Host(self, root["sharedId"], found["value"]["attributes"])

    def controls(self, root: Node, role: str) -> list[Control]:
        try:
            found = self._window.command(
                "browsingContext.locateNodes",
                locator={"type": "accessibility", "value": {"role": role}},
                startNodes=[{"sharedId": root}],
            )["nodes"]
        except BidiError as error:
            raise Gone(str(error)) from None
        if not found:
            return []
        nodes = [each["sharedId"] for each in found]
        described = self._window.call(_DESCRIBE, *({"sharedId": node} for node in nodes), raw=True)
        return [
            Control(name, node, disabled, focused)
            for node, (name, disabled, focused, shown) in zip(nodes, described, strict=True)
            if shown
        ]

    def focus(self, node: Node) -> None:
        self.call(node, "function () { this.focus(); }")

    def scroll_to(self, node: Node) -> None:
        self.call(
            node,
            """function () {
              const { top, left, bottom, right } = this.getBoundingClientRect();
              // A list that scrolls by itself hides things, too, though they lie within the window.
              const middle = this.getRootNode().elementFromPoint((left + right) / 2, (top + bottom) / 2);
              const inside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
              if (!inside || !this.contains(middle))
                this.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
            }""",
        )
