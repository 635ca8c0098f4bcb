"""What the practice pages need to know of the sandbox, and nothing more.

The pages are drawn from these plain values; `sandbox_reading` takes them from the stand-in.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class PracticeAccount:
    """One practice account; `remaining` and `limit` in messages of this month, None without a limit."""

    id: str
    name: str
    basic_id: str
    limit: int | None
    remaining: int | None


@dataclass(frozen=True)
class PracticePerson:
    """A person towards one account. `followed_at`: ms UTC of the latest follow, None without one."""

    account_id: str
    user_id: str
    name: str
    following: bool
    blocked: bool
    followed_at: int | None


@dataclass(frozen=True)
class PracticeMessage:
    """One bubble of a talk at `at` (ms UTC). `text` is None for what is not text; `own` = the account's."""

    at: int
    own: bool
    text: str | None
    sender: str | None


class PracticeReading(Protocol):
    """The stand-in, as the pages see it."""

    def accounts(self) -> list[PracticeAccount]:
        """All practice accounts, the seeded one first."""
        ...

    def people(self, account_id: str) -> list[PracticePerson]:
        """Everybody with a phone, towards this account; also people who are not friends."""
        ...

    def talk(self, account_id: str, user_id: str) -> list[PracticeMessage]:
        """The talk's bubbles, oldest first."""
        ...

    def operator_writes(self, account_id: str, user_id: str, text: str) -> None:
        """The operator types in the account's own chat: free, and no webhook tells of it."""
        ...
