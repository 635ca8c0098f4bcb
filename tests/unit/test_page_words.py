"""What the helper's own pages say: the same keys in both languages, each used, none missing."""

import json
import re
from pathlib import Path

import helper.web.pages

STATIC = Path(helper.web.pages.__file__).parent / "static"
WORDS = sorted((STATIC / "words").glob("*.ja.json"))
USE = re.compile(r"\bt\(\s*'([a-z0-9_]+)'")
PLACE = re.compile(r"\{([a-z_]+)\}")


def _book(path: Path) -> dict[str, str]:
    book: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return book


def test_both_languages_say_the_same() -> None:
    assert WORDS
    for path in WORDS:
        japanese, english = _book(path), _book(path.with_name(path.name.replace(".ja.", ".en.")))
        assert japanese.keys() == english.keys(), path.name
        for key, text in japanese.items():
            assert set(PLACE.findall(text)) == set(PLACE.findall(english[key])), f"{path.name}: {key}"


def test_no_key_has_two_owners_and_every_key_that_is_named_exists() -> None:
    owners: dict[str, str] = {}
    for path in WORDS:
        for key in _book(path):
            assert key not in owners, f"{key} stands in {path.name} and {owners[key]}"
            owners[key] = path.name
    for script in (*STATIC.glob("*.js"), *(STATIC / "views").glob("*.js")):
        used = set(USE.findall(script.read_text(encoding="utf-8")))
        assert used <= owners.keys(), f"{script.name}: {sorted(used - owners.keys())}"


def test_every_word_is_used() -> None:
    """A key may be put together: its first part up to an underscore then stands before a `${`."""
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.rglob("*.js"))
    made = tuple(re.findall(r"`([a-z0-9_]+_)\$\{", scripts))
    for path in WORDS:
        unused = [
            key for key in _book(path) if f"'{key}'" not in scripts and not key.startswith(made or ("\0",))
        ]
        assert not unused, f"{path.name}: {unused}"
