"""Teammates, their tokens and the codes that pair a client. Only hashes are stored: nothing here opens a door."""

from dataclasses import dataclass
from typing import Literal

from helper.store.database import Reader, Row, Transaction

Role = Literal["viewer", "operator", "admin"]


@dataclass(frozen=True, slots=True)
class Teammate:
    """A person with at least one token. Times in milliseconds UTC."""

    id: str
    name: str
    role: Role
    created_at: int
    revoked_at: int | None = None
    last_seen_at: int | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One paired client of a teammate. `origin` is the extension's origin, None for a script."""

    id: str
    teammate: Teammate
    origin: str | None
    client_name: str
    last_used_at: int | None
    client_version: str = ""


@dataclass(frozen=True, slots=True)
class PairingCode:
    """A code as it was printed. `role` is None where the pairing itself decides (first one: admin)."""

    code_hash: str
    teammate_name: str
    role: Role | None
    expires_at: int


_TEAMMATE = "t.id, t.name, t.role, t.created_at, t.revoked_at"


def _teammate(row: Row, last_seen_at: int | None = None) -> Teammate:
    return Teammate(row["id"], row["name"], row["role"], row["created_at"], row["revoked_at"], last_seen_at)


async def list_teammates(reader: Reader) -> list[Teammate]:
    """Everybody who has access now, oldest first."""
    rows = await reader.fetch(
        f"SELECT {_TEAMMATE}, max(k.last_used_at) AS seen_at FROM teammate t"
        " LEFT JOIN token k ON k.teammate_id = t.id"
        " WHERE t.revoked_at IS NULL"
        " GROUP BY t.id, t.name, t.role, t.created_at, t.revoked_at ORDER BY t.created_at, t.id"
    )
    return [_teammate(row, row["seen_at"]) for row in rows]


async def find_teammate(reader: Reader, teammate_id: str) -> Teammate | None:
    """A teammate by id, revoked or not."""
    row = await reader.fetch_one(f"SELECT {_TEAMMATE} FROM teammate t WHERE t.id = $1", teammate_id)
    return None if row is None else _teammate(row)


async def find_teammate_by_name(reader: Reader, name: str) -> Teammate | None:
    """A teammate by name, revoked or not."""
    row = await reader.fetch_one(f"SELECT {_TEAMMATE} FROM teammate t WHERE t.name = $1", name)
    return None if row is None else _teammate(row)


async def count_live(reader: Reader) -> int:
    """How many teammates have access."""
    row = await reader.fetch_one("SELECT count(*) AS n FROM teammate WHERE revoked_at IS NULL")
    return int(row["n"]) if row is not None else 0


async def add_teammate(transaction: Transaction, teammate: Teammate) -> None:
    """Store a new teammate."""
    await transaction.execute(
        "INSERT INTO teammate (id, name, role, created_at, revoked_at) VALUES ($1, $2, $3, $4, NULL)",
        teammate.id,
        teammate.name,
        teammate.role,
        teammate.created_at,
    )


async def restore_teammate(transaction: Transaction, teammate_id: str, role: Role) -> None:
    """Give a known teammate access again, with this role."""
    await transaction.execute(
        "UPDATE teammate SET role = $2, revoked_at = NULL WHERE id = $1", teammate_id, role
    )


async def revoke_teammate(transaction: Transaction, teammate_id: str, now: int) -> bool:
    """Take a teammate's access, all tokens and unused codes away; False if there was no access."""
    changed = await transaction.execute(
        "UPDATE teammate SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", teammate_id, now
    )
    await transaction.execute(
        "UPDATE token SET revoked_at = $2 WHERE teammate_id = $1 AND revoked_at IS NULL", teammate_id, now
    )
    await transaction.execute(
        "DELETE FROM pairing_code WHERE used_at IS NULL"
        " AND teammate_name = (SELECT name FROM teammate WHERE id = $1)",
        teammate_id,
    )
    return changed > 0


