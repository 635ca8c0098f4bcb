"""What `ittsu extension` takes out of a released wheel is an extension that a browser loads."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from scripts.extension import BUILDS
from scripts.release import build_wheel, check_wheel
from tests.browser.chromium import Chromium, built

pytestmark = pytest.mark.browser


def test_the_extension_out_of_a_wheel_opens_its_options(
    playwright: Playwright, chromium_path: Path, tmp_path: Path
) -> None:
    assert built("chrome-mv3") in BUILDS
    wheel = build_wheel(tmp_path / "dist", BUILDS)
    check_wheel(wheel, BUILDS)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "unpacked")
    folder = tmp_path / "拡張 機能"
    subprocess.run(
        [sys.executable, "-m", "helper", "extension", folder], cwd=tmp_path / "unpacked", check=True
    )
    chromium = Chromium(playwright, tmp_path, folder)
    browser = chromium.launch(tmp_path / "profile", origins_port=None, language="ja")
    try:
        page = browser.new_page()
        page.goto(f"{chromium.extension_address}/options.html")
        expect(page.get_by_label("接続コード")).to_be_visible()
    finally:
        browser.close()
