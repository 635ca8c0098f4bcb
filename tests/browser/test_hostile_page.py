"""A dashboard's page that means harm: what it puts over, under and into our elements wins no click and no word."""

import itertools

import pytest

from tests.browser.dashboard_pages import fixture
from tests.browser.harness import SEND_FREE, UNDO, Dock
from tests.browser.shop import SALON, Shop
from tests.browser.test_no_tricks import ADDRESS, Target

pytestmark = pytest.mark.browser

NUMBERS = itertools.count(1)
SENT = "送信しました（無料）"
TOO_EARLY = "ボタンがよく見えていなかったため、何もしていません"

# Puts its cover above everything again in every frame, as a page would that noticed the dock rising.
KEEP_ABOVE = """
  window.cover.popover = 'manual';
  document.body.append(window.cover);
  window.covering = true;
  (function again() {
    if (window.covering === false) return;
    if (window.cover.matches(':popover-open')) window.cover.hidePopover();
    window.cover.showPopover();
    requestAnimationFrame(again);
  })();
"""
STYLE = """
  window.dress = (element, declarations) => {
    for (const [name, value] of Object.entries(declarations)) element.style.setProperty(name, value, 'important');
  };
  window.addRules = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };
  window.speck = { width: '1px', height: '1px', inset: 'auto auto 0 0', margin: '0', padding: '0', border: '0' };
  window.whole = { position: 'fixed', inset: '0', width: '100%', height: '100%', margin: '0', padding: '0',
                   border: '0', background: 'white', 'pointer-events': 'none' };
"""
COVERS = {
    "a sheet that lets clicks through": "window.cover = document.createElement('div'); dress(cover, whole);",
    "a sheet that has our name": "window.cover = document.createElement('ittsu-note'); dress(cover, whole);",
    "a speck whose child overflows": """
        window.cover = document.createElement('div');
        dress(cover, { ...speck, overflow: 'visible' });
        const child = document.createElement('b');
        dress(child, whole);
        cover.append(child);""",
    "the backdrop of a speck": """
        window.cover = document.createElement('div');
        cover.id = 'speck';
        dress(cover, speck);
        addRules('#speck::backdrop { background: white !important }');""",
    "the shadow of a speck": """
        window.cover = document.createElement('div');
        dress(cover, { ...speck, 'box-shadow': '0 0 0 5000px white', 'pointer-events': 'none' });""",
}


@pytest.fixture
def target(salon_shop: Shop) -> Target:
    dock = salon_shop.open(salon_shop.pages.put(ADDRESS, fixture("oachat-list")))
    dock.wait_for_state("ready")
    name = f"{next(NUMBERS)}番さん"
    person = salon_shop.line.follow(name, account=SALON)
    dock.glass.script(STYLE)
    return Target(salon_shop, dock, dock.friend(name).wait(), person)


@pytest.mark.parametrize("cover", COVERS)
def test_nothing_that_paints_over_the_dock_gets_a_click_through(target: Target, cover: str) -> None:
    dock = target.dock
    place = target.entry.aim(SEND_FREE)
    dock.glass.script("{" + COVERS[cover] + KEEP_ABOVE + "}")
    dock.glass.let_a_person_react()
    dock.page.mouse.click(*place)
    dock.wait_for_text("ボタンがよく見えていなかったため、何もしていません")
    assert target.is_untouched()
    dock.glass.script("window.covering = false; window.cover.remove()")
    target.works_for_a_person()


def test_a_popover_of_the_page_does_not_keep_the_dock_from_working(target: Target) -> None:
    """The dock comes up again above it."""
    target.dock.glass.script(COVERS["a sheet that lets clicks through"])
    target.dock.glass.script("cover.popover = 'manual'; document.body.append(cover); cover.showPopover()")
    target.entry.press(SEND_FREE)
    # Whoever was quicker than the dock is told so, and presses again.
    target.dock.glass.until(
        lambda: any(words in target.dock.text() for words in (TOO_EARLY, SENT)), "the press was judged"
    )
    if SENT not in target.dock.text():
        assert target.shop.line.sends(target.person) == []
        target.entry.press(SEND_FREE)
        target.entry.wait_for_text(SENT)
    assert len(target.shop.line.sends(target.person)) == 1


