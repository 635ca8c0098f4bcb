"""A Firefox with the built extension, as an operator has it: own profile, a public web, Japanese or English."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from playwright.sync_api import BrowserContext, Page

from scripts.browser import FIREFOX_PACKAGES, find_firefox
from tests.browser.bidi import BidiError, Connection
from tests.browser.chromium import CannotRun, built
from tests.browser.firefox_page import FirefoxPage
from tests.browser.tunnel import Tunnel

if TYPE_CHECKING:
    from tests.browser.shop import Shop

# What Firefox would make up for each profile.
EXTENSION_UUID = "7cf3c0a1-6f0e-4f2a-9f4e-2f1f6e1a3b5c"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_SAYS_WHERE = "WebDriver BiDi listening on "
_REQUESTED = {"ja": "ja", "en": "en-US"}
# The browser's frame around a page, so that the page gets 1280 × 800 of the window.
_WINDOW = ("1280", "900")


def firefox_path() -> Path:
    """The Firefox to drive. Raises CannotRun."""
    found = find_firefox()
    if found is None:
        raise CannotRun(
            "no Firefox here: install one, or name it with ITTSU_TEST_FIREFOX "
            f"(Debian, as root: apt-get install {' '.join(FIREFOX_PACKAGES)})"
        )
    return found


class Firefox:
    """Starts browsers with one built extension."""

    name = "firefox"
    extension_address = f"moz-extension://{EXTENSION_UUID}"

    def __init__(self, folder: Path) -> None:
        """`folder` gets a copy of the built extension. Raises CannotRun."""
        self._program = firefox_path()
        self._extension = Path(shutil.copytree(built("firefox-mv3"), folder / "extension-firefox"))

    def launch(self, profile: Path, *, origins_port: int | None, language: str) -> BrowserContext:
        """Start one; what comes back is the part of Playwright's BrowserContext that the tests use."""
        browser = FirefoxBrowser(self._program, profile, origins_port, language)
        try:
            browser.install(self._extension)
        except BaseException:
            browser.close()
            raise
        return cast(BrowserContext, browser)

    def allow(self, shop: Shop, host: str) -> None:
        """Nothing: every browser is started so that it answers such questions with yes."""

    def hosts(self, shop: Shop, *, given: bool) -> None:
        """As the switches of about:addons do; giving them back is left to the extension's own button."""
        assert not given
        browser = cast(FirefoxBrowser, shop.browser)
        browser.chrome(
            """(async () => {
              const { ExtensionPermissions } = ChromeUtils.importESModule(
                'resource://gre/modules/ExtensionPermissions.sys.mjs');
              const { extension } = WebExtensionPolicy.getByHostname('UUID');
              const origins = [...extension.allowedOrigins.patterns].map(({ pattern }) => pattern);
              await ExtensionPermissions.remove(extension.id, { permissions: [], origins }, extension);
            })()""".replace("UUID", EXTENSION_UUID)
        )


class FirefoxBrowser:
    """One running browser, its only way out and the connection to it."""

    def __init__(self, program: Path, profile: Path, origins_port: int | None, language: str) -> None:
        self._tunnel = Tunnel(origins_port)
        self._tunnel.__enter__()
        self._id = ""
        self._pages: list[FirefoxPage] = []
        self._connection: Connection | None = None
        (profile / "user.js").write_text(
            "".join(
                f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                for name, value in _preferences(self._tunnel.port, language).items()
            ),
            "utf-8",
        )
        self._process = subprocess.Popen(
            [
                program,
                "--headless",
                "--no-remote",
                "--profile",
                profile,
                "--remote-debugging-port=0",
                # Without it the extension's own pages cannot be opened.
                "--remote-allow-system-access",
                "--width",
                _WINDOW[0],
                "--height",
                _WINDOW[1],
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    @property
    def connection(self) -> Connection:
        """What the browser is driven through."""
        assert self._connection is not None
        return self._connection

    @property
    def pages(self) -> list[Page]:
        """All tabs; the first is the empty one that the browser starts with."""
        known = {page.context_id: page for page in self._pages}
        contexts = [each["context"] for each in self._contexts()]
        self._pages = [known.get(each) or FirefoxPage(self.connection, each) for each in contexts]
        return [page.as_playwright() for page in self._pages]

    def new_page(self) -> Page:
        """A tab behind the others' backs until it is brought to the front."""
        context = self.connection.command("browsingContext.create", type="tab", background=True)["context"]
        page = FirefoxPage(self.connection, context)
        self._pages.append(page)
        page.command("browsingContext.setViewport", viewport={"width": 1280, "height": 800})
        return page.as_playwright()

    def install(self, extension: Path) -> None:
        """Install the extension as a person would from a file; its hosts are granted with it."""
        self._id = self.connection.command(
            "webExtension.install", extensionData={"type": "path", "path": str(extension)}
        )["extension"]

    def reinstall(self, extension: Path) -> None:
        """Remove it and install it again, as an update under open pages does."""
        self.connection.command("webExtension.uninstall", extension=self._id)
        self.install(extension)

    def chrome(self, expression: str) -> Any:
        """The value of a script of the browser's own window: what a person does in its menus."""
        contexts = self.connection.command("browsingContext.getTree", **{"moz:scope": "chrome"})["contexts"]
        return FirefoxPage(self.connection, contexts[0]["context"]).evaluate_expression(expression)

    def close(self) -> None:
        """End it, and all that belongs to it."""
        if self._connection is not None:
            with contextlib.suppress(BidiError, ConnectionError):
                self._connection.command("browser.close")
            self._connection.close()
            self._connection = None
        else:
            self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._tunnel.close()

    def _begin(self) -> None:
        self._connection = Connection(f"{self._address()}/session")
        # Fixture pages stand at the dashboards' addresses with a certificate of the test's own.
        self._connection.command(
            "session.new",
            capabilities={
                "alwaysMatch": {
                    "acceptInsecureCerts": True,
                    "unhandledPromptBehavior": {"default": "ignore"},
                }
            },
        )
        self._pages = [FirefoxPage(self._connection, each["context"]) for each in self._contexts()]

    def _contexts(self) -> list[dict[str, Any]]:
        contexts: list[dict[str, Any]] = self.connection.command("browsingContext.getTree")["contexts"]
        return contexts

    def _address(self) -> str:
        said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, args=(said,), daemon=True).start()
        return said.get(timeout=_START_SECONDS)

    def _read(self, said: queue.Queue[str]) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as output:
            for line in output:
                if line.startswith(_SAYS_WHERE):
                    said.put(line.removeprefix(_SAYS_WHERE).strip())


def _preferences(tunnel_port: int, language: str) -> dict[str, object]:
    return {
        "intl.locale.requested": _REQUESTED[language],
        "extensions.webextensions.uuids": json.dumps({"ittsu@ittsu.example": EXTENSION_UUID}),
        # The language packs that the system installed are used without being asked for.
        "extensions.autoDisableScopes": 0,
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": tunnel_port,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": tunnel_port,
        # Its prompts belong to no page and cannot be pressed: what the extension asks for is given.
        "extensions.webextOptionalPermissionPrompts": False,
        # The dashboards count as public, so that Local Network Access is really tested.
        "network.lna.address_space.public.override": f"127.0.0.1:{tunnel_port}",
        "browser.shell.checkDefaultBrowser": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "app.update.disabledForTesting": True,
        "app.normandy.enabled": False,
        "ui.prefersReducedMotion": 1,
    }
