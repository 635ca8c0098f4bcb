"""The registry as operators see it: lists, the queue, claims, history, who a row is."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from helper.flows.desk import Desk, account_in, friend_changed
from helper.flows.views import Moment, moment, view_friends, view_one
from helper.model.account import Account
from helper.model.change import Change
from helper.model.friend import FirstContact, Friend, Named
from helper.model.lookup import MINUTE, Candidate, Decision, Match, weigh, without_doubles
from helper.model.message import FriendView, HistoryItem, Message, Sender
from helper.model.refusal import Refused
from helper.model.text import name_key
from helper.store import friends as store
from helper.store import slots
from helper.store.database import Reader, Transaction
from helper.store.events import Received, received_before
from helper.store.friends import NameAndTime, Position
from helper.store.links import linked_friends
from helper.store.messages import messages_before

CLAIM = 2 * 60_000
"""ms a claim lasts; it can be renewed."""
CANDIDATES = 5
"""Friends of one name shown to choose from."""
LAST = (1 << 62, "\U0010ffff")
"""A history position behind everything."""


async def page(
    desk: Desk,
    account_id: str,
    stage: str | None = None,
    query: str | None = None,
    after: Position | None = None,
    limit: int = 50,
) -> tuple[list[FriendView], Position | None]:
    """Friends, newest follow first, and where the next page begins. Stage "new" is the queue."""
    at = await moment(desk, account_id)

    async def find(reader: Reader) -> tuple[list[FriendView], Position | None]:
        account = await account_in(reader, account_id)
        if query:
            friends = await store.search_friends(reader, account_id, query, stage, after, limit + 1)
        else:
            friends = await store.friends_page(reader, account_id, stage, after, limit + 1)
        shown = friends[:limit]
        more = len(friends) > limit
        position = Position(shown[-1].followed_at or 0, shown[-1].number) if more else None
        return await view_friends(reader, account, shown, at), position

    return await desk.db.read(find)


async def get(desk: Desk, account_id: str, user_id: str) -> FriendView:
    """One friend; raises `Refused` account_unknown or friend_unknown."""
    at = await moment(desk, account_id)

    async def find(reader: Reader) -> FriendView:
        account = await account_in(reader, account_id)
        return (await view_friends(reader, account, [await _friend_in(reader, account_id, user_id)], at))[0]

    return await desk.db.read(find)


async def name_of(desk: Desk, account_id: str, user_id: str) -> str | None:
    """A friend's name, empty while LINE has not told it; None for somebody unknown. Also of removed accounts."""
    friend = await desk.db.read(lambda reader: store.find_friend(reader, account_id, user_id))
    return None if friend is None else friend.display_name or ""


async def views(desk: Desk, account_id: str, user_ids: Sequence[str]) -> list[FriendView]:
    """Those of the given friends that are known."""
    at = await moment(desk, account_id)

    async def find(reader: Reader) -> list[FriendView]:
        account = await account_in(reader, account_id)
        friends = await store.find_friends(reader, account_id, user_ids)
        return await view_friends(reader, account, list(friends.values()), at)

    return await desk.db.read(find)


async def _friend_in(reader: Reader, account_id: str, user_id: str) -> Friend:
    friend = await store.find_friend(reader, account_id, user_id)
    if friend is None:
        raise Refused("friend_unknown")
    return friend


async def _after_change(transaction: Transaction, account_id: str, user_id: str, at: Moment) -> FriendView:
    friend_changed(transaction, account_id, user_id)
    return await view_one(transaction, account_id, await _friend_in(transaction, account_id, user_id), at)


async def dismiss(desk: Desk, account_id: str, user_id: str, dismissed: bool) -> FriendView:
    """「対象外」: hide a friend from the queue, or show her again."""
    at = await moment(desk, account_id)

    async def change(transaction: Transaction) -> FriendView:
        await account_in(transaction, account_id)
        await _friend_in(transaction, account_id, user_id)
        await slots.set_dismissed(transaction, account_id, user_id, at.now if dismissed else None)
        return await _after_change(transaction, account_id, user_id, at)

    return await desk.db.write(change)


