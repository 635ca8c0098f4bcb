"""Erasing a customer: nothing of her is left in the files, the count adds up, and nobody greets her twice."""

import asyncio
import sqlite3
from pathlib import Path

import orjson
import pytest

from helper.flows import friends
from helper.flows.forgetting import finish, forget, is_finished, is_put_off
from helper.flows.links import link
from helper.flows.profiles import ProfileFetcher
from helper.flows.receive import receive
from helper.flows.send import get, resolve, send
from helper.line.signature import sign
from helper.model.message import Message, SendRequest
from helper.model.refusal import Refused
from helper.sandbox.occurrences import Occurrence
from helper.sandbox.people import Person
from helper.store.sightings import ProfileDue, save_profile
from tests.rig import TARO, Shop

NAME = "白鳥 麗子"
WORDS = "内緒のご相談なのですが"


async def refusal(awaitable) -> Refused:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as caught:
        await awaitable
    return caught.value


def left_in_files(shop: Shop, *words: str) -> list[str]:
    """Those of the words that can be read in the database's files."""
    files = [shop.database, Path(f"{shop.database}-wal")]
    raw = b"".join(file.read_bytes() for file in files if file.exists())
    return [word for word in words if word.encode() in raw]


def secrets_of(person: Person, *more: str) -> list[str]:
    return [person.user_id, person.name, person.name.replace(" ", ""), *more]


async def erase(shop: Shop, person: Person) -> None:
    await forget(shop.desk, shop.id, person.user_id)
    assert await finish(shop.desk)
    shop.clock.advance(1)


async def name(shop: Shop, person: Person) -> None:
    """LINE's profile answer arrives."""
    await shop.desk.db.write(
        lambda tx: save_profile(
            tx, shop.id, person.user_id, person.name, "https://profile.example/reiko", shop.clock.now()
        )
    )


async def deliver(shop: Shop, occurrence: Occurrence, *, again: bool = False) -> None:
    """LINE's webhook, once more or late."""
    event = {**occurrence.event, "deliveryContext": {"isRedelivery": again}}
    body = orjson.dumps({"destination": shop.line.bot_user_id, "events": [event]})
    await receive(shop.desk, shop.id, body, sign(shop.line.secret, body))


async def a_long_story(shop: Shop) -> tuple[Person, Message]:
    """She follows, is named, greeted, linked, and writes; others around her do the same."""
    for number in range(30):
        other = await shop.sandbox.follow(f"ほかの人{number}")
        await shop.sandbox.write(other, f"はい{number}")
    reiko = await shop.sandbox.follow(NAME, seconds_ago=7200)
    await name(shop, reiko)
    message = await shop.click_and_wait(
        reiko,
        key=f"script-{reiko.user_id}",
        messages=({"type": "text", "text": f"{NAME}さん、はじめまして"},),
    )
    assert message.status == "sent"
    await link(shop.desk, shop.id, "lstep", "member-reiko-77", reiko.user_id, TARO)
    await shop.sandbox.write(reiko, WORDS * 40)
    await shop.sandbox.block(reiko)
    return reiko, message


async def test_nothing_of_her_is_left_in_the_files(shop: Shop) -> None:
    reiko, _ = await a_long_story(shop)
    known = secrets_of(reiko, WORDS, "member-reiko-77", "profile.example", f"{NAME}さん、はじめまして")
    assert left_in_files(shop, *known) == known

    await erase(shop, reiko)

    assert left_in_files(shop, *known) == []
    assert left_in_files(shop, "はい7") == ["はい7"]
    assert (await refusal(shop.friend(reiko))).code == "friend_unknown"
    assert (
        await refusal(friends.history(shop.desk, shop.id, reiko.user_id, None, 9))
    ).code == "friend_unknown"
    found = await friends.lookup(shop.desk, shop.id, [friends.MemberKey("lstep", "member-reiko-77", NAME)])
    assert found[0].match == "none"
    assert (await friends.page(shop.desk, shop.id, query="麗"))[0] == []


async def test_the_count_stays_and_adds_up(shop: Shop) -> None:
    reiko, message = await a_long_story(shop)
    before = await shop.quota()
    await erase(shop, reiko)
    assert await shop.quota() == before
    assert before.spent == 1
    assert await shop.books_balance()
    left = await get(shop.desk, shop.id, message.id)
    assert (left.status, left.route, left.cost, left.teammate.name) == ("sent", "push", 1, "太郎")
    assert (left.user_id, left.objects, left.line_request_id) == ("", (), None)
    assert left.created_at == message.created_at


async def test_an_old_key_still_sends_nothing(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME)
    sent = await shop.click_and_wait(reiko, key="k")
    await erase(shop, reiko)
    await shop.sandbox.write(reiko, "また来ました")

    repeated = await shop.click(reiko, key="k")
    assert (repeated.id, repeated.status) == (sent.id, "sent")
    assert (await refusal(shop.click(reiko, key="k", max_cost=0))).code == "idempotency_key_reused"
    await shop.pass_time(10)
    assert shop.texts(reiko) == ["はじめまして"]


