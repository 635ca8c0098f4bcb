"""What the relay must know of a webhook: which events, of whom. It never refuses what LINE has signed."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from helper.line.events import NotJson, parse

LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Heads:
    """`event_ids` names each event once; `talks` are the users, groups and rooms they are of.

    Without events it is LINE's 「検証」, which nobody needs to hear of.
    """

    event_ids: tuple[str, ...]
    talks: tuple[str, ...]
    redelivered: bool


def read_heads(body: bytes) -> Heads:
    """Read a signed body. What cannot be understood counts as one event of nobody: it is passed on all the same."""
    try:
        content = parse(body)
    except NotJson:
        content = None
    events = content.get("events") if isinstance(content, dict) else None
    if not isinstance(events, list):
        return Heads((_digest(body),), (), False)
    ids: dict[str, None] = {}
    talks: dict[str, None] = {}
    redelivered = False
    for place, event in enumerate(events):
        given: dict[str, Any] = event if isinstance(event, dict) else {}
        ids[_text(given, "webhookEventId") or f"{_digest(body)}-{place}"] = None
        source = _object(given, "source")
        for name in ("userId", "groupId", "roomId"):
            if (talk := _text(source, name)) is not None:
                talks[talk] = None
        redelivered = redelivered or _object(given, "deliveryContext").get("isRedelivery") is True
    return Heads(tuple(ids), tuple(talks), redelivered)


def _digest(body: bytes) -> str:
    return "sha256-" + sha256(body).hexdigest()[:40]


def _object(container: dict[str, Any], name: str) -> dict[str, Any]:
    value = container.get(name)
    return value if isinstance(value, dict) else {}


def _text(container: dict[str, Any], name: str) -> str | None:
    value = container.get(name)
    return value.replace("\0", "\ufffd")[:LONGEST_ID] if isinstance(value, str) and value else None
