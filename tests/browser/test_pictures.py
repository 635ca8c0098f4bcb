"""Every screen can be photographed, in light and dark, and the documents' pictures stay small."""

from pathlib import Path

import pytest

from scripts.package import png_size
from tests.browser.conftest import OpenShop
from tests.browser.pictures import FOR_DOCS, take_pictures, take_setup_pictures
from tests.browser.store_pictures import NAMES, SIZE, take_store_pictures

pytestmark = pytest.mark.browser

MOST_BYTES = 300_000


def _judge(folder: Path, *, setup: bool) -> None:
    for picture in folder.glob("*-light.png"):
        dark = picture.with_name(picture.name.replace("-light", "-dark"))
        assert picture.read_bytes() != dark.read_bytes(), f"{picture.stem} knows no dark"
    for source in FOR_DOCS.values():
        if source.startswith("setup-") is setup:
            assert (folder / f"{source}.png").stat().st_size < MOST_BYTES, source


def test_all_screens_in_light_and_dark(practice: OpenShop, screenshots: Path) -> None:
    take_pictures(practice(hold_seconds=8), screenshots)
    _judge(screenshots, setup=False)


def test_the_helpers_own_pages_in_light_and_dark(real: OpenShop, screenshots: Path) -> None:
    take_setup_pictures(real(), screenshots)
    _judge(screenshots, setup=True)


def test_the_stores_pictures_have_the_size_that_stores_ask_for(practice: OpenShop, screenshots: Path) -> None:
    take_store_pictures(practice(language="en", hold_seconds=8), screenshots)
    taken = {name: png_size((screenshots / f"{name}.png").read_bytes()) for name in NAMES}
    assert taken == dict.fromkeys(NAMES, SIZE)
