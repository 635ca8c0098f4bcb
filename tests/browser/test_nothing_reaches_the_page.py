"""Of friends, messages and tokens nothing reaches the page: not its document, its scripts, its network, its storage."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.dashboard_pages import fixture, japan_minute
from tests.browser.harness import SEND_PUSH, Dock
from tests.browser.shop import SALON, Shop

pytestmark = pytest.mark.browser

LIST = "https://manager.linestep.net/line/show?page=1"
SECRET_NAME = "内緒野ひみつ"
PERSONA = "極秘の担当"
NUMBERS = itertools.count(1)

# Runs in the page's world before everything else, and listens wherever a script can.
LISTENER = """
  window.heard = { nodes: [], attributes: [], events: [], calls: [], roots: [], globals: null };
  const note = (list, ...what) => list.push(what.map(String).join(' '));
  new MutationObserver((mutations) => {
    for (const { type, target, addedNodes, attributeName } of mutations) {
      for (const node of addedNodes) {
        if (node.nodeName.startsWith('ITTSU')) note(heard.nodes, node.nodeName, node.outerHTML, node.shadowRoot);
      }
      if (type === 'attributes' && (target.nodeName.startsWith('ITTSU') || attributeName.includes('ittsu')))
        note(heard.attributes, target.nodeName, attributeName, target.getAttribute(attributeName));
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  for (const kind of ['message', 'messageerror', 'storage', 'error', 'unhandledrejection', 'hashchange', 'popstate'])
    addEventListener(kind, (event) => note(heard.events, kind, JSON.stringify(event.data ?? null)), true);
  const dispatch = EventTarget.prototype.dispatchEvent;
  EventTarget.prototype.dispatchEvent = function (event) {
    note(heard.events, 'dispatch', event.type, JSON.stringify(event.detail ?? null));
    return dispatch.call(this, event);
  };
  const spy = (owner, name) => {
    const inner = owner[name];
    owner[name] = function (...args) {
      note(heard.calls, name, ...args.map((arg) => typeof arg));
      return new.target ? Reflect.construct(inner, args, new.target) : inner.apply(this, args);
    };
  };
  for (const name of ['fetch', 'postMessage', 'WebSocket', 'XMLHttpRequest', 'BroadcastChannel', 'EventSource'])
    spy(window, name);
  spy(navigator, 'sendBeacon');
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    heard.roots.push(root);
    return root;
  };
  window.heard.globals = Object.getOwnPropertyNames(window).length;
"""
EVERYWHERE = """
  [document.documentElement.outerHTML, document.title, document.cookie, location.href,
   JSON.stringify(localStorage), JSON.stringify(sessionStorage),
   JSON.stringify([...document.querySelectorAll('*')].map((element) =>
     [...element.attributes].map(({ name, value }) => name + value))),
   ...['ittsu-dock', 'ittsu-row'].flatMap((name) => [...document.querySelectorAll(name)]).flatMap((host) =>
     [host.innerHTML, host.innerText, host.textContent, host.shadowRoot, host.ariaLabel, host.title,
      JSON.stringify(host.attributeStyleMap ? [...host.attributeStyleMap] : []),
      Object.getOwnPropertyNames(host).join(), [...host.computedStyleMap()].join()]),
   JSON.stringify(performance.getEntries()),
   (() => { document.execCommand('selectAll'); return getSelection().toString(); })(),
   (() => { getSelection().selectAllChildren(document.documentElement); return getSelection().toString(); })(),
   JSON.stringify([...document.styleSheets, ...document.adoptedStyleSheets].map(({ cssRules }) =>
     [...cssRules].map(({ cssText }) => cssText))),
   JSON.stringify(document.getAnimations().map(({ id }) => id)),
   JSON.stringify(window.heard)].join('\\n')
"""


@dataclass
class Watched:
    """A list with a linked person, whose page listens everywhere, and what it must not get."""

    shop: Shop
    dock: Dock
    person: dict[str, Any]
    requests: list[str]
    private: dict[str, str]


@pytest.fixture
def watched(salon_shop: Shop) -> Watched:
    shop = salon_shop
    # Each test its own: the shop is one for all of them.
    persona = f"{PERSONA}{next(NUMBERS)}"
    shop.add_persona(persona)
    person = shop.line.follow("ゆい🌸", seconds_ago=1200, account=SALON)
    shop.line.follow(SECRET_NAME, seconds_ago=30, account=SALON)
    address = shop.pages.put(LIST, fixture("lstep-list", {"2026/11/21 10:32": japan_minute(person)}))
    page = shop.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.add_init_script(LISTENER)
    page.goto(address)
    dock = Dock(page)
    dock.wait_for_state("ready")
    dock.wait_for_text(SECRET_NAME)
    (worker,) = shop.browser.service_workers
    pairing = worker.evaluate("chrome.storage.local.get('pairing')")["pairing"]
    private = {
        "token": pairing["token"],
        "token id": pairing["tokenId"],
        "proof key": pairing["proofKey"],
        "teammate": pairing["teammate"]["name"],
        "name": SECRET_NAME,
        "persona": persona,
        "user id": person["user_id"],
        "template": "友だち追加ありがとうございます",
        "helper": shop.helper.api.removeprefix("http://"),
    }
    return Watched(shop, dock, person, requests, private)


def test_a_page_that_listens_everywhere_hears_nothing(watched: Watched) -> None:
    dock, glass = watched.dock, watched.dock.glass
    dock.press("このページのアカウント")
    row = dock.row("123456789")
    glass.until(lambda: row.host().attributes.get("data-match") == "proposed", "the row is proposed")
    row.press("紐付ける")
    glass.until(lambda: row.host().attributes.get("data-match") == "exact", "the row is exact")
    row.press(SEND_PUSH)
    row.wait_for_text("送信しました")
    assert len(watched.shop.line.sends(watched.person)) == 1

    seen = glass.script(EVERYWHERE)
    assert "ITTSU-ROW" in seen  # the listener did listen
    assert {what for what, text in watched.private.items() if text in seen} == set()
    heard = json.loads(glass.script("JSON.stringify(heard)"))
    assert heard["roots"] == []
    assert heard["events"] == []
    assert heard["calls"] == []
    assert glass.script("Object.getOwnPropertyNames(window).length") == heard["globals"]
    # Hosts come empty, and closed; all that ever stands on them is what the contract says.
    assert all(node.endswith(" null") and "></ittsu-" in node for node in heard["nodes"])
    told = {line.split(" ", 2)[1] for line in heard["attributes"]}
    assert told == {"data-ittsu", "data-match", "data-stage"}
    origin = "https://manager.linestep.net/"
    assert [url for url in watched.requests if not url.startswith((origin, "data:"))] == []


def test_a_page_has_no_way_to_the_extension(watched: Watched) -> None:
    """No API, no file of ours, no message that anybody answers."""
    glass, extension = watched.dock.glass, watched.shop.extension_address
    assert glass.script("[typeof globalThis.chrome?.runtime, typeof globalThis.browser]") == ["undefined"] * 2
    for file in (
        "manifest.json",
        "options.html",
        "background.js",
        "content-scripts/content.js",
        "icon/16.png",
    ):
        address = f"{extension}/{file}"
        loaded = f"""new Promise((done) => {{
          const image = new Image();
          image.onload = () => done('loaded');
          image.onerror = () => done('refused');
          image.src = '{address}';
        }})"""
        assert glass.script(loaded) == "refused"
        assert glass.script(f"fetch('{address}').then(() => 'read', () => 'refused')") == "refused"
    before = len(watched.shop.line.sends())
    commands = json.dumps(
        {
            "id": 1,
            "name": "send",
            "args": {"accountId": SALON, "body": {"user_id": watched.person["user_id"], "max_cost": 1}},
        }
    )
    glass.script(
        f"""{{
          const command = {commands};
          window.postMessage(command, '*');
          for (const type of ['ittsu', 'message', 'ittsu-send', 'click', 'wxt:content-script-started'])
            for (const target of [window, document, document.documentElement, document.querySelector('ittsu-dock')])
              target.dispatchEvent(new CustomEvent(type, {{ detail: command, bubbles: true, composed: true }}));
          document.dispatchEvent(new CustomEvent('{extension}:content:wxt:content-script-started',
            {{ detail: {{ contentScriptName: 'content', messageId: 'another' }} }}));
          document.documentElement.dataset.ittsu = 'off';
        }}"""
    )
    glass.let_a_person_react()
    assert watched.dock.is_there()
    glass.script("document.querySelector('ittsu-dock').remove()")
    watched.dock.wait()
    watched.dock.wait_for_state("ready")
    assert len(watched.shop.line.sends()) == before


def test_a_frame_in_a_page_gets_no_dock(salon_shop: Shop) -> None:
    """A page of somebody else's cannot put a dashboard, with our buttons, into a frame of its own."""
    shop = salon_shop
    inner = shop.pages.put("https://manager.line.biz/account/@sakura", fixture("manager"))
    outer = shop.pages.put(
        "https://manager.line.biz/outer", f"<!doctype html><title>x</title><iframe src='{inner}'></iframe>"
    )
    dock = shop.open(outer)
    dock.wait_for_state("ready")
    frames = dock.page.frames
    assert len(frames) == 2
    # Even where the dashboard itself would allow it, as this one does not.
    assert dock.page.frames[1].evaluate("document.querySelectorAll('ittsu-dock, ittsu-row').length") == 0
    assert "ittsu" not in dock.page.frames[1].evaluate("document.documentElement.outerHTML")
