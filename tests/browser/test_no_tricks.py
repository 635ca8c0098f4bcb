"""What a page could try: only a person's own click, on something that person could see, does anything."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.dashboard_pages import fixture
from tests.browser.harness import SEND_FREE, UNDO, Dock, FriendEntry
from tests.browser.shop import SALON, Shop

pytestmark = pytest.mark.browser

GUARD_MILLISECONDS = 300
ADDRESS = "https://chat.line.biz/U0123456789abcdef0123456789abcdef"


@dataclass
class Target:
    """A new friend in the dock of the salon's own chat, with a button that would send for free."""

    shop: Shop
    dock: Dock
    entry: FriendEntry
    person: dict[str, Any]

    def is_untouched(self) -> bool:
        """Nothing was begun: the button is there, no hold, and LINE saw nothing."""
        idle = self.entry.button(SEND_FREE) is not None and self.entry.button(UNDO) is None
        return idle and self.shop.line.sends(self.person) == []

    def works_for_a_person(self) -> None:
        """The control of these tests: what did nothing for the page works for a person, once."""
        self.entry.press(SEND_FREE)
        self.entry.wait_for_text("送信しました（無料）")
        assert len(self.shop.line.sends(self.person)) == 1


@pytest.fixture
def target(salon_shop: Shop, request: pytest.FixtureRequest) -> Target:
    dock = salon_shop.open(salon_shop.pages.put(ADDRESS, fixture("oachat-list")))
    dock.wait_for_state("ready")
    name = f"{request.node.name[-12:]}さん"
    person = salon_shop.line.follow(name, account=SALON)
    return Target(salon_shop, dock, dock.friend(name).wait(), person)


def test_scripted_events_do_nothing(target: Target) -> None:
    dock, entry = target.dock, target.entry
    x, y = entry.aim(SEND_FREE)
    dock.glass.script(
        f"""for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {{
          const host = document.querySelector('ittsu-dock');
          const event = new MouseEvent(type, {{
            bubbles: true, composed: true, cancelable: true, view: window, detail: 1, clientX: {x}, clientY: {y} }});
          host.dispatchEvent(event);
          document.elementFromPoint({x}, {y}).dispatchEvent(event);
        }}
        document.querySelector('ittsu-dock').click()"""
    )
    # Worse than any page can do: its script had the button itself.
    button = entry.button(SEND_FREE)
    assert button is not None
    dock.glass.call(button.node, "function () { this.click(); this.dispatchEvent(new MouseEvent('click')); }")
    assert dock.glass.script("document.querySelector('ittsu-dock').shadowRoot") is None
    assert target.is_untouched()
    target.works_for_a_person()


COVER = """
  const cover = document.createElement('div');
  cover.id = 'cover';
  document.body.append(cover);
  for (const [name, value] of Object.entries({
    position: 'fixed', inset: '0', 'z-index': '2147483647', background: 'white' }))
    cover.style.setProperty(name, value);
"""


def test_nothing_without_the_top_layer_lies_above_the_dock(target: Target) -> None:
    target.dock.glass.script("{" + COVER + "}")
    target.works_for_a_person()


def test_a_dock_that_only_just_appeared_does_nothing(target: Target) -> None:
    dock, line = target.dock, target.shop.line
    for attempt in range(1, 7):
        name = f"{attempt}人目"
        person = line.follow(name, account=SALON)
        entry = dock.friend(name).wait()
        place = entry.aim(SEND_FREE)
        # Away for a moment and back right under the finger.
        dock.glass.script(
            """(async () => {
              const dock = document.querySelector('ittsu-dock');
              dock.hidePopover();
              dock.remove();
              await new Promise((done) => setTimeout(done, 200));
              window.pressed = Infinity;
              addEventListener('click', (event) => {
                if (event.target === dock) window.pressed = performance.now();
              }, { capture: true, once: true });
              document.documentElement.append(dock);
              dock.showPopover();
              window.appeared = performance.now();
            })()"""
        )
        dock.page.mouse.click(*place)
        # A busy machine may bring the click too late for this test, or before the dock is drawn: then somebody
        # else is tried.
        if dock.glass.script("window.pressed - window.appeared") < GUARD_MILLISECONDS:
            dock.wait_for_text("ボタンがよく見えていなかったため、何もしていません")
            assert entry.button(UNDO) is None
            assert line.sends(person) == []
            break
    else:
        pytest.fail("this machine is too busy to click within 300 ms")
    target.works_for_a_person()


def test_the_page_cannot_take_the_dock_away_or_restyle_it(target: Target) -> None:
    dock = target.dock
    dock.glass.script(
        """{
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(
            'ittsu-dock { display: none !important; opacity: 0 !important; transform: scale(0) !important; }');
          document.adoptedStyleSheets = [sheet];
          const dock = document.querySelector('ittsu-dock');
          dock.setAttribute('style', 'display: none !important; opacity: 0 !important');
          dock.hidden = true;
        }"""
    )
    target.works_for_a_person()
    dock.glass.script("document.querySelector('ittsu-dock').remove()")
    dock.wait().wait_for_text("送信しました（無料）")
