"""The stores' pictures: the product at work, as large as the stores want them, in the browser's language."""

import json
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.chromium import WINDOW
from tests.browser.harness import Dock
from tests.browser.shop import Shop

LOCALES = Path(__file__).resolve().parents[2] / "extension" / "src" / "locales"
# Chrome's and Edge's stores take just this; Firefox's takes any.
SIZE = (WINDOW["width"], WINDOW["height"])
NAMES = ("01-new-friends", "02-friend-list", "03-what-the-customer-sees", "04-templates", "05-one-talk")
# The operator's own things on the pictures: a sender, and three friends of whom the second is written to.
PERSONA = {"ja": "花子", "en": "Hanako"}
FRIENDS = {"ja": ("みゆ", "たろう", "ゆい"), "en": ("Miyu", "Taro", "Yui")}
STARTER = {"ja": "はじめまして", "en": "はじめまして"}


@dataclass(frozen=True)
class Words:
    """The extension's words in one language."""

    language: str

    def __call__(self, key: str, *filled: str, **named: str) -> str:
        """A text of the product, its gaps filled."""
        text: str = json.loads((LOCALES / f"{self.language}.json").read_text("utf-8"))[key]
        for number, value in enumerate(filled, 1):
            text = text.replace(f"${number}", value)
        for name, value in named.items():
            text = text.replace(f"{{{name}}}", value)
        return text


def take_store_pictures(shop: Shop, folder: Path) -> None:
    """All of them, of a fresh, unpaired shop in practice mode with a hold: `NAMES` as PNG files."""
    say = Words(shop.language)
    shop.pair_and_close()
    _add_persona(shop, say)
    _dock_and_talk(shop, say, folder)
    _list(shop, say, folder)
    _phone(shop, folder)
    _templates(shop, say, folder)


def _add_persona(shop: Shop, say: Words) -> None:
    name = PERSONA[shop.language]
    page = shop.extension_page("options")
    page.get_by_role("button", name=say("options_persona_new")).click()
    page.get_by_label(say("options_persona_name"), exact=True).fill(name)
    page.get_by_role("button", name=say("common_save"), exact=True).click()
    page.get_by_role("button", name=say("options_persona_edit", name=name)).wait_for()
    page.close()


def _dock_and_talk(shop: Shop, say: Words, folder: Path) -> None:
    first, held, newest = FRIENDS[shop.language]
    dock = shop.open_demo_chat()
    dock.wait_for_state("ready")
    dock.choose(say("dock_persona"), PERSONA[shop.language])
    shop.line.follow(first, seconds_ago=600)
    shop.line.follow(held)
    dock.friend(held).wait()
    shop.line.follow(newest)
    dock.friend(newest).wait().aim(say("dock_send_free"))
    dock.friend(held).press(say("dock_send_free"))
    dock.friend(held).wait_for_text(say("dock_undo"))
    dock.page.mouse.move(8, 400)
    _take(dock.page, folder, "01-new-friends")
    dock.friend(held).wait_for_text(say("dock_sent_free"), seconds=40)
    dock.page.get_by_role("link", name="田中 実").click()
    dock.glass.until(dock.rows, "the open talk's name has its pill")
    _take(dock.page, folder, "05-one-talk")
    dock.page.close()


def _list(shop: Shop, say: Words, folder: Path) -> None:
    dock = shop.open_demo_list()
    dock.wait_for_state("ready")
    dock.press(say("dock_bind"))
    dock.glass.until(lambda: len(dock.rows()) > 5, "the rows have their pills")
    first, held, _ = FRIENDS[shop.language]
    for name in (first, held, "田中美咲"):
        _link(dock, name, say("row_link", "").strip())
    dock.page.mouse.move(8, 400)
    _take(dock.page, folder, "02-friend-list")
    dock.page.close()


def _link(dock: Dock, name: str, button: str) -> None:
    row = dock.page.locator("tr:has(ittsu-row[data-match=proposed])").filter(has_text=name).first
    member_id = row.get_attribute("data-item-id")
    assert member_id, name
    dock.row(member_id).press(button)
    linked = dock.row(member_id)
    dock.glass.until(lambda: linked.host().attributes.get("data-match") == "exact", f"{name} is linked")


def _phone(shop: Shop, folder: Path) -> None:
    page = shop.new_page()
    page.goto(f"{shop.helper.sandbox}/phone")
    page.get_by_role("button", name=FRIENDS[shop.language][1]).first.click()
    page.get_by_text(f"{PERSONA[shop.language]} from").first.wait_for()
    _take(page, folder, "03-what-the-customer-sees")
    page.close()


def _templates(shop: Shop, say: Words, folder: Path) -> None:
    page = shop.extension_page("options")
    page.get_by_role("button", name=say("options_template_edit", name=STARTER[shop.language])).click()
    page.get_by_role("heading", name=say("options_templates"), exact=True).evaluate(
        "(heading) => heading.scrollIntoView()"
    )
    _take(page, folder, "04-templates")
    page.close()


def _take(page: Page, folder: Path, name: str) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.screenshot(path=folder / f"{name}.png")
