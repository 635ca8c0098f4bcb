"""Finds the Chromium that the browser suite drives, and installs one where that is possible.

Standard library only. Google Chrome itself no longer loads an extension given on its command line, so only
Chromium, Chrome for Testing and Edge count.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.environment import StepFailed, run_step, say, venv_program

# The environment variable that names a browser to use; scripts/test.py sets it for the suite.
BROWSER_VARIABLE = "ITTSU_TEST_BROWSER"
DEBIAN_PACKAGES = ("chromium", "chromium-l10n", "fonts-noto-cjk")

_COMMANDS = ("chromium", "chromium-browser", "microsoft-edge", "microsoft-edge-stable", "msedge")
_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)


def find_browser() -> Path | None:
    """The browser named by the environment, else an installed one, else one that Playwright downloaded."""
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        return Path(named) if Path(named).is_file() else None
    for command in _COMMANDS:
        if found := shutil.which(command):
            return Path(found)
    for application in _APPLICATIONS:
        if Path(application).is_file():
            return Path(application)
    return _playwrights_own()


def get_browser() -> Path | None:
    """A browser for the tests, installed first where this machine has none.

    As root on Debian and its relatives from the system's packages (with Japanese texts and fonts), elsewhere
    by Playwright's download. None when neither works.
    """
    if _on_debian_as_root() and not all(_debian_has(package) for package in DEBIAN_PACKAGES):
        say("テスト用のブラウザ（chromium）を入れています", "Installing a browser for the tests (chromium)")
        _attempt(["apt-get", "update", "-qq"])
        _attempt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN_PACKAGES])
    browser = find_browser()
    if browser is None and not os.environ.get(BROWSER_VARIABLE):
        say("テスト用のブラウザをダウンロードしています", "Downloading a browser for the tests")
        _attempt([venv_program("playwright"), "install", "chromium", "--no-shell"])
        browser = find_browser()
    return browser


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
