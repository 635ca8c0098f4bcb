"""The reminder: who wrote and waits, oldest first, until somebody says that she was answered."""

import pytest

from helper.flows import answers
from helper.flows.friends import dismiss
from helper.model.refusal import Refused
from tests.rig import Shop

HOUR = 3_600_000


async def waiting(shop: Shop) -> list[str]:
    views, _ = await answers.unanswered(shop.desk, shop.id, None, 50)
    return [view.friend.user_id for view in views]


async def test_who_wrote_waits_oldest_first_until_ticked_off_and_again_when_she_writes_again(
    shop: Shop,
) -> None:
    yui, ken = await shop.sandbox.follow("ゆい"), await shop.sandbox.follow("けん")
    assert await waiting(shop) == []
    await shop.sandbox.write(ken, "予約したいです")
    shop.clock.advance(60)
    await shop.sandbox.write(yui, "こんにちは")
    assert await waiting(shop) == [ken.user_id, yui.user_id]

    seen = (await shop.friend(ken)).friend.last_received_at
    shop.clock.advance(60)
    await shop.sandbox.write(ken, "まだですか")
    # What was ticked off is what was seen, not what came meanwhile.
    await answers.tick_off(shop.desk, shop.id, ken.user_id, seen)
    assert await waiting(shop) == [yui.user_id, ken.user_id]
    await answers.tick_off(shop.desk, shop.id, ken.user_id, (await shop.friend(ken)).friend.last_received_at)
    assert await waiting(shop) == [yui.user_id]
    await answers.tick_off(shop.desk, shop.id, ken.user_id, None)
    assert await waiting(shop) == [yui.user_id, ken.user_id]


async def test_pages_follow_one_another_without_gap_or_repetition(shop: Shop) -> None:
    people = [await shop.sandbox.follow(name) for name in ("あ", "い", "う")]
    for person in people:
        await shop.sandbox.write(person, "はい")
        shop.clock.advance(1)
    found: list[str] = []
    after = None
    for _ in range(3):
        (view,), after = await answers.unanswered(shop.desk, shop.id, after, 1)
        found.append(view.friend.user_id)
    assert (found, after) == ([person.user_id for person in people], None)


async def test_who_is_set_aside_or_wrote_long_ago_does_not_wait(shop: Shop) -> None:
    yui, ken = await shop.sandbox.follow("ゆい"), await shop.sandbox.follow("けん")
    await shop.sandbox.write(yui, "こんにちは")
    await shop.sandbox.write(ken, "こんにちは")
    await dismiss(shop.desk, shop.id, ken.user_id, True)
    assert await waiting(shop) == [yui.user_id]
    shop.clock.moment += answers.LOOKS_BACK + HOUR
    assert await waiting(shop) == []


async def test_nobody_can_tick_off_whom_the_account_does_not_know(shop: Shop) -> None:
    with pytest.raises(Refused, match="friend_unknown"):
        await answers.tick_off(shop.desk, shop.id, "U" + "0" * 32, None)
