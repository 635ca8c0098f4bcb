"""Webhooks as LINE delivers them."""

import re

import orjson

from tests.sandbox.conftest import World


async def test_a_follow_is_signed_and_complete(world: World) -> None:
    person = await world.sandbox.follow("ゆい🌸")
    body = orjson.loads(world.endpoint.bodies[0])
    assert body["destination"] == world.account.bot_user_id
    (event,) = body["events"]
    assert event["type"] == "follow"
    assert event["mode"] == "active"
    assert event["timestamp"] == world.clock.now()
    assert event["source"] == {"type": "user", "userId": person.user_id}
    assert event["follow"] == {"isUnblocked": False}
    assert event["deliveryContext"] == {"isRedelivery": False}
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", event["webhookEventId"])
    assert re.fullmatch(r"U[0-9a-f]{32}", person.user_id)


async def test_a_block_has_no_reply_token_and_an_unblock_says_so(world: World) -> None:
    person = await world.sandbox.follow()
    await world.sandbox.block(person)
    await world.sandbox.follow(person=person)
    followed, unfollowed, unblocked = world.endpoint.received
    assert (unfollowed.type, unfollowed.reply_token) == ("unfollow", None)
    assert (unblocked.type, unblocked.is_unblocked, followed.is_unblocked) == ("follow", True, False)


async def test_an_account_that_a_module_owns_gets_standby_without_tokens(world: World) -> None:
    world.account.standby = True
    person = await world.sandbox.follow()
    await world.sandbox.write(person, "こんにちは")
    assert [(event.mode, event.reply_token) for event in world.endpoint.received] == [("standby", None)] * 2


async def test_what_failed_is_lost_unless_redelivery_is_on(world: World) -> None:
    world.endpoint.status = 500
    await world.sandbox.follow()
    assert not world.sandbox.webhooks._redeliveries
    world.account.redelivery = True
    await world.sandbox.follow()
    assert len(world.sandbox.webhooks._redeliveries) == 1


async def test_a_redelivery_is_the_same_event_and_renews_the_tokens_minute(world: World) -> None:
    world.sandbox.faults.add("webhook", "drop_after")
    await world.sandbox.follow()
    world.clock.advance(300)
    assert await world.sandbox.webhooks.redeliver(world.account) == 1
    first, again = world.endpoint.received
    assert again.webhook_event_id == first.webhook_event_id
    assert (first.is_redelivery, again.is_redelivery) == (False, True)
    world.clock.advance(59)
    assert (await world.reply(again.reply_token)).status == 200


async def test_a_redelivered_token_ends_twenty_minutes_after_the_event(world: World) -> None:
    world.sandbox.faults.add("webhook", "drop_before")
    await world.sandbox.follow()
    world.clock.advance(20 * 60 - 10)
    assert await world.sandbox.webhooks.redeliver(world.account) == 1
    world.token = (await world.issue()).body["access_token"]
    world.clock.advance(11)
    assert (await world.reply(world.endpoint.received[-1].reply_token)).status == 400


async def test_faults_of_a_delivery(world: World) -> None:
    for fault, arrived in (("drop_before", 0), ("500_before", 0), ("500_after", 1), ("duplicate", 2)):
        world.endpoint.received.clear()
        world.sandbox.faults.add("webhook", fault)  # type: ignore[arg-type]
        await world.sandbox.follow()
        assert len(world.endpoint.received) == arrived
    assert len({event.webhook_event_id for event in world.endpoint.received}) == 1


async def test_a_changed_url_may_take_a_minute(world: World) -> None:
    world.account.webhook_cache_seconds = 60
    changed = {"endpoint": f"{world.base}/nowhere"}
    assert (await world.ask("PUT", "/v2/bot/channel/webhook/endpoint", changed)).status == 200
    assert (await world.ask("GET", "/v2/bot/channel/webhook/endpoint")).body["endpoint"] == changed[
        "endpoint"
    ]
    await world.sandbox.follow()
    assert len(world.endpoint.received) == 1
    world.clock.advance(60)
    await world.sandbox.follow()
    assert len(world.endpoint.received) == 1


async def test_webhooks_switched_off_are_not_delivered(world: World) -> None:
    world.account.webhook_active = False
    await world.sandbox.follow()
    assert world.endpoint.received == []


async def test_a_closed_sandbox_delivers_nothing_and_opens_no_connection(world: World) -> None:
    await world.sandbox.close()
    delivery = await world.sandbox.deliver(
        world.sandbox.platform.follow(world.account, world.sandbox.platform.add_person(world.account, "ゆい"))
    )
    assert not delivery.ok
    assert world.endpoint.bodies == []
