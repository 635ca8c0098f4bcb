"""The friend registry."""

from collections.abc import Sequence
from dataclasses import dataclass

from helper.model.friend import Claim, FirstContact, Friend, Named
from helper.model.lookup import Candidate
from helper.model.text import grams, name_key
from helper.store.database import Reader, Row, Transaction, Value

_SELECT = """
    SELECT friend.*, contact_by.name AS contact_teammate, claim_by.name AS claim_teammate
    FROM friend
    LEFT JOIN teammate AS contact_by ON contact_by.id = friend.contact_teammate_id
    LEFT JOIN teammate AS claim_by ON claim_by.id = friend.claim_teammate_id
"""


def _named(number: str | None, name: str | None) -> Named | None:
    return Named(number, name) if name is not None else None


def _friend(row: Row) -> Friend:
    contact = None
    if row["contact_at"] is not None:
        contact = FirstContact(
            message_id=row["contact_message_id"],
            at=row["contact_at"],
            teammate=_named(row["contact_teammate_id"], row["contact_teammate"]),
            persona=_named(row["contact_persona_id"], row["contact_persona"]),
            route=row["contact_route"],
        )
    claim = None
    if row["claim_until"] is not None and row["claim_teammate"] is not None:
        claim = Claim(Named(row["claim_teammate_id"], row["claim_teammate"]), row["claim_until"])
    return Friend(
        number=row["number"],
        account_id=row["account_id"],
        user_id=row["user_id"],
        display_name=row["display_name"],
        picture_url=row["picture_url"],
        source=row["source"],
        followed_at=row["followed_at"],
        follows=row["follows"],
        unblocked=bool(row["unblocked"]),
        blocked_at=row["blocked_at"],
        last_received_at=row["last_received_at"],
        standby=row["last_event_mode"] == "standby",
        dismissed_at=row["dismissed_at"],
        profile_asked_at=row["profile_asked_at"],
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
    return {row["user_id"]: _friend(row) for row in rows}


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
          AND instr(friend.name_key, $5) > 0 {stage_is}
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


# --- facts that webhooks bring; each statement gives the same row in whatever order events come ---

_SEEN = """
    INSERT INTO friend (account_id, user_id, source, first_seen_at, profile_due_at, followed_at, follows,
                        unblocked, blocked_at, last_received_at, last_event_at, last_event_mode)
    VALUES ($1, $2, 'webhook', $3, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (account_id, user_id) DO UPDATE SET
        followed_at = CASE WHEN excluded.followed_at > coalesce(friend.followed_at, -1)
                           THEN excluded.followed_at ELSE friend.followed_at END,
        follows = friend.follows + excluded.follows,
        unblocked = CASE WHEN excluded.unblocked = 1 THEN 1 ELSE friend.unblocked END,
        blocked_at = CASE WHEN excluded.blocked_at > coalesce(friend.blocked_at, -1)
                          THEN excluded.blocked_at ELSE friend.blocked_at END,
        last_received_at = CASE WHEN excluded.last_received_at > coalesce(friend.last_received_at, -1)
                                THEN excluded.last_received_at ELSE friend.last_received_at END,
        profile_due_at = CASE WHEN friend.display_name IS NULL OR excluded.follows = 1
                              THEN excluded.profile_due_at ELSE friend.profile_due_at END,
        profile_tries = CASE WHEN excluded.follows = 1 THEN 0 ELSE friend.profile_tries END,
        last_event_mode = CASE WHEN excluded.last_event_at > friend.last_event_at
                                 OR (excluded.last_event_at = friend.last_event_at
                                     AND excluded.last_event_mode = 'standby')
                               THEN excluded.last_event_mode ELSE friend.last_event_mode END,
        last_event_at = CASE WHEN excluded.last_event_at > friend.last_event_at
                             THEN excluded.last_event_at ELSE friend.last_event_at END
    RETURNING number, name_key, listed_at
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one event says of a friend. `at` is the event's own time, `now` ours (ms)."""

    at: int
    now: int
    mode: str
    followed: bool = False
    unblocked: bool = False
    left: bool = False
    wrote: bool = False


async def note_seen(transaction: Transaction, account_id: str, user_id: str, seen: Seen) -> None:
    """Add an event's facts to the registry; an unknown user_id becomes a friend."""
    row = await transaction.fetch_one(
        _SEEN,
        account_id,
        user_id,
        seen.now,
        seen.at if seen.followed else None,
        int(seen.followed),
        int(seen.unblocked),
        seen.at if seen.left else None,
        seen.at if seen.wrote else None,
        seen.at,
        seen.mode,
    )
    if seen.followed and row and row["name_key"]:
        # A new follow moves her to the top of search results, too.
        await _index_name(transaction, account_id, row["number"], row["name_key"], row["listed_at"])


async def _index_name(
    transaction: Transaction, account_id: str, number: int, key: str, listed_at: int
) -> None:
    await transaction.execute("DELETE FROM friend_gram WHERE friend_number = $1", number)
    if key:
        await transaction.execute(
            f"""
            INSERT INTO friend_gram (account_id, gram, listed_at, friend_number)
            SELECT $1, value, $2, $3 FROM {transaction.dialect.members("$4")} AS gram
            """,
            account_id,
            listed_at,
            number,
            grams(key),
        )


async def block(transaction: Transaction, account_id: str, user_id: str, at: int) -> None:
    """Note that messages cannot reach her (LINE's profile answers 404)."""
    await transaction.execute(
        """
        UPDATE friend SET blocked_at = $3
        WHERE account_id = $1 AND user_id = $2 AND (blocked_at IS NULL OR blocked_at < $3)
        """,
        account_id,
        user_id,
        at,
    )


# --- profiles ---


@dataclass(frozen=True, slots=True)
class ProfileDue:
    """A friend whose profile waits to be asked; `tries` so far."""

    account_id: str
    user_id: str
    tries: int


async def profiles_due(reader: Reader, now: int, limit: int) -> list[ProfileDue]:
    """Friends whose profile is to be asked by now, longest waiting first."""
    rows = await reader.fetch(
        """
        SELECT account_id, user_id, profile_tries FROM friend
        WHERE profile_due_at IS NOT NULL AND profile_due_at <= $1
        ORDER BY profile_due_at LIMIT $2
        """,
        now,
        limit,
    )
    return [ProfileDue(row["account_id"], row["user_id"], row["profile_tries"]) for row in rows]


async def next_profile_due(reader: Reader, now: int) -> int | None:
    """When the next profile is to be asked (ms, after now), or None."""
    row = await reader.fetch_one(
        "SELECT min(profile_due_at) AS due FROM friend WHERE profile_due_at IS NOT NULL AND profile_due_at > $1",
        now,
    )
    return row["due"] if row else None


async def save_profile(
    transaction: Transaction, account_id: str, user_id: str, name: str, picture_url: str | None, now: int
) -> None:
    """Store what LINE shows of a friend and make her name searchable."""
    key = name_key(name)
    row = await transaction.fetch_one(
        """
        UPDATE friend SET display_name = $3, name_key = $4, picture_url = $5, profile_asked_at = $6,
                          profile_due_at = NULL, profile_tries = 0
        WHERE account_id = $1 AND user_id = $2
        RETURNING number, listed_at
        """,
        account_id,
        user_id,
        name,
        key,
        picture_url,
        now,
    )
    if row:
        await _index_name(transaction, account_id, row["number"], key, row["listed_at"])


async def put_profile_off(
    transaction: Transaction, account_id: str, user_id: str, asked_at: int, due_at: int | None
) -> None:
    """Note a try without a profile; `due_at` None gives it up until the next follow."""
    await transaction.execute(
        """
        UPDATE friend SET profile_tries = profile_tries + 1, profile_due_at = $4, profile_asked_at = $3
        WHERE account_id = $1 AND user_id = $2
        """,
        account_id,
        user_id,
        asked_at,
        due_at,
    )


# --- the once-only slot, the queue, claims ---


async def take_slot(transaction: Transaction, account_id: str, user_id: str, contact: FirstContact) -> bool:
    """Fill the friend's first-contact slot; False when it is filled already."""
    changed = await transaction.execute(
        """
        UPDATE friend SET contact_at = $3, contact_message_id = $4, contact_teammate_id = $5,
                          contact_persona_id = $6, contact_persona = $7, contact_route = $8
        WHERE account_id = $1 AND user_id = $2 AND contact_at IS NULL
        """,
        account_id,
        user_id,
        contact.at,
        contact.message_id,
        contact.teammate.id if contact.teammate else None,
        contact.persona.id if contact.persona else None,
        contact.persona.name if contact.persona else None,
        contact.route,
    )
    return changed == 1


async def change_slot_route(
    transaction: Transaction, account_id: str, user_id: str, message_id: str, route: str
) -> None:
    """The message that holds the slot travels by another route now."""
    await transaction.execute(
        """
        UPDATE friend SET contact_route = $4
        WHERE account_id = $1 AND user_id = $2 AND contact_message_id = $3
        """,
        account_id,
        user_id,
        message_id,
        route,
    )


async def free_slot(transaction: Transaction, account_id: str, user_id: str, message_id: str | None) -> bool:
    """Empty the slot if this message (None: a mark made by hand) fills it."""
    own = "contact_message_id = $3" if message_id else "contact_message_id IS NULL"
    changed = await transaction.execute(
        f"""
        UPDATE friend SET contact_at = NULL, contact_message_id = NULL, contact_teammate_id = NULL,
                          contact_persona_id = NULL, contact_persona = NULL, contact_route = NULL
        WHERE account_id = $1 AND user_id = $2 AND contact_at IS NOT NULL AND {own}
        """,
        account_id,
        user_id,
        *([message_id] if message_id else []),
    )
    return changed == 1


async def set_dismissed(transaction: Transaction, account_id: str, user_id: str, at: int | None) -> None:
    """Hide a friend from the queue (a time), or show her again (None)."""
    await transaction.execute(
        "UPDATE friend SET dismissed_at = $3 WHERE account_id = $1 AND user_id = $2", account_id, user_id, at
    )


async def take_claim(
    transaction: Transaction, account_id: str, user_id: str, teammate_id: str, now: int, until: int
) -> bool:
    """Take or renew a lease; False while a colleague holds it."""
    changed = await transaction.execute(
        """
        UPDATE friend SET claim_teammate_id = $3, claim_until = $5
        WHERE account_id = $1 AND user_id = $2
          AND (claim_until IS NULL OR claim_until <= $4 OR claim_teammate_id = $3)
        """,
        account_id,
        user_id,
        teammate_id,
        now,
        until,
    )
    return changed == 1


async def drop_claim(transaction: Transaction, account_id: str, user_id: str, teammate_id: str) -> None:
    """Give a lease back."""
    await transaction.execute(
        """
        UPDATE friend SET claim_teammate_id = NULL, claim_until = NULL
        WHERE account_id = $1 AND user_id = $2 AND claim_teammate_id = $3
        """,
        account_id,
        user_id,
        teammate_id,
    )
