"""Who the people of a dashboard's export file are: links for a whole list are proposed at once. Stores nothing.

A file has up to 200,000 rows and a registry may have a million friends: everything is done in pieces, in threads.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from helper.flows.desk import Desk, account_in
from helper.flows.friends import CANDIDATES, MemberKey, decide
from helper.model.export import Export, Exporter, ExportReader, Member
from helper.model.friend import Friend
from helper.model.lookup import MINUTE, Candidate, Decision, Likeness, without_doubles
from helper.model.text import name_key
from helper.model.worn import Worn, bones, carries_all, worn
from helper.store.database import Reader
from helper.store.friends import NamedFriend, Position, find_friends, names_page

ROWS = 1_000
"""Rows of the file read at once."""
KEYS = 200
"""Members asked for, and answered, at once."""
NAMES = 1_000
"""Friends read at once,"""
SPANS = 200
"""of so many spans of time at most."""
GAP = 30
"""Minutes between two spans below which they are read as one: a few friends more cost less than a query more."""
MOST_ALIKE = 20
"""Friends of one name that lost letters, kept beyond those of the right minute."""


@dataclass(frozen=True, slots=True)
class Item:
    """A member of the file who is somebody of the registry, or may be."""

    member: Member
    decision: Decision


@dataclass(frozen=True, slots=True)
class Proposals:
    """`linked`: members that are linked already. `unknown`: members whom nobody fits. `items`: newest follow first."""

    export: Export
    linked: int
    unknown: int
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with its friends."""

    item: Item
    friend: Friend | None
    candidates: list[Friend]


async def propose(desk: Desk, account_id: str, exporter: Exporter, body: bytes) -> Proposals:
    """Weigh every member of a file; one file at a time.

    Raises `Refused` account_unknown, export_unreadable, export_columns_missing, export_too_long.
    """
    await desk.db.read(lambda reader: account_in(reader, account_id))
    async with desk.signals.proposing:
        export = await _read(body, exporter)
        members = list(export.members.values())
        alike = _Alike()
        for at in range(0, len(members), ROWS):
            await asyncio.to_thread(alike.expect, members[at : at + ROWS])
        await _look_through(desk, account_id, exporter, alike)
        decisions: list[Decision] = []
        for at in range(0, len(members), KEYS):
            decisions += await _decide(desk, account_id, exporter, members[at : at + KEYS], alike)
        return await asyncio.to_thread(_together, export, members, decisions)


async def _read(body: bytes, exporter: Exporter) -> Export:
    reader = await asyncio.to_thread(ExportReader, body, exporter)
    while await asyncio.to_thread(reader.read_on, ROWS):
        pass
    return reader.export


async def _decide(
    desk: Desk, account_id: str, exporter: Exporter, members: Sequence[Member], alike: "_Alike"
) -> list[Decision]:
    keys = [
        MemberKey(exporter, member.member_id, member.name, member.followed_at, member.letters_lost)
        for member in members
    ]
    return await desk.db.read(lambda reader: decide(reader, account_id, keys, alike.to))


def _together(export: Export, members: Sequence[Member], decisions: Sequence[Decision]) -> Proposals:
    matches = Counter(decision.match for decision in decisions)
    items = [
        Item(member, decision)
        for member, decision in zip(members, without_doubles(decisions), strict=True)
        if decision.match in ("proposed", "ambiguous")
    ]
    items.sort(key=lambda item: item.member.followed_at or 0, reverse=True)
    return Proposals(export, matches["exact"], matches["none"], items)


async def shown(desk: Desk, account_id: str, items: Sequence[Item]) -> AsyncIterator[list[Shown]]:
    """The items with their friends, piece by piece. Who was erased meanwhile is left out."""
    for at in range(0, len(items), KEYS):
        piece = items[at : at + KEYS]
        wanted = sorted({user_id for item in piece for user_id in item.decision.candidates})

        async def find(reader: Reader, wanted: Sequence[str] = wanted) -> dict[str, Friend]:
            return await find_friends(reader, account_id, wanted)

        friends = await desk.db.read(find)
        whole = [
            Shown(
                item,
                friends.get(item.decision.user_id or ""),
                [friends[user_id] for user_id in item.decision.candidates if user_id in friends],
            )
            for item in piece
        ]
        yield [one for one in whole if one.candidates and (one.friend or one.item.decision.user_id is None)]


# --- names that lost letters, and who followed in a row's minute ---


