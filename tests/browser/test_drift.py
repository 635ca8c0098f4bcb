"""Pages that change under us. Whatever they do: one pill a row, none stale, none after leaving, and nothing is sent to
anybody but the row that was shown at the click."""

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.dashboard_pages import fixture, japan_minute
from tests.browser.harness import SEND, SEND_PUSH, Dock
from tests.browser.shop import SALON, Shop
from tests.browser.waiting import never

pytestmark = pytest.mark.browser

LIST = "https://manager.linestep.net/line/show?page=1"
NUMBERS = itertools.count(1)
REPORT = "報告用に画面のつくりをコピー"

# Which pills stand where, as `member id: [match of each]`; `elsewhere`: pills outside rows, or beside nobody's name.
PILLS = """(() => {
  const found = {};
  for (const row of document.querySelectorAll('tr[data-item-id]'))
    found[row.dataset.itemId] = [...row.querySelectorAll('ittsu-row')].map((host) => host.dataset.match);
  const elsewhere = [...document.querySelectorAll('ittsu-row')].filter(
    (host) => !host.closest('tr[data-item-id]') || host.previousElementSibling?.localName !== 'a').length;
  return { ...found, ...(elsewhere ? { elsewhere } : {}) };
})()"""

# Each keeps going until `window.calm()`.
UNREST = {
    "class names are shuffled": """
      setInterval(() => {
        for (const element of document.querySelectorAll('body, body *:not(ittsu-row)'))
          element.className = `c${Math.random().toString(36).slice(2)}`;
      }, 100)""",
    "rows are drawn anew twice a second": """
      setInterval(() => {
        const rows = [...document.querySelectorAll('tbody tr')].map((row) => {
          const copy = row.cloneNode(true);
          for (const host of copy.querySelectorAll('ittsu-row')) host.remove();
          return copy;
        });
        document.querySelector('tbody').replaceChildren(...rows);
      }, 500)""",
    "rows are copied with everything in them": """
      setInterval(() => {
        const body = document.querySelector('tbody');
        body.replaceChildren(...[...body.rows].map((row) => row.cloneNode(true)));
      }, 500)""",
    "rows change their places": """
      setInterval(() => {
        const body = document.querySelector('tbody');
        body.prepend(body.lastElementChild);
      }, 200)""",
    "names are written again": """
      setInterval(() => {
        for (const link of document.querySelectorAll('td a:last-of-type')) {
          const text = link.firstChild;
          if (text?.nodeType === 3) text.replaceWith(document.createTextNode(text.nodeValue));
        }
      }, 150)""",
    "our elements are restyled": """
      (() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`ittsu-row, ittsu-dock, [data-match] { display: none !important; opacity: 0 !important;
          visibility: hidden !important; pointer-events: none !important; transform: scale(40) !important;
          position: fixed !important; inset: 0 !important; width: 100vw !important; height: 100vh !important }`);
        document.adoptedStyleSheets = [sheet];
      })()""",
}


@dataclass
class Salon:
    """A bound list in Lステップ: ゆい is linked, 佐藤 花子 is proposed, two are called けん."""

    shop: Shop
    dock: Dock
    number: int
    yui: dict[str, Any]
    hanako: dict[str, Any]

    def member(self, digit: int) -> str:
        """The member id of the row with this number, from the top."""
        return f"{digit}{33450000 + self.number}"

    @property
    def expected(self) -> dict[str, list[str]]:
        """One pill for each row that is somebody's."""
        matches = {1: ["exact"], 2: ["proposed"], 3: ["ambiguous"], 4: ["ambiguous"], 5: []}
        return {self.member(digit): match for digit, match in matches.items()}

    @property
    def pills(self) -> Any:
        """What stands beside whom."""
        return self.dock.glass.script(PILLS)

    def wait_until_right(self) -> None:
        """Wait until every row has its one pill, and nothing else has any."""
        self.dock.glass.until(lambda: self.pills == self.expected, f"{self.pills} becomes {self.expected}")

    def rest(self, seconds: float) -> None:
        """Let the browser go on."""
        self.dock.page.wait_for_timeout(seconds * 1000)


@pytest.fixture
def salon(salon_shop: Shop) -> Salon:
    shop, number = salon_shop, next(NUMBERS)
    yui = shop.line.follow(f"あおい{number}🌸", seconds_ago=1200, account=SALON)
    hanako = shop.line.follow(f"鈴木{number} 花子", seconds_ago=4000, account=SALON)
    for _ in range(2):
        shop.line.follow(f"じゅん{number}", seconds_ago=9000, account=SALON)
    html = fixture(
        "lstep-list",
        {
            "23456789": f"{33450000 + number}",
            "(管理者)</span> さくら美容室": f"(管理者)</span> さくら美容室{number}番館",
            "ゆい<img": f"あおい{number}<img",
            "佐藤　花子": f"鈴木{number}　花子",
            ">けん<": f">じゅん{number}<",
            "2026/11/21 10:32": japan_minute(yui),
            "2026年11月21日 9時05分": japan_minute(hanako),
        },
    )
    dock = shop.open(shop.pages.put(LIST, html))
    dock.wait_for_state("ready")
    dock.wait_for_text(yui["name"])
    salon = Salon(shop, dock, number, yui, hanako)
    dock.press("このページのアカウント")
    row = dock.row(salon.member(1))
    row.wait()
    row.press("紐付ける")
    salon.wait_until_right()
    return salon


