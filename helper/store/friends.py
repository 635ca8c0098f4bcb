"""The friend registry: lists, searches, who has which name."""

from collections.abc import Sequence
from dataclasses import dataclass

from helper.model.friend import Claim, FirstContact, Friend, Named
from helper.model.lookup import Candidate
from helper.model.text import grams, name_key
from helper.store.database import Reader, Row, Value

# In the order in which `_friend` takes them.
_SELECT = """
    SELECT friend.number, friend.account_id, friend.user_id, friend.display_name, friend.picture_url,
           friend.source, friend.followed_at, friend.follows, friend.unblocked, friend.blocked_at,
           friend.last_received_at, friend.last_event_mode, friend.dismissed_at, friend.profile_asked_at,
           friend.contact_at, friend.contact_message_id, friend.contact_teammate_id, contact_by.name,
           friend.contact_persona_id, friend.contact_persona, friend.contact_route,
           friend.claim_teammate_id, claim_by.name, friend.claim_until
    FROM friend
    LEFT JOIN teammate AS contact_by ON contact_by.id = friend.contact_teammate_id
    LEFT JOIN teammate AS claim_by ON claim_by.id = friend.claim_teammate_id
"""


def _named(number: str | None, name: str | None) -> Named | None:
    return Named(number, name) if name is not None else None


def _friend(row: Row) -> Friend:
    # fmt: off
    (
        number, account_id, user_id, display_name, picture_url,
        source, followed_at, follows, unblocked, blocked_at,
        last_received_at, last_event_mode, dismissed_at, profile_asked_at,
        contact_at, contact_message_id, contact_teammate_id, contact_teammate,
        contact_persona_id, contact_persona, contact_route,
        claim_teammate_id, claim_teammate, claim_until,
    ) = row
    # fmt: on
    contact = claim = None
    if contact_at is not None:
        contact = FirstContact(
            contact_message_id,
            contact_at,
            _named(contact_teammate_id, contact_teammate),
            _named(contact_persona_id, contact_persona),
            contact_route,
        )
    if claim_until is not None and claim_teammate is not None:
        claim = Claim(Named(claim_teammate_id, claim_teammate), claim_until)
    return Friend(
        number=number,
        account_id=account_id,
        user_id=user_id,
        display_name=display_name,
        picture_url=picture_url,
        source=source,
        followed_at=followed_at,
        follows=follows,
        unblocked=bool(unblocked),
        blocked_at=blocked_at,
        last_received_at=last_received_at,
        standby=last_event_mode == "standby",
        dismissed_at=dismissed_at,
        profile_asked_at=profile_asked_at,
        first_contact=contact,
        claim=claim,
    )


async def find_friend(reader: Reader, account_id: str, user_id: str) -> Friend | None:
    """One friend, or None."""
    row = await reader.fetch_one(
        f"{_SELECT} WHERE friend.account_id = $1 AND friend.user_id = $2", account_id, user_id
    )
    return _friend(row) if row else None


async def find_friends(reader: Reader, account_id: str, user_ids: Sequence[str]) -> dict[str, Friend]:
    """Those of the given friends that are known, by user_id."""
    members = reader.dialect.members("$2")
    rows = await reader.fetch(
        f"{_SELECT} WHERE friend.account_id = $1 AND friend.user_id IN {members}", account_id, list(user_ids)
    )
    return {friend.user_id: friend for friend in map(_friend, rows)}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of friends ends: the last row's sort key."""

    listed_at: int
    number: int


async def friends_page(
    reader: Reader, account_id: str, stage: str | None, after: Position | None, limit: int
) -> list[Friend]:
    """Friends of a stage (None: all), newest follow first. Stage "new" is the queue."""
    listed_at, number = (after.listed_at, after.number) if after else (1 << 62, 1 << 62)
    stage_is = "AND friend.list = $5" if stage else ""
    rows = await reader.fetch(
        f"""
        {_SELECT}
        WHERE friend.account_id = $1 {stage_is}
          AND (friend.listed_at, friend.number) < ($2, $3)
        ORDER BY friend.listed_at DESC, friend.number DESC
        LIMIT $4
        """,
        account_id,
        listed_at,
        number,
        limit,
        *([stage] if stage else []),
    )
    return [_friend(row) for row in rows]


async def search_friends(
    reader: Reader, account_id: str, query: str, stage: str | None, after: Position | None, limit: int
) -> list[Friend]:
    """Friends whose name holds the query (compared by name key), newest follow first.

    The rarest of the query's grams is walked through, so that a rare or absent name costs nothing.
    """
    key = name_key(query)
    if not key:
        return []
    gram = await _rarest_gram(reader, account_id, key)
    if gram is None:
        return []
    listed_at, number = (after.listed_at, after.number) if after else (1 << 62, 1 << 62)
    stage_is = "AND friend.list = $7" if stage else ""
    rows = await reader.fetch(
        f"""
        {_SELECT}
        JOIN friend_gram ON friend_gram.friend_number = friend.number
        WHERE friend_gram.account_id = $1 AND friend_gram.gram = $2
          AND (friend_gram.listed_at, friend_gram.friend_number) < ($3, $4)
          AND {reader.dialect.holds("friend.name_key", "$5")} {stage_is}
        ORDER BY friend_gram.listed_at DESC, friend_gram.friend_number DESC
        LIMIT $6
        """,
        account_id,
        gram,
        listed_at,
        number,
        key,
        limit,
        *([stage] if stage else []),
    )
    return [_friend(row) for row in rows]


