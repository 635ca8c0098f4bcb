"""`friends`: the registry, the queue of new friends, marks by hand, claims, history, lookup, links."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from helper.flows import friends as flows
from helper.flows import links as link_flows
from helper.flows.forgetting import finish, forget
from helper.model.clock import to_rfc3339
from helper.model.message import HistoryItem as StoredHistoryItem
from helper.store.friends import Position
from helper.web.problems import Problem
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import InputTime, Page, Services, sender_of
from helper.web.shapes import Friend, Message, Stage, Time

routes: Routes[Services] = Routes("friends")

Slug = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Filter(Page):
    """Which friends. `q` is searched in names, one character is enough."""

    cursor: Annotated[str | None, Field(pattern=r"^[0-9]{1,16}-[0-9]{1,18}$")] = None
    stage: Stage | None = None
    q: Annotated[str | None, Field(max_length=100)] = None
    mark: str | None = None
    tag: str | None = None


@answer
class Friends:
    """Friends, newest follow first."""

    items: list[Friend]
    next: str | None


@routes.add(
    "GET",
    "/accounts/{account_id}/friends",
    role="viewer",
    takes=Filter,
    answers={200: Friends},
    problems=("account_unknown", "not_built_yet"),
)
async def list_friends(call: Call[Filter, Services]) -> Friends:
    """Friends, newest follow first. `stage=new` is the queue."""
    given = call.given
    if given.mark is not None or given.tag is not None:
        raise Problem("not_built_yet")
    views, following = await flows.page(
        call.services.desk,
        call.path("account_id"),
        stage=given.stage,
        query=given.q,
        after=None if given.cursor is None else Position(*map(int, given.cursor.split("-"))),
        limit=given.limit,
    )
    after = None if following is None else f"{following.listed_at}-{following.number}"
    return Friends(items=[Friend.of(view) for view in views], next=after)


@routes.add(
    "GET",
    "/accounts/{account_id}/friends/{user_id}",
    role="viewer",
    answers={200: Friend},
    problems=("account_unknown", "friend_unknown"),
)
async def read_friend(call: Call[Nothing, Services]) -> Friend:
    """One friend."""
    return Friend.of(await flows.get(call.services.desk, call.path("account_id"), call.path("user_id")))


@routes.add(
    "DELETE",
    "/accounts/{account_id}/friends/{user_id}",
    role="admin",
    answers={204: None},
    problems=("account_unknown", "friend_unknown", "message_in_flight"),
)
async def forget_friend(call: Call[Nothing, Services]) -> None:
    """Erase a customer for good: name, picture, texts, links. The count stays, and that she was greeted.

    404 also for somebody who is erased already.
    """
    desk = call.services.desk
    await forget(desk, call.path("account_id"), call.path("user_id"))
    await finish(desk)


class FriendChanges(Request):
    """What may be changed of a friend. Only `dismissed` is built; the others answer 501."""

    dismissed: bool | None = None
    mark: str | None = None
    note: str | None = None
    tags: list[str] | None = None
    assignee_id: str | None = None


@routes.add(
    "PATCH",
    "/accounts/{account_id}/friends/{user_id}",
    role="operator",
    takes=FriendChanges,
    answers={200: Friend},
    problems=("account_unknown", "friend_unknown", "not_built_yet"),
)
async def change_friend(call: Call[FriendChanges, Services]) -> Friend:
    """Take a friend off the queue (staff, a test phone), or put her back."""
    given = call.given
    if any(getattr(given, name) is not None for name in ("mark", "note", "tags", "assignee_id")):
        raise Problem("not_built_yet")
    desk, account_id, user_id = call.services.desk, call.path("account_id"), call.path("user_id")
    if given.dismissed is None:
        return Friend.of(await flows.get(desk, account_id, user_id))
    return Friend.of(await flows.dismiss(desk, account_id, user_id, given.dismissed))


class Greeted(Request):
    """How she was greeted: by hand in LINE's own chat, or otherwise."""

    route: Literal["chat", "other"]


@routes.add(
    "PUT",
    "/accounts/{account_id}/friends/{user_id}/first-contact",
    role="operator",
    takes=Greeted,
    answers={200: Friend},
    problems=("account_unknown", "friend_unknown", "already_contacted"),
)
async def mark_contacted(call: Call[Greeted, Services]) -> Friend:
    """Fill the once-only slot by hand: she was greeted elsewhere."""
    view = await flows.mark_contacted(
        call.services.desk, call.path("account_id"), call.path("user_id"), call.given.route, sender_of(call)
    )
    return Friend.of(view)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/friends/{user_id}/first-contact",
    role="operator",
    answers={200: Friend},
    problems=("account_unknown", "friend_unknown", "already_contacted"),
)
async def unmark_contacted(call: Call[Nothing, Services]) -> Friend:
    """Take back what was marked by hand. A message that was sent keeps the slot."""
    view = await flows.unmark_contacted(call.services.desk, call.path("account_id"), call.path("user_id"))
    return Friend.of(view)


@routes.add(
    "POST",
    "/accounts/{account_id}/friends/{user_id}/claim",
    role="operator",
    answers={200: Friend},
    problems=("account_unknown", "friend_unknown", "claimed"),
)
async def claim_friend(call: Call[Nothing, Services]) -> Friend:
    """Say "I am on it" for two minutes, or go on saying so."""
    view = await flows.claim(
        call.services.desk, call.path("account_id"), call.path("user_id"), sender_of(call)
    )
    return Friend.of(view)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/friends/{user_id}/claim",
    role="operator",
    answers={200: Friend},
    problems=("account_unknown", "friend_unknown", "claimed"),
)
async def unclaim_friend(call: Call[Nothing, Services]) -> Friend:
    """Let go of a friend."""
    view = await flows.unclaim(
        call.services.desk, call.path("account_id"), call.path("user_id"), sender_of(call)
    )
    return Friend.of(view)


