"""What somebody who watches is told, only after it is durable."""

from dataclasses import dataclass
from typing import Literal

ChangeType = Literal["friend", "message", "quota", "claim", "account", "teammate", "forgotten"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs now.

    `subject` is the user_id (friend, claim), the message's id, the month (quota), the account's id
    (also of `forgotten`: one of its friends was erased, and nobody may keep what they remember) or the
    teammate's id.
    """

    type: ChangeType
    account_id: str | None
    subject: str
