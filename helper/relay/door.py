"""Which helper fetches here: one at a time, paired by a code, known by a token of which only the hash is stored."""

import hmac
import secrets as randomness
from dataclasses import dataclass

from helper.model.clock import Clock
from helper.model.codes import FailureLimit, PrintedCode, digest, new_code, prove, read_code
from helper.model.refusal import Refused
from helper.secrets import SecretStore, proof_key
from helper.store.database import Database, Reader, Transaction


@dataclass(frozen=True, slots=True)
class Admission:
    """What the helper gets for a code, this one time."""

    token: str
    token_id: str
    proof_key: str


@dataclass(frozen=True, slots=True)
class Fetcher:
    """The helper that is paired. `changed_at` (ms): since when it has been connected or not."""

    token_id: str
    token_hash: str
    name: str
    connected: bool
    changed_at: int


class Door:
    """Hands out codes and tokens, and knows who comes."""

    def __init__(self, database: Database, secrets: SecretStore, clock: Clock) -> None:
        self._database = database
        self._secrets = secrets
        self._clock = clock
        self._failures = FailureLimit(clock)

    async def print_code(self) -> PrintedCode:
        """A fresh code."""
        now = self._clock.now()
        printed = new_code(now)

        async def work(transaction: Transaction) -> None:
            await transaction.execute("DELETE FROM pairing_code WHERE expires_at < $1", now)
            await transaction.execute(
                "INSERT INTO pairing_code (code_hash, expires_at) VALUES ($1, $2)",
                digest(read_code(printed.code)),
                printed.expires_at,
            )

        await self._database.write(work)
        return printed

    async def admit(self, typed: str, name: str) -> Admission:
        """Exchange a code for a token; the former helper's is worth nothing from then on.

        Raises Refused: `pairing_code_invalid` or `too_many_attempts`.
        """
        if wait := self._failures.seconds_to_wait():
            raise Refused("too_many_attempts", retry_after=wait)
        # Counted before the code is looked at: guesses that come all at once are guesses too.
        self._failures.count()
        token, token_id = randomness.token_urlsafe(32), "tok_" + randomness.token_hex(8)
        now = self._clock.now()

        async def work(transaction: Transaction) -> bool:
            used = await transaction.execute(
                "DELETE FROM pairing_code WHERE code_hash = $1 AND expires_at >= $2",
                digest(read_code(typed)),
                now,
            )
            if not used:
                return False
            await transaction.execute("DELETE FROM helper")
            await transaction.execute(
                """
                INSERT INTO helper (one, token_id, token_hash, name, paired_at, changed_at)
                VALUES (1, $1, $2, $3, $4, $4)
                """,
                token_id,
                digest(token),
                name,
                now,
            )
            return True

        if not await self._database.write(work):
            raise Refused("pairing_code_invalid")
        self._failures.take_back()
        return Admission(token, token_id, await self._proof_key(token_id))

    async def proof(self, token_id: str, nonce: str, address: str) -> str | None:
        """Proof that this relay gave that token, for the address it is reached by; None for another token."""
        known = await self.fetcher()
        if known is None or known.token_id != token_id:
            return None
        return prove(await self._proof_key(token_id), nonce, address)

    async def is_fetcher(self, token: str) -> bool:
        """Whether a token is the helper's."""
        known = await self.fetcher()
        return known is not None and hmac.compare_digest(known.token_hash, digest(token))

    async def fetcher(self) -> Fetcher | None:
        """The helper that is paired, or None."""

        async def work(reader: Reader) -> Fetcher | None:
            row = await reader.fetch_one("SELECT * FROM helper")
            if row is None:
                return None
            return Fetcher(
                row["token_id"], row["token_hash"], row["name"], bool(row["connected"]), row["changed_at"]
            )

        return await self._database.read(work)

    async def note(self, *, connected: bool) -> None:
        """Remember since when the helper has been connected or not."""

        async def work(transaction: Transaction) -> None:
            await transaction.execute(
                "UPDATE helper SET connected = $1, changed_at = $2 WHERE connected <> $1",
                int(connected),
                self._clock.now(),
            )

        await self._database.write(work)

    async def _proof_key(self, token_id: str) -> str:
        return proof_key(await self._secrets.instance_key(), token_id)
