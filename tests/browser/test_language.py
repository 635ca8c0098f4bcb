"""Words follow the browser's language: English where it is English, Japanese everywhere else."""

import pytest

from tests.browser.conftest import OpenShop

pytestmark = pytest.mark.browser


def test_an_english_browser_is_spoken_to_in_english(practice: OpenShop) -> None:
    shop = practice(language="en", hold_seconds=20)
    dock = shop.open_demo_chat()
    shop.pair_and_close()
    dock.wait_for_state("ready")
    shop.line.follow("Emma")
    entry = dock.friend("Emma").wait()
    dock.wait_for_text("187/200 left")
    entry.press("First message (free, 0)")
    entry.wait_for_text("Sending to Emma in")
    entry.press("Undo")
    assert entry.buttons("最初の一通") == []
    assert shop.line.sends() == []


def test_any_other_browser_is_spoken_to_in_japanese(practice: OpenShop) -> None:
    shop = practice(language="fr")
    shop.language = "ja"
    dock = shop.open_demo_chat()
    dock.wait_for_state("unpaired")
    dock.wait().wait_for_text("このブラウザは、まだIttsuにつながっていません")
    options = shop.extension_page("options")
    assert options.title() == "Ittsuの設定"
