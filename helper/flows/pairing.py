"""Who may use the API: pairing by a one-time code, proofs of identity, revocation."""

import logging
import secrets as randomness
from dataclasses import dataclass, replace

from helper.flows.letting_go import end_held
from helper.model.change import Change
from helper.model.clock import Clock
from helper.model.codes import FailureLimit, PrintedCode, digest, new_code, prove, read_code
from helper.model.refusal import Refused
from helper.secrets import SecretStore, proof_key
from helper.store import teammates as store
from helper.store.database import Database, Reader, StoreTrouble, TooBusy, Transaction
from helper.store.messages import held_by_teammate
from helper.store.notices import add_notice
from helper.store.teammates import PairingCode, Role, Teammate, Token

log = logging.getLogger(__name__)

TOUCH_EVERY_MS = 60_000
SESSION_MS = 12 * 3_600_000
"""How long a page of ours works that a one-time link has opened."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """What a client gets for a code, this one time."""

    token: str
    token_id: str
    proof_key: str
    teammate: Teammate


class PairingDesk:
    """Hands out codes and tokens, and takes access away."""

    def __init__(self, database: Database, secrets: SecretStore, clock: Clock) -> None:
        self._database = database
        self._secrets = secrets
        self._clock = clock
        self._failures = FailureLimit(clock)

    async def print_code(self, name: str, role: Role | None = None) -> PrintedCode:
        """A fresh code for a teammate of this name, new or known.

        Without a role a known teammate keeps theirs, the first of all becomes admin, others operator.
        """
        printed = new_code(self._clock.now())
        code = PairingCode(digest(read_code(printed.code)), name, role, printed.expires_at)

        async def work(transaction: Transaction) -> None:
            await store.add_code(transaction, code, self._clock.now())

        await self._database.write(work)
        return printed

    async def print_admin_code(self, own_name: str) -> PrintedCode:
        """A code for the admin who sits at this computer: the only one there is, else one called `own_name`."""
        admins = [known for known in await self.teammates() if known.role == "admin"]
        return await self.print_code(admins[0].name if len(admins) == 1 else own_name, "admin")

    async def pair(
        self, typed: str, client_name: str, origin: str | None, *, session: bool = False
    ) -> Pairing:
        """Exchange a code for a token that works from `origin` (an extension's; None for a script).

        With `session` it ends by itself after `SESSION_MS`.

        Raises Refused: `pairing_code_invalid`, or `too_many_attempts` (with `retry_after` in seconds).
        """
        if wait := self._failures.seconds_to_wait():
            raise Refused("too_many_attempts", retry_after=wait)
        # Counted before the code is looked at: guesses that come all at once are guesses too.
        self._failures.count()
        token = randomness.token_urlsafe(32)
        token_id = "tok_" + randomness.token_hex(8)
        now = self._clock.now()
        code_hash = digest(read_code(typed))

        async def work(transaction: Transaction) -> Teammate | None:
            code = await store.use_code(transaction, code_hash, now)
            if code is None:
                return None
            teammate = await _admit(transaction, code, now)
            await store.add_token(
                transaction,
                token_id,
                teammate.id,
                digest(token),
                origin,
                client_name,
                now,
                now + SESSION_MS if session else None,
            )
            transaction.publish(Change("teammate", None, teammate.id))
            return teammate

        teammate = await self._database.write(work)
        if teammate is None:
            raise Refused("pairing_code_invalid")
        self._failures.take_back()
        return Pairing(token, token_id, await self._proof_key(token_id), teammate)

    async def proof(self, token_id: str, nonce: str, address: str) -> str | None:
        """Proof that this helper paired that token, for the address the client dialled; None if unknown."""
        token = await self.token(token_id)
        return None if token is None else prove(await self._proof_key(token_id), nonce, address)

    async def token(self, token_id: str) -> Token | None:
        """A living token by id."""

        async def work(reader: Reader) -> Token | None:
            return await store.find_token(reader, token_id, self._clock.now())

        return await self._database.read(work)

    async def authenticate(self, token: str, client_version: str = "") -> Token | None:
        """The living token behind what a client sent, or None. Remembers the use once a minute, and a new version."""
        token_hash = digest(token)
        now = self._clock.now()

        async def work(reader: Reader) -> Token | None:
            return await store.find_token_by_hash(reader, token_hash, now)

        found = await self._database.read(work)
        news = found is not None and client_version not in ("", found.client_version)
        if found is not None and (news or now - (found.last_used_at or 0) >= TOUCH_EVERY_MS):
            found = replace(found, last_used_at=now)
            try:
                await self._touch(found.id, now, client_version)
            except (StoreTrouble, TooBusy):
                log.info("a token's use could not be noted")  # who only reads must not suffer
        return found

    async def teammates(self) -> list[Teammate]:
        """Everybody who has access."""
        return await self._database.read(store.list_teammates)

    async def revoke(self, teammate_id: str) -> Teammate:
        """Take a teammate's access away. Raises Refused `teammate_unknown`.

        What they sent and could still undo is cancelled (`teammate_revoked`): whoever has their token must not
        get anything out after it is worth nothing. Also the last admin's access can be taken away: `ittsu pair
        --role admin` on this computer always makes another one.
        """
        now = self._clock.now()

        async def work(transaction: Transaction) -> Teammate:
            teammate = await store.find_teammate(transaction, teammate_id)
            if teammate is None or not await store.revoke_teammate(transaction, teammate_id, now):
                raise Refused("teammate_unknown")
            await _cancel_held(transaction, teammate_id, now)
            await add_notice(transaction, "teammate", teammate_id, now)
            transaction.publish(Change("teammate", None, teammate_id))
            return teammate

        return await self._database.write(work)

    async def _touch(self, token_id: str, now: int, client_version: str) -> None:
        async def work(transaction: Transaction) -> None:
            await store.touch_token(transaction, token_id, now, client_version)

        await self._database.write(work)

    async def _proof_key(self, token_id: str) -> str:
        return proof_key(await self._secrets.instance_key(), token_id)


async def _cancel_held(transaction: Transaction, teammate_id: str, now: int) -> None:
    held = await held_by_teammate(transaction, teammate_id)
    for message in held:
        await end_held(transaction, message, "cancelled", "teammate_revoked", now)
    # A daemon that this process stands beside has its pages read these again.
    for account_id in sorted({message.account_id for message in held}):
        await add_notice(transaction, "account", account_id, now)


async def _admit(transaction: Transaction, code: PairingCode, now: int) -> Teammate:
    """The teammate a code was made for, with the role it gives."""
    known = await store.find_teammate_by_name(transaction, code.teammate_name)
    if known is not None and known.revoked_at is None:
        role = code.role or known.role
    else:
        role = code.role or ("operator" if await store.count_live(transaction) else "admin")
    if known is None:
        teammate = Teammate("mem_" + randomness.token_hex(8), code.teammate_name, role, now)
        await store.add_teammate(transaction, teammate)
        return teammate
    if role != known.role or known.revoked_at is not None:
        await store.restore_teammate(transaction, known.id, role)
        await add_notice(transaction, "teammate", known.id, now)
    return replace(known, role=role, revoked_at=None)
