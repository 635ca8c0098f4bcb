"""A message on its way, and what a caller asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from helper.model.friend import Friend, Named
from helper.model.greeting import Greeting
from helper.model.route import Plan

Status = Literal["held", "sending", "sent", "failed", "uncertain", "cancelled"]
Origin = Literal["click", "greeting"]


@dataclass(frozen=True, slots=True)
class Sender:
    """The teammate who acts, from her token."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SendRequest:
    """A click. Either `template_id` or `messages`; `persona_given` tells None ("no persona") from "as the
    template says". Times in ms.
    """

    user_id: str
    max_cost: int
    template_id: str | None = None
    messages: tuple[Mapping[str, Any], ...] | None = None
    persona_id: str | None = None
    persona_given: bool = False
    first_contact: bool | None = None
    hold_ms: int | None = None
    override_reason: str | None = None
    expect_basic_id: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message with its whole life. Times in ms; `objects` are LINE's message objects as sent.

    `texts_removed_at`: they were removed then, and `objects` is empty. `user_id` is empty once she was erased.
    What the greeting made has nobody as its teammate: no id, no name.
    """

    id: str
    account_id: str
    user_id: str
    status: Status
    route: str
    max_cost: int
    first_contact: bool
    override_reason: str | None
    hold_until: int
    teammate: Named
    persona: Named | None
    template_id: str | None
    objects: tuple[Mapping[str, Any], ...]
    retry_key: str
    reply_token: str | None
    reply_until: int | None
    attempts: int
    first_attempt_at: int | None
    maybe_accepted: bool
    unknown_replies: int
    token_renewed: bool
    reserved_month: str | None
    next_at: int | None
    line_request_id: str | None
    error_code: str | None
    error_text: str | None
    created_at: int
    settled_at: int | None
    texts_removed_at: int | None = None
    origin: Origin = "click"

    @property
    def cost(self) -> int:
        """What it costs, or has cost: a push counts 1, a reply nothing."""
        return 1 if self.route == "push" else 0


@dataclass(frozen=True, slots=True)
class FriendView:
    """A friend with what a click would do now, and what is going to happen by itself."""

    friend: Friend
    plan: Plan
    greeting: Greeting | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a send would be; nothing is sent. `warnings` are codes."""

    objects: tuple[Mapping[str, Any], ...]
    sender: Mapping[str, str] | None
    sender_display: str
    plan: Plan
    remaining_after: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of a friend's history: `kind` is text, image, … or postback for what came in.

    `texts_removed`: its content was removed after the time it is kept; of what came in the kind went with it.
    """

    id: str
    at: int
    direction: Literal["in", "out"]
    kind: str
    text: str | None
    message: Message | None
    texts_removed: bool = False


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One change of the count; see the ledger table for what each kind adds."""

    number: int
    at: int
    kind: str
    cost: int
    message_id: str | None
    teammate: Named | None
    persona: str | None
    template: str | None
    route: str | None
    origin: Origin | None = None
