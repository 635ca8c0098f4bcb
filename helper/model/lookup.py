"""Who is this row? Evidence about a dashboard's person, weighed by product.md's order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MINUTE = 60_000

Match = Literal["exact", "proposed", "ambiguous", "none"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A friend of the same name. `linked`: she already belongs to another member of this dashboard."""

    user_id: str
    followed_at: int | None
    linked: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """`user_id` where the match is exact or proposed; `candidates` for a person to choose from."""

    match: Match
    user_id: str | None = None
    candidates: tuple[str, ...] = ()


def weigh(followed_at: int | None, same_name: Sequence[Candidate]) -> Decision:
    """Decide from friends of an equal name key; `followed_at` is the page's time (ms, minute precision).

    A friend whose known follow time contradicts the page's is never proposed, only shown to choose from.
    """
    free = [candidate for candidate in same_name if not candidate.linked]
    if not free:
        return Decision("none")
    ids = tuple(candidate.user_id for candidate in free)
    if followed_at is not None:
        timely = [
            candidate.user_id
            for candidate in free
            if candidate.followed_at is not None and _same_minute(candidate.followed_at, followed_at)
        ]
        if len(timely) == 1:
            return Decision("proposed", timely[0], ids)
        known = any(candidate.followed_at is not None for candidate in free)
        if timely or known:
            return Decision("ambiguous", None, ids)
    return Decision("proposed", ids[0], ids) if len(ids) == 1 else Decision("ambiguous", None, ids)


def _same_minute(ours: int, page: int) -> bool:
    """Equal to ± 1 minute, the page's seconds being unknown."""
    return abs(ours // MINUTE - page // MINUTE) <= 1


def without_doubles(decisions: Sequence[Decision]) -> list[Decision]:
    """Rows of one page that were proposed the same friend are ambiguous, all of them."""
    proposed = [decision.user_id for decision in decisions if decision.match == "proposed"]
    return [
        Decision("ambiguous", None, decision.candidates)
        if decision.match == "proposed" and proposed.count(decision.user_id) > 1
        else decision
        for decision in decisions
    ]
