"""Lengths as LINE counts them, and names made comparable."""

import unicodedata

import regex  # type: ignore[import-untyped]

_VARIATION = regex.compile(r"[\p{Variation_Selector}\p{White_Space}\u200b\u200d\ufeff]+")
_GRAPHEME = regex.compile(r"\X")


def utf16_units(text: str) -> int:
    """Length in UTF-16 code units, as LINE counts message texts and sender names (an emoji is mostly 2)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Length in grapheme clusters, as LINE counts labels and texts of actions."""
    return len(_GRAPHEME.findall(text))


def name_key(name: str | None) -> str:
    """A name to compare by: NFKC, case folded, without white space, joiners and variation selectors."""
    if not name:
        return ""
    return str(_VARIATION.sub("", unicodedata.normalize("NFKC", name).casefold()))


def grams(key: str) -> list[str]:
    """What name search is indexed by: each character and each pair of neighbours of a name key, once."""
    pairs = [key[at : at + 2] for at in range(len(key) - 1)]
    return list(dict.fromkeys([*key, *pairs]))


def has_unpaired_surrogate(text: str) -> bool:
    """Whether the text cannot be written as UTF-8."""
    return any("\ud800" <= character <= "\udfff" for character in text)
