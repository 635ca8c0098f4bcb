"""Names that went through a file which could not carry all their letters.

Shift-JIS (cp932) has no emoji and lacks many letters. What a program writes in their place differs: `?` once or
for each unit, `？`, `〓`, or nothing at all. Such a name fits a friend's when its marks can stand where the friend's
name has letters that cp932 lacks; letters that it can carry must all be there.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from helper.model.text import name_key

MARKS = "?〓\ufffd"
"""What stands for lost letters, after NFKC (which makes ？ a ?)."""
_MARK = re.compile(f"[{MARKS}]")
_RUN = re.compile(f"[{MARKS}]+")
LONGEST_MARK = 4
"""Marks for one lost letter at most: one for each of its bytes in UTF-8."""

# Letters that cp932 lacks by the letter, but which programs write as the one that it has and that looks the same.
_ALIKE = str.maketrans(
    {"〜": "～", "‖": "∥", "−": "－", "—": "―", "¥": "\\", "‾": "~", "¢": "￠", "£": "￡", "¬": "￢"}
)


def has_marks(name: str | None) -> bool:
    """Whether the name has something that may stand for lost letters."""
    return bool(name and _MARK.search(unicodedata.normalize("NFKC", name)))


def carries_all(name: str) -> bool:
    """Whether cp932 has every letter of the name, and not only one that looks the same."""
    try:
        return name.encode("cp932").decode("cp932") == name
    except UnicodeEncodeError:
        return False


def bones(key: str) -> str:
    """What is left of a name key without marks: equal for a friend's name and what became of it."""
    return _RUN.sub("", key)


@dataclass(frozen=True, slots=True)
class _Run:
    """A place where letters may be lost: `kept` marks are really hers; `seen` and `unseen` letters were lost there."""

    kept: int
    seen: int
    unseen: int

    def takes(self, marks: int, *, may_vanish: bool) -> bool:
        """Whether so many marks can be left of it."""
        least = self.kept + (1 if self.seen and not may_vanish else 0)
        return least <= marks <= self.kept + LONGEST_MARK * (self.seen + self.unseen)


@dataclass(frozen=True, slots=True)
class Worn:
    """What may become of a friend's name: plain parts that stay, and runs between them."""

    parts: tuple[str | _Run, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is lost: only letters changed that look the same."""
        return not any(isinstance(part, _Run) for part in self.parts)

    @property
    def bones(self) -> str:
        """The letters that stay."""
        return "".join(part for part in self.parts if isinstance(part, str))

    def fits(self, key: str, *, may_vanish: bool) -> bool:
        """Whether a name key of a file can be this. `may_vanish`: lost letters may have left no mark."""
        at = 0
        for part in self.parts:
            if isinstance(part, str):
                if not key.startswith(part, at):
                    return False
                at += len(part)
                continue
            run = _RUN.match(key, at)
            end = at if run is None else run.end()
            if not part.takes(end - at, may_vanish=may_vanish):
                return False
            at = end
        return at == len(key)


def worn(name: str) -> tuple[Worn, ...]:
    """What may become of a name, in the ways there are; nothing where cp932 carries all of it."""
    if carries_all(name):
        return ()
    ways = dict.fromkeys((name, name.translate(_ALIKE)))
    return tuple(Worn(tuple(_parts(way))) for way in ways)


def _parts(name: str) -> Iterator[str | _Run]:
    # Letters that a name key leaves out (spaces) part nothing: "🌸 🌸" is one run.
    for is_plain, letters in groupby(filter(_counts, name), key=_is_plain):
        if is_plain:
            yield name_key("".join(letters))
        else:
            yield _run(letters)


def _counts(letter: str) -> bool:
    return bool(name_key(letter)) or not carries_all(letter)


def _is_mark(letter: str) -> bool:
    return unicodedata.normalize("NFKC", letter) in tuple(MARKS)


def _is_plain(letter: str) -> bool:
    return carries_all(letter) and not _is_mark(letter)


def _run(letters: Iterable[str]) -> _Run:
    kept = seen = unseen = 0
    for letter in letters:
        if _is_mark(letter):
            kept += 1
        elif name_key(letter):
            seen += 1
        else:
            unseen += 1
    return _Run(kept, seen, unseen)
