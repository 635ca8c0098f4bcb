"""Things people do, as LINE's webhook events."""

import secrets
from dataclasses import dataclass
from typing import Any

from helper.model.clock import Clock
from helper.sandbox.accounts import ReplyToken, SandboxAccount
from helper.sandbox.people import Person

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MOST_REPLY_TOKENS = 50_000


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event of one account, ready for its webhook."""

    account: SandboxAccount
    event: dict[str, Any]

    @property
    def reply_token(self) -> str | None:
        """The event's reply token; None where it carries none."""
        token: str | None = self.event.get("replyToken")
        return token


class Occurrences:
    """Makes events, and their reply tokens."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def of(
        self,
        account: SandboxAccount,
        person: Person,
        event_type: str,
        at: int,
        content: dict[str, Any],
        *,
        replyable: bool,
    ) -> Occurrence:
        """The event of `event_type`, that happened at `at` (milliseconds).

        An account that a LINE module owns gets it in mode standby, without a reply token.
        """
        event: dict[str, Any] = {
            "type": event_type,
            "mode": "standby" if account.standby else "active",
            "timestamp": at,
            "source": {"type": "user", "userId": person.user_id},
            "webhookEventId": ulid(self._clock.now()),
            "deliveryContext": {"isRedelivery": False},
            **content,
        }
        if replyable and not account.standby:
            token = secrets.token_hex(16)
            event["replyToken"] = token
            # LINE sent the event when it happened. One that reaches us late was held up on the way.
            account.reply_tokens[token] = ReplyToken(person, event_at=at, received_at=at)
            if len(account.reply_tokens) > _MOST_REPLY_TOKENS:
                account.reply_tokens.popitem(last=False)
        return Occurrence(account, event)


def ulid(moment: int) -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits in Crockford's base 32."""
    number = (moment << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
