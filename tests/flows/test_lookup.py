"""Who a dashboard's rows are, asked of a registry with many of one name."""

from helper.flows import friends, links
from helper.flows.friends import MemberKey, UserKey
from helper.flows.profiles import ProfileFetcher
from tests.rig import TARO, Shop


async def learn_names(shop: Shop) -> None:
    fetcher = ProfileFetcher(shop.desk)
    from helper.store.sightings import profiles_due

    for due in await shop.desk.db.read(lambda reader: profiles_due(reader, shop.clock.now(), 200)):
        await fetcher._fetch(due)


async def matches(shop: Shop, *keys: MemberKey | UserKey) -> list[tuple[str, str | None]]:
    found = await friends.lookup(shop.desk, shop.id, keys)
    return [(one.match, one.friend.friend.user_id if one.friend else None) for one in found]


async def test_the_right_minute_is_found_among_many_of_one_name(shop: Shop) -> None:
    people = []
    for _ in range(30):
        people.append(await shop.sandbox.follow("花子"))
        shop.clock.advance(600)
    await learn_names(shop)
    first = people[0]
    assert first.followed_at is not None
    minute = first.followed_at // 60_000 * 60_000
    assert await matches(shop, MemberKey("lstep", "1", "花子", minute)) == [("proposed", first.user_id)]
    assert await matches(shop, MemberKey("lstep", "1", "花子")) == [("ambiguous", None)]
    assert await matches(shop, MemberKey("lstep", "1", "花子", minute - 86_400_000)) == [("ambiguous", None)]


async def test_only_a_persons_decision_is_exact(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    await learn_names(shop)
    row = MemberKey("lstep", "100000001", "ゆい")
    assert await matches(shop, row) == [("proposed", yui.user_id)]
    await links.link(shop.desk, shop.id, "lstep", "100000001", yui.user_id, TARO)
    assert await matches(shop, row) == [("exact", yui.user_id)]
    assert await matches(shop, MemberKey("lstep", "100000002", "ゆい")) == [("none", None)]
    await links.unlink(shop.desk, shop.id, "lstep", "100000001")
    assert await matches(shop, row) == [("proposed", yui.user_id)]


async def test_two_rows_of_one_name_get_no_button(shop: Shop) -> None:
    await shop.sandbox.follow("ゆい")
    await learn_names(shop)
    rows = [MemberKey("lstep", number, "ゆい") for number in ("1", "2")]
    assert await matches(shop, *rows) == [("ambiguous", None), ("ambiguous", None)]


async def test_ids_that_we_gave_out_are_exact_and_others_nobody(shop: Shop) -> None:
    yui = await shop.sandbox.follow("ゆい")
    assert await matches(shop, UserKey(yui.user_id), UserKey("U" + "0" * 32)) == [
        ("exact", yui.user_id),
        ("none", None),
    ]
