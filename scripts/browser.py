"""Finds the Chromium and the Firefox that the browser suite drives, and installs them where that is possible.

Standard library only. Google Chrome itself no longer loads an extension given on its command line, so only
Chromium, Chrome for Testing and Edge count.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.environment import StepFailed, run_step, say, venv_program

# The environment variable that names a browser to use; scripts/test.py sets it for the suite.
BROWSER_VARIABLE = "ITTSU_TEST_BROWSER"
DEBIAN_PACKAGES = ("chromium", "chromium-l10n", "fonts-noto-cjk")
# The environment variable that names a Firefox to use; scripts/test.py sets it, too.
FIREFOX_VARIABLE = "ITTSU_TEST_FIREFOX"
FIREFOX_PACKAGES = ("firefox-esr", "firefox-esr-l10n-ja", "fonts-noto-cjk")

_COMMANDS = ("chromium", "chromium-browser", "microsoft-edge", "microsoft-edge-stable", "msedge")
_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
_FIREFOX_COMMANDS = ("firefox-esr", "firefox")
_FIREFOX_APPLICATIONS = (
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
)


def find_browser() -> Path | None:
    """The browser named by the environment, else an installed one, else one that Playwright downloaded."""
    if os.environ.get(BROWSER_VARIABLE):
        return _named(BROWSER_VARIABLE)
    return _installed(_COMMANDS, _APPLICATIONS) or _playwrights_own()


def find_firefox() -> Path | None:
    """The Firefox named by the environment, else an installed one."""
    if os.environ.get(FIREFOX_VARIABLE):
        return _named(FIREFOX_VARIABLE)
    return _installed(_FIREFOX_COMMANDS, _FIREFOX_APPLICATIONS)


def get_browser() -> Path | None:
    """A browser for the tests, installed first where this machine has none.

    As root on Debian and its relatives from the system's packages (with Japanese texts and fonts), elsewhere
    by Playwright's download. None when neither works.
    """
    _install_on_debian("chromium", DEBIAN_PACKAGES)
    browser = find_browser()
    if browser is None and not os.environ.get(BROWSER_VARIABLE):
        say("テスト用のブラウザをダウンロードしています", "Downloading a browser for the tests")
        _attempt([venv_program("playwright"), "install", "chromium", "--no-shell"])
        browser = find_browser()
    return browser


def get_firefox() -> Path | None:
    """A Firefox for the tests, installed first as root on Debian and its relatives. None where there is none."""
    _install_on_debian("firefox-esr", FIREFOX_PACKAGES)
    return find_firefox()


def _named(variable: str) -> Path | None:
    named = Path(os.environ[variable])
    return named if named.is_file() else None


def _installed(commands: Sequence[str], applications: Sequence[str]) -> Path | None:
    for command in commands:
        if found := shutil.which(command):
            return Path(found)
    return next((Path(place) for place in applications if Path(place).is_file()), None)


def _install_on_debian(name: str, packages: Sequence[str]) -> None:
    if not _on_debian_as_root() or all(_debian_has(package) for package in packages):
        return
    say(f"テスト用のブラウザ（{name}）を入れています", f"Installing a browser for the tests ({name})")
    _attempt(["apt-get", "update", "-qq"])
    _attempt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])


def _attempt(command: list[str | Path]) -> None:
    """Run an installation that may fail; what it said is shown, and the caller looks at what is there."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run_step(
            command,
            StepFailed(
                f"「{Path(command[0]).name}」でブラウザを入れられませんでした。",
                f"{Path(command[0]).name} could not install a browser.",
            ),
            environment=environment,
        )
    except StepFailed as failure:
        failure.tell()


def _on_debian_as_root() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _debian_has(package: str) -> bool:
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        check=False,
        text=True,
    )
    return done.stdout == "installed"


def _playwrights_own() -> Path | None:
    """Chromium as Playwright's own download leaves it, asked from Playwright itself; needs `.venv`."""
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    if not venv_program("playwright").exists():
        return None
    done = subprocess.run(
        [venv_program("python"), "-c", ask], capture_output=True, check=False, text=True, encoding="utf-8"
    )
    path = Path(done.stdout.strip())
    return path if done.returncode == 0 and done.stdout.strip() and path.is_file() else None
