"""A Chromium with the built extension, as an operator has it: own profile, a public web, Japanese or English."""

import base64
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import BrowserContext, Playwright, ViewportSize

from scripts.browser import find_browser
from tests.browser.dashboard_pages import DashboardPages

if TYPE_CHECKING:
    from tests.browser.shop import Shop

BUILDS = Path(__file__).resolve().parents[2] / "extension" / ".output"
WINDOW: ViewportSize = {"width": 1280, "height": 800}


class CannotRun(Exception):
    """Something the browser tests need is not here."""


def browser_path() -> Path:
    """The Chromium to drive. Raises CannotRun."""
    found = find_browser()
    if found is None:
        raise CannotRun("no Chromium here: install one, or name it with ITTSU_TEST_BROWSER")
    return found


def built(name: str) -> Path:
    """The folder of a build. Raises CannotRun."""
    if not (BUILDS / name / "manifest.json").is_file():
        raise CannotRun(
            f"the extension is not built ({BUILDS / name} is missing): "
            "run python3 scripts/start.py --setup-only"
        )
    return BUILDS / name


class Chromium:
    """Starts browsers with one built extension."""

    name = "chromium"

    def __init__(self, playwright: Playwright, folder: Path, extension: Path | None = None) -> None:
        """`folder` gets a copy of the extension (else the built one): whoever builds meanwhile must not change it.

        Raises CannotRun.
        """
        self._playwright = playwright
        self._program = browser_path()
        self._extension = Path(
            shutil.copytree(extension or built("chrome-mv3"), folder / "extension-chromium")
        )
        self.extension_address = f"chrome-extension://{_extension_id(self._extension)}"

    def launch(self, profile: Path, *, origins_port: int | None, language: str) -> BrowserContext:
        """Start one; `origins_port`: where the dashboards' own addresses are served.

        Those pages count as public, so that Local Network Access is really tested; no other name leads anywhere.
        """
        rules = [f"MAP {host} 127.0.0.1:{origins_port}" for host in DashboardPages.HOSTS if origins_port]
        public = [f"--ip-address-space-overrides=127.0.0.1:{origins_port}=public"] if origins_port else []
        return self._playwright.chromium.launch_persistent_context(
            profile,
            executable_path=self._program,
            headless=True,
            viewport=WINDOW,
            env={**os.environ, "LANGUAGE": language},
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                # Playwright's own switch reaches a tab that an extension opens after its page is asked for.
                "--ignore-certificate-errors",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--disable-extensions-except={self._extension}",
                f"--load-extension={self._extension}",
                "--host-resolver-rules=" + ", ".join([*rules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"]),
                *public,
            ],
        )

    def allow(self, shop: "Shop", host: str) -> None:
        """On the browser's own page of extensions: our request is then answered without asking."""
        page = shop.new_page()
        page.goto("chrome://extensions")
        page.evaluate(
            "([id, origin]) => chrome.developerPrivate.addHostPermission(id, origin)",
            [shop.extension_address.rpartition("/")[2], f"https://{host}/*"],
        )
        page.close()

    def hosts(self, shop: "Shop", *, given: bool) -> None:
        """As the choice on the browser's own page of extensions does."""
        page = shop.new_page()
        page.goto("chrome://extensions")
        page.evaluate(
            "([extensionId, hostAccess]) => "
            "chrome.developerPrivate.updateExtensionConfiguration({ extensionId, hostAccess })",
            [shop.extension_address.rpartition("/")[2], "ON_ALL_SITES" if given else "ON_CLICK"],
        )
        page.close()


def _extension_id(extension: Path) -> str:
    """The id that Chrome derives from the manifest's key."""
    key = json.loads((extension / "manifest.json").read_text("utf-8"))["key"]
    digest = hashlib.sha256(base64.b64decode(key)).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
