"""Serves the pages on the API listener, at /setup. They hold nothing: what they show they ask the API for.

Who opens one came by a one-time link (`ittsu setup`, or the extension's options): the code stands in the fragment,
which no server sees, and pairs the page for `SESSION_HOURS`.
"""

from importlib.resources import files
from urllib.parse import quote

from aiohttp import web

from helper.installed import COMMAND
from helper.web.problems import Problem

PATH = "/setup"

SAFE_HEADERS = {
    # Pictures come from LINE's servers (https) and, in practice mode, from the sandbox (loopback).
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' https: http://127.0.0.1:* blob:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_TYPES = {".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml"}
_STATIC = files(__package__) / "static"
_FOLDERS = ("", "views", "words")


def link(api_url: str, code: str) -> str:
    """The one-time link that opens the pages with a pairing code."""
    return f"{api_url}{PATH}#code={quote(code)}"


def install_pages(app: web.Application) -> None:
    """Put the pages into the API's application."""
    app.router.add_route("GET", PATH, _page)
    app.router.add_route("GET", PATH + "/static/{name}", _asset)
    app.router.add_route("GET", PATH + "/static/{folder}/{name}", _asset)


async def _page(_request: web.Request) -> web.Response:
    text = (_STATIC / "setup.html").read_text(encoding="utf-8").replace("{command}", COMMAND)
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=SAFE_HEADERS)


async def _asset(request: web.Request) -> web.Response:
    folder, name = request.match_info.get("folder", ""), request.match_info["name"]
    if folder not in _FOLDERS or name not in _names(folder):
        raise Problem("not_found")
    media_type = _TYPES[_suffix(name)]
    text = (_STATIC / folder / name if folder else _STATIC / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=media_type, charset="utf-8", headers=SAFE_HEADERS)


def _names(folder: str) -> set[str]:
    """The files that may be asked for: nothing that does not lie in `static`."""
    place = _STATIC / folder if folder else _STATIC
    return {entry.name for entry in place.iterdir() if entry.is_file() and _suffix(entry.name) in _TYPES}


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2]