async def test_she_comes_back_and_is_not_greeted_twice(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME)
    contacted_at = (await shop.click_and_wait(reiko)).created_at
    await erase(shop, reiko)
    await shop.sandbox.block(reiko)
    shop.clock.advance(60)
    await shop.sandbox.deliver(shop.sandbox.platform.follow(shop.line, reiko))

    friend = (await shop.friend(reiko)).friend
    assert friend.display_name is None
    assert friend.stage == "contacted"
    assert friend.first_contact is not None
    assert (friend.first_contact.at, friend.first_contact.route) == (contacted_at, "forgotten")
    assert (await refusal(shop.click(reiko))).code == "already_contacted"
    assert (await friends.page(shop.desk, shop.id, stage="new"))[0] == []
    # A person who knows better may say so.
    await friends.unmark_contacted(shop.desk, shop.id, reiko.user_id)
    assert (await shop.click_and_wait(reiko)).status == "sent"


async def test_it_holds_through_a_second_erasing(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME)
    await shop.click_and_wait(reiko)
    for _ in range(2):
        await erase(shop, reiko)
        await shop.sandbox.write(reiko, WORDS)
    await erase(shop, reiko)
    await shop.sandbox.deliver(shop.sandbox.platform.follow(shop.line, reiko))
    assert (await refusal(shop.click(reiko))).code == "already_contacted"


async def test_somebody_who_was_never_greeted_comes_back_new(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME)
    await erase(shop, reiko)
    await shop.sandbox.deliver(shop.sandbox.platform.follow(shop.line, reiko))
    assert (await shop.friend(reiko)).friend.stage == "new"
    assert (await shop.click_and_wait(reiko)).status == "sent"


async def test_what_was_held_is_cancelled_first(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME, seconds_ago=7200)
    held = await shop.click(reiko)
    await erase(shop, reiko)
    ended = await shop.message(held)
    assert (ended.status, ended.error_code) == ("cancelled", "forgotten")
    assert (await shop.quota()).reserved == 0
    await shop.pass_time(10)
    assert shop.texts(reiko) == []
    assert await shop.books_balance()
    # Nothing had gone out, so she is new when she comes back.
    await shop.sandbox.deliver(shop.sandbox.platform.follow(shop.line, reiko))
    assert (await shop.friend(reiko)).friend.stage == "new"


async def test_what_is_on_its_way_is_waited_for(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME, seconds_ago=7200)
    shop.sandbox.faults.add("push", "500_before", times=3)
    message = await shop.click_and_wait(reiko)
    assert message.status == "sending"
    assert (await refusal(forget(shop.desk, shop.id, reiko.user_id))).code == "message_in_flight"
    assert (await shop.friend(reiko)).friend.first_contact is not None
    await shop.pass_time(5)
    assert (await shop.message(message)).status == "sent"
    await erase(shop, reiko)


async def test_what_nobody_can_know_counts_as_spent_and_as_a_contact(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME, seconds_ago=7200)
    shop.sandbox.faults.add("push", "500_after", times=10_000)
    message = await shop.click_and_wait(reiko)
    await shop.pass_time(11 * 60)
    assert (await shop.message(message)).status == "uncertain"
    shop.clock.advance(60)
    before = (await shop.quota()).remaining

    await erase(shop, reiko)

    assert (await shop.message(message)).status == "uncertain"
    assert (await shop.quota()).reserved == 0
    assert (await shop.quota()).remaining == before
    assert await shop.books_balance()
    assert (await refusal(resolve(shop.desk, shop.id, message.id, False, TARO))).code == "not_uncertain"
    shop.sandbox.faults.clear()
    shop.clock.advance(24 * 3600)
    await shop.run_due()
    assert (await shop.message(message)).status == "uncertain"
    await shop.sandbox.deliver(shop.sandbox.platform.follow(shop.line, reiko))
    assert (await refusal(shop.click(reiko))).code == "already_contacted"


