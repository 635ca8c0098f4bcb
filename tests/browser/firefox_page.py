"""A tab of Firefox: the part of Playwright's Page that the tests of both browsers use, over WebDriver BiDi."""

from __future__ import annotations

import time
from typing import Any, cast

from playwright.sync_api import Page

from tests.browser.bidi import BidiError, Connection
from tests.browser.firefox_found import FirefoxFound, find_by_label, find_by_role, find_by_text
from tests.browser.waiting import Gone

# Said when what a command is about was taken away meanwhile.
_GONE = {"no such node", "no such frame", "no such handle"}
_KEYS = {
    "Home": "\ue011",
    "End": "\ue010",
    "ArrowDown": "\ue015",
    "ArrowUp": "\ue013",
    "Enter": "\ue007",
    "Tab": "\ue004",
    "Escape": "\ue00c",
    "Space": " ",
}


class FirefoxPage:
    """One tab."""

    def __init__(self, connection: Connection, context: str) -> None:
        self._connection = connection
        self.context_id = context
        self.mouse = Mouse(self)
        self.keyboard = Keyboard(self)
        self.closed = False

    def as_playwright(self) -> Page:
        """Itself, under the name that the tests know: they use no more than what is here."""
        return cast(Page, self)

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command for this tab. Raises BidiError."""
        return self._connection.command(method, context=self.context_id, **parameters)

    def goto(self, address: str) -> None:
        """Go there, and wait until it is loaded."""
        self.command("browsingContext.navigate", url=address, wait="complete")

    def reload(self) -> None:
        """Load it again."""
        self.command("browsingContext.reload", wait="complete")

    def go_back(self) -> None:
        """One step back."""
        self.command("browsingContext.traverseHistory", delta=-1)

    def bring_to_front(self) -> None:
        """Show this tab."""
        self.command("browsingContext.activate")

    def close(self) -> None:
        """Close the tab."""
        if not self.closed:
            self.closed = True
            self.command("browsingContext.close")

    def wait_for_timeout(self, milliseconds: float) -> None:
        """Pass some time; its events come in on another thread."""
        time.sleep(milliseconds / 1000)

    def title(self) -> str:
        """The document's title."""
        return str(self.evaluate_expression("document.title"))

    @property
    def url(self) -> str:
        """Where it stands."""
        return str(self.evaluate_expression("location.href"))

    def evaluate(self, expression: str) -> Any:
        """As Playwright's: an expression, or a function without arguments."""
        return self.evaluate_expression(
            f"(() => {{ const it = ({expression}); return typeof it === 'function' ? it() : it; }})()"
        )

    def evaluate_expression(self, expression: str, *, gesture: bool = False) -> Any:
        """The value of a script of the page's own. Raises Gone when the page was left meanwhile."""
        return _value(self.remote(expression, gesture=gesture))

    def remote(self, expression: str, *, gesture: bool = False) -> dict[str, Any]:
        """The same as BiDi tells it, with closed shadow roots."""
        return self._result(
            "script.evaluate",
            expression=expression,
            awaitPromise=True,
            userActivation=gesture,
            serializationOptions={"maxDomDepth": 0, "includeShadowTree": "all"},
        )

    def call(self, function: str, *arguments: Any, this: Any = None, raw: bool = False) -> Any:
        """Call a function; `raw` arguments are BiDi's own. Raises Gone."""
        parameters: dict[str, Any] = {} if this is None else {"this": this}
        return _value(
            self._result(
                "script.callFunction",
                functionDeclaration=function,
                awaitPromise=True,
                arguments=[each if raw else _local(each) for each in arguments],
                **parameters,
            )
        )

    def locate(self, function: str, *arguments: Any) -> list[str]:
        """The nodes that a function returns, in order."""
        answer = self._result(
            "script.callFunction",
            functionDeclaration=function,
            awaitPromise=True,
            arguments=[_local(each) for each in arguments],
            serializationOptions={"maxDomDepth": 0},
        )
        return [node["sharedId"] for node in answer["value"]]

    def get_by_label(self, label: str, *, exact: bool = False) -> FirefoxFound:
        """As Playwright's."""
        return FirefoxFound(self, find_by_label(label, exact=exact))

    def get_by_text(self, text: str, *, exact: bool = False) -> FirefoxFound:
        """As Playwright's."""
        return FirefoxFound(self, find_by_text(text, exact=exact))

    def get_by_role(self, role: str, *, name: str, exact: bool = False) -> FirefoxFound:
        """As Playwright's, for buttons, links and headings."""
        return FirefoxFound(self, find_by_role(role, name, exact=exact))

    def _result(self, method: str, **parameters: Any) -> dict[str, Any]:
        try:
            answer = self._connection.command(method, target={"context": self.context_id}, **parameters)
        except BidiError as error:
            if error.code in _GONE:
                raise Gone(str(error)) from None
            raise
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        result: dict[str, Any] = answer["result"]
        return result


class Mouse:
    """Trusted input, at places of the window."""

    def __init__(self, page: FirefoxPage) -> None:
        self._page = page

    def move(self, x: float, y: float) -> None:
        """Put the pointer there."""
        self._do([_to(x, y)])

    def down(self) -> None:
        """Press where the pointer is."""
        self._do([{"type": "pointerDown", "button": 0}])

    def up(self) -> None:
        """Release."""
        self._do([{"type": "pointerUp", "button": 0}])

    def click(self, x: float, y: float, *, click_count: int = 1) -> None:
        """Press and release there, some times without a pause."""
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._do([_to(x, y), *press * click_count])

    def _do(self, actions: list[dict[str, Any]]) -> None:
        source = {"type": "pointer", "id": "mouse", "actions": actions}
        self._page.command("input.performActions", actions=[source])


class Keyboard:
    """Trusted keys."""

    def __init__(self, page: FirefoxPage) -> None:
        self._page = page

    def press(self, key: str) -> None:
        """One key, by the name that the event has; `Shift+Tab` holds the first down."""
        *held, last = [
            _KEYS.get(each, {"Shift": "\ue008", "Control": "\ue009"}.get(each, each))
            for each in key.split("+")
        ]
        down = [{"type": "keyDown", "value": each} for each in (*held, last)]
        up = [{"type": "keyUp", "value": each} for each in (last, *reversed(held))]
        self._do([*down, *up])

    def type(self, text: str) -> None:
        """Every character of a text."""
        self._do([{"type": kind, "value": each} for each in text for kind in ("keyDown", "keyUp")])

    def _do(self, actions: list[dict[str, Any]]) -> None:
        self._page.command(
            "input.performActions", actions=[{"type": "key", "id": "keyboard", "actions": actions}]
        )


def _to(x: float, y: float) -> dict[str, Any]:
    return {"type": "pointerMove", "x": round(x), "y": round(y), "origin": "viewport"}


def _local(value: Any) -> dict[str, Any]:
    if value is None:
        return {"type": "null"}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, int | float):
        return {"type": "number", "value": value}
    assert isinstance(value, str), value
    return {"type": "string", "value": value}


def _value(remote: dict[str, Any]) -> Any:
    """A plain value of what BiDi tells; of what has none (functions, nodes), nothing."""
    kind, value = remote["type"], remote.get("value")
    if kind in ("array", "nodelist", "htmlcollection"):
        return [_value(each) for each in value or []]
    if kind == "object":
        return {name: _value(each) for name, each in value or []}
    return value if kind in ("string", "number", "boolean", "bigint") else None