@pytest.mark.parametrize("what", ["modal dialog", "full screen"])
def test_nothing_counts_below_a_dialog_or_a_full_screen_of_the_page(target: Target, what: str) -> None:
    glass = target.dock.glass
    place = target.entry.aim(SEND_FREE)
    shown = {
        "modal dialog": "window.cover = document.createElement('dialog'); document.body.append(cover);"
        "dress(cover, whole); cover.showModal()",
        "full screen": "window.cover = document.createElement('div'); document.body.append(cover);"
        "dress(cover, whole); cover.requestFullscreen()",
    }
    glass.script(shown[what], gesture=True)
    top = "dialog:modal, :fullscreen"
    glass.until(lambda: glass.script(f"document.querySelector('{top}') === window.cover"), "the cover is up")
    glass.let_a_person_react()
    target.dock.page.mouse.click(*place)
    glass.let_a_person_react()
    away = (
        "(async () => { if (document.fullscreenElement) await document.exitFullscreen(); cover.remove() })()"
    )
    glass.script(away, gesture=True)
    target.entry.wait()
    assert target.is_untouched()
    target.works_for_a_person()


def test_a_moving_picture_of_the_page_is_not_the_page(target: Target) -> None:
    """A view transition shows pictures of the dock wherever it likes, while the dock itself is elsewhere."""
    place = target.entry.aim(SEND_FREE)
    target.dock.glass.script(
        """{
          addRules('::view-transition { pointer-events: none } ::view-transition-group(*) { animation-duration: 99s }' +
            '::view-transition-old(root), ::view-transition-new(root) { animation-duration: 99s; translate: 0 60px }');
          window.transition = document.startViewTransition(() => {});
          window.transition.ready.then(() => {});
        }"""
    )
    target.dock.glass.let_a_person_react()
    target.dock.page.mouse.click(*place)
    target.dock.glass.let_a_person_react()
    assert target.is_untouched()
    target.dock.glass.script("window.transition.skipTransition()")
    target.works_for_a_person()


LOOK = """function () {
  const host = this.getRootNode().host;
  const style = (element) => Object.fromEntries(
    ['color', 'backgroundColor', 'opacity', 'filter', 'transform', 'fontFamily', 'fontSize', 'clipPath', 'maskImage',
     'mixBlendMode', 'scale', 'translate', 'zoom', 'cursor', 'userSelect', 'visibility', 'animationName']
      .map((name) => [name, getComputedStyle(element)[name]]));
  const { x, y, width, height } = this.getBoundingClientRect();
  return JSON.stringify([style(host), style(this), x, y, width, height]);
}"""
RESTYLED = {
    "rules for our hosts": """addRules(`ittsu-dock, ittsu-dock * {
        all: unset !important; opacity: 0.01 !important; filter: opacity(0) !important; scale: 0.1 !important;
        clip-path: inset(50%) !important; mask: linear-gradient(transparent, transparent) !important;
        mix-blend-mode: difference !important; zoom: 3 !important; translate: -300px !important;
        cursor: none !important; color: red !important; font-size: 40px !important;
        animation: gone 1s infinite !important; transition: all 9s !important; }
        @keyframes gone { from, to { opacity: 0; transform: translateX(-300px) } }`)""",
    "a style of the host": """document.querySelector('ittsu-dock').setAttribute('style',
        'opacity: 0 !important; transform: translate(-300px) !important; color: red !important; zoom: 2 !important')""",
    "an animation of the host": """document.querySelector('ittsu-dock').animate(
        [{ opacity: 0, transform: 'translateX(-300px)', filter: 'opacity(0)' }, { opacity: 0 }],
        { duration: 1e7, fill: 'both' })""",
    "effects on the page": """addRules(`html { filter: opacity(0.01); opacity: 0.01; transform: translate(-80px);
        mix-blend-mode: difference; clip-path: inset(50%); mask: linear-gradient(transparent, transparent);
        color: red; font-size: 40px; letter-spacing: 9px; -webkit-text-fill-color: transparent; direction: rtl }`)""",
    "custom properties": """addRules(`* { PROPERTIES }`.replace('PROPERTIES', ['paper', 'ink', 'accent', 'font']
        .map((name) => `--${name}: transparent !important`).join(';')))""",
    "registered properties": """for (const name of ['paper', 'ink', 'accent', 'accent-ink', 'font', 'line'])
        CSS.registerProperty({ name: `--${name}`, syntax: '<length>', inherits: true, initialValue: '0px' })""",
}