async def test_old_events_do_not_bring_her_back(shop: Shop) -> None:
    reiko = shop.sandbox.platform.add_person(shop.line, NAME)
    follow = shop.sandbox.platform.follow(shop.line, reiko)
    await deliver(shop, follow)
    late = shop.sandbox.platform.write(shop.line, reiko, WORDS)
    kept_only = Occurrence(shop.line, {**late.event, "webhookEventId": "01UNSEND", "type": "unsend"})
    shop.clock.advance(5)
    await erase(shop, reiko)

    await deliver(shop, follow, again=True)
    await deliver(shop, late)
    await deliver(shop, late, again=True)
    await deliver(shop, kept_only)

    assert (await refusal(shop.friend(reiko))).code == "friend_unknown"
    assert await finish(shop.desk)
    assert left_in_files(shop, reiko.user_id, WORDS, str(follow.event["replyToken"])) == []

    # Once she is back, what she wrote before stays away.
    await deliver(shop, shop.sandbox.platform.write(shop.line, reiko, "また来ました"))
    unheard = shop.sandbox.platform.write(shop.line, reiko, WORDS, seconds_ago=30)
    await deliver(shop, unheard)
    history, _ = await friends.history(shop.desk, shop.id, reiko.user_id, None, 9)
    assert [item.text for item in history] == ["また来ました"]
    assert left_in_files(shop, WORDS) == []


async def test_events_of_groups_that_name_her_go_too(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME)
    said = shop.sandbox.platform.write(shop.line, reiko, WORDS).event
    group = {"type": "group", "groupId": "C" + "1" * 32, "userId": reiko.user_id}
    await deliver(shop, Occurrence(shop.line, {**said, "source": group}))
    assert left_in_files(shop, WORDS) == [WORDS]
    await erase(shop, reiko)
    assert left_in_files(shop, WORDS, reiko.user_id) == []


async def test_a_late_profile_answer_does_not_bring_her_back(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME)
    fetcher = ProfileFetcher(shop.desk)
    await erase(shop, reiko)
    await fetcher._fetch(ProfileDue(shop.id, reiko.user_id, 0))
    assert (await refusal(shop.friend(reiko))).code == "friend_unknown"
    assert left_in_files(shop, *secrets_of(reiko)) == []


async def test_a_crash_in_the_middle_is_made_up_for(shop: Shop) -> None:
    reiko, _ = await a_long_story(shop)
    await forget(shop.desk, shop.id, reiko.user_id)
    # Here the process dies. At the next start:
    assert not await is_finished(shop.desk)
    assert left_in_files(shop, WORDS) == [WORDS]
    assert await finish(shop.desk)
    assert await is_finished(shop.desk)
    assert left_in_files(shop, *secrets_of(reiko, WORDS)) == []


async def test_another_process_that_reads_delays_the_wiping_only(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helper.flows.forgetting.WIPE_TRIES", 1)
    monkeypatch.setattr("helper.flows.forgetting.WIPE_PAUSE", 0)
    reiko, _ = await a_long_story(shop)
    other = sqlite3.connect(shop.database, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM friend").fetchone()
    await forget(shop.desk, shop.id, reiko.user_id)
    assert not await finish(shop.desk)
    other.execute("COMMIT")
    other.close()
    assert await finish(shop.desk)
    assert left_in_files(shop, *secrets_of(reiko, WORDS)) == []


async def test_a_large_file_is_written_anew_at_night(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helper.flows.forgetting.LARGE", 1_000)
    reiko, _ = await a_long_story(shop)  # in the evening
    await forget(shop.desk, shop.id, reiko.user_id)
    assert not await finish(shop.desk)
    assert await is_put_off(shop.desk)
    assert (await refusal(shop.friend(reiko))).code == "friend_unknown"
    shop.clock.advance(7 * 3600)
    assert await finish(shop.desk)
    assert await is_finished(shop.desk)
    assert left_in_files(shop, *secrets_of(reiko, WORDS)) == []


async def test_nobody_is_erased_who_is_not_there(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME)
    assert (await refusal(forget(shop.desk, "9999", reiko.user_id))).code == "account_unknown"
    await erase(shop, reiko)
    assert (await refusal(forget(shop.desk, shop.id, reiko.user_id))).code == "friend_unknown"


async def test_whoever_watches_is_told_that_somebody_is_gone(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME)
    shop.changes.clear()
    await erase(shop, reiko)
    assert ("forgotten", shop.id, shop.id) in [(c.type, c.account_id, c.subject) for c in shop.changes]


async def test_clicks_and_erasings_at_once_never_greet_twice(shop: Shop) -> None:
    reiko = await shop.sandbox.follow(NAME, seconds_ago=7200)
    request = SendRequest(reiko.user_id, 1, messages=({"type": "text", "text": "やあ"},), hold_ms=0)
    for turn in range(5):
        await asyncio.gather(
            *(send(shop.desk, shop.id, request, f"{turn}-{n}", "same", TARO) for n in range(5)),
            shop.run_due(),
            forget(shop.desk, shop.id, reiko.user_id),
            shop.run_due(),
            return_exceptions=True,
        )
        shop.clock.advance(2)
        await shop.sandbox.write(reiko, "いますか") if turn == 3 else None
        await shop.sandbox.deliver(shop.sandbox.platform.follow(shop.line, reiko))
        await shop.run_due()
    assert len(shop.texts(reiko)) <= 1
    assert await shop.books_balance()
