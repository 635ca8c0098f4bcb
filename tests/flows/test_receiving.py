"""Changing LINE's webhook URL: only what was seen is replaced, and what was replaced can be put back."""

from helper.flows import receiving as flows
from tests.rig import Shop

TOOL = "https://tool.example.jp/hook"


def ours(shop: Shop) -> str:
    return f"https://shop.example.jp/webhook/{shop.id}"


async def test_the_other_tools_url_is_kept_and_can_be_put_back(shop: Shop) -> None:
    shop.line.webhook_url = TOOL
    seen = await flows.look(shop.desk, shop.id)
    assert seen.owner is not None
    assert (seen.owner.whose, seen.owner.host) == ("other", "tool.example.jp")
    changed = await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL, "taro")
    assert changed.confirmed
    assert shop.line.webhook_url == ours(shop)
    now = await flows.look(shop.desk, shop.id)
    assert (now.receiving.wanted_url, now.restorable_url) == (ours(shop), TOOL)
    await flows.restore(shop.desk, shop.id, ours(shop), "taro")
    assert shop.line.webhook_url == TOOL
    after = await flows.look(shop.desk, shop.id)
    assert (after.receiving.wanted_url, after.restorable_url) == (None, None)
