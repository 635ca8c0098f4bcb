"""How every practice page is answered: the safe headers, the browser's language, the band, the assets."""

from aiohttp import web

from helper.sandbox.pages.templates import STATIC, Markup, fill, template
from helper.sandbox.pages.words import Language, words

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_ASSET_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_ASSETS = frozenset(path.name for path in STATIC.iterdir() if path.suffix in _ASSET_TYPES)


def language(request: web.Request) -> Language:
    """The page's language: English if the browser's first choice is English, else Japanese."""
    choices: list[tuple[float, str]] = []
    for part in request.headers.get("Accept-Language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            choices.append((float(quality or "1"), tag.lower()))
        except ValueError:
            continue  # a weight that is no number says nothing about the reader
    # max keeps the first of equal weights, which is the browser's order
    first = max(choices, key=lambda choice: choice[0], default=(0.0, "ja"))[1]
    return "en" if first.split("-")[0] == "en" else "ja"


def page(request: web.Request, name: str, fields: dict[str, str], status: int = 200) -> web.Response:
    """The page made from ``static/<name>``, with the practice band at the top."""
    chosen = language(request)
    band = fill(template("band.html"), {**words("shared", chosen), **_place(request.path)})
    text = fill(template(name), {**words("shared", chosen), "lang": chosen, "band": band, **fields})
    return web.Response(
        text=text,
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={**SAFE_HEADERS, "Vary": "Accept-Language"},
    )


def _place(path: str) -> dict[str, str]:
    """Which of the band's links is this page."""
    begins = {"at_phone": "/phone", "at_chat": "/demo/chat", "at_list": "/demo/list"}
    here = next((place for place, start in begins.items() if path.startswith(start)), "at_home")
    current = Markup(' aria-current="page"')
    return {place: current if place == here else Markup("") for place in ("at_home", *begins)}


def picture(svg: str) -> web.Response:
    """An SVG drawn by us."""
    return web.Response(text=svg, content_type="image/svg+xml", charset="utf-8", headers=SAFE_HEADERS)


def data(value: object, status: int = 200) -> web.Response:
    """JSON for the pages' own scripts."""
    return web.json_response(value, status=status, headers={**SAFE_HEADERS, "Cache-Control": "no-store"})


async def asset(request: web.Request) -> web.StreamResponse:
    """A style sheet, script or drawing; only files that lie in ``static``."""
    name = request.match_info["name"]
    if name not in _ASSETS:
        raise web.HTTPNotFound(headers=SAFE_HEADERS)
    path = STATIC / name
    return web.Response(
        text=path.read_text(encoding="utf-8"),
        content_type=_ASSET_TYPES[path.suffix],
        charset="utf-8",
        headers=SAFE_HEADERS,
    )
