"""Friends from before: LINE's list page by page, never among the new ones, never in anybody's way."""

import asyncio
from dataclasses import replace

import pytest

from helper.flows import followers
from helper.flows.forgetting import finish, forget
from helper.flows.friends import page
from helper.flows.profiles import ProfileFetcher
from helper.model.refusal import Refused
from helper.sandbox.people import Person
from helper.store.followers import FollowerImport
from helper.store.restores import RESTORED
from helper.store.sightings import profiles_due, profiles_wanted
from tests.rig import GREETING, Shop


def old_friends(shop: Shop, number: int) -> list[Person]:
    """People who follow, of whom no webhook ever told."""
    people = []
    for _ in range(number):
        person = shop.sandbox.platform.add_person(shop.line)
        person.following, person.followed_at = True, shop.clock.now() - 10**9
        people.append(person)
    return people


async def begin(shop: Shop) -> FollowerImport:
    return await followers.start(shop.desk, shop.id)


async def now(shop: Shop) -> FollowerImport:
    found = await followers.progress(shop.desk, shop.id)
    assert found is not None
    return found


async def read_on(shop: Shop) -> FollowerImport:
    """The next page, as the daemon reads it when it is due."""
    await followers.read_page(shop.desk, await now(shop))
    return await now(shop)


async def names(shop: Shop, stage: str | None = None) -> list[str]:
    views, _ = await page(shop.desk, shop.id, stage=stage, limit=200)
    return [view.friend.user_id for view in views]


async def test_everybody_who_is_listed_is_known_and_nobody_is_in_the_queue(shop: Shop) -> None:
    shop.line.verified, shop.line.followers_per_page = True, 300
    people = old_friends(shop, 700)
    people[3].following, people[3].blocked = False, True
    assert (await begin(shop)).state == "running"
    assert [(await read_on(shop)).pages for _ in range(3)] == [1, 2, 3]
    done = await now(shop)
    assert (done.state, done.found, done.added, done.error) == ("done", 699, 699, None)
    assert await names(shop, "new") == []
    known = set()
    after = None
    while True:
        views, after = await page(shop.desk, shop.id, after=after, limit=200)
        known |= {view.friend.user_id for view in views}
        if after is None:
            break
    assert known == {person.user_id for person in people} - {people[3].user_id}


async def test_a_friend_who_is_known_stays_as_she_is(shop: Shop) -> None:
    shop.line.verified = True
    person = await shop.sandbox.follow()
    before = (await shop.friend(person)).friend
    await begin(shop)
    done = await read_on(shop)
    assert (done.found, done.added) == (1, 0)
    assert (await shop.friend(person)).friend == before
    assert await names(shop, "new") == [person.user_id]


async def test_a_real_follow_makes_an_imported_friend_an_ordinary_one(shop: Shop) -> None:
    shop.line.verified = True
    [person] = old_friends(shop, 1)
    await begin(shop)
    await read_on(shop)
    assert await names(shop, "new") == []
    await shop.sandbox.block(person)
    shop.clock.advance(60)
    await shop.sandbox.follow(person=person)
    assert await names(shop, "new") == [person.user_id]
    assert (await shop.friend(person)).friend.refollowed


async def test_an_imported_friend_can_be_written_to_once(shop: Shop) -> None:
    shop.line.verified = True
    [person] = old_friends(shop, 1)
    await begin(shop)
    await read_on(shop)
    sent = await shop.click_and_wait(person)
    assert (sent.status, sent.route, sent.first_contact) == ("sent", "push", True)
    assert shop.texts(person) == [GREETING[0]["text"]]
    with pytest.raises(Refused, match="already_contacted"):
        await shop.click(person)


async def test_an_unverified_account_is_told_so(shop: Shop) -> None:
    old_friends(shop, 1)
    await begin(shop)
    ended = await read_on(shop)
    assert (ended.state, ended.error, ended.found) == ("not_verified", "not_verified", 0)
    shop.line.verified = True
    assert (await begin(shop)).state == "running", "verified since: it may be tried again"


