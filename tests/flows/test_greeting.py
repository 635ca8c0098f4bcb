"""New friends are greeted by themselves: free, once, in time, and never against anybody's will."""

import asyncio
import json
from typing import Any

import pytest

from helper.flows import accounts, friends, greeting, personas, relays, templates
from helper.flows.forgetting import forget
from helper.flows.friends import history
from helper.flows.quota import ledger
from helper.flows.receive import receive
from helper.flows.send import undo
from helper.line.signature import sign
from helper.model.friend import Named
from helper.model.greeting import Greeting, GreetingRule, Hours
from helper.model.quota import month_of
from helper.model.refusal import Invalid, Refused
from helper.model.relay import Queues
from helper.sandbox.people import Person
from helper.store.greeting import due_of
from helper.store.restores import mark_restored
from tests.rig import JIRO, TARO, Shop

SAID = "さくら美容室です。ゆいさん、はじめまして"


@pytest.fixture
async def greeted(shop: Shop) -> Shop:
    """A shop whose greeting is on: after 20 seconds, at any time."""
    await switch_on(shop)
    return shop


async def switch_on(shop: Shop, **changes: Any) -> GreetingRule:
    text = {"type": "text", "text": "{account_name}です。{display_name}さん、はじめまして"}
    template = await templates.create_template(shop.desk, shop.id, "自動", [text], ["はい"], None)
    wanted = {"running": True, "wait": 20_000, "template_id": template.id, "persona_id": None, **changes}
    return await greeting.set_up(shop.desk, shop.id, GreetingRule(**wanted), TARO)


async def follow(shop: Shop, name: str = "ゆい", **details: Any) -> Person:
    """Somebody adds the account, and LINE is asked for her name."""
    from helper.store.sightings import save_profile

    person = await shop.sandbox.follow(name, **details)
    now = shop.clock.now()
    await shop.desk.db.write(lambda unit: save_profile(unit, shop.id, person.user_id, name, None, now))
    return person


async def coming(shop: Shop, person: Person) -> Greeting | None:
    return (await shop.friend(person)).greeting


async def is_lined_up(shop: Shop, person: Person) -> bool:
    return bool(await shop.desk.db.read(lambda reader: due_of(reader, shop.id, [person.user_id])))


async def test_a_new_friend_is_greeted_after_the_wait_for_free_as_the_persona(shop: Shop) -> None:
    hanako = await personas.create_persona(shop.desk, shop.id, "花子", None, None)
    await switch_on(shop, persona_id=hanako.id)
    before = await shop.quota()
    yui = await follow(shop)
    shown = await coming(shop, yui)
    assert shown == Greeting(shop.clock.now() + 20_000, None)
    await shop.pass_time(19)
    assert shop.texts(yui) == []

    await shop.pass_time(2)

    assert shop.texts(yui) == [SAID]
    assert yui.talk[-1].content["sender"] == {"name": "花子"}
    assert (await shop.quota()).remaining == before.remaining
    view = await shop.friend(yui)
    contact = view.friend.first_contact
    assert contact is not None
    assert (view.friend.stage, view.greeting) == ("contacted", None)
    assert (contact.automatic, contact.teammate, contact.route) == (True, None, "reply")
    items, _ = await history(shop.desk, shop.id, yui.user_id, None, 10)
    message = items[0].message
    assert message is not None
    assert (message.origin, message.teammate, message.status, message.cost) == (
        "greeting",
        Named(None, ""),
        "sent",
        0,
    )
    rows, _ = await ledger(shop.desk, shop.id, month_of(shop.clock.now()), None, 10)
    assert (rows[0].kind, rows[0].origin, rows[0].teammate) == ("reply", "greeting", None)
    assert await shop.books_balance()


async def test_nobody_is_greeted_unless_it_was_switched_on(shop: Shop) -> None:
    yui = await follow(shop)
    await switch_on(shop)
    assert await coming(shop, yui) is None
    await shop.pass_time(60)
    assert shop.texts(yui) == []


async def test_an_operator_who_clicks_first_is_the_only_one(greeted: Shop) -> None:
    yui = await follow(greeted)
    await greeted.pass_time(12)
    await greeted.click(yui)
    assert await coming(greeted, yui) is None
    await greeted.pass_time(60)
    assert greeted.texts(yui) == ["はじめまして"]