async def _look_through(desk: Desk, account_id: str, exporter: Exporter, alike: "_Alike") -> None:
    """Show `alike` all friends who may matter to it, newest first."""
    spans = alike.spans()
    at, after = 0, None
    while at < len(spans):

        async def look(
            reader: Reader, at: int = at, after: Position | None = after
        ) -> tuple[int, Position | None]:
            room = NAMES
            for earliest, latest in spans[at : at + SPANS]:
                start = after or Position(latest + 1, 0)
                friends = await names_page(reader, account_id, exporter, earliest, start, room)
                for friend in friends:
                    alike.look_at(friend)
                room -= len(friends)
                if not room:
                    return at, friends[-1].position
                at, after = at + 1, None
            return at, None

        at, after = await desk.db.read(look)


Ways = tuple[NamedFriend, tuple[Worn, ...]]


class _Alike:
    """Friends who may be members of a file although their name is not the member's letter by letter."""

    def __init__(self) -> None:
        self._may_vanish = True
        self._all = False
        self._bones: set[str] = set()
        self._minutes: set[int] = set()
        self._timely: defaultdict[tuple[str, int], list[Ways]] = defaultdict(list)
        self._alike: defaultdict[str, list[Ways]] = defaultdict(list)
        self._others: defaultdict[int, list[Candidate]] = defaultdict(list)

    def expect(self, members: Sequence[Member]) -> None:
        """Learn whom friends are looked at for; all members before the first friend."""
        for member in members:
            if member.followed_at is not None:
                self._minutes.update(_around(member.followed_at))
            if member.name:
                # A name without a time may be anybody's.
                self._all = self._all or member.followed_at is None
                self._bones.add(bones(name_key(member.name)))
                # A file that carries letters beyond Shift-JIS did not drop them from other names without a trace.
                self._may_vanish = self._may_vanish and carries_all(member.name)

    def spans(self) -> list[tuple[int, int]]:
        """When friends who may be members followed (first and last ms), newest first; 0: it is not known when."""
        if self._all:
            return [(0, 1 << 62)]
        spans: list[tuple[int, int]] = []
        for minute in sorted(self._minutes, reverse=True):
            earliest = minute * MINUTE
            if spans and spans[-1][0] - earliest <= GAP * MINUTE:
                spans[-1] = (earliest, spans[-1][1])
            else:
                spans.append((earliest, earliest + MINUTE - 1))
        return [*spans, (0, 0)] if self._bones else spans

    def look_at(self, friend: NamedFriend) -> None:
        """Remember a friend if a row may be her."""
        if friend.linked:
            return
        minute = None if friend.followed_at is None else friend.followed_at // MINUTE
        timely = minute is not None and minute in self._minutes
        if timely and minute is not None and len(self._others[minute]) < CANDIDATES:
            self._others[minute].append(_candidate(friend, "other"))
        for frame, ways in _by_bones(worn(friend.display_name)).items():
            if frame not in self._bones:
                continue
            entry = (friend, ways)
            if timely and minute is not None:
                self._timely[frame, minute].append(entry)
            if frame and len(self._alike[frame]) < MOST_ALIKE:
                self._alike[frame].append(entry)

    def to(self, member: MemberKey) -> list[Candidate]:
        """Who may be the member."""
        minutes = () if member.followed_at is None else _around(member.followed_at)
        found: dict[str, Candidate] = {}
        key = name_key(member.name)
        if key:
            frame = bones(key)
            entries = [entry for minute in minutes for entry in self._timely.get((frame, minute), ())]
            entries += (
                entry
                for entry in self._alike.get(frame, ())
                if member.followed_at is None or entry[0].followed_at is None
            )
            for friend, ways in entries:
                fitting = [way for way in ways if way.fits(key, may_vanish=self._may_vanish)]
                if fitting:
                    same = not member.letters_lost and any(way.whole for way in fitting)
                    found[friend.user_id] = _candidate(friend, "same" if same else "worn")
        for other in (other for minute in minutes for other in self._others.get(minute, ())):
            found.setdefault(other.user_id, other)
        return list(found.values())


def _candidate(friend: NamedFriend, likeness: Likeness) -> Candidate:
    return Candidate(friend.user_id, friend.followed_at, friend.linked, likeness)


def _by_bones(ways: Sequence[Worn]) -> dict[str, tuple[Worn, ...]]:
    return {frame: tuple(way for way in ways if way.bones == frame) for frame in {way.bones for way in ways}}


def _around(moment: int) -> tuple[int, int, int]:
    """The minute of a time and its neighbours, the nearest first."""
    minute = moment // MINUTE
    return minute, minute - 1, minute + 1
