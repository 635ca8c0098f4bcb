"""The whole way: somebody follows, LINE tells the relay, the tool and the helper get it once, the operator sends."""

from pathlib import Path

from helper.flows import accounts
from tests.relay.post import open_street, until


async def test_a_follow_reaches_both_sides_once_and_is_answered_for_free(tmp_path: Path) -> None:
    async with open_street(tmp_path) as (post, shop, fetching):
        post.relay.work()
        person = await shop.sandbox.follow("ゆい")
        await until(lambda: fetching.knows(person))
        await until(lambda: len(post.tool.got) == 1)
        # Another tool gets the follow, too, and may use its reply token.
        assert (await shop.friend(person)).plan.route == "push"
        await accounts.update(shop.desk, shop.id, {"other_tool_replies": False})
        assert (await shop.friend(person)).plan.route == "reply"
        message = await shop.click_and_wait(person)
        assert (message.status, message.route, message.cost) == ("sent", "reply", 0)
        assert shop.texts(person) == ["はじめまして"]
        assert len(post.tool.got) == 1
        queue = await post.queues(shop.id)
        assert (queue.waiting_helper, queue.waiting_tool, queue.kept) == (0, 0, 0)
