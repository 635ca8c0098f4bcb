"""Opening the helper's own pages as `ittsu setup` does, and pictures of them."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.shop import Shop

SCREENSHOTS = os.environ.get("ITTSU_SCREENSHOTS")


def open_setup(shop: Shop, view: str = "") -> Page:
    """The pages, opened by a fresh one-time link, at a view (`connect`, `receive`, …)."""
    url = next(
        word for word in shop.helper.output("setup", "--no-open").split() if word.startswith("http://")
    )
    page = shop.new_page()
    page.goto(url)
    page.get_by_text("Ittsu", exact=True).wait_for()
    if view:
        page.evaluate("view => { location.hash = view }", view)
    return page


def picture(page: Page, name: str) -> None:
    """Keep a picture where ITTSU_SCREENSHOTS says, in the light and the dark, wide and narrow."""
    if not SCREENSHOTS:
        return
    size = page.viewport_size or {"width": 1280, "height": 800}
    for scheme in ("light", "dark"):
        for width in (1280, 400):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(200)  # colours take their time to change
            page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{scheme}-{width}.png", full_page=True)
    page.emulate_media(color_scheme="null")
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