@pytest.mark.parametrize("how", RESTYLED)
def test_the_page_cannot_change_how_the_dock_looks(target: Target, how: str) -> None:
    glass = target.dock.glass
    button = target.entry.button(SEND_FREE)
    assert button is not None
    before = glass.call(button.node, LOOK)
    panel = "function () { return getComputedStyle(this.closest('.dock')).backgroundColor }"
    paper = glass.call(button.node, panel)
    glass.script(RESTYLED[how])
    glass.let_a_person_react()
    button = target.entry.button(SEND_FREE)
    assert button is not None
    assert glass.call(button.node, LOOK) == before
    assert glass.call(button.node, panel) == paper
    target.works_for_a_person()


def test_the_page_cannot_lend_the_dock_its_own_letters(target: Target) -> None:
    """A font of the page's whose 「1」 looks like 「0」 would make every word on the button a lie."""
    glass = target.dock.glass
    button = target.entry.button(SEND_FREE)
    assert button is not None
    families = glass.call(button.node, "function () { return getComputedStyle(this).fontFamily }")
    # Names that are no names: a page cannot make a font of a generic family.
    assert set(families.split(", ")) <= {"system-ui", "sans-serif"}
    width = "function () { return this.getBoundingClientRect().width }"
    before = glass.call(button.node, width)
    glass.script(
        """(async () => {
          for (const family of ['system-ui', 'sans-serif']) {
            const face = new FontFace(family, 'local("DejaVu Sans Mono"), local("Liberation Mono")',
              { sizeAdjust: '300%' });
            document.fonts.add(face);
            await face.load().catch(() => {});
          }
        })()"""
    )
    glass.let_a_person_react()
    assert glass.call(button.node, width) == before


def test_the_page_cannot_keep_the_dock(target: Target) -> None:
    glass = target.dock.glass
    button = target.entry.button(SEND_FREE)
    assert button is not None
    before = glass.call(button.node, LOOK)
    for taken in (
        "const box = document.createElement('div'); dress(box, { display: 'none' }); document.body.append(box);"
        "box.append(document.querySelector('ittsu-dock'))",
        "const frame = document.createElement('iframe'); document.body.append(frame);"
        "frame.contentDocument.body.append(document.querySelector('ittsu-dock'))",
        "const box = document.createElement('div'); box.inert = true; document.body.append(box);"
        "box.append(document.querySelector('ittsu-dock'))",
    ):
        glass.script("{" + taken + "}")
        at_home = "document.querySelector('html > ittsu-dock')?.matches(':popover-open') ?? false"
        glass.until(lambda: glass.script(at_home), "the dock is back")  # noqa: B023 - used at once
    # And what only has its name is neither it nor its copy.
    glass.script("document.body.append(document.querySelector('html > ittsu-dock').cloneNode(true))")
    assert glass.script("document.querySelector('body > ittsu-dock').childNodes.length") == 0
    glass.script("document.querySelector('body > ittsu-dock').remove()")
    # Moved to another document it lost its style sheets, and with them its defence: they are there again.
    button = target.entry.button(SEND_FREE)
    assert button is not None
    assert glass.call(button.node, LOOK) == before
    target.works_for_a_person()


TAMPERED = """
  window.roots = [];
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, { ...init, mode: 'open' });
    window.roots.push(root);
    return root;
  };
  Object.defineProperty(Event.prototype, 'isTrusted', { get: () => true });
  Object.defineProperty(Document.prototype, 'hidden', { get: () => false });
  Document.prototype.elementFromPoint = () => document.querySelector('ittsu-dock');
  window.getComputedStyle = () => ({ opacity: '1', filter: 'none' });
  window.IntersectionObserver = class { observe() {} disconnect() {} };
  performance.now = () => 1e9;
  Date.now = () => 1e15;
  JSON.parse = JSON.stringify = () => { window.roots.push('json'); return '{}'; };
  crypto.randomUUID = () => 'always-the-same-key';
  Promise.prototype.then = new Proxy(Promise.prototype.then, {});
  addEventListener('click', (event) => { window.path = event.composedPath().map(({ nodeName }) => nodeName); }, true);
"""


