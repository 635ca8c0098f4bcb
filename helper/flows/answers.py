"""The reminder: friends who wrote and have no answer yet. Answers typed in LINE chat are not visible to any bot, so
operators tick them off."""

from helper.flows.desk import Desk, account_in, friend_changed
from helper.flows.views import moment, view_friends
from helper.model.message import FriendView
from helper.model.refusal import Refused
from helper.store import answers as store
from helper.store.database import Reader, Transaction
from helper.store.friends import find_friend, find_friends

LOOKS_BACK = 7 * 24 * 3_600_000
"""ms: whoever wrote longer ago has gone elsewhere, and would hide those who still wait."""


async def unanswered(
    desk: Desk, account_id: str, after: tuple[int, int] | None, limit: int
) -> tuple[list[FriendView], tuple[int, int] | None]:
    """Friends who wrote in the last seven days and have no answer, oldest first; and where the next page begins.

    Raises `Refused` account_unknown.
    """
    at = await moment(desk, account_id)
    since = await desk.line_now(account_id, at.now) - LOOKS_BACK

    async def find(reader: Reader) -> tuple[list[FriendView], tuple[int, int] | None]:
        account = await account_in(reader, account_id)
        found = await store.waiting_friends(reader, account_id, since, after or (-1, -1), limit + 1)
        shown = found[:limit]
        friends = await find_friends(reader, account_id, [one.user_id for one in shown])
        views = await view_friends(reader, account, [friends[one.user_id] for one in shown], at)
        following = (shown[-1].received_at, shown[-1].number) if len(found) > limit else None
        return views, following

    return await desk.db.read(find)


async def tick_off(desk: Desk, account_id: str, user_id: str, until: int | None) -> None:
    """「対応済みにする」: what she wrote up to `until` (LINE's clock, ms) is answered; None takes that back.

    What she writes afterwards waits for an answer again. Raises `Refused` account_unknown or friend_unknown.
    """

    async def change(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        if await find_friend(transaction, account_id, user_id) is None:
            raise Refused("friend_unknown")
        await store.set_answered(transaction, account_id, user_id, until)
        friend_changed(transaction, account_id, user_id)

    await desk.db.write(change)
