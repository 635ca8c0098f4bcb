"""What LINE takes as messages, and its words for what it does not."""

from typing import Any

import pytest

from helper.sandbox.errors import LineError
from helper.sandbox.validation import check_messages


def text(**more: Any) -> dict[str, Any]:
    return {"type": "text", "text": "こんにちは", **more}


def quick_reply(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"items": [{"type": "action", "action": action} for action in actions]}


def answer(label: str = "はい", said: str = "はい") -> dict[str, Any]:
    return {"type": "message", "label": label, "text": said}


GOOD = [
    text(),
    text(text="あ" * 5000),
    text(text="🍎" * 2500),
    text(sender={"name": "花子"}),
    text(sender={"name": "🌸" * 10, "iconUrl": "https://example.com/hanako.png"}),
    text(sender={"iconUrl": "https://example.com/hanako.png"}),
    text(quickReply=quick_reply(*[answer()] * 13)),
    text(quickReply=quick_reply(answer("👨‍👩‍👧‍👦" * 20, "家族" * 150))),
    text(quickReply=quick_reply({"type": "postback", "label": "予約", "data": "a=1"})),
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    {
        "type": "image",
        "originalContentUrl": "https://example.com/a.jpg",
        "previewImageUrl": "https://example.com/b.jpg",
    },
    {"type": "flex", "altText": "クーポン", "contents": {"type": "bubble"}},
]


@pytest.mark.parametrize("message", GOOD)
def test_taken(message: dict[str, Any]) -> None:
    check_messages([message])


def refusal(messages: object) -> LineError:
    with pytest.raises(LineError) as refused:
        check_messages(messages)
    assert refused.value.status == 400
    return refused.value


@pytest.mark.parametrize(
    ("message", "name", "words"),
    [
        (text(text="あ" * 5001), "text", "Length must be between 0 and 5000"),
        (text(text="🍎" * 2501), "text", "Length must be between 0 and 5000"),
        (text(sender={"name": "あ" * 21}), "sender.name", "Length must be between 0 and 20"),
        (text(sender={"name": "🌸" * 11}), "sender.name", "Length must be between 0 and 20"),
        (text(sender={"name": "Line 花子"}), "sender.name", "The name contains a forbidden word"),
        (text(sender={"iconUrl": "http://example.com/a.png"}), "sender.iconUrl", "invalid uri scheme"),
        (
            text(quickReply=quick_reply(*[answer()] * 14)),
            "quickReply.items",
            "Size must be between 1 and 13",
        ),
        (
            text(quickReply=quick_reply(answer("あ" * 21))),
            "quickReply.items[0].action.label",
            "Length must be between 1 and 20",
        ),
        (
            text(quickReply=quick_reply(answer(), answer(said="あ" * 301))),
            "quickReply.items[1].action.text",
            "Length must be between 1 and 300",
        ),
    ],
)
def test_a_message_that_is_invalid(message: dict[str, Any], name: str, words: str) -> None:
    assert refusal([text(), message]).body == {
        "message": "A message (messages[1]) in the request body is invalid",
        "details": [{"message": words, "property": f"messages[1].{name}"}],
    }


def test_what_is_missing_is_counted() -> None:
    assert refusal([{"type": "text"}, {"type": "song"}, text(), 5]).body["message"] == (
        "The request body has 3 error(s)"
    )
    assert refusal([text(text="")]).body["details"] == [
        {"message": "May not be empty", "property": "messages[0].text"}
    ]


@pytest.mark.parametrize("messages", [[], [text()] * 6])
def test_one_to_five_messages(messages: list[Any]) -> None:
    assert refusal(messages).body["details"] == [
        {"message": "Size must be between 1 and 5", "property": "messages"}
    ]


@pytest.mark.parametrize("messages", [None, {}, "text", 5])
def test_messages_are_a_list(messages: object) -> None:
    refusal(messages)
