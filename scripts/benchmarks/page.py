"""What the extension costs a dashboard's page: a friend list of 1,000 rows in a real Chromium, with it and without."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts.benchmarks.bench import Bench, NotRun
from scripts.benchmarks.big_list import Row, list_page, people_of, picture
from scripts.benchmarks.page_cost import Cost, recording
from scripts.benchmarks.report import Cell, Table
from tests.browser.chromium import CannotRun, Chromium
from tests.browser.shop import SALON, Shop, open_real

ROUNDS = 3
IDLE_SECONDS = 30
# The same pages stand at an address of a dashboard and at one that is none: there no script of ours runs.
DASHBOARD = "https://manager.linestep.net"
ELSEWHERE = "https://kokyaku.example.jp"
LIST = "/line/show"
SIGN_IN = "/account/login"

_SETTLES_IN_MS = 1_500
_STEPS, _STEP_PIXELS, _STEP_MS = 60, 700, 80
_TIMES_DRAWN = 10
_INSERT = """(people) => {
    const make = (tag, ...parts) => { const made = document.createElement(tag); made.append(...parts); return made; };
    document.querySelector('#rows').append(...people.map(([id, name, followed, picture]) => {
        const link = (...parts) => Object.assign(make('a', ...parts), { href: `/line/detail/${id}` });
        const face = Object.assign(make('img'), { src: picture, alt: '' });
        const row = make('tr', make('td', link(face), ' ', link(name)), make('td', followed), make('td'));
        row.dataset.itemId = id;
        return row;
    }));
}"""
# As a page does that draws its list from data: the new rows hold nothing of ours.
_DRAW_ANEW = """async (times) => {
    const rows = document.querySelector('#rows');
    const kept = [...rows.children].map((row) => row.cloneNode(true));
    for (const row of kept) for (const added of row.querySelectorAll('ittsu-row')) added.remove();
    for (let time = 0; time < times; time += 1) {
        rows.replaceChildren(...kept.map((row) => row.cloneNode(true)));
        await new Promise((done) => setTimeout(done, 500));
    }
}"""
_COUNT_LOOKUPS = """() => {
    const { fetch } = self;
    self.lookups = 0;
    self.fetch = (input, options) => {
        if (String(input.url ?? input).endsWith('/friends/lookup')) self.lookups += 1;
        return fetch(input, options);
    };
}"""


async def measure(bench: Bench) -> Table:
    """In a thread of its own, for what drives the browser waits by itself. Raises NotRun without a browser."""
    return await asyncio.to_thread(_measure, bench.home("page"))


def _measure(home: Path) -> Table:
    with tempfile.TemporaryDirectory(dir=home) as folder, sync_playwright() as playwright:
        place = Path(folder)
        try:
            chromium = Chromium(playwright, place)
        except CannotRun as reason:
            raise NotRun(str(reason)) from reason
        with open_real(chromium, place, daily_backup="off") as shop:
            shop.add_account(SALON, "さくら美容室", "@sakura")
            people = people_of(shop)
            shop.pair_and_close()
            rows = Pages(shop, people).measured()
    return Table(
        "page",
        "A dashboard's page of 1,000 rows",
        (
            *("what happens", "Ittsu's scripting ms", "most of it in one task ms", "lookup requests"),
            *("main thread ms", "without Ittsu", "tasks over 50 ms", "without Ittsu"),
        ),
        tuple(rows),
        "Processor time of the page's main thread in a headless Chromium, the browser's profiler on; Ittsu's scripting "
        "is what ran with its code on the stack, the layout that it asks for included. Medians of "
        f"{ROUNDS} rounds. Of the rows' people 40 % are linked, 30 % proposed, 20 % ambiguous and 10 % unknown. "
        f"Idle: {IDLE_SECONDS} s, told for a minute.",
    )


class Pages:
    """Opens the pages and lets happen what happens on them."""

    def __init__(self, shop: Shop, people: Sequence[Row]) -> None:
        self._shop = shop
        self._people = [(row.member_id, row.name, row.followed, picture(row)) for row in people]
        self._full, self._empty = list_page(people), list_page([])
        self._background = shop.browser.service_workers[0]
        self._background.evaluate(_COUNT_LOOKUPS)

    def measured(self) -> list[tuple[Cell, ...]]:
        """A row of the table for everything that happens."""
        minute = 60 / IDLE_SECONDS
        return [
            self._row("opened, until the rows in sight have their buttons", self._opened),
            self._row("open, and the rows are put in then", self._inserted),
            self._row(f"scrolled to its end in {_STEPS * _STEP_MS / 1000:.0f} s", self._scrolled),
            self._row("all rows drawn anew, twice a second for 5 s", self._drawn_anew),
            self._row("idle for a minute", self._idle, rounds=1, times=minute),
            self._row("a sign-in page, idle for a minute", self._signed_out, rounds=1, times=minute),
        ]

    def _row(
        self, name: str, happens: Callable[[str], Cost], *, rounds: int = ROUNDS, times: float = 1
    ) -> tuple[Cell, ...]:
        ours: list[Cost] = []
        others: list[Cost] = []
        lookups = []
        for _ in range(rounds):
            others.append(happens(ELSEWHERE))
            self._lookups()
            ours.append(happens(DASHBOARD))
            lookups.append(self._lookups())

        def median(costs: Sequence[Cost], figure: Callable[[Cost], float]) -> float:
            return statistics.median(map(figure, costs))

        return (
            name,
            times * median(ours, lambda cost: cost.ours_ms),
            median(ours, lambda cost: cost.longest_ours_ms),
            max(lookups),
            times * median(ours, lambda cost: cost.total_ms),
            times * median(others, lambda cost: cost.total_ms),
            round(median(ours, lambda cost: cost.long_tasks)),
            round(median(others, lambda cost: cost.long_tasks)),
        )

    def _lookups(self) -> int:
        """Requests since the last question."""
        count: int = self._background.evaluate(
            "() => { const { lookups } = self; self.lookups = 0; return lookups; }"
        )
        return count

    def _opened(self, site: str) -> Cost:
        page = self._shop.new_page()
        with recording(page) as cost:
            self._open(page, site, self._full)
        page.close()
        return cost

    def _inserted(self, site: str) -> Cost:
        page = self._shop.new_page()
        with recording(page) as cost:
            self._open(page, site, self._empty)
            page.evaluate(_INSERT, self._people)
            self._settle(page, site)
        page.close()
        return cost

    def _scrolled(self, site: str) -> Cost:
        page = self._shop.new_page()
        self._open(page, site, self._full)
        page.mouse.move(600, 600)
        with recording(page) as cost:
            for _ in range(_STEPS):
                page.mouse.wheel(0, _STEP_PIXELS)
                page.wait_for_timeout(_STEP_MS)
            self._settle(page, site)
        page.close()
        return cost

    def _drawn_anew(self, site: str) -> Cost:
        page = self._shop.new_page()
        self._open(page, site, self._full)
        with recording(page) as cost:
            page.evaluate(_DRAW_ANEW, _TIMES_DRAWN)
        page.close()
        return cost

    def _idle(self, site: str) -> Cost:
        page = self._shop.new_page()
        self._open(page, site, self._full)
        return self._wait(page)

    def _signed_out(self, site: str) -> Cost:
        page = self._shop.new_page()
        page.goto(self._shop.pages.put(site + SIGN_IN, self._empty))
        return self._wait(page)

    @staticmethod
    def _wait(page: Page) -> Cost:
        page.wait_for_timeout(3 * _SETTLES_IN_MS)
        with recording(page) as cost:
            page.wait_for_timeout(IDLE_SECONDS * 1_000)
        page.close()
        return cost

    def _open(self, page: Page, site: str, html: str) -> None:
        page.goto(self._shop.pages.put(site + LIST, html))
        if html == self._full:
            self._settle(page, site)

    @staticmethod
    def _settle(page: Page, site: str) -> None:
        if site == DASHBOARD:
            page.locator("ittsu-row").first.wait_for(state="attached")
        page.wait_for_timeout(_SETTLES_IN_MS)
