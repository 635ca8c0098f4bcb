"""What the stores are told of Ittsu fits into their fields, and is what the extension says of itself."""

import json
from pathlib import Path

import pytest

from scripts.package import LANGUAGES, LONGEST_DESCRIPTION, LONGEST_NAME

ROOT = Path(__file__).resolve().parents[2]
# In characters. Summaries: Chrome 132 (Edge takes the manifest's, too), Firefox 250.
# Descriptions: Chrome at most 16,000, Edge 250 to 10,000, Firefox 15,000.
LEAST, MOST = 250, 10_000


def told(language: str, what: str) -> str:
    return (ROOT / "docs" / "store" / language / f"{what}.txt").read_text("utf-8").removesuffix("\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_fit_every_store(language: str) -> None:
    assert 0 < len(told(language, "name")) <= LONGEST_NAME
    assert 0 < len(told(language, "summary")) <= LONGEST_DESCRIPTION
    assert LEAST <= len(told(language, "description")) <= MOST


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stores_say_what_the_extension_says(language: str) -> None:
    locale = json.loads((ROOT / "extension" / "src" / "locales" / f"{language}.json").read_text("utf-8"))
    assert told(language, "name") == locale["common_name"]
    assert told(language, "summary") == locale["common_description"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_plain(language: str) -> None:
    text = told(language, "description")
    assert "<" not in text
    assert "\t" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
