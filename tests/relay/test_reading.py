"""What the relay reads in a body: enough to keep order and count once, whatever the bytes."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from helper.relay.reading import Heads, read_heads
from tests.relay.post import USER, event, webhook

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.binary() | anything.map(orjson.dumps))
def test_no_bytes_break_it(body: bytes) -> None:
    heads = read_heads(body)
    assert heads == read_heads(body)
    assert "\0" not in "".join(heads.event_ids + heads.talks)


@given(st.lists(anything, min_size=1, max_size=3))
def test_events_of_any_form_are_events(events: list[object]) -> None:
    body = orjson.dumps({"destination": "U", "events": events})
    assert read_heads(body).event_ids


def test_users_groups_and_rooms_are_talks() -> None:
    group = event(source={"type": "group", "groupId": "C1", "userId": USER})
    assert read_heads(webhook(event(), group)).talks == (USER, "C1")


def test_half_an_emoji_does_not_cost_the_order() -> None:
    body = webhook(event()).replace(b"}] }", b',"text":"\\ud83c"}] }')
    heads = read_heads(body)
    assert heads.talks == (USER,)
    assert not heads.event_ids[0].startswith("sha256-")


def test_lines_trial_holds_nothing() -> None:
    assert read_heads(webhook()) == Heads((), (), False)


def test_a_redelivery_is_told() -> None:
    assert read_heads(webhook(event(deliveryContext={"isRedelivery": True}))).redelivered
