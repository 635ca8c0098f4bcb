"""What LINE checks in message objects before it takes them.

Sources: LINE Messaging API reference, "Message objects", "Action objects", "Quick reply"; developers'
documentation, "Character counting in a text". Where LINE's wording is known it is used word for word;
the words for a forbidden sender name are not published.
"""

from collections.abc import Callable
from typing import Any

from helper.sandbox.errors import LineError

Details = list[dict[str, str]]

_TYPES = (
    "text",
    "textV2",
    "sticker",
    "image",
    "video",
    "audio",
    "location",
    "imagemap",
    "template",
    "flex",
    "coupon",
)
_ACTIONS = (
    "postback",
    "message",
    "uri",
    "datetimepicker",
    "camera",
    "cameraRoll",
    "location",
    "richmenuswitch",
    "clipboard",
)
_MOST_MESSAGES = 5
_MOST_QUICK_REPLIES = 13


def check_messages(messages: object) -> None:
    """Raises LineError 400 as LINE answers what is wrong with a request's `messages`."""
    if not isinstance(messages, list):
        raise _body_errors(
            [_detail("May not be null" if messages is None else "Must be an array", "messages")]
        )
    if not 1 <= len(messages) <= _MOST_MESSAGES:
        raise _body_errors([_detail(f"Size must be between 1 and {_MOST_MESSAGES}", "messages")])
    shape = [
        detail for index, message in enumerate(messages) for detail in _shape(message, f"messages[{index}]")
    ]
    if shape:
        raise _body_errors(shape)
    for index, message in enumerate(messages):
        details = _content(message, f"messages[{index}]")
        if details:
            raise LineError(400, f"A message (messages[{index}]) in the request body is invalid", details)


def utf16_length(text: str) -> int:
    """Length as LINE counts it: an emoji outside the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Length as LINE counts labels: what a reader sees as one character is one."""
    if text.isascii():
        return len(text)
    import regex  # type: ignore[import-untyped]

    return len(regex.findall(r"\X", text))


def _body_errors(details: Details) -> LineError:
    return LineError(400, f"The request body has {len(details)} error(s)", details)


def _detail(message: str, name: str) -> dict[str, str]:
    return {"message": message, "property": name}


def _shape(message: object, at: str) -> Details:
    if not isinstance(message, dict):
        return [_detail("Must be an object", at)]
    kind = message.get("type")
    if kind not in _TYPES:
        return [_detail(f"Must be one of the following values: [{', '.join(_TYPES)}]", f"{at}.type")]
    required: dict[str, tuple[str, ...]] = {
        "text": ("text",),
        "textV2": ("text",),
        "sticker": ("packageId", "stickerId"),
        "image": ("originalContentUrl", "previewImageUrl"),
        "video": ("originalContentUrl", "previewImageUrl"),
        "audio": ("originalContentUrl",),
        "location": ("title", "address"),
        "imagemap": ("baseUrl", "altText"),
        "template": ("altText",),
        "flex": ("altText",),
        "coupon": ("couponId",),
    }
    return [
        _detail("May not be empty", f"{at}.{name}")
        for name in required[kind]
        if not isinstance(message.get(name), str) or not message[name]
    ]


def _content(message: dict[str, Any], at: str) -> Details:
    details: Details = []
    match message["type"]:
        case "text" | "textV2":
            _length(details, message["text"], 0, 5000, f"{at}.text")
        case "location":
            _length(details, message["title"], 0, 100, f"{at}.title")
            _length(details, message["address"], 0, 100, f"{at}.address")
        case "template" | "flex" | "imagemap":
            _length(details, message["altText"], 0, 1500, f"{at}.altText")
        case "image" | "video":
            _https(details, message["originalContentUrl"], f"{at}.originalContentUrl")
            _https(details, message["previewImageUrl"], f"{at}.previewImageUrl")
        case "audio":
            _https(details, message["originalContentUrl"], f"{at}.originalContentUrl")
    if message.get("sender") is not None:
        _sender(details, message["sender"], f"{at}.sender")
    if message.get("quickReply") is not None:
        _quick_reply(details, message["quickReply"], f"{at}.quickReply")
    return details


def _length(
    details: Details, text: str, least: int, most: int, name: str, count: Callable[[str], int] = utf16_length
) -> None:
    if not least <= count(text) <= most:
        details.append(_detail(f"Length must be between {least} and {most}", name))


def _https(details: Details, url: object, name: str) -> None:
    if not isinstance(url, str) or not url.startswith("https://") or not url.isascii() or " " in url:
        details.append(_detail("invalid uri scheme" if isinstance(url, str) else "May not be empty", name))
    else:
        _length(details, url, 0, 2000, name)


def _sender(details: Details, sender: object, at: str) -> None:
    if not isinstance(sender, dict):
        details.append(_detail("Must be an object", at))
        return
    name = sender.get("name")
    if name is not None:
        if not isinstance(name, str) or not name:
            details.append(_detail("May not be empty", f"{at}.name"))
        else:
            _length(details, name, 0, 20, f"{at}.name")
            if "LINE" in name.upper():
                details.append(_detail("The name contains a forbidden word", f"{at}.name"))
    if sender.get("iconUrl") is not None:
        _https(details, sender["iconUrl"], f"{at}.iconUrl")


def _quick_reply(details: Details, quick_reply: object, at: str) -> None:
    items = quick_reply.get("items") if isinstance(quick_reply, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= _MOST_QUICK_REPLIES:
        details.append(_detail(f"Size must be between 1 and {_MOST_QUICK_REPLIES}", f"{at}.items"))
        return
    for index, item in enumerate(items):
        where = f"{at}.items[{index}]"
        action = item.get("action") if isinstance(item, dict) else None
        if not isinstance(action, dict):
            details.append(_detail("May not be null", f"{where}.action"))
            continue
        if item.get("imageUrl") is not None:
            _https(details, item["imageUrl"], f"{where}.imageUrl")
        _action(details, action, f"{where}.action")


def _action(details: Details, action: dict[str, Any], at: str) -> None:
    if action.get("type") not in _ACTIONS:
        details.append(_detail(f"Must be one of the following values: [{', '.join(_ACTIONS)}]", f"{at}.type"))
        return
    required: dict[str, tuple[tuple[str, int, Callable[[str], int]], ...]] = {
        "message": (("label", 20, graphemes), ("text", 300, graphemes)),
        "postback": (("label", 20, graphemes), ("data", 300, utf16_length)),
        "uri": (("label", 20, graphemes), ("uri", 1000, utf16_length)),
        "clipboard": (("label", 20, graphemes), ("clipboardText", 1000, utf16_length)),
        "datetimepicker": (("label", 20, graphemes), ("data", 300, utf16_length)),
    }
    for name, most, count in required.get(action["type"], (("label", 20, graphemes),)):
        value = action.get(name)
        if not isinstance(value, str) or not value:
            details.append(_detail("May not be empty", f"{at}.{name}"))
        else:
            _length(details, value, 1, most, f"{at}.{name}", count)