async def test_it_goes_on_where_it_was(shop: Shop) -> None:
    shop.line.verified, shop.line.followers_per_page = True, 2
    old_friends(shop, 5)
    await begin(shop)
    first = await read_on(shop)
    reader = followers.FollowerReader(shop.desk)
    running = asyncio.create_task(reader.run())
    try:
        async with asyncio.timeout(20):
            while (one := await now(shop)).state == "running":
                shop.clock.moment = max(shop.clock.moment, one.due_at)
                shop.desk.signals.followers.set()
                await asyncio.sleep(0)
    finally:
        running.cancel()
        await reader.close()
    done = await now(shop)
    assert (first.pages, done.pages, done.found, done.added) == (1, 3, 5, 5)
    asked = [entry for entry in shop.sandbox.journal.entries if entry.path.endswith("/followers/ids")]
    assert len(asked) == 1 + 3, "one at the connecting, then each page once"


async def test_a_place_that_line_has_forgotten_begins_anew(shop: Shop) -> None:
    shop.line.verified, shop.line.followers_per_page = True, 2
    old_friends(shop, 3)
    await begin(shop)
    await read_on(shop)
    shop.clock.advance(24 * 3600)
    anew = await read_on(shop)
    assert (anew.state, anew.cursor, anew.pages, anew.found, anew.added) == ("running", None, 0, 0, 2)
    await read_on(shop)
    done = await read_on(shop)
    assert (done.state, done.pages, done.found, done.added) == ("done", 2, 3, 3)


@pytest.mark.parametrize("fault", ["500_before", "429_rate", "drop_before", "garbled_after"])
async def test_a_line_that_cannot_be_asked_is_asked_later(shop: Shop, fault: str) -> None:
    shop.line.verified = True
    old_friends(shop, 2)
    await begin(shop)
    # Twice: a connection that broke while idle is tried once more by the client itself.
    shop.sandbox.faults.add("followers", fault, times=2 if fault == "drop_before" else 1)  # type: ignore[arg-type]
    waits = await read_on(shop)
    assert (waits.state, waits.error, waits.tries) == ("running", "line_unavailable", 1)
    assert waits.due_at == shop.clock.now() + 5_000
    done = await read_on(shop)
    assert (done.state, done.error, done.added) == ("done", None, 2)


async def test_what_is_stopped_stays_stopped_also_with_a_page_on_its_way(shop: Shop) -> None:
    shop.line.verified, shop.line.followers_per_page = True, 1
    old_friends(shop, 3)
    await begin(shop)
    on_its_way = await read_on(shop)
    await followers.stop(shop.desk, shop.id)
    await followers.read_page(shop.desk, on_its_way)
    stopped = await now(shop)
    assert (stopped.state, stopped.pages, stopped.added) == ("stopped", 1, 1)
    assert len(await names(shop)) == 1


async def test_who_was_erased_is_not_brought_back(shop: Shop) -> None:
    shop.line.verified = True
    person = await shop.sandbox.follow()
    other = old_friends(shop, 1)[0]
    await forget(shop.desk, shop.id, person.user_id)
    await finish(shop.desk)
    await begin(shop)
    done = await read_on(shop)
    assert (done.found, done.added) == (2, 1)
    assert await names(shop) == [other.user_id]


async def test_after_a_restore_an_imported_friend_may_have_been_greeted(shop: Shop) -> None:
    shop.line.verified = True
    [person] = old_friends(shop, 1)
    shop.desk = replace(shop.desk, restored_at=shop.clock.now())
    await begin(shop)
    await read_on(shop)
    contact = (await shop.friend(person)).friend.first_contact
    assert contact is not None
    assert contact.route == RESTORED


