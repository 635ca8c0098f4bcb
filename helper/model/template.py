"""Templates: LINE message objects with placeholders, checked when saved, filled in when sent.

Sources of the limits: LINE Messaging API reference, "Message objects", "Quick reply", "Character counting".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helper.model.refusal import Invalid, Refused
from helper.model.text import graphemes, has_unpaired_surrogate, utf16_units

MESSAGES = 5
"""Message objects in one request (one counted message), at most."""
TEXT_UNITS = 5000
"""UTF-16 units of a text message, at most."""
TAP_REPLIES = 13
LABEL_GRAPHEMES = 20
ACTION_TEXT = 300
NAME_LENGTH = 60

PLACEHOLDERS = ("display_name", "account_name", "persona_name", "teammate_name")
NAMELESS = "お客様"
"""What a friend is called while her name is unknown."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_SIGNED = "{account_name}の{persona_name}"
"""Without a persona the account signs alone, not as its own somebody."""
_GREETED = re.compile(r"\{display_name\}(?:さん|さま|様)?")

MessageObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """`messages` hold placeholders; `tap_replies` become quick replies on the last message."""

    id: str
    account_id: str
    name: str
    messages: tuple[MessageObject, ...]
    tap_replies: tuple[str, ...]
    persona_id: str | None


@dataclass(frozen=True, slots=True)
class Blanks:
    """What fills the placeholders. A missing persona's name is the account's."""

    display_name: str | None
    account_name: str
    persona_name: str | None
    teammate_name: str

    def fill(self, text: str) -> str:
        """The text with its placeholders filled in; other braces stay as they are."""
        if not self.display_name:
            text = _GREETED.sub(NAMELESS, text)
        if not self.persona_name:
            text = text.replace(_SIGNED, "{account_name}")
        values = {
            "display_name": self.display_name or NAMELESS,
            "account_name": self.account_name,
            "persona_name": self.persona_name or self.account_name,
            "teammate_name": self.teammate_name,
        }
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_placeholders(text: str) -> list[str]:
    """Placeholders that a template must not hold, in the order they stand."""
    return [found for found in _PLACEHOLDER.findall(text) if found not in PLACEHOLDERS]


def check_messages(messages: Sequence[MessageObject], *, template: bool) -> None:
    """Check message objects against LINE's rules.

    Raises `Invalid` with a JSON path per fault, `Refused` ``message_type_unsupported`` for a type that
    cannot be sent yet. In a template an unknown placeholder is a fault, too.
    """
    errors: list[tuple[str, str]] = []
    if not 1 <= len(messages) <= MESSAGES:
        errors.append(("messages", "メッセージは1〜5件です / 1 to 5 messages"))
    for number, message in enumerate(messages):
        kind = message.get("type")
        if isinstance(kind, str) and kind and kind != "text":
            raise Refused("message_type_unsupported", message_type=kind)
        errors += _text_errors(message, f"messages[{number}]", template=template)
    if errors:
        raise Invalid(errors)


def _text_errors(message: MessageObject, path: str, *, template: bool) -> list[tuple[str, str]]:
    errors: list[tuple[str, str]] = []
    if message.get("type") != "text":
        errors.append((f"{path}.type", "種類が必要です（text） / The type is missing (text)"))
    for key in message:
        if key not in ("type", "text", "quickReply"):
            errors.append((f"{path}.{key}", "この項目は使えません / This field cannot be used"))
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        errors.append((f"{path}.text", "本文を入力してください / The text is empty"))
    elif has_unpaired_surrogate(text):
        errors.append(
            (f"{path}.text", "使えない文字があります / The text has a character that cannot be sent")
        )
    elif utf16_units(text) > TEXT_UNITS:
        errors.append((f"{path}.text", "本文は5,000文字までです / The text may have 5,000 characters"))
    elif template:
        errors += [
            (f"{path}.text", f"{{{name}}} は使えない差し込みです / {{{name}}} is not a known placeholder")
            for name in unknown_placeholders(text)
        ]
    if "quickReply" in message:
        errors += _quick_reply_errors(message["quickReply"], f"{path}.quickReply")
    return errors


def _quick_reply_errors(quick_reply: object, path: str) -> list[tuple[str, str]]:
    items = quick_reply.get("items") if isinstance(quick_reply, Mapping) else None
    if not isinstance(items, list) or not 1 <= len(items) <= TAP_REPLIES:
        return [(f"{path}.items", "ワンタップ返信は1〜13件です / 1 to 13 one-tap answers")]
    errors: list[tuple[str, str]] = []
    for number, item in enumerate(items):
        where = f"{path}.items[{number}]"
        action = item.get("action") if isinstance(item, Mapping) and item.get("type") == "action" else None
        if not isinstance(action, Mapping) or action.get("type") != "message":
            errors.append((where, "メッセージアクションだけが使えます / Only message actions can be used"))
            continue
        if set(item) != {"type", "action"} or set(action) != {"type", "label", "text"}:
            errors.append((where, "使えない項目があります / A field cannot be used"))
        errors += _label_errors(action.get("label"), f"{where}.action.label", LABEL_GRAPHEMES)
        errors += _label_errors(action.get("text"), f"{where}.action.text", ACTION_TEXT)
    return errors


def _label_errors(text: object, path: str, limit: int) -> list[tuple[str, str]]:
    if not isinstance(text, str) or not text.strip() or has_unpaired_surrogate(text):
        return [(path, "文字を入力してください / The text is empty")]
    if graphemes(text) > limit:
        return [(path, f"{limit}文字までです / At most {limit} characters")]
    return []


def check_tap_replies(replies: Sequence[str]) -> None:
    """Check one-tap answers; raises `Invalid`."""
    errors: list[tuple[str, str]] = []
    if len(replies) > TAP_REPLIES:
        errors.append(("tap_replies", "ワンタップ返信は13件までです / At most 13 one-tap answers"))
    for number, text in enumerate(replies):
        errors += _label_errors(text, f"tap_replies[{number}]", LABEL_GRAPHEMES)
    if errors:
        raise Invalid(errors)


def check_template(name: str, messages: Sequence[MessageObject], tap_replies: Sequence[str]) -> None:
    """Check a whole template before it is saved; raises `Invalid` or `Refused`."""
    if not name.strip() or graphemes(name) > NAME_LENGTH or has_unpaired_surrogate(name):
        raise Invalid([("name", "名前は1〜60文字です / The name needs 1 to 60 characters")])
    check_messages(messages, template=True)
    check_tap_replies(tap_replies)


def quick_reply(tap_replies: Sequence[str]) -> dict[str, Any]:
    """LINE's `quickReply` object: one message action per answer."""
    return {
        "items": [
            {"type": "action", "action": {"type": "message", "label": text, "text": text}}
            for text in tap_replies
        ]
    }


def render(
    messages: Sequence[MessageObject],
    tap_replies: Sequence[str],
    blanks: Blanks,
    sender: Mapping[str, str] | None,
) -> list[dict[str, Any]]:
    """The message objects as LINE gets them; raises `Invalid` if filled-in text has grown too long."""
    rendered = [{**message, "text": blanks.fill(message["text"])} for message in messages]
    if tap_replies:
        rendered[-1]["quickReply"] = quick_reply(tap_replies)
    check_messages(rendered, template=False)
    if sender:
        for message in rendered:
            message["sender"] = dict(sender)
    return rendered
