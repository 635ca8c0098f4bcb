"""What a person reads, in both languages: Japanese first, English second."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The same sentence twice. `str()` gives both lines, for a terminal whose reader we don't know."""

    ja: str
    en: str

    def __str__(self) -> str:
        return f"{self.ja}\n{self.en}"

    def filled(self, **values: object) -> "Words":
        """Both sentences with `{name}` replaced by the value of that name."""
        return Words(self.ja.format(**values), self.en.format(**values))


class Trouble(Exception):
    """Something the person at the terminal must know and can do something about."""

    def __init__(self, words: Words, exit_code: int = 1) -> None:
        super().__init__(str(words))
        self.words = words
        self.exit_code = exit_code