RARE = 2000
"""Occurrences counted of a gram before it is called common."""


async def _rarest_gram(reader: Reader, account_id: str, key: str) -> str | None:
    """The query's gram with the fewest names; None when one of them has none at all."""
    best: tuple[int, str] | None = None
    for gram in sorted(grams(key), key=len, reverse=True):
        if len(key) > 1 and len(gram) == 1:
            continue  # every pair holds its characters
        row = await reader.fetch_one(
            """
            SELECT count(*) AS names FROM (
                SELECT 1 FROM friend_gram WHERE account_id = $1 AND gram = $2 LIMIT $3
            ) AS some
            """,
            account_id,
            gram,
            RARE if best is None else best[0],
        )
        names = row["names"] if row else 0
        if names == 0:
            return None
        if best is None or names < best[0]:
            best = (names, gram)
    return best[1] if best else None


async def count_new(reader: Reader, account_id: str, limit: int) -> int:
    """Friends in the queue, counted no further than `limit`."""
    row = await reader.fetch_one(
        """
        SELECT count(*) AS friends FROM (
            SELECT 1 FROM friend WHERE account_id = $1 AND list = 'new' LIMIT $2
        ) AS some
        """,
        account_id,
        limit,
    )
    return int(row["friends"]) if row else 0


@dataclass(frozen=True, slots=True)
class NameAndTime:
    """A name key and the times (ms, both included) between which its friend is thought to have followed."""

    name_key: str
    earliest: int
    latest: int


async def newest_of_names(
    reader: Reader, account_id: str, dashboard: str, keys: Sequence[str], each: int
) -> dict[str, list[Candidate]]:
    """For each name key its newest friends, at most `each`, told whether the dashboard links them already."""
    return await _candidates(
        reader,
        f"""
        SELECT {_CANDIDATE} FROM {reader.dialect.members("$3")} AS wanted
        JOIN friend ON friend.number IN (
            SELECT named.number FROM friend AS named
            WHERE named.account_id = $1 AND named.name_key = wanted.value AND named.name_key <> ''
            ORDER BY named.listed_at DESC LIMIT $4
        )
        {_LINKED}
        """,
        account_id,
        dashboard,
        list(keys),
        each,
    )


async def friends_of_names_and_times(
    reader: Reader, account_id: str, dashboard: str, wanted: Sequence[NameAndTime], each: int
) -> dict[str, list[Candidate]]:
    """For each name key its friends who followed in the time given, at most `each` per pair."""
    packed = [f"{max(0, pair.earliest):016d}{max(0, pair.latest):016d}{pair.name_key}" for pair in wanted]
    return await _candidates(
        reader,
        f"""
        SELECT {_CANDIDATE} FROM {reader.dialect.members("$3")} AS wanted
        JOIN friend ON friend.number IN (
            SELECT named.number FROM friend AS named
            WHERE named.account_id = $1 AND named.name_key = substr(wanted.value, 33)
              AND named.name_key <> ''
              AND named.listed_at BETWEEN CAST(substr(wanted.value, 1, 16) AS BIGINT)
                                      AND CAST(substr(wanted.value, 17, 16) AS BIGINT)
            ORDER BY named.listed_at DESC LIMIT $4
        )
        {_LINKED}
        """,
        account_id,
        dashboard,
        packed,
        each,
    )


@dataclass(frozen=True, slots=True)
class NamedFriend:
    """A friend as a file's rows are compared with her; `position` is where a page that ends with her goes on."""

    position: Position
    user_id: str
    display_name: str
    followed_at: int | None
    linked: bool


async def names_page(
    reader: Reader, account_id: str, dashboard: str, earliest: int, after: Position, limit: int
) -> list[NamedFriend]:
    """Friends who followed since `earliest` (ms; 0: also who did not), newest first, told whether they are linked."""
    rows = await reader.fetch(
        f"""
        SELECT friend.listed_at, friend.number, friend.user_id, friend.display_name, friend.followed_at,
               link.member_id
        FROM friend {_LINKED}
        WHERE friend.account_id = $1 AND friend.listed_at >= $3
          AND (friend.listed_at, friend.number) < ($4, $5)
        ORDER BY friend.listed_at DESC, friend.number DESC
        LIMIT $6
        """,
        account_id,
        dashboard,
        earliest,
        after.listed_at,
        after.number,
        limit,
    )
    return [
        NamedFriend(Position(listed_at, number), user_id, name or "", followed_at, member_id is not None)
        for listed_at, number, user_id, name, followed_at, member_id in rows
    ]


_CANDIDATE = "friend.name_key, friend.user_id, friend.followed_at, link.member_id"
_LINKED = """
    LEFT JOIN link ON link.account_id = friend.account_id AND link.user_id = friend.user_id
                  AND link.dashboard = $2
"""


async def _candidates(reader: Reader, sql: str, *parameters: Value) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {}
    for row in await reader.fetch(sql, *parameters):
        candidate = Candidate(row["user_id"], row["followed_at"], row["member_id"] is not None)
        found.setdefault(row["name_key"], []).append(candidate)
    return found