async def mark_contacted(
    desk: Desk, account_id: str, user_id: str, route: str, teammate: Sender
) -> FriendView:
    """「連絡済みにする」: she was greeted elsewhere. Marking again changes nothing.

    Raises `Refused` already_contacted when a message of ours holds the slot.
    """
    at = await moment(desk, account_id)

    async def change(transaction: Transaction) -> FriendView:
        await account_in(transaction, account_id)
        friend = await _friend_in(transaction, account_id, user_id)
        contact = FirstContact(None, at.now, Named(teammate.id, teammate.name), None, route)
        taken = await slots.take_slot(transaction, account_id, user_id, contact)
        if not taken and friend.first_contact and friend.first_contact.message_id:
            raise Refused("already_contacted", first_contact=friend.first_contact)
        return await _after_change(transaction, account_id, user_id, at)

    return await desk.db.write(change)


async def unmark_contacted(desk: Desk, account_id: str, user_id: str) -> FriendView:
    """Take 「連絡済みにする」 back; raises `Refused` already_contacted when a message of ours holds the slot."""
    at = await moment(desk, account_id)

    async def change(transaction: Transaction) -> FriendView:
        await account_in(transaction, account_id)
        friend = await _friend_in(transaction, account_id, user_id)
        if friend.first_contact and friend.first_contact.message_id:
            raise Refused("already_contacted", first_contact=friend.first_contact)
        await slots.free_slot(transaction, account_id, user_id, None)
        return await _after_change(transaction, account_id, user_id, at)

    return await desk.db.write(change)


async def claim(desk: Desk, account_id: str, user_id: str, teammate: Sender) -> FriendView:
    """「操作中」: take or renew a lease of two minutes; raises `Refused` claimed while a colleague holds it."""
    at = await moment(desk, account_id)

    async def change(transaction: Transaction) -> FriendView:
        await account_in(transaction, account_id)
        friend = await _friend_in(transaction, account_id, user_id)
        if not await slots.take_claim(transaction, account_id, user_id, teammate.id, at.now, at.now + CLAIM):
            raise Refused("claimed", claim=friend.claim)
        transaction.publish(Change("claim", account_id, user_id))
        return await _after_change(transaction, account_id, user_id, at)

    return await desk.db.write(change)


async def unclaim(desk: Desk, account_id: str, user_id: str, teammate: Sender) -> FriendView:
    """Give one's lease back; a colleague's stays."""
    at = await moment(desk, account_id)

    async def change(transaction: Transaction) -> FriendView:
        await account_in(transaction, account_id)
        await _friend_in(transaction, account_id, user_id)
        await slots.drop_claim(transaction, account_id, user_id, teammate.id)
        transaction.publish(Change("claim", account_id, user_id))
        return await _after_change(transaction, account_id, user_id, at)

    return await desk.db.write(change)


# --- history ---


@dataclass(frozen=True, slots=True)
class HistoryPosition:
    """Where a page of history ends."""

    at: int
    id: str


async def history(
    desk: Desk, account_id: str, user_id: str, after: HistoryPosition | None, limit: int
) -> tuple[list[HistoryItem], HistoryPosition | None]:
    """What came and what was sent, newest first, and where the next page begins."""
    at, last = (after.at, after.id) if after else LAST

    async def find(reader: Reader) -> list[HistoryItem]:
        await account_in(reader, account_id)
        await _friend_in(reader, account_id, user_id)
        came = await received_before(reader, account_id, user_id, at, last, limit + 1)
        went = await messages_before(reader, account_id, user_id, at, last, limit + 1)
        items = [_came(received) for received in came] + [_went(message) for message in went]
        return sorted(items, key=lambda item: (item.at, item.id), reverse=True)[: limit + 1]

    items = await desk.db.read(find)
    more = len(items) > limit
    return items[:limit], HistoryPosition(items[limit - 1].at, items[limit - 1].id) if more else None


