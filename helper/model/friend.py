"""A friend's facts and the stage that follows from them."""

from dataclasses import dataclass
from typing import Literal

Stage = Literal["new", "contacted", "talking", "blocked"]


@dataclass(frozen=True, slots=True)
class Named:
    """A teammate or a persona as a row or a bubble names it."""

    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class FirstContact:
    """Who fills the once-only slot. `message_id` is None where it was marked by hand."""

    message_id: str | None
    at: int
    teammate: Named | None
    persona: Named | None
    route: str

    @property
    def automatic(self) -> bool:
        """Whether the greeting sent it: a message, and nobody's."""
        return self.message_id is not None and self.teammate is None


@dataclass(frozen=True, slots=True)
class Claim:
    """A teammate's lease on a friend, until a time in ms."""

    teammate: Named
    until: int


@dataclass(frozen=True, slots=True)
class Friend:
    """What is known of one friend of one account. Times are ms since 1970 UTC; None means "never seen"."""

    number: int
    account_id: str
    user_id: str
    display_name: str | None
    picture_url: str | None
    source: str
    followed_at: int | None
    follows: int
    unblocked: bool
    blocked_at: int | None
    last_received_at: int | None
    standby: bool
    dismissed_at: int | None
    profile_asked_at: int | None
    first_contact: FirstContact | None
    claim: Claim | None

    @property
    def blocked(self) -> bool:
        """Whether the newest fact says that messages cannot reach her."""
        if self.blocked_at is None:
            return False
        return self.blocked_at >= (self.followed_at or 0) and self.blocked_at >= (self.last_received_at or 0)

    @property
    def has_written(self) -> bool:
        """Whether a message of hers ever came (a button's postback is none)."""
        return self.last_received_at is not None

    @property
    def stage(self) -> Stage:
        """new → contacted → talking, or blocked; never stored, always derived."""
        if self.blocked:
            return "blocked"
        if self.has_written:
            return "talking"
        return "contacted" if self.first_contact else "new"

    @property
    def refollowed(self) -> bool:
        """Whether she had added the account before."""
        again = (
            self.blocked_at is not None
            and self.followed_at is not None
            and self.blocked_at < self.followed_at
        )
        return self.unblocked or self.follows > 1 or again
