"""Fills the HTML files beside this module. Whatever comes in from outside is escaped here."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

STATIC = Path(__file__).parent / "static"
_FIELD = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


class Markup(str):
    """Text that is HTML already, made from escaped parts by our own code."""


def fill(template: str, fields: Mapping[str, str]) -> Markup:
    """Put `fields` into ``{{name}}`` places; plain text is escaped, `Markup` is not.

    Raises KeyError for a place without a field: a page with a hole must fail in the tests.
    """

    def value(match: re.Match[str]) -> str:
        text = fields[match[1]]
        return text if isinstance(text, Markup) else escape(text)

    return Markup(_FIELD.sub(value, template))


def join(parts: list[Markup]) -> Markup:
    """Several pieces of HTML, one after the other."""
    return Markup("".join(parts))


@cache
def template(name: str) -> str:
    """The text of a file in ``static``."""
    return (STATIC / name).read_text(encoding="utf-8")
