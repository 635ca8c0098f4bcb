"""The walk of an account whose tool is already there: a relay before both, a friend, a click, a day without them."""

from pathlib import Path

import orjson

from helper.flows import accounts
from helper.flows.friends import history
from helper.line.signature import verify
from helper.sandbox.people import Person
from tests.flows.test_greeting import coming, follow, switch_on
from tests.relay.post import Fetching, Post, open_street, until
from tests.rig import Shop

HOUR = 3_600
BESIDE = 41
"""Seconds: past the greeting's wait (20 s) and a hold, within the life of a reply token (50 s)."""


async def _both_know(post: Post, fetching: Fetching, *people: Person) -> None:
    await post.forward()
    await until(lambda: fetching.knows(*people))


async def _tool_answers_no_follows(shop: Shop) -> None:
    """The admin's word. Without it neither a click nor the greeting may use a reply token."""
    await accounts.update(shop.desk, shop.id, {"other_tool_replies": False})
    await switch_on(shop)


async def test_both_sides_get_a_follow_once_and_a_click_beats_the_greeting_for_free(tmp_path: Path) -> None:
    async with open_street(tmp_path) as (post, shop, fetching):
        await _both_know(post, fetching, await shop.sandbox.follow("さき"))
        await _tool_answers_no_follows(shop)
        before = await shop.quota()
        yui = await follow(shop)
        await _both_know(post, fetching, yui)

        # The tool has LINE's own bytes, and can check LINE's own signature.
        got = post.tool.got[-1]
        assert verify(shop.line.secret, got.body, got.headers["X-Line-Signature"])
        assert len(post.tool.event_ids) == len(set(post.tool.event_ids)) == 2
        assert await coming(shop, yui) is not None
        assert (await shop.friend(yui)).plan.route == "reply"

        message = await shop.click_and_wait(yui, max_cost=0)

        assert (message.status, message.route, message.cost) == ("sent", "reply", 0)
        await shop.pass_time(BESIDE)
        assert shop.texts(yui) == ["はじめまして"]
        assert (await shop.quota()).remaining == before.remaining
        assert await shop.books_balance()
        queue = await post.queues(shop.id)
        assert (queue.waiting_helper, queue.waiting_tool, queue.kept) == (0, 0, 0)


async def test_whom_nobody_clicks_the_greeting_reaches_for_free(tmp_path: Path) -> None:
    """The other half of the race: without it the click above would beat nothing."""
    async with open_street(tmp_path) as (post, shop, fetching):
        await _both_know(post, fetching, await shop.sandbox.follow("さき"))
        await _tool_answers_no_follows(shop)
        yui = await follow(shop)
        await _both_know(post, fetching, yui)
        await shop.pass_time(BESIDE)
        assert len(shop.texts(yui)) == 1
        assert (await shop.friend(yui)).friend.first_contact is not None


async def test_a_day_without_the_tool_and_the_helper(tmp_path: Path) -> None:
    """Both are gone for a day. What LINE delivered meanwhile reaches each of them once; nothing goes out late."""
    async with open_street(tmp_path) as (post, shop, fetching):
        before_all = await shop.sandbox.follow("さき")
        await _both_know(post, fetching, before_all)
        await _tool_answers_no_follows(shop)
        quota = await shop.quota()
        await fetching.sleep()
        post.tool.status = 503

        gone: list[Person] = []
        for hour in range(24):
            if hour % 6 == 0:
                gone.append(await follow(shop, f"夜{hour}"))
                await shop.sandbox.write(gone[-1], "はじめまして")
            await post.pass_time(HOUR, step=300)
        queue = await post.queues(shop.id)
        assert queue.waiting_helper == 8
        assert queue.waiting_tool == 8
        assert queue.failure is not None
        assert len(post.tool.got) == 1

        post.tool.status = 200
        fetching.wake()
        await until(lambda: fetching.knows(*gone))
        await post.pass_time(2 * HOUR, step=60)

        async def nothing_waits() -> bool:
            left = await post.queues(shop.id)
            return (left.waiting_helper, left.waiting_tool, left.kept) == (0, 0, 0)

        await until(nothing_waits)
        # Once each, and each friend's follow before her message.
        assert len(post.tool.event_ids) == len(set(post.tool.event_ids)) == 9
        for person in gone:
            kinds = [
                event["type"]
                for got in post.tool.got
                for event in orjson.loads(got.body)["events"]
                if event["source"]["userId"] == person.user_id
            ]
            assert kinds == ["follow", "message"]
            view = await shop.friend(person)
            assert view.friend.stage == "talking"
            items, _ = await history(shop.desk, shop.id, person.user_id, None, 50)
            assert len([item for item in items if item.direction == "in"]) == 1
        # The minute is long over: no greeting may surprise anybody in the morning.
        await shop.pass_time(120)
        assert all(shop.texts(person) == [] for person in gone)
        after = await shop.quota()
        assert (after.spent, after.reserved) == (quota.spent, quota.reserved)
        assert await shop.books_balance()


async def test_what_the_tool_did_not_take_for_too_long_is_kept_and_told(tmp_path: Path) -> None:
    async with open_street(tmp_path) as (post, shop, fetching):
        post.tool.status = 503
        yui = await shop.sandbox.follow("ゆい")
        await until(lambda: fetching.knows(yui))
        await post.pass_time(40 * HOUR, step=600)
        queue = await post.queues(shop.id)
        assert (queue.waiting_tool, queue.kept) == (0, 1)
        assert queue.waiting_helper == 0
        post.tool.status = 200
        await post.pass_time(2 * HOUR, step=600)
        assert post.tool.got == [], "what was given up goes out only when somebody says so"
