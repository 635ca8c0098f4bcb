"""How accounts' webhooks are meant to reach us, and the public addresses that ever led here."""

from typing import get_args

from helper.model.receiving import Answers, OwnOrigin, Receiving, Way
from helper.store.database import Reader, Transaction


async def find_receiving(reader: Reader, account_id: str) -> Receiving:
    """What is stored of an account; nothing said where there is nothing."""
    row = await reader.fetch_one("SELECT * FROM receiving WHERE account_id = $1", account_id)
    if row is None:
        return Receiving(account_id)
    return Receiving(
        account_id,
        way=_way(row["way"]),
        previous_way=_way(row["previous_way"]),
        answers=Answers(_answer(row["tool"]), _answer(row["always_on"])),
        previous_url=row["previous_url"],
        wanted_url=row["wanted_url"],
        pending_url=row["pending_url"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
    )


async def save_receiving(transaction: Transaction, receiving: Receiving) -> None:
    """Store all of it; `changed_at` must be given."""
    assert receiving.changed_at is not None
    await transaction.execute(
        """
        INSERT INTO receiving (account_id, way, previous_way, tool, always_on, previous_url, wanted_url, pending_url,
                               changed_by, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (account_id) DO UPDATE SET
            way = excluded.way, previous_way = excluded.previous_way, tool = excluded.tool,
            always_on = excluded.always_on, previous_url = excluded.previous_url, wanted_url = excluded.wanted_url,
            pending_url = excluded.pending_url, changed_by = excluded.changed_by, changed_at = excluded.changed_at
        """,
        receiving.account_id,
        receiving.way,
        receiving.previous_way,
        _number(receiving.answers.tool),
        _number(receiving.answers.always_on),
        receiving.previous_url,
        receiving.wanted_url,
        receiving.pending_url,
        receiving.changed_by,
        receiving.changed_at,
    )


async def note_own_origin(transaction: Transaction, origin: str, now: int) -> None:
    """This origin (`https://host[:port]`) leads here from now on."""
    await transaction.execute(
        "INSERT INTO own_origin (origin, since) VALUES ($1, $2) ON CONFLICT (origin) DO UPDATE SET ended_at = NULL",
        origin,
        now,
    )


async def end_own_origin(transaction: Transaction, origin: str, now: int) -> None:
    """This origin leads here no more; it is remembered as one of ours, also where it was not known yet."""
    await transaction.execute(
        """
        INSERT INTO own_origin (origin, since, ended_at) VALUES ($1, $2, $2)
        ON CONFLICT (origin) DO UPDATE SET ended_at = coalesce(own_origin.ended_at, excluded.ended_at)
        """,
        origin,
        now,
    )


async def own_origins(reader: Reader) -> tuple[OwnOrigin, ...]:
    """Every origin that leads or ever led here."""
    rows = await reader.fetch("SELECT origin, since, ended_at FROM own_origin ORDER BY origin")
    return tuple(OwnOrigin(row["origin"], row["since"], row["ended_at"]) for row in rows)


def _way(stored: str | None) -> Way | None:
    return stored if stored in get_args(Way) else None  # type: ignore[return-value]


def _answer(stored: int | None) -> bool | None:
    return None if stored is None else bool(stored)


def _number(answer: bool | None) -> int | None:
    return None if answer is None else int(answer)
