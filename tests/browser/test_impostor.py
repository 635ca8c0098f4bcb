"""Another program on the helper's port: it gets no token, whatever it answers, before, during and after a pairing."""

import contextlib
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.browser.conftest import OpenShop
from tests.browser.harness import SEND_FREE
from tests.browser.seeing import expect
from tests.browser.servers import ServerThread
from tests.browser.shop import Shop

pytestmark = pytest.mark.browser

Hello = Callable[[web.Request], "dict[str, Any]"]


@dataclass
class Heard:
    """What came to the impostor."""

    method: str
    path: str
    headers: str
    body: str


@dataclass
class Impostor:
    """Stands at one port. `hello` makes its greeting, or None for a program that knows nothing of Ittsu.

    `behind` is the address of the true helper, for one that passes everything on; `says_host` is the Host it
    gives there (None: its own, as the browser dialled it).
    """

    hello: Hello | None = None
    behind: str | None = None
    says_host: str | None = None
    heard: list[Heard] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.heard.append(Heard(request.method, request.path, str(dict(request.headers)), body))
        if self.behind is not None:
            return await self._pass_on(request, body)
        if self.hello is None:
            return web.Response(text="<h1>It works</h1>", content_type="text/html")
        if request.path == "/api/v1/hello":
            return web.json_response(
                {"service": "ittsu", "version": "0.1.0", "api": 1, "instance_id": "i"} | self.hello(request)
            )
        if request.path == "/api/v1/pairings":
            teammate = {"id": "mem_1", "name": "太郎", "role": "admin"}
            made = {"token": "t" * 43, "token_id": "tok_1", "proof_key": "k" * 64, "teammate": teammate}
            return web.json_response(made, status=201)
        return web.json_response({"items": [], "next": None})

    async def _pass_on(self, request: web.Request, body: str) -> web.Response:
        headers = {"Host": self.says_host or request.host, "Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method, f"{self.behind}{request.path_qs}", data=body or None, headers=headers
            ) as answer,
        ):
            content_type = answer.headers["Content-Type"].partition(";")[0]
            return web.Response(status=answer.status, body=await answer.read(), content_type=content_type)

    def greetings(self) -> int:
        """How often somebody asked who it is."""
        return sum(heard.path == "/api/v1/hello" for heard in self.heard)


def _guessed(request: web.Request) -> dict[str, Any]:
    message = f"ittsu-hello-1\n{request.query.get('nonce', '')}\n{request.host}"
    key = request.query.get("token_id", "")
    return {"proof": hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()}


GREETINGS: dict[str, Hello | None] = {
    "no proof": lambda _: {},
    "a guessed proof": _guessed,
    "half a proof": lambda _: {"proof": "ab"},
    "a proof that is a list": lambda _: {"proof": ["a" * 64]},
    "nothing of Ittsu": None,
}


@contextlib.contextmanager
def _standing(impostor: Impostor, port: int) -> Iterator[Impostor]:
    with ServerThread() as thread:
        thread.listen(impostor.app, port=port)
        yield impostor


def _port(shop: Shop) -> int:
    return int(shop.helper.api.rpartition(":")[2])


def _stored(shop: Shop) -> dict[str, Any] | None:
    """What the extension keeps of its pairing."""
    page = shop.browser.new_page()
    page.goto(f"{shop.extension_address}/popup.html")
    stored: dict[str, Any] = page.evaluate("() => chrome.storage.local.get('pairing')")
    page.close()
    return stored.get("pairing")


def _assert_nothing_told(impostor: Impostor, pairing: dict[str, Any]) -> None:
    told = json.dumps([vars(heard) for heard in impostor.heard])
    assert pairing["token"] not in told
    assert pairing["proofKey"] not in told
    assert "authorization" not in told.lower()
    assert {heard.path for heard in impostor.heard} == {"/api/v1/hello"}


