"""A picture at an address of others': fetched over checked TLS from a public network, and from nowhere else."""

import ssl
from collections.abc import AsyncIterator

import pytest
import trustme
from aiohttp import web

from helper.flows.icons import check_address
from tests.relay.post import here, trusting
from tests.unit.test_pictures import picture

HOST = "icons.example.jp"


class Server:
    """Pictures on a host of others'."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        self.port = port
        self.trust = trust

    def url(self, path: str, host: str = HOST) -> str:
        return f"https://{host}:{self.port}/{path}"


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    app = web.Application()
    pictures = {
        "good": picture("PNG", size=(64, 64)),
        "wide": picture("PNG", size=(64, 32)),
        "jpeg": picture("JPEG", size=(64, 64)),
        "heavy": b"\x89PNG" + b"\0" * 2_000_000,
    }
    for name, body in pictures.items():

        async def give(_request: web.Request, body: bytes = body) -> web.Response:
            return web.Response(body=body, content_type="image/png")

        app.router.add_get(f"/{name}", give)

    async def elsewhere(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/good")

    app.router.add_get("/moved", elsewhere)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    # Here the public internet is this machine.
    monkeypatch.setattr("helper.outside.is_allowed", lambda _address, *, private: True)
    yield Server(runner.addresses[0][1], trusting(authority))
    await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("good", None),
        ("wide", "icon_not_square"),
        ("jpeg", "icon_not_png"),
        ("heavy", "icon_too_heavy"),
        ("moved", "icon_redirects"),
        ("nothing", "icon_missing"),
    ],
)
async def test_what_is_there_is_judged(server: Server, path: str, fault: str | None) -> None:
    assert await check_address(server.url(path), here, server.trust) == fault


async def test_a_certificate_that_nobody_vouches_for(server: Server) -> None:
    assert await check_address(server.url("good"), here) == "icon_certificate"
    assert await check_address(server.url("good", "other.example.jp"), here, server.trust) == (
        "icon_certificate"
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://icons.example.jp/x.png",
        "https://127.0.0.1/x.png",
        "https://2130706433/x.png",
        "https://[::ffff:10.0.0.1]/x.png",
        "https://169.254.169.254/x.png",
        "https://100.64.0.1/x.png",
        "file:///etc/passwd",
    ],
)
async def test_private_networks_are_not_asked(url: str) -> None:
    assert await check_address(url) == "icon_address"


@pytest.mark.parametrize(
    "url", ["https://a:99999/", "https://家.example/x.png", "https://a:b/", "https://[::1/", "https://x..y/"]
)
async def test_what_no_address_can_be_is_told(url: str) -> None:
    assert await check_address(url) in ("icon_address", "icon_unreachable")


async def test_a_name_that_leads_inside_is_refused_at_the_connection() -> None:
    """Whatever it led to when it was looked at: the address that is connected to is the one that is checked."""
    assert await check_address("https://rebound.example.jp/x.png", here) == "icon_address"


async def test_a_name_that_does_not_exist_is_told_apart() -> None:
    async def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    assert await check_address("https://icons.example.jp/x.png", nowhere) == "icon_unreachable"
