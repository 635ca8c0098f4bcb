"""Webhooks in any order, delivered any number of times, leave the registry as the orderly run does."""

import asyncio
import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from helper.flows.receive import _take_in
from helper.line.events import read_webhook
from helper.store.database import Reader
from helper.store.friends import find_friend
from helper.store.sqlite import open_sqlite

A = "1234567890"
NOW = 1_795_000_000_000
HERE: Any = {"account_id": A, "now": NOW + 60_000, "safe_age": 50_000, "restored_at": None}
USERS = ["U" + digit * 32 for digit in "ab"]


def an_event(number: int, kind: str, user: str, at: int, mode: str, unblocked: bool) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": kind,
        "mode": mode,
        "timestamp": NOW + at * 1000,
        "source": {"type": "user", "userId": user},
        "webhookEventId": f"01J{number:023d}",
        "deliveryContext": {"isRedelivery": False},
    }
    if kind == "follow":
        event["follow"] = {"isUnblocked": unblocked}
    if kind == "message":
        event["message"] = {"id": str(number), "type": "text", "text": "はい", "quoteToken": "q"}
    if kind != "unfollow" and mode == "active":
        event["replyToken"] = f"token{number}"
    return event


events = st.lists(
    st.tuples(
        st.sampled_from(["follow", "unfollow", "message", "postback", "beacon"]),
        st.sampled_from(USERS),
        st.integers(0, 5),
        st.sampled_from(["active", "active", "standby"]),
        st.booleans(),
    ),
    max_size=8,
)


async def registry(deliveries: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What the registry and the token table hold after these deliveries."""
    with tempfile.TemporaryDirectory() as folder:
        db = await open_sqlite(Path(folder) / "order.db")
        try:
            for event in deliveries:
                body = json.dumps({"destination": USERS[0], "events": [event]}).encode()
                received = read_webhook(body).events[0]
                await db.write(partial(_take_in, event=received, **HERE))
            return await db.read(_everything)
        finally:
            await db.close()


async def _everything(reader: Reader) -> list[tuple[Any, ...]]:
    state: list[tuple[Any, ...]] = []
    for user in USERS:
        friend = await find_friend(reader, A, user)
        if friend is None:
            continue
        row = await reader.fetch_one("SELECT stage, list FROM friend WHERE user_id = $1", user)
        assert row is not None
        assert row["stage"] == friend.stage, "the engine's stage and the rule's are one"
        state.append(
            (
                user,
                friend.stage,
                row["list"],
                friend.followed_at,
                friend.blocked_at,
                friend.last_received_at,
                friend.refollowed,
                friend.standby,
            )
        )
    tokens = await reader.fetch("SELECT user_id, token, event_at FROM reply_token ORDER BY token")
    return [*state, *(tuple(token) for token in tokens)]


@given(events, st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=60)
def test_the_order_and_the_number_of_deliveries_do_not_matter(happened, chance, times) -> None:  # type: ignore[no-untyped-def]
    made = [an_event(number, *parts) for number, parts in enumerate(happened)]
    orderly = sorted(made, key=lambda event: event["timestamp"])
    shuffled = made * times
    chance.shuffle(shuffled)
    assert asyncio.run(registry(orderly)) == asyncio.run(registry(shuffled))