def _watch(shop: Shop, dock_offline: Callable[[], bool], impostor: Impostor) -> None:
    """Until it was asked who it is some times, and the page says that the helper is away."""
    page = shop.browser.pages[-1]
    for _ in range(200):
        if impostor.greetings() >= 3 and dock_offline():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"asked {impostor.greetings()} times")


@pytest.mark.parametrize("greeting", GREETINGS)
def test_who_takes_the_helpers_place_gets_no_token(practice: OpenShop, greeting: str) -> None:
    shop = practice(hold_seconds=1)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    pairing = _stored(shop)
    assert pairing is not None
    shop.helper.stop()
    with _standing(Impostor(GREETINGS[greeting]), _port(shop)) as impostor:
        _watch(shop, lambda: dock.state in ("offline", "unpaired"), impostor)
        assert not [button for button in dock.buttons("最初の一通") if not button.disabled]
        _assert_nothing_told(impostor, pairing)
    shop.helper.start()
    # One that knows no token looks like a helper that has forgotten us; the pairing is still there.
    assert _stored(shop) == pairing
    dock.wait_for_state("ready")
    person = shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    entry.press(SEND_FREE)
    entry.wait_for_text("送信しました（無料）")
    assert len(shop.line.sends(person)) == 1


@pytest.mark.parametrize("host", ["as dialled", "the helper's own"])
def test_who_passes_the_question_on_to_the_helper_gets_no_token(practice: OpenShop, host: str) -> None:
    """The helper has moved to another port; at its old one stands somebody who asks it for the answer."""
    shop = practice()
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    pairing, place = _stored(shop), _port(shop)
    assert pairing is not None
    shop.helper.stop()
    shop.helper._set("api_port", 0)
    shop.helper.start()
    assert _port(shop) != place
    says = None if host == "as dialled" else shop.helper.api.removeprefix("http://")
    with _standing(Impostor(behind=shop.helper.api, says_host=says), place) as impostor:
        _watch(shop, lambda: dock.state == "offline", impostor)
        _assert_nothing_told(impostor, pairing)


@pytest.mark.parametrize("greeting", ["no proof", "a guessed proof"])
def test_an_impostor_is_not_paired_with(practice: OpenShop, greeting: str) -> None:
    shop = practice()
    code = shop.new_code()
    shop.helper.stop()
    with _standing(Impostor(GREETINGS[greeting]), _port(shop)) as impostor:
        options = shop.pair(code)
        expect(options.get_by_text("Ittsu本体であることを証明できませんでした")).to_be_visible()
        assert _stored(shop) is None
        assert "authorization" not in json.dumps([heard.headers for heard in impostor.heard]).lower()


def test_another_program_is_not_told_the_code(practice: OpenShop) -> None:
    shop = practice()
    code = shop.new_code()
    shop.helper.stop()
    with _standing(Impostor(), _port(shop)) as impostor:
        options = shop.pair(code)
        expect(options.get_by_text("Ittsuではない別のプログラムです")).to_be_visible()
        assert [(heard.method, heard.body) for heard in impostor.heard] == [("GET", "")]
        assert _stored(shop) is None


def test_who_passes_a_pairing_on_is_noticed(practice: OpenShop) -> None:
    """It reads the code, which cannot be helped; the browser does not go on with it."""
    shop = practice()
    code = shop.new_code()
    own = shop.helper.api.removeprefix("http://")
    with ServerThread() as thread:
        impostor = Impostor(behind=shop.helper.api, says_host=own)
        port = thread.listen(impostor.app)
        options = shop.extension_page("options")
        options.get_by_label("接続コード", exact=True).fill(code)
        options.get_by_label("Ittsu本体のアドレス").fill(f"http://127.0.0.1:{port}")
        options.get_by_role("button", name="接続する", exact=True).click()
        expect(options.get_by_text("Ittsu本体であることを証明できませんでした")).to_be_visible()
        assert [heard.path for heard in impostor.heard] == [
            "/api/v1/hello",
            "/api/v1/pairings",
            "/api/v1/hello",
        ]
    assert _stored(shop) is None
