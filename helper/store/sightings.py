"""What LINE tells of friends, event by event and profile by profile.

Each statement gives the same row in whatever order events come.
"""

from dataclasses import dataclass

from helper.model.text import grams, name_key
from helper.store.database import Reader, Transaction, Value

WHENEVER = 1
"""The `profile_due_at` of an imported friend: her profile is asked when there is time, after everybody else's."""

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
    RETURNING number, name_key, listed_at, first_seen_at,
              (SELECT value FROM meta WHERE key = 'forgetting_salt') AS salt
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


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who may be known from before an erasing. `salt` recognises her; `created`: her row is new."""

    salt: str
    created: bool


async def note_seen(transaction: Transaction, account_id: str, user_id: str, seen: Seen) -> Stranger | None:
    """Add an event's facts to the registry; an unknown user_id becomes a friend.

    Answers a `Stranger` only where people were erased, for a new row or an event older than its row: that is
    when somebody who was erased may be coming back.
    """
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
    if row is None or row["salt"] is None:
        return None
    created = row["first_seen_at"] == seen.now
    return Stranger(row["salt"], created) if created or seen.at <= row["first_seen_at"] else None


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


@dataclass(frozen=True, slots=True)
class ProfileDue:
    """A friend whose profile waits to be asked; `tries` so far. `imported`: so she came, and has no name yet."""

    account_id: str
    user_id: str
    tries: int
    imported: bool = False


async def profiles_due(reader: Reader, now: int, limit: int) -> list[ProfileDue]:
    """Friends whose profile is to be asked by now, the newest first: her an operator may be looking at."""
    return await _due(
        reader,
        "profile_due_at > $1 AND profile_due_at <= $2 ORDER BY profile_due_at DESC LIMIT $3",
        WHENEVER,
        now,
        limit,
    )


async def profiles_wanted(reader: Reader, limit: int) -> list[ProfileDue]:
    """Imported friends whose profile is to be asked when there is time."""
    return await _due(reader, "profile_due_at = $1 LIMIT $2", WHENEVER, limit)


async def _due(reader: Reader, which: str, *parameters: Value) -> list[ProfileDue]:
    rows = await reader.fetch(
        f"SELECT account_id, user_id, profile_tries, source, display_name FROM friend WHERE {which}",
        *parameters,
    )
    return [
        ProfileDue(account_id, user_id, tries, imported=source == "followers" and name is None)
        for account_id, user_id, tries, source, name in rows
    ]


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
    transaction: Transaction, account_id: str, user_id: str, due_at: int | None
) -> None:
    """Note a try without a profile; `due_at` None gives it up until the next follow.

    `profile_asked_at` stays: a try in vain doesn't show that she can be reached.
    """
    await transaction.execute(
        """
        UPDATE friend SET profile_tries = profile_tries + 1, profile_due_at = $3
        WHERE account_id = $1 AND user_id = $2
        """,
        account_id,
        user_id,
        due_at,
    )