def _came(received: Received) -> HistoryItem:
    if not received.raw:
        was = "postback" if received.type == "postback" else "unknown"
        return HistoryItem(received.id, received.at, "in", was, None, None, texts_removed=True)
    raw = json.loads(received.raw)
    if received.type == "postback":
        postback = raw.get("postback")
        text = postback.get("data") if isinstance(postback, dict) else None
        return HistoryItem(received.id, received.at, "in", "postback", _text(text), None)
    message = raw.get("message")
    content = message if isinstance(message, dict) else {}
    kind = content.get("type")
    return HistoryItem(
        received.id,
        received.at,
        "in",
        kind if isinstance(kind, str) else "unknown",
        _text(content.get("text")),
        None,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _went(message: Message) -> HistoryItem:
    if message.texts_removed_at is not None:
        return HistoryItem(message.id, message.created_at, "out", "text", None, message, texts_removed=True)
    texts = [item.get("text") for item in message.objects]
    whole = "\n\n".join(text for text in texts if isinstance(text, str))
    return HistoryItem(message.id, message.created_at, "out", "text", whole, message)


# --- who is this row? ---


@dataclass(frozen=True, slots=True)
class UserKey:
    """A user_id that a script got from us."""

    user_id: str


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A dashboard's person as its page or file shows her; `followed_at` in ms, to the minute.

    `letters_lost`: what looks like a ? in the name may stand for letters that the file could not carry.
    """

    dashboard: str
    member_id: str
    name: str | None = None
    followed_at: int | None = None
    letters_lost: bool = False


Key = UserKey | MemberKey


@dataclass(frozen=True, slots=True)
class Found:
    """Who a key is: `friend` where exact or proposed, `candidates` where a person has to choose."""

    match: Match
    friend: FriendView | None
    candidates: list[FriendView]


async def lookup(desk: Desk, account_id: str, keys: Sequence[Key]) -> list[Found]:
    """Who the keys are, in their order; a handful of reads, however many they are."""
    at = await moment(desk, account_id)

    async def find(reader: Reader) -> list[Found]:
        account = await account_in(reader, account_id)
        decisions = without_doubles(await decide(reader, account_id, keys))
        wanted = {d.user_id for d in decisions if d.user_id} | {c for d in decisions for c in d.candidates}
        known = await _views_by_id(reader, account, sorted(wanted), at)
        return [_found(decision, known) for decision in decisions]

    return await desk.db.read(find)


async def _views_by_id(
    reader: Reader, account: Account, user_ids: Sequence[str], at: Moment
) -> dict[str, FriendView]:
    friends = await store.find_friends(reader, account.id, user_ids)
    found = await view_friends(reader, account, list(friends.values()), at)
    return {view.friend.user_id: view for view in found}


def _found(decision: Decision, known: dict[str, FriendView]) -> Found:
    candidates = [known[user_id] for user_id in decision.candidates if user_id in known]
    if decision.user_id is None:
        return Found(decision.match, None, candidates)
    friend = known.get(decision.user_id)
    return Found(decision.match, friend, candidates) if friend else Found("none", None, [])


async def decide(
    reader: Reader,
    account_id: str,
    keys: Sequence[Key],
    further: Callable[[MemberKey], list[Candidate]] = lambda key: [],
) -> list[Decision]:
    """Who each key is by itself. `further`: who else may be a person, besides friends of her very name."""
    members = [key for key in keys if isinstance(key, MemberKey)]
    linked: dict[tuple[str, str], str] = {}
    named: dict[tuple[str, str], list[Candidate]] = {}
    for dashboard in {key.dashboard for key in members}:
        here = [key for key in members if key.dashboard == dashboard]
        links = await linked_friends(reader, account_id, dashboard, [key.member_id for key in here])
        linked |= {(dashboard, member_id): user_id for member_id, user_id in links.items()}
        unlinked = [key for key in here if key.member_id not in links and name_key(key.name)]
        for name, candidates in (await _same_names(reader, account_id, dashboard, unlinked)).items():
            named[dashboard, name] = candidates

    def decide_one(key: Key) -> Decision:
        if isinstance(key, UserKey):
            return Decision("exact", key.user_id)
        user_id = linked.get((key.dashboard, key.member_id))
        if user_id:
            return Decision("exact", user_id)
        candidates = [*named.get((key.dashboard, name_key(key.name)), [])]
        if key.letters_lost:
            candidates = [replace(candidate, likeness="worn") for candidate in candidates]
        known = {candidate.user_id for candidate in candidates}
        candidates += [candidate for candidate in further(key) if candidate.user_id not in known]
        decision = weigh(key.followed_at, candidates)
        return replace(decision, candidates=decision.candidates[:CANDIDATES])

    return [decide_one(key) for key in keys]


async def _same_names(
    reader: Reader, account_id: str, dashboard: str, keys: Sequence[MemberKey]
) -> dict[str, list[Candidate]]:
    """Friends of the keys' names: those of the right minute first, then the newest."""
    timely = await store.friends_of_names_and_times(
        reader,
        account_id,
        dashboard,
        [
            NameAndTime(name_key(key.name), key.followed_at - 2 * MINUTE, key.followed_at + 2 * MINUTE)
            for key in keys
            if key.followed_at is not None
        ],
        CANDIDATES,
    )
    names = sorted({name_key(key.name) for key in keys})
    newest = await store.newest_of_names(reader, account_id, dashboard, names, CANDIDATES + 1)
    return {name: list(dict.fromkeys(timely.get(name, []) + newest.get(name, []))) for name in names}