async def test_an_operator_who_clicks_and_undoes_wants_nothing_sent(greeted: Shop) -> None:
    yui = await follow(greeted)
    message = await greeted.click(yui)
    await undo(greeted.desk, greeted.id, message.id)
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []
    assert (await greeted.friend(yui)).friend.stage == "new"


async def test_an_operator_who_clicks_after_it_is_refused(greeted: Shop) -> None:
    yui = await follow(greeted)
    await greeted.pass_time(21)
    with pytest.raises(Refused) as refused:
        await greeted.click(yui)
    assert refused.value.code == "already_contacted"
    assert greeted.texts(yui) == [SAID]


async def test_click_and_greeting_at_the_very_same_time_send_one_message(greeted: Shop) -> None:
    from helper.store.greeting import Awaited

    for number in range(10):
        person = await follow(greeted, f"友だち{number}")
        greeted.clock.advance(20)
        awaited = Awaited(greeted.id, person.user_id)
        calls = [greeted.greeter.greet(awaited), greeted.click(person), greeted.greeter.greet(awaited)]
        await asyncio.gather(*(calls if number % 2 else reversed(calls)), return_exceptions=True)
        await greeted.pass_time(6)
        assert len(greeted.texts(person)) == 1


async def test_not_this_friend(greeted: Shop) -> None:
    yui, ken = await follow(greeted), await follow(greeted, "けん")
    view = await friends.skip_greeting(greeted.desk, greeted.id, yui.user_id)
    assert view.greeting is None
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []
    assert len(greeted.texts(ken)) == 1


async def test_a_claim_pauses_it_and_letting_go_sends_it(greeted: Shop) -> None:
    yui = await follow(greeted)
    await friends.claim(greeted.desk, greeted.id, yui.user_id, JIRO)
    await greeted.pass_time(30)
    assert greeted.texts(yui) == []
    shown = await coming(greeted, yui)
    assert shown is not None
    assert shown.paused_by == Named("jiro", "次郎")
    await friends.unclaim(greeted.desk, greeted.id, yui.user_id, JIRO)
    await greeted.pass_time(1)
    assert greeted.texts(yui) == [SAID]


async def test_a_claim_that_lasts_longer_than_the_free_reply_ends_it(greeted: Shop) -> None:
    yui = await follow(greeted)
    await friends.claim(greeted.desk, greeted.id, yui.user_id, JIRO)
    await greeted.pass_time(52)
    assert not await is_lined_up(greeted, yui)
    await greeted.pass_time(120)
    assert greeted.texts(yui) == []
    assert (await greeted.friend(yui)).friend.stage == "new"


async def test_switching_it_off_stops_it_at_once_also_for_who_waits(greeted: Shop) -> None:
    yui = await follow(greeted)
    await greeted.pass_time(10)
    await greeting.stop(greeted.desk, greeted.id, JIRO)
    assert await coming(greeted, yui) is None
    await switch_on(greeted)
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []
    rule = await greeting.read(greeted.desk, greeted.id)
    assert rule is not None
    assert (rule.running, rule.changed_by) == (True, Named("taro", "太郎"))


async def test_switching_it_off_also_stops_what_the_courier_has_not_taken_yet(greeted: Shop) -> None:
    from helper.store.greeting import Awaited

    yui = await follow(greeted)
    greeted.clock.advance(20)
    await greeted.greeter.greet(Awaited(greeted.id, yui.user_id))
    await greeting.stop(greeted.desk, greeted.id, JIRO)
    await greeted.pass_time(10)
    assert greeted.texts(yui) == []
    assert (await greeted.friend(yui)).friend.stage == "new"


async def test_whoever_wrote_or_left_in_the_wait_is_not_greeted(greeted: Shop) -> None:
    yui, ken = await follow(greeted), await follow(greeted, "けん")
    await greeted.sandbox.write(yui, "予約できますか")
    await greeted.sandbox.block(ken)
    assert await coming(greeted, yui) is None
    await greeted.pass_time(60)
    assert greeted.texts(yui) == greeted.texts(ken) == []