@pytest.mark.parametrize("unrest", UNREST)
def test_each_row_keeps_its_one_pill_and_a_click_reaches_nobody_else(salon: Salon, unrest: str) -> None:
    dock, line = salon.dock, salon.shop.line
    before = len(line.sends())
    dock.glass.script(f"{{ const since = {UNREST[unrest]}; window.calm = () => clearInterval(since); }}")
    salon.rest(1.2)
    salon.wait_until_right()
    # A row may be replaced between press and release: then nothing is sent. Never to anybody else.
    place = dock.glass.script(
        f"""(() => {{
          const row = document.querySelector('tr[data-item-id="{salon.member(1)}"] ittsu-row');
          const box = row.previousElementSibling.getBoundingClientRect();
          return [box.right + 24, (box.top + box.bottom) / 2];
        }})()"""
    )
    dock.page.mouse.click(*place)
    salon.rest(0.3)
    dock.glass.script("window.calm(); document.adoptedStyleSheets = []")
    salon.wait_until_right()
    row = dock.row(salon.member(1))
    shown = dock.glass.until(row.text, "the pill of the row is drawn")
    if SEND in shown:
        row.press(SEND_PUSH)
    row.wait_for_text("送信しました")
    assert len(line.sends(salon.yui)) == 1
    assert len(line.sends()) == before + 1


def test_a_thousand_rows_get_their_pills_as_they_are_looked_at(salon: Salon) -> None:
    dock = salon.dock
    dock.glass.script(
        f"""{{
          const body = document.querySelector('tbody');
          const pattern = body.rows[2].cloneNode(true);
          for (const host of pattern.querySelectorAll('ittsu-row')) host.remove();
          for (let at = 0; at < 1000; at += 1) {{
            const row = pattern.cloneNode(true);
            const id = String(700000000 + at);
            row.dataset.itemId = id;
            for (const link of row.querySelectorAll('a')) link.setAttribute('href', `/line/detail/${{id}}`);
            row.querySelector('a').textContent = `だれか{salon.number}の${{at}}`;
            body.append(row);
          }}
        }}"""
    )
    dock.glass.script("document.querySelector('tr[data-item-id=\"700000500\"]').scrollIntoView()")
    dock.row("700000500").wait()
    assert dock.row("700000500").host().attributes["data-match"] == "none"
    pills = salon.pills
    assert max(len(matches) for matches in pills.values()) == 1
    assert sum(len(matches) for matches in pills.values()) < 100
    assert "elsewhere" not in pills
    assert dock.state == "ready"


def test_nothing_stays_after_the_page_moved_on(salon: Salon) -> None:
    dock = salon.dock
    dock.glass.script(
        """{
          window.table = document.querySelector('table');
          history.pushState(null, '', '/line/visual');
        }"""
    )
    dock.glass.until(lambda: dock.rows() == [], "no pill at the new address")
    never(dock.rows, "a pill after leaving", seconds=2.5, rest=salon.rest)
    assert dock.is_there()
    dock.glass.script("history.back()")
    salon.wait_until_right()
    assert salon.shop.line.sends(salon.yui) == []


def test_a_list_in_a_frame_is_left_alone(salon: Salon) -> None:
    dock = salon.dock
    dock.glass.script(
        """{
          const frame = document.createElement('iframe');
          const table = document.querySelector('table');
          table.before(frame);
          for (const host of table.querySelectorAll('ittsu-row')) host.remove();
          frame.contentDocument.body.append(frame.contentDocument.adoptNode(table));
        }"""
    )
    inside = (
        "document.querySelector('iframe').contentDocument.querySelectorAll('ittsu-row, ittsu-dock').length"
    )
    never(
        lambda: dock.rows() or dock.glass.script(inside),
        "a pill for a row in a frame",
        seconds=2,
        rest=salon.rest,
    )
    assert dock.friend(salon.yui["name"]).button(SEND_PUSH) is not None


def test_an_anchor_that_vanishes_is_said_and_reported_without_names(salon: Salon) -> None:
    dock = salon.dock
    dock.glass.script(
        """{
          window.before = [...document.querySelectorAll('tbody tr')].map((row) => [row, row.dataset.itemId]);
          for (const row of document.querySelectorAll('tbody tr')) {
            delete row.dataset.itemId;
            for (const link of row.querySelectorAll('a')) {
              link.dataset.href = link.getAttribute('href');
              link.removeAttribute('href');
            }
          }
          window.copied = null;
        }"""
    )
    dock.wait_for_state("degraded")
    dock.wait_for_text("この画面のつくりが変わったため、一覧のボタンを表示できません")
    assert dock.rows() == []
    assert dock.friend(salon.yui["name"]).button(SEND_PUSH) is not None
    dock.press(REPORT)
    dock.wait_for_text("コピーしました")
    report = _pasted(salon)
    assert report.startswith("Ittsu ")
    assert "lstep /line/show?page=<digits:1>" in report
    assert "tr" in report
    assert "people 0" in report
    for secret in (salon.yui["name"], "あおい", "鈴木", "花子", "さくら", salon.member(1), "メモ"):
        assert secret not in report
    dock.glass.script(
        """{
          for (const [row, id] of window.before) {
            row.dataset.itemId = id;
            for (const link of row.querySelectorAll('a')) link.setAttribute('href', link.dataset.href ?? '');
          }
        }"""
    )
    dock.wait_for_state("ready")
    salon.wait_until_right()


def _pasted(salon: Salon) -> str:
    """What Ctrl+V brings into a field of a page."""
    page = salon.shop.new_page()
    page.goto(salon.shop.pages.put("https://manager.linestep.net/paste", "<textarea></textarea>"))
    field = Dock(page).glass
    field.script("document.querySelector('textarea').focus()")
    page.keyboard.press("Control+v")
    text = str(
        field.until(lambda: field.script("document.querySelector('textarea').value"), "something is pasted")
    )
    page.close()
    return text
