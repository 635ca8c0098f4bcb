"""One thing that was looked at."""

from dataclasses import dataclass
from typing import Literal

from helper.words import Words

State = Literal["good", "info", "unknown", "warning", "bad"]
WORST_FIRST: tuple[State, ...] = ("bad", "warning", "unknown", "good", "info")


@dataclass(frozen=True, slots=True)
class Check:
    """`id` is stable. `fix` says what a person does about it; there is one wherever the state is bad or a warning.

    `account_id` None: it is about this computer.
    """

    id: str
    state: State
    words: Words
    fix: Words | None = None
    account_id: str | None = None
