"""Reading webhooks: what LINE documents, what it may add, and what nobody expects."""

import json
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helper.line.events import NotAWebhook, NotJson, ReceivedEvent, Webhook, read_webhook

BOT = "U8e742f61d673b39c7fff3cecb7536ef0"
USER = "U4af4980629b0b1e1e1e1e1e1e1e1e1e1"
FOLLOW: dict[str, Any] = {
    "type": "follow",
    "mode": "active",
    "timestamp": 1_795_000_000_000,
    "source": {"type": "user", "userId": USER},
    "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
    "deliveryContext": {"isRedelivery": False},
    "replyToken": "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
    "follow": {"isUnblocked": False},
}
MESSAGE: dict[str, Any] = {
    **FOLLOW,
    "type": "message",
    "message": {
        "id": "444573844083572737",
        "type": "text",
        "quoteToken": "q3Plxr4AgKd",
        "text": "予約したい🌸",
    },
}


def read(*events: object) -> Webhook:
    return read_webhook(orjson.dumps({"destination": BOT, "events": list(events)}))


def read_one(event: object) -> ReceivedEvent:
    (received,) = read(event).events
    return received


def test_a_follow() -> None:
    event = read_one(FOLLOW)
    assert (event.type, event.mode, event.timestamp) == ("follow", "active", 1_795_000_000_000)
    assert (event.source_type, event.user_id) == ("user", USER)
    assert event.webhook_event_id == "01FZ74A0TDDPYRVKNK77XKC3ZR"
    assert event.reply_token == "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA"
    assert event.is_unblocked is False
    assert event.is_redelivery is False


def test_a_text_message_and_a_sticker() -> None:
    text = read_one(MESSAGE)
    assert (text.message_type, text.message_id, text.text) == ("text", "444573844083572737", "予約したい🌸")
    sticker = read_one({**MESSAGE, "message": {"id": "1", "type": "sticker", "stickerId": "2"}})
    assert (sticker.message_type, sticker.message_id, sticker.text) == ("sticker", "1", None)


def test_a_postback_and_an_unfollow() -> None:
    assert read_one({**FOLLOW, "type": "postback", "postback": {"data": "a=1"}}).postback_data == "a=1"
    unfollow = {name: value for name, value in FOLLOW.items() if name not in ("replyToken", "follow")}
    event = read_one({**unfollow, "type": "unfollow"})
    assert (event.type, event.reply_token, event.is_unblocked) == ("unfollow", None, None)


def test_a_follow_in_standby_is_kept_though_the_sdk_loses_it() -> None:
    standby = {name: value for name, value in FOLLOW.items() if name != "replyToken"} | {"mode": "standby"}
    event = read_one(standby)
    assert (event.type, event.mode, event.reply_token) == ("follow", "standby", None)
    assert event.user_id == USER


def test_an_unknown_mode_loses_neither_itself_nor_its_neighbours() -> None:
    events = read({**FOLLOW, "mode": "hibernating"}, MESSAGE).events
    assert [event.mode for event in events] == ["hibernating", "active"]


def test_groups_and_rooms_have_no_friend() -> None:
    source = {"type": "group", "groupId": "C" + "0" * 32, "userId": USER}
    event = read_one({**MESSAGE, "source": source})
    assert (event.source_type, event.user_id) == ("group", None)


def test_a_friend_who_never_consented_has_no_id() -> None:
    assert read_one({**FOLLOW, "source": {"type": "user"}}).user_id is None


@pytest.mark.parametrize("user_id", ["u" + "0" * 32, "U" + "0" * 31, "U" + "G" * 32, USER + "\n", 5, ["U"]])
def test_only_a_user_id_of_lines_shape_is_one(user_id: object) -> None:
    assert read_one({**FOLLOW, "source": {"type": "user", "userId": user_id}}).user_id is None


def test_the_raw_event_keeps_everything_in_order() -> None:
    event = {**FOLLOW, "somethingNew": {"b": 1, "a": [None, 2.5]}}
    assert read_one(event).raw == orjson.dumps(event).decode()


def test_the_consoles_verify_has_no_events() -> None:
    assert read() == Webhook(BOT, ())


@pytest.mark.parametrize("odd", [None, 5, "follow", [], {}, {"type": 3, "timestamp": "now", "source": [1]}])
def test_what_is_no_event_is_kept_raw(odd: object) -> None:
    event = read_one(odd)
    assert event.type == "unknown"
    assert orjson.loads(event.raw) == odd
    assert event.user_id is None


@pytest.mark.parametrize("timestamp", [-1, 2**53, 2**64, 1.5, True, "1", None])
def test_what_is_no_time_is_none(timestamp: object) -> None:
    body = json.dumps({"destination": BOT, "events": [{**FOLLOW, "timestamp": timestamp}]}).encode()
    assert read_webhook(body).events[0].timestamp == 0


def test_an_event_without_an_id_has_the_same_one_when_it_comes_again() -> None:
    bare = {name: value for name, value in FOLLOW.items() if name != "webhookEventId"}
    first = read_one(bare)
    again = read_one({**bare, "deliveryContext": {"isRedelivery": True}})
    other = read_one({**bare, "timestamp": 1})
    assert first.webhook_event_id == again.webhook_event_id != other.webhook_event_id
    assert again.is_redelivery


def test_half_an_emoji_does_not_cost_the_webhook() -> None:
    body = orjson.dumps({"destination": BOT, "events": [MESSAGE]}).replace("🌸".encode(), rb"\ud83c")
    (event,) = read_webhook(body).events
    assert event.text == "予約したい\ufffd"
    event.raw.encode()


def test_a_null_character_can_be_stored_in_every_database() -> None:
    event = read_one({**MESSAGE, "message": {"id": "1", "type": "text", "text": "a\x00b"}})
    assert event.text == "a\ufffdb"
    assert "\x00" not in event.raw


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"{'a':1}", b'{"a":NaN}', b"[" * 100_000, b"\xef\xbb\xbf{}"]
)
def test_not_json(body: bytes) -> None:
    with pytest.raises(NotJson):
        read_webhook(body)


def test_what_is_nested_absurdly_deep_is_refused() -> None:
    for depth in (253, 254, 300, 1_000, 1_100, 5_000, 100_000):
        deep = b"[" * depth + b"]" * depth
        with suppress(NotJson, NotAWebhook):
            read_webhook(b'{"destination":"U","events":[{"a":' + deep + b"}]}")


@pytest.mark.parametrize(
    "content", [None, [], 5, {}, {"destination": BOT}, {"events": []}, {"destination": 1, "events": []}]
)
def test_json_but_no_webhook(content: object) -> None:
    with pytest.raises(NotAWebhook):
        read_webhook(orjson.dumps(content))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
events_with_known_names = st.fixed_dictionaries(
    {},
    optional={
        name: json_values | st.just(FOLLOW.get(name) or MESSAGE.get(name))
        for name in (*FOLLOW, "message", "postback")
    },
)


@given(st.binary())
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with suppress(NotJson, NotAWebhook):
        read_webhook(body)


@given(st.lists(events_with_known_names | json_values, max_size=4))
def test_any_json_in_events_is_kept_and_can_be_stored(events: list[Any]) -> None:
    body = json.dumps({"destination": BOT, "events": events}).encode()
    webhook = read_webhook(body)
    assert len(webhook.events) == len(events)
    for event in webhook.events:
        assert event.webhook_event_id
        assert event.type
        assert 0 <= event.timestamp < 2**63
        for text in (event.raw, event.text, event.type, event.reply_token, event.webhook_event_id):
            assert text is None or text.encode()