class Older(Page):
    """Which part of a history."""

    cursor: Annotated[str | None, Field(pattern=r"^[0-9]{1,16}-.{1,200}$")] = None


@answer
class HistoryItem:
    """What came (`in`) or was sent (`out`). `message` only for what was sent through the API."""

    id: str
    at: Time
    direction: Literal["in", "out"]
    kind: str
    text: str | None
    message: Message | None
    texts_removed: Annotated[bool, Field(description="Its content was kept long enough and is removed.")] = (
        False
    )

    @classmethod
    def of(cls, item: StoredHistoryItem) -> "HistoryItem":
        """From the model."""
        return cls(
            id=item.id,
            at=to_rfc3339(item.at),
            direction=item.direction,
            kind=item.kind,
            text=item.text,
            message=None if item.message is None else Message.of(item.message),
            texts_removed=item.texts_removed,
        )


@answer
class History:
    """Both directions, newest first."""

    items: list[HistoryItem]
    next: str | None


@routes.add(
    "GET",
    "/accounts/{account_id}/friends/{user_id}/messages",
    role="viewer",
    takes=Older,
    answers={200: History},
    problems=("account_unknown", "friend_unknown"),
)
async def read_history(call: Call[Older, Services]) -> History:
    """What came by webhook and what the API sent, newest first."""
    after = None
    if call.given.cursor is not None:
        at, _, item_id = call.given.cursor.partition("-")
        after = flows.HistoryPosition(int(at), item_id)
    items, following = await flows.history(
        call.services.desk, call.path("account_id"), call.path("user_id"), after, call.given.limit
    )
    older = None if following is None else f"{following.at}-{following.id}"
    return History(items=[HistoryItem.of(item) for item in items], next=older)


class UserKey(Request):
    """A user id that this helper gave out."""

    user_id: Id


class MemberKey(Request):
    """A row of a dashboard: its own id of the person, and what else the row shows."""

    dashboard: Slug
    member_id: Id
    name: Annotated[str, StringConstraints(max_length=300)] | None = None
    followed_at: InputTime | None = None


class Keys(Request):
    """Who is asked for."""

    keys: Annotated[list[UserKey | MemberKey], Field(max_length=500)]


@answer
class Found:
    """Who a row is. Only `exact` may be sent to."""

    match: Literal["exact", "proposed", "ambiguous", "none"]
    friend: Friend | None
    candidates: list[Friend]


@answer
class FoundAll:
    """In the order of the keys."""

    results: list[Found]


@routes.add(
    "POST",
    "/accounts/{account_id}/friends/lookup",
    role="viewer",
    takes=Keys,
    answers={200: FoundAll},
    problems=("account_unknown",),
)
async def look_up_friends(call: Call[Keys, Services]) -> FoundAll:
    """Who are these rows? At most 500 at once."""
    keys: list[flows.Key] = [
        flows.UserKey(key.user_id)
        if isinstance(key, UserKey)
        else flows.MemberKey(key.dashboard, key.member_id, key.name, key.followed_at)
        for key in call.given.keys
    ]
    found = await flows.lookup(call.services.desk, call.path("account_id"), keys)
    return FoundAll(
        results=[
            Found(
                match=each.match,
                friend=None if each.friend is None else Friend.of(each.friend),
                candidates=[Friend.of(candidate) for candidate in each.candidates],
            )
            for each in found
        ]
    )


class LinkedUser(Request):
    """The friend a row is."""

    user_id: Id


@answer
class Link:
    """A confirmed pair."""

    account_id: str
    dashboard: str
    member_id: str
    user_id: str


@routes.add(
    "PUT",
    "/accounts/{account_id}/links/{dashboard}/{member_id}",
    role="operator",
    takes=LinkedUser,
    answers={200: Link},
    problems=("account_unknown", "friend_unknown", "link_taken", "invalid"),
)
async def link_member(call: Call[LinkedUser, Services]) -> Link:
    """Confirm that a dashboard's person is this friend."""
    account_id, dashboard, member_id = _link_path(
        call.path("account_id"), call.path("dashboard"), call.path("member_id")
    )
    await link_flows.link(
        call.services.desk, account_id, dashboard, member_id, call.given.user_id, sender_of(call)
    )
    return Link(account_id=account_id, dashboard=dashboard, member_id=member_id, user_id=call.given.user_id)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/links/{dashboard}/{member_id}",
    role="operator",
    answers={204: None},
    problems=("account_unknown", "link_unknown"),
)
async def unlink_member(call: Call[Nothing, Services]) -> None:
    """Take a link back."""
    await link_flows.unlink(
        call.services.desk, call.path("account_id"), call.path("dashboard"), call.path("member_id")
    )


def _link_path(account_id: str, dashboard: str, member_id: str) -> tuple[str, str, str]:
    """Refuse what no dashboard shows."""
    if len(dashboard) > 60 or len(member_id) > 200:
        raise Problem("invalid", {"errors": [{"field": "member_id", "message": "too long"}]})
    return account_id, dashboard, member_id
