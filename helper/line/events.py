"""Reading webhooks, tolerantly.

LINE adds event types and properties unannounced and asks bots not to break on them ("Development
guidelines"), and its SDK's parser loses standby follows and unknown modes. So an event here is whatever
JSON object came, with the few facts we use picked out where they have the documented shape. What looks
odd is kept raw.
"""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

_USER_ID = re.compile(r"U[0-9a-f]{32}")
# Times are milliseconds; beyond 2^53 nothing is a time and a bigint column might not hold it.
_LATEST = 2**53


class NotJson(Exception):
    """The body is not JSON."""


class NotAWebhook(Exception):
    """The body is JSON, but not ``{"destination": …, "events": […]}``."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """One event of a webhook.

    `user_id` is set only where the source is a single user (never for groups and rooms).
    `timestamp` is milliseconds UTC, when it happened, 0 where LINE named none.
    `webhook_event_id` is LINE's ULID, or for an event without one a hash of what it says, so that a
    redelivery has the same. `raw` is the event's own JSON text.
    """

    webhook_event_id: str
    type: str
    mode: str
    timestamp: int
    user_id: str | None
    source_type: str
    reply_token: str | None
    is_redelivery: bool
    is_unblocked: bool | None
    message_type: str | None
    message_id: str | None
    text: str | None
    postback_data: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request of LINE's: events of possibly several users. `destination` is the bot's user id."""

    destination: str
    events: tuple[ReceivedEvent, ...]


def read_webhook(body: bytes) -> Webhook:
    """Read a webhook's body.

    Raises NotJson, NotAWebhook; nothing else, whatever the bytes.
    """
    content = parse(body)
    if not isinstance(content, dict):
        raise NotAWebhook
    destination = content.get("destination")
    events = content.get("events")
    if not isinstance(destination, str) or not isinstance(events, list):
        raise NotAWebhook
    try:
        return Webhook(_clean(destination), tuple([_event(event) for event in events]))
    except orjson.JSONEncodeError:  # nested deeper (254) than can be written again
        raise NotAWebhook from None


def parse(body: bytes) -> Any:
    """The JSON of a body. Raises NotJson."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    # A text cut inside an emoji carries half a surrogate pair, which orjson refuses. Such a message must
    # not make LINE's webhook fail: read it slowly and put U+FFFD in its place.
    try:
        content = json.loads(body.decode(), parse_constant=_refuse_constant)
        whole = json.dumps(content, ensure_ascii=False).encode("utf-16", "surrogatepass")
        return orjson.loads(whole.decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        raise NotJson from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _event(event: Any) -> ReceivedEvent:
    raw = orjson.dumps(event).decode()
    if not isinstance(event, dict):
        event = {}
    source = _object(event, "source")
    delivery = _object(event, "deliveryContext")
    event_type = _text(event, "type") or "unknown"
    message_type = message_id = text = postback_data = None
    is_unblocked = None
    match event_type:
        case "message":
            message = _object(event, "message")
            message_type = _text(message, "type")
            message_id = _text(message, "id")
            if message_type == "text":
                text = _text(message, "text")
        case "follow":
            unblocked = _object(event, "follow").get("isUnblocked")
            is_unblocked = unblocked if isinstance(unblocked, bool) else None
        case "postback":
            postback_data = _text(_object(event, "postback"), "data")
    timestamp = event.get("timestamp")
    source_type = _text(source, "type") or "unknown"
    user_id = _text(source, "userId") if source_type == "user" else None
    return ReceivedEvent(
        webhook_event_id=_text(event, "webhookEventId") or _content_id(event, raw),
        type=event_type,
        mode=_text(event, "mode") or "active",
        timestamp=timestamp if type(timestamp) is int and 0 <= timestamp < _LATEST else 0,
        user_id=user_id if user_id is not None and _USER_ID.fullmatch(user_id) else None,
        source_type=source_type,
        reply_token=_text(event, "replyToken"),
        is_redelivery=delivery.get("isRedelivery") is True,
        is_unblocked=is_unblocked,
        message_type=message_type,
        message_id=message_id,
        text=text,
        postback_data=postback_data,
        raw=raw,
    )


def _object(container: dict[str, Any], name: str) -> dict[str, Any]:
    value = container.get(name)
    return value if isinstance(value, dict) else {}


def _text(container: dict[str, Any], name: str) -> str | None:
    """The property as text; None where it is absent, empty or something else."""
    value = container.get(name)
    return _clean(value) if isinstance(value, str) and value else None


def _clean(text: str) -> str:
    """PostgreSQL stores no NUL in text."""
    return text.replace("\x00", "\ufffd") if "\x00" in text else text


def _content_id(event: dict[str, Any], raw: str) -> str:
    # The delivery context is what differs between a delivery and its redelivery.
    same = {name: value for name, value in event.items() if name != "deliveryContext"}
    content = orjson.dumps(same, option=orjson.OPT_SORT_KEYS) if same else raw.encode()
    return "sha256-" + sha256(content).hexdigest()[:40]