async def test_an_account_that_is_no_longer_connected_ends_it(shop: Shop) -> None:
    await begin(shop)
    shop.connected.clear()
    ended = await read_on(shop)
    assert (ended.state, ended.error) == ("failed", "account_unknown")


async def test_fresh_friends_are_asked_for_first_and_imported_ones_apart(shop: Shop) -> None:
    shop.line.verified = True
    old = old_friends(shop, 30)
    await begin(shop)
    await read_on(shop)
    fresh = await shop.sandbox.follow()
    due = await shop.desk.db.read(lambda reader: profiles_due(reader, shop.clock.now(), 100))
    assert [one.user_id for one in due] == [fresh.user_id], "imported ones never stand before her"
    wanted = await shop.desk.db.read(lambda reader: profiles_wanted(reader, 100))
    assert {one.user_id for one in wanted} == {person.user_id for person in old}


async def test_names_of_imported_friends_come_and_are_counted_and_no_page_is_told(shop: Shop) -> None:
    shop.line.verified = True
    people = old_friends(shop, 3)
    await begin(shop)
    await read_on(shop)
    people[0].following = False  # LINE listed her; by now she has no profile for us
    shop.changes.clear()
    fetcher = ProfileFetcher(shop.desk, imported=True)
    for due in await shop.desk.db.read(lambda reader: profiles_wanted(reader, 100)):
        await fetcher._fetch(due)
    done = await now(shop)
    assert (done.named, done.nameless) == (2, 1)
    assert (await shop.friend(people[1])).friend.display_name == people[1].name
    assert await shop.desk.db.read(lambda reader: profiles_wanted(reader, 100)) == []
    assert shop.changes == []


async def test_a_line_that_does_not_answer_holds_up_no_other_imported_friend(shop: Shop) -> None:
    shop.line.verified = True
    people = old_friends(shop, 2)
    await begin(shop)
    await read_on(shop)
    fetcher = ProfileFetcher(shop.desk, imported=True)
    [first, second] = await shop.desk.db.read(lambda reader: profiles_wanted(reader, 100))
    shop.sandbox.faults.add("profile", "500_before")
    await fetcher._fetch(first)
    assert await shop.desk.db.read(lambda reader: profiles_wanted(reader, 100)) == [second]
    shop.clock.advance(60)
    [again] = await shop.desk.db.read(lambda reader: profiles_due(reader, shop.clock.now(), 100))
    await ProfileFetcher(shop.desk)._fetch(again)
    await fetcher._fetch(second)
    assert ((await now(shop)).named, (await now(shop)).nameless) == (2, 0)
    assert all([(await shop.friend(person)).friend.display_name for person in people])


async def test_whom_line_told_no_profile_is_asked_for_again_by_the_next_import(shop: Shop) -> None:
    shop.line.verified = True
    [person] = old_friends(shop, 1)
    await begin(shop)
    await read_on(shop)
    fetcher = ProfileFetcher(shop.desk, imported=True)
    [due] = await shop.desk.db.read(lambda reader: profiles_wanted(reader, 100))
    shop.connected.clear()
    await fetcher._fetch(due)
    shop.connected.add(shop.id)
    assert (await now(shop)).nameless == 1
    await begin(shop)
    assert (await read_on(shop)).added == 0
    [due] = await shop.desk.db.read(lambda reader: profiles_wanted(reader, 100))
    await fetcher._fetch(due)
    assert (await now(shop)).named == 1
    assert (await shop.friend(person)).friend.display_name == person.name


async def test_an_event_of_an_imported_friend_puts_her_name_among_the_urgent(shop: Shop) -> None:
    shop.line.verified = True
    [person] = old_friends(shop, 1)
    await begin(shop)
    await read_on(shop)
    await shop.sandbox.write(person, "こんにちは")
    due = await shop.desk.db.read(lambda reader: profiles_due(reader, shop.clock.now(), 100))
    assert [one.user_id for one in due] == [person.user_id]
    assert await names(shop, "talking") == [person.user_id]
