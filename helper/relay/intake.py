"""A webhook at the relay: checked, and durable before LINE has its 200."""

from collections.abc import Callable
from functools import partial

from multidict import CIMultiDictProxy

from helper.line.signature import BadSignature, verify
from helper.model.clock import Clock
from helper.model.refusal import Refused
from helper.relay.queues import take_in
from helper.relay.reading import read_heads
from helper.store.database import Database
from helper.vault import Vault

LONGEST_TYPE = 200
JSON = "application/json; charset=utf-8"


class Intake:
    """Takes webhooks in. `queued` is called after each one that somebody waits for."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, queued: Callable[[], None]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._queued = queued

    async def knows(self, account_id: str) -> bool:
        """Whether this relay stands before that account."""
        return await self._vault.find(account_id) is not None

    async def take(self, account_id: str, body: bytes, headers: CIMultiDictProxy[str]) -> None:
        """Raises `Refused` account_unknown, `BadSignature`, `TooBusy`, `StoreTrouble`."""
        credentials = await self._vault.find(account_id)
        if credentials is None:
            raise Refused("account_unknown")
        signature = headers.get("X-Line-Signature")
        if signature is None or not verify(credentials.channel_secret, body, signature):
            raise BadSignature
        heads = read_heads(body)
        if not heads.event_ids:  # 「検証」
            return
        content_type = headers.get("Content-Type", JSON)[:LONGEST_TYPE]
        await self._database.write(
            partial(
                take_in,
                account_id=account_id,
                heads=heads,
                body=body,
                signature=signature,
                content_type=content_type,
                now=self._clock.now(),
            )
        )
        self._queued()