async def add_token(
    transaction: Transaction,
    token_id: str,
    teammate_id: str,
    token_hash: str,
    origin: str | None,
    client_name: str,
    now: int,
    expires_at: int | None = None,
) -> None:
    """Store the hash of a new token; those whose time is over go at the same time."""
    await transaction.execute("DELETE FROM token WHERE expires_at < $1", now)
    await transaction.execute(
        "INSERT INTO token (id, teammate_id, token_hash, origin, client_name, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        token_id,
        teammate_id,
        token_hash,
        origin,
        client_name,
        now,
        expires_at,
    )


async def find_token_by_hash(reader: Reader, token_hash: str, now: int) -> Token | None:
    """The living token with this hash, with its teammate."""
    return await _find_token(reader, "k.token_hash = $1", token_hash, now)


async def find_token(reader: Reader, token_id: str, now: int) -> Token | None:
    """The living token with this id, with its teammate."""
    return await _find_token(reader, "k.id = $1", token_id, now)


async def _find_token(reader: Reader, condition: str, value: str, now: int) -> Token | None:
    row = await reader.fetch_one(
        f"SELECT {_TEAMMATE}, k.id AS token_id, k.origin, k.client_name, k.last_used_at, k.client_version"
        " FROM token k JOIN teammate t ON t.id = k.teammate_id"
        f" WHERE {condition} AND k.revoked_at IS NULL AND t.revoked_at IS NULL"
        " AND (k.expires_at IS NULL OR k.expires_at > $2)",
        value,
        now,
    )
    if row is None:
        return None
    return Token(
        row["token_id"],
        _teammate(row),
        row["origin"],
        row["client_name"],
        row["last_used_at"],
        row["client_version"],
    )


async def touch_token(transaction: Transaction, token_id: str, now: int, client_version: str) -> None:
    """Remember when a token was last used, and by which version of a program ('': it did not say)."""
    await transaction.execute(
        "UPDATE token SET last_used_at = $2, client_version = coalesce(nullif($3, ''), client_version) WHERE id = $1",
        token_id,
        now,
        client_version,
    )


@dataclass(frozen=True, slots=True)
class ClientVersion:
    """A program that was here, as it calls itself: 'extension/0.1.0'."""

    teammate: str
    client: str
    version: str


async def client_versions(reader: Reader, since: int) -> list[ClientVersion]:
    """The programs that said their version and were here since then (ms), by teammate."""
    rows = await reader.fetch(
        "SELECT t.name, k.client_name, k.client_version FROM token k JOIN teammate t ON t.id = k.teammate_id"
        " WHERE k.revoked_at IS NULL AND t.revoked_at IS NULL AND k.client_version <> '' AND k.last_used_at >= $1"
        " ORDER BY t.name, k.client_name, k.last_used_at DESC",
        since,
    )
    return [ClientVersion(row["name"], row["client_name"], row["client_version"]) for row in rows]


async def add_code(transaction: Transaction, code: PairingCode, now: int) -> None:
    """Store the hash of a pairing code; dead codes go at the same time."""
    await transaction.execute("DELETE FROM pairing_code WHERE expires_at < $1", now)
    await transaction.execute(
        "INSERT INTO pairing_code (code_hash, teammate_name, role, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        code.code_hash,
        code.teammate_name,
        code.role or "",
        now,
        code.expires_at,
    )


async def use_code(transaction: Transaction, code_hash: str, now: int) -> PairingCode | None:
    """Use a code up. None if it is unknown, used or too old; of two at once only one gets it."""
    rows = await transaction.fetch(
        "UPDATE pairing_code SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2"
        " RETURNING teammate_name, role, expires_at",
        code_hash,
        now,
    )
    if not rows:
        return None
    return PairingCode(code_hash, rows[0]["teammate_name"], rows[0]["role"] or None, rows[0]["expires_at"])
