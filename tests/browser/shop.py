"""A shop with everything running: helper, browser with the extension, LINE's side, and dashboards to work on."""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Page

from tests.browser.asleep import frozen, process_with
from tests.browser.dashboard_pages import DashboardPages
from tests.browser.harness import Dock
from tests.browser.helper_process import HelperProcess
from tests.browser.line_side import LineSide
from tests.browser.servers import LineThread, OriginThread
from tests.browser.waiting import until

SALON = "1650000001"
_PROFILE = "profile"
PAIRING_LABEL = {"ja": "接続コード", "en": "Pairing code"}
ADDRESS_LABEL = {"ja": "Ittsu本体のアドレス", "en": "Helper address"}
CONNECT_LABEL = {"ja": "接続する", "en": "Connect"}


class Driver(Protocol):
    """Starts browsers of one kind with the built extension."""

    @property
    def name(self) -> str:
        """`chromium` or `firefox`."""

    @property
    def extension_address(self) -> str:
        """Where the extension's own pages stand."""

    def launch(self, profile: Path, *, origins_port: int | None, language: str) -> BrowserContext:
        """Start one with an empty profile; the dashboards' own addresses lead to that port."""

    def allow(self, shop: "Shop", host: str) -> None:
        """See that the browser's prompt for a site of the operator's own is answered with yes."""

    def hosts(self, shop: "Shop", *, given: bool) -> None:
        """What a person can do in the browser's settings: take the extension's hosts away, or give them back."""


@dataclass
class Shop:
    """`line` is LINE's side; `pages` is what stands at the real dashboards' addresses.

    `profile` is the browser's own folder.
    """

    helper: HelperProcess
    browser: BrowserContext
    line: LineSide
    pages: DashboardPages
    language: str
    extension_address: str
    profile: Path

    def open(self, address: str) -> Dock:
        """Open a page in a tab of its own, in front; its dock."""
        page = self.new_page()
        page.goto(address)
        return Dock(page)

    def open_demo_chat(self) -> Dock:
        """The practice page shaped like OA Chat."""
        return self.open(f"{self.helper.sandbox}/demo/chat")

    def open_demo_list(self) -> Dock:
        """The practice page shaped like Lステップ's friend list."""
        return self.open(f"{self.helper.sandbox}/demo/list")

    def new_page(self) -> Page:
        """A tab in front of the others."""
        page = self.browser.new_page()
        page.bring_to_front()
        return page

    def extension_page(self, name: str) -> Page:
        """One of the extension's own pages: `options` or `popup`."""
        page = self.new_page()
        page.goto(f"{self.extension_address}/{name}.html")
        return page

    def opened_by(self, press: Callable[[], object]) -> Page:
        """The tab that a press opens."""
        before = self.browser.pages
        press()

        def look() -> Page | None:
            # A tab is empty at first.
            opened = (page for page in self.browser.pages if page not in before and page.url != "about:blank")
            return next(opened, None)

        opened = until(
            look, "a tab is opened", rest=lambda seconds: before[0].wait_for_timeout(seconds * 1000)
        )
        assert opened is not None
        return opened

    def sleep(self, seconds: float) -> None:
        """The computer sleeps: the helper and the browser stand still, LINE does not."""
        with frozen(self.helper.pid, process_with(str(self.profile))):
            time.sleep(seconds)

    def update_extension(self) -> None:
        """End the extension and start it anew, as an update does; its own pages close."""
        page = self.extension_page("popup")
        page.evaluate("() => { setTimeout(() => chrome.runtime.reload(), 50); }")

    def new_code(self, name: str = "太郎") -> str:
        """A pairing code, as `ittsu pair` prints it."""
        code: str = self.helper.command("pair", "--name", name)["code"]
        return code

    def pair(self, code: str | None = None) -> Page:
        """Enter a code in the options page, as the helper printed it; the page, when the answer is there."""
        page = self.extension_page("options")
        page.get_by_label(PAIRING_LABEL[self.language], exact=True).fill(code or self.new_code())
        page.get_by_label(ADDRESS_LABEL[self.language]).fill(self.helper.api)
        page.get_by_role("button", name=CONNECT_LABEL[self.language], exact=True).click()
        return page

    def pair_and_close(self) -> None:
        """Pair, wait until it is done, and leave the options page."""
        page = self.pair()
        page.get_by_label(PAIRING_LABEL[self.language], exact=True).wait_for(state="detached")
        page.close()

    def add_persona(self, name: str) -> None:
        """A sender, made in the options page (Japanese)."""
        page = self.extension_page("options")
        page.get_by_role("button", name="新しい送信者").click()
        page.get_by_label("送信者の名前").fill(name)
        page.get_by_role("button", name="保存する").click()
        page.get_by_role("button", name=f"「{name}」を編集").wait_for()
        page.close()

    def add_account(self, channel_id: str, name: str, basic_id: str) -> dict[str, Any]:
        """An account at LINE, connected to the helper by `ittsu account add`."""
        account = self.line.add_account(channel_id, name, basic_id)
        added: dict[str, Any] = self.helper.command(
            "account", "add", "--channel-id", channel_id, ITTSU_CHANNEL_SECRET=account["secret"]
        )
        return added


@contextlib.contextmanager
def open_practice(
    driver: Driver,
    folder: Path,
    language: str = "ja",
    **settings: object,
) -> Iterator[Shop]:
    """A helper in practice mode: its own stand-in for LINE, its own demo dashboards."""
    home = _folder(folder, "home")
    with (
        _helper_and_browser(driver, folder, HelperProcess(home, **settings), None, language) as (
            helper,
            browser,
        ),
    ):
        yield Shop(
            helper,
            browser,
            LineSide(helper.sandbox),
            DashboardPages(),
            language,
            driver.extension_address,
            folder / _PROFILE,
        )


@contextlib.contextmanager
def open_real(driver: Driver, folder: Path, language: str = "ja", **settings: object) -> Iterator[Shop]:
    """A helper whose LINE is the stand-in, and a browser for which the dashboards' addresses lead to fixtures."""
    home = _folder(folder, "home")
    with LineThread() as line, OriginThread(DashboardPages()) as origins:
        settings = {"line_api_base": line.address, "sandbox": "never", **settings}
        process = HelperProcess(home, **settings)
        with _helper_and_browser(driver, folder, process, origins.port, language) as (
            helper,
            browser,
        ):
            line.webhook = helper.webhook
            yield Shop(
                helper,
                browser,
                LineSide(line.address),
                origins.pages,
                language,
                driver.extension_address,
                folder / _PROFILE,
            )


@contextlib.contextmanager
def _helper_and_browser(
    driver: Driver,
    folder: Path,
    helper: HelperProcess,
    origins_port: int | None,
    language: str,
) -> Iterator[tuple[HelperProcess, BrowserContext]]:
    """Both started at the same time; both closed."""
    with ThreadPoolExecutor(1) as pool, contextlib.ExitStack() as stack:
        starting = pool.submit(helper.start)

        def stop() -> None:
            wait([starting])
            helper.stop()

        stack.callback(stop)
        browser = driver.launch(_folder(folder, _PROFILE), origins_port=origins_port, language=language)
        stack.callback(browser.close)
        starting.result()
        yield helper, browser


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
