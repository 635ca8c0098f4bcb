"""What stands at the dashboards' real addresses: the extension's fixture pages, under the strictest policy."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar

from aiohttp import web

FIXTURES = Path(__file__).resolve().parents[2] / "extension" / "tests" / "fixtures"
# Nothing of ours may need the page's leave: no inline style, no script from elsewhere, no strings made HTML.
STRICT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
_TOKYO = timezone(timedelta(hours=9))
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">'
    '<circle cx="16" cy="16" r="16" fill="#c9d3dc"/></svg>'
)


def fixture(name: str, replaced: Mapping[str, str] | None = None) -> str:
    """A fixture page, with some of its texts replaced; each must stand there."""
    html = (FIXTURES / f"{name}.html").read_text("utf-8")
    for old, new in (replaced or {}).items():
        assert old in html, f"{name}.html has no {old!r} any more"
        html = html.replace(old, new)
    return html


def japan_minute(person: Mapping[str, Any]) -> str:
    """When a friend followed, as Lステップ writes it: 「2026/11/21 10:32」."""
    moment = datetime.fromisoformat(person["followed_at"]).astimezone(UTC)
    return f"{moment.astimezone(_TOKYO):%Y/%m/%d %H:%M}"


class DashboardPages:
    """Pages by host and path (the query is left aside)."""

    HOSTS: ClassVar = (
        "chat.line.biz",
        "manager.line.biz",
        "manager.linestep.net",
        "step.lme.jp",
        "kokyaku.example.jp",
    )

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], str] = {}

    def put(self, address: str, html: str) -> str:
        """Let a page stand at `https://host/path`; returns the address."""
        host, _, path = address.removeprefix("https://").partition("/")
        assert host in self.HOSTS
        self._pages[host, f"/{path.partition('?')[0]}"] = html
        return address

    def answer(self, request: web.Request) -> web.Response:
        """The page, its look, or a picture."""
        headers = {"Content-Security-Policy": STRICT_POLICY, "X-Content-Type-Options": "nosniff"}
        html = self._pages.get((request.host.partition(":")[0], request.path))
        if html is not None:
            return web.Response(text=html, content_type="text/html", headers=headers)
        if request.path == "/fixture.css":
            css = (FIXTURES / "fixture.css").read_text("utf-8")
            return web.Response(text=css, content_type="text/css", headers=headers)
        if request.path.endswith((".png", ".ico", "/small")):
            return web.Response(text=_PICTURE, content_type="image/svg+xml", headers=headers)
        return web.Response(status=404, text="nothing stands here", headers=headers)
