"""Who is this row? Evidence about a dashboard's person, weighed by product.md's order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

MINUTE = 60_000

Match = Literal["exact", "proposed", "ambiguous", "none"]
Evidence = Literal["name_and_time", "name", "time"]
Likeness = Literal["same", "worn", "other"]
"""How a friend's name is like the row's: the same; the same where the row's lost letters; another one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A friend who may be the row. `linked`: she already belongs to another member of this dashboard.

    One of another name is there only because she followed in the row's minute.
    """

    user_id: str
    followed_at: int | None
    linked: bool
    likeness: Likeness = "same"


@dataclass(frozen=True, slots=True)
class Decision:
    """`user_id` where the match is exact or proposed; `candidates` for a person to choose from, a proposed one first.

    `evidence`: what speaks for the proposed one, or at best for a candidate.
    """

    match: Match
    user_id: str | None = None
    candidates: tuple[str, ...] = ()
    evidence: Evidence | None = None


def weigh(followed_at: int | None, candidates: Sequence[Candidate]) -> Decision:
    """Decide from friends who may be the row; `followed_at` is the page's time (ms, minute precision).

    A friend whose known follow time contradicts the page's is never proposed, only shown to choose from. A name that
    lost letters is proposed with its time only, a time never without a name.
    """
    free = [candidate for candidate in candidates if not candidate.linked]
    named = [candidate for candidate in free if candidate.likeness != "other"]
    if not free:
        return Decision("none")
    if not named:
        return Decision("ambiguous", None, _ids(free), "time")
    if followed_at is not None:
        timely = [
            candidate
            for candidate in named
            if candidate.followed_at is not None and _same_minute(candidate.followed_at, followed_at)
        ]
        if len(timely) == 1:
            return Decision("proposed", timely[0].user_id, _ids(timely + named), "name_and_time")
        if timely:
            return Decision("ambiguous", None, _ids(timely + named), "name_and_time")
        if any(candidate.followed_at is not None for candidate in named):
            return Decision("ambiguous", None, _ids(named), "name")
    if len(named) == 1 and named[0].likeness == "same":
        return Decision("proposed", named[0].user_id, _ids(named), "name")
    return Decision("ambiguous", None, _ids(named), "name")


def _ids(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(candidate.user_id for candidate in candidates))


def _same_minute(ours: int, page: int) -> bool:
    """Equal to ± 1 minute, the page's seconds being unknown."""
    return abs(ours // MINUTE - page // MINUTE) <= 1


def without_doubles(decisions: Sequence[Decision]) -> list[Decision]:
    """Rows of one page or file that were proposed the same friend are ambiguous, all of them."""
    proposed = Counter(decision.user_id for decision in decisions if decision.match == "proposed")
    return [
        replace(decision, match="ambiguous", user_id=None)
        if decision.match == "proposed" and proposed[decision.user_id] > 1
        else decision
        for decision in decisions
    ]
