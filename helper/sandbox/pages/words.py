"""What the practice pages say: ``static/words.ja.json`` first, ``words.en.json`` for English browsers."""

import json
from functools import cache
from typing import Literal

from helper.sandbox.pages.templates import template

Language = Literal["ja", "en"]
Page = Literal["shared", "index", "phone", "chat", "missing"]


def words(page: Page, language: Language) -> dict[str, str]:
    """The words of one page, by the names that its HTML uses. LINE's own terms in both languages."""
    return _book(language)[page]


@cache
def _book(language: Language) -> dict[str, dict[str, str]]:
    book: dict[str, dict[str, str]] = json.loads(template(f"words.{language}.json"))
    return book