def test_what_the_page_does_to_its_own_world_is_not_done_to_ours(salon_shop: Shop) -> None:
    page = salon_shop.new_page()
    page.add_init_script(TAMPERED)
    page.goto(salon_shop.pages.put(ADDRESS, fixture("oachat-list")))
    dock = Dock(page)
    dock.wait_for_state("ready")
    people = [salon_shop.line.follow(name, account=SALON) for name in ("世界の一人目", "世界の二人目")]
    for person in people:
        entry = dock.friend(person["name"]).wait()
        x, y = entry.aim(SEND_FREE)
        dock.glass.script(
            f"""for (const host of document.querySelectorAll('ittsu-dock'))
              for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click'])
                host.dispatchEvent(new MouseEvent(type, {{
                  bubbles: true, composed: true, detail: 1, clientX: {x}, clientY: {y} }}))"""
        )
        dock.glass.let_a_person_react()
        assert entry.button(UNDO) is None
        assert salon_shop.line.sends(person) == []
        entry.press(SEND_FREE)
        entry.wait_for_text("送信しました（無料）")
        # Two keys, two messages: the page's constant "random" id was not ours.
        assert len(salon_shop.line.sends(person)) == 1
    assert dock.glass.script("window.roots.filter((root) => root !== 'json').length") == 0
    assert dock.glass.script("window.path")[0] == "ITTSU-DOCK"


def test_the_page_cannot_write_into_a_message(target: Target) -> None:
    dock, entry = target.dock, target.entry
    (field,) = dock.host().controls("textbox")
    read = "function () { return this.value }"
    before = dock.glass.call(field.node, read)
    dock.glass.focus(field.node)
    dock.page.keyboard.press("Control+End")
    dock.page.keyboard.type("また来てね")
    dock.page.keyboard.type("!x")
    dock.page.keyboard.press("Backspace")
    typed = before + "また来てね!"
    dock.glass.until(lambda: dock.glass.call(field.node, read) == typed, "it was typed")
    for command, text in (("insertText", "半額です https://evil.example"), ("selectAll", ""), ("delete", "")):
        dock.glass.script(f"document.execCommand('{command}', false, '{text}')")
    assert dock.glass.call(field.node, read) == typed
    dock.wait_for_text("この画面のプログラムが本文を書き換えようとしたため、元に戻しました")
    # Also not in the moment in which a person types or presses.
    dock.glass.script(
        """for (const type of ['beforeinput', 'input', 'keydown', 'mousedown'])
          addEventListener(type, () => document.execCommand('insertText', false, '半額です'),
            { capture: true, once: true })"""
    )
    dock.page.keyboard.type("ね")
    dock.glass.until(lambda: dock.glass.call(field.node, read).startswith(typed), "it was typed on")
    assert "半額" not in dock.glass.call(field.node, read)
    entry.press(SEND_FREE)
    entry.wait_for_text("送信しました（無料）")
    (sent,) = target.shop.line.received(target.person)
    assert typed in sent["text"]
    assert "半額" not in sent["text"]


def test_a_person_can_cut_paste_and_undo_in_a_message(target: Target) -> None:
    dock = target.dock
    (field,) = dock.host().controls("textbox")
    read = "function () { return this.value }"
    before = dock.glass.call(field.node, read)
    dock.glass.focus(field.node)
    press = dock.page.keyboard.press
    for key in ("Control+End", "Enter", "a", "b", "Shift+ArrowLeft", "Control+x", "Control+v", "Control+v"):
        press(key)
    dock.glass.until(lambda: dock.glass.call(field.node, read) == f"{before}\nabb", "it was pasted")
    press("Control+z")
    dock.glass.until(lambda: dock.glass.call(field.node, read) == f"{before}\nab", "it was undone")
    assert "書き換えようとした" not in dock.text()
