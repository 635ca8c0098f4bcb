"""LINE's answer to a send → what became of the message.

Source: LINE Messaging API reference, "Status codes", "Error messages", "Retry failed API requests".
"""

from helper.line.transport import Answer
from helper.model.outcome import (
    Accepted,
    AlreadyAccepted,
    Outcome,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unauthorised,
    Unknown,
)


def send_outcome(answer: Answer, *, retry_keyed: bool) -> Outcome:
    """What the answer to a push (`retry_keyed`) or a reply means."""
    match answer.status:
        case status if 200 <= status < 300:
            if answer.content is None:
                return Unknown("unreadable answer", status, answer.request_id)
            return Accepted(answer.request_id, _sent_ids(answer))
        case 409 if retry_keyed:
            return AlreadyAccepted(answer.request_id, answer.accepted_request_id, _sent_ids(answer))
        case 401:
            return Unauthorised(answer.message, answer.request_id)
        case 429:
            # Four meanings, told apart by LINE's words only.
            if "monthly limit" in answer.message:
                return QuotaSpent(answer.message, answer.request_id)
            return RateLimited(answer.message, answer.request_id)
        case 408:
            # Not of LINE's making: something on the way gave up waiting, after we know not what.
            return Unknown("LINE answered 408", 408, answer.request_id)
        case status if 400 <= status < 500:
            return rejected(answer)
        case status:
            return Unknown(f"LINE answered {status}", status, answer.request_id)


def rejected(answer: Answer) -> Rejected:
    """A refusal in LINE's words."""
    return Rejected(
        status=answer.status,
        message=answer.message,
        details=answer.details,
        request_id=answer.request_id,
        invalid_reply_token=answer.status == 400 and answer.message == "Invalid reply token",
    )


def _sent_ids(answer: Answer) -> tuple[str, ...]:
    sent = answer.content.get("sentMessages") if answer.content else None
    if not isinstance(sent, list):
        return ()
    return tuple(str(message["id"]) for message in sent if isinstance(message, dict) and "id" in message)
