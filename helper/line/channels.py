"""The accounts' clients, made when first needed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from helper.line.answers import Credentials, Failed
from helper.line.client import LineClient
from helper.line.transport import Transport, loaded_sdk
from helper.model.clock import Clock


class LineChannels:
    """Account id → client. Accounts on the same API base share its connections."""

    def __init__(self, credentials: Callable[[str], Awaitable[Credentials]], clock: Clock) -> None:
        """`credentials` finds an account's; what it raises comes out of `client`."""
        self._credentials = credentials
        self._clock = clock
        self._clients: dict[str, LineClient] = {}
        self._transports: dict[str, Transport] = {}
        self._retired: list[LineClient] = []
        self._failures: deque[Failed] = deque(maxlen=200)

    def take_failures(self) -> list[Failed]:
        """What LINE did not do since this was asked last, oldest first."""
        taken = list(self._failures)
        self._failures.clear()
        return taken

    async def client(self, account_id: str) -> LineClient:
        """The account's client."""
        client = self._clients.get(account_id)
        if client is None:
            client = self.probe(await self._credentials(account_id))
            # Somebody may have been quicker while the credentials were looked up.
            client = self._clients.setdefault(account_id, client)
        return client

    def probe(self, credentials: Credentials) -> LineClient:
        """A client for credentials that belong to no account yet.

        Raises ValueError for an API base that is neither https nor on this computer.
        """
        transport = self._transports.get(credentials.api_base)
        if transport is None:
            transport = self._transports[credentials.api_base] = Transport(credentials.api_base)
        return LineClient(credentials, self._clock, transport, note=self._failures.append)

    def forget(self, account_id: str) -> None:
        """Read the account's credentials again at its next use (changed, removed)."""
        client = self._clients.pop(account_id, None)
        if client is not None:
            self._retired.append(client)  # may still be sending

    async def warm(self, account_ids: Iterable[str] = ()) -> None:
        """Import LINE's SDK, and get a token for each of these accounts, ahead of the first click."""
        await loaded_sdk()
        clients = [await self.client(account_id) for account_id in account_ids]
        await asyncio.gather(*(client.warm() for client in clients))

    async def close(self) -> None:
        """Close every connection."""
        clients = [*self._clients.values(), *self._retired]
        self._clients.clear()
        self._retired.clear()
        for client in clients:
            await client.close()
        # They stay known, so that a late request finds the closed one and opens no other.
        for transport in list(self._transports.values()):
            await transport.close()