@pytest.mark.parametrize("what", ["dismissed", "marked"])
async def test_who_was_taken_off_the_queue_is_not_greeted(greeted: Shop, what: str) -> None:
    yui = await follow(greeted)
    if what == "dismissed":
        await friends.dismiss(greeted.desk, greeted.id, yui.user_id, True)
        await friends.dismiss(greeted.desk, greeted.id, yui.user_id, False)
    else:
        await friends.mark_contacted(greeted.desk, greeted.id, yui.user_id, "other", TARO)
        await friends.unmark_contacted(greeted.desk, greeted.id, yui.user_id)
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []


async def test_who_comes_back_is_not_greeted_by_itself(greeted: Shop) -> None:
    yui = await follow(greeted)
    await greeted.sandbox.block(yui)
    greeted.clock.advance(60)
    await greeted.sandbox.follow(person=yui)
    assert await coming(greeted, yui) is None
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []


async def test_it_is_off_while_another_module_has_the_account(greeted: Shop) -> None:
    greeted.line.standby = True
    yui = await follow(greeted)
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []


async def test_it_never_goes_with_another_tool_that_replies(greeted: Shop) -> None:
    yui = await follow(greeted)
    await accounts.update(greeted.desk, greeted.id, {"other_tool_replies": True}, "taro")
    assert await coming(greeted, yui) is None
    rule = await greeting.read(greeted.desk, greeted.id)
    assert rule is not None
    assert not rule.running
    with pytest.raises(Refused) as refused:
        await switch_on(greeted)
    assert refused.value.code == "other_tool_replies"
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []


async def test_outside_its_hours_nobody_is_greeted(shop: Shop) -> None:
    # It is 20:06:40 in Japan.
    await switch_on(shop, hours=Hours(20 * 60 + 10, 2 * 60))
    early = await follow(shop, "早い")
    assert await coming(shop, early) is None
    await shop.pass_time(60)
    await shop.pass_time(4 * 60)
    assert shop.texts(early) == []
    later = await follow(shop)
    await shop.pass_time(21)
    assert shop.texts(later) == [SAID]


async def test_a_day_that_was_not_chosen(shop: Shop) -> None:
    # It is Wednesday.
    await switch_on(shop, days=frozenset({1, 2, 4, 5, 6, 7}))
    yui = await follow(shop)
    await shop.pass_time(60)
    assert shop.texts(yui) == []
    await switch_on(shop, days=frozenset({3}))
    ken = await follow(shop, "けん")
    await shop.pass_time(21)
    assert len(shop.texts(ken)) == 1


async def test_a_helper_that_slept_sends_nothing_late(greeted: Shop) -> None:
    yui = await follow(greeted)
    greeted.clock.advance(51)
    await greeted.run_due()
    assert not await is_lined_up(greeted, yui)
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []
    assert (await greeted.friend(yui)).friend.stage == "new"


async def test_a_helper_that_slept_between_message_and_call_sends_nothing_late(greeted: Shop) -> None:
    from helper.store.greeting import Awaited

    yui = await follow(greeted)
    greeted.clock.advance(20)
    await greeted.greeter.greet(Awaited(greeted.id, yui.user_id))
    greeted.clock.advance(31)
    await greeted.pass_time(30)
    assert greeted.texts(yui) == []
    assert (await greeted.friend(yui)).friend.stage == "new"


async def test_a_follow_that_line_told_late_is_none_to_greet(greeted: Shop) -> None:
    yui = await follow(greeted, seconds_ago=45)
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []


async def test_what_line_refuses_costs_nothing_and_leaves_her_new(greeted: Shop) -> None:
    yui = await follow(greeted)
    greeted.sandbox.faults.add("reply", "400", times=9)
    before = await greeted.quota()
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []
    assert (await greeted.quota()).remaining == before.remaining
    assert (await greeted.friend(yui)).friend.stage == "new"


async def test_an_erased_friend_leaves_nothing_behind(greeted: Shop) -> None:
    yui = await follow(greeted)
    await forget(greeted.desk, greeted.id, yui.user_id)
    assert not await is_lined_up(greeted, yui)
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []


async def test_a_restored_database_greets_nobody_until_somebody_switches_it_on(greeted: Shop) -> None:
    yui = await follow(greeted)
    now = greeted.clock.now()
    await greeted.desk.db.write(lambda unit: mark_restored(unit, now - 1000, now))
    ken = await follow(greeted, "けん")
    await greeted.pass_time(60)
    assert greeted.texts(yui) == greeted.texts(ken) == []
    rule = await greeting.read(greeted.desk, greeted.id)
    assert rule is not None
    assert not rule.running


async def test_an_account_that_was_taken_away_and_comes_back_greets_nobody(greeted: Shop) -> None:
    yui = await follow(greeted)
    await accounts.remove(greeted.desk, greeted.id)
    assert not await is_lined_up(greeted, yui)
    await greeted.pass_time(60)
    assert greeted.texts(yui) == []


async def test_what_it_uses_cannot_be_deleted_while_it_runs(shop: Shop) -> None:
    hanako = await personas.create_persona(shop.desk, shop.id, "花子", None, None)
    rule = await switch_on(shop, persona_id=hanako.id)
    for deletion in (
        templates.delete_template(shop.desk, shop.id, rule.template_id),
        personas.delete_persona(shop.desk, shop.id, hanako.id),
    ):
        with pytest.raises(Refused) as refused:
            await deletion
        assert refused.value.code == "used_by_greeting"
    await greeting.stop(shop.desk, shop.id, TARO)
    await templates.delete_template(shop.desk, shop.id, rule.template_id)
    await personas.delete_persona(shop.desk, shop.id, hanako.id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wait": 4_000}, "wait_seconds"),
        ({"wait": 41_000}, "wait_seconds"),
        ({"days": frozenset()}, "days"),
        ({"hours": Hours(600, 600)}, "hours"),
        ({"template_id": "none"}, "template_id"),
        ({"persona_id": "none"}, "persona_id"),
    ],
)
async def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await switch_on(shop, **changes)
    assert [name for name, _ in refused.value.errors] == [field]
    assert await greeting.read(shop.desk, shop.id) is None


async def test_a_members_name_in_the_text_becomes_whoever_it_comes_from(shop: Shop) -> None:
    text = {"type": "text", "text": "担当の{teammate_name}です"}
    template = await templates.create_template(shop.desk, shop.id, "担当", [text], [], None)
    await switch_on(shop, template_id=template.id)
    yui = await follow(shop)
    await shop.pass_time(21)
    assert shop.texts(yui) == ["担当のさくら美容室です"]


async def test_who_watches_hears_that_it_starts_and_stops(greeted: Shop) -> None:
    yui = await follow(greeted)
    greeted.changes.clear()
    await greeting.stop(greeted.desk, greeted.id, JIRO)
    told = {(change.type, change.subject) for change in greeted.changes}
    assert told == {("account", greeted.id), ("friend", yui.user_id)}


async def test_a_tool_that_appears_at_the_relay_ends_it(greeted: Shop) -> None:
    yui = await follow(greeted)
    await relays.note_queues(greeted.desk, [Queues(greeted.id, "tool.example", 0, 0, 0)])
    rule = await greeting.read(greeted.desk, greeted.id)
    assert rule is not None
    assert not rule.running
    await greeted.pass_time(30)
    assert greeted.texts(yui) == []


def signed_follow(shop: Shop, user_id: str, at: int) -> tuple[bytes, str]:
    event = {
        "type": "follow",
        "mode": "active",
        "timestamp": at,
        "source": {"type": "user", "userId": user_id},
        "webhookEventId": "01J00000000000000000000RLY",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "a" * 32,
        "follow": {"isUnblocked": False},
    }
    body = json.dumps({"destination": "U" + "0" * 32, "events": [event]}).encode()
    return body, sign(shop.line.secret, body)


async def test_the_wait_counts_from_when_a_relay_took_the_follow(greeted: Shop) -> None:
    now = greeted.clock.now()
    body, signature = signed_follow(greeted, "Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", now - 15_500)
    await receive(greeted.desk, greeted.id, body, signature, now - 15_000)
    lined_up = await greeted.desk.db.read(
        lambda reader: due_of(reader, greeted.id, ["Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
    )
    (due,) = lined_up.values()
    assert (due.received_at, due.due_at) == (now - 15_000, now + 5_000)
