"""Account id → credentials: the real ones from the secret store, the practice account's from memory."""

from helper.line.answers import Credentials
from helper.model.clock import Clock
from helper.model.refusal import Refused
from helper.secrets import SecretStore, secret_name, token_name

MISSING_MS = 2_000
"""How long "there is none" is believed without looking again: a webhook for nobody must stay cheap."""
MISSING_KEPT = 1_000


class Vault:
    """What LINE asks of us for each account. Kept in memory until `forget`."""

    def __init__(self, secrets: SecretStore, line_api_base: str, clock: Clock) -> None:
        self._secrets = secrets
        self._line_api_base = line_api_base
        self._clock = clock
        self._known: dict[str, Credentials] = {}
        self._missing: dict[str, int] = {}
        self._practice: dict[str, Credentials] = {}

    async def find(self, account_id: str) -> Credentials | None:
        """An account's credentials; None if it isn't connected."""
        known = self._practice.get(account_id) or self._known.get(account_id)
        if known is not None:
            return known
        now = self._clock.now()
        if now - self._missing.get(account_id, -MISSING_MS) < MISSING_MS:
            return None
        secret = await self._secrets.get(secret_name(account_id))
        if secret is None:
            if len(self._missing) >= MISSING_KEPT:
                self._missing.clear()
            self._missing[account_id] = now
            return None
        token = await self._secrets.get(token_name(account_id))
        found = Credentials(account_id, secret, token, self._line_api_base)
        self._known[account_id] = found
        return found

    async def need(self, account_id: str) -> Credentials:
        """An account's credentials. Raises Refused `account_unknown`."""
        found = await self.find(account_id)
        if found is None:
            raise Refused("account_unknown")
        return found

    def practise(self, credentials: Credentials) -> None:
        """Use these for a practice account; nothing is stored."""
        self._practice[credentials.channel_id] = credentials

    def end_practice(self, account_id: str) -> None:
        """The sandbox is gone."""
        self._practice.pop(account_id, None)

    def forget(self, account_id: str) -> None:
        """Look again at the next use: another process changed it."""
        self._known.pop(account_id, None)
        self._missing.pop(account_id, None)
        self._secrets.forget(secret_name(account_id))
        self._secrets.forget(token_name(account_id))

    async def keep(self, credentials: Credentials) -> None:
        """Store a real account's secret, and its long-lived token if it has one."""
        account_id = credentials.channel_id
        await self._secrets.set(secret_name(account_id), credentials.channel_secret)
        if credentials.access_token is None:
            await self._secrets.delete(token_name(account_id))
        else:
            await self._secrets.set(token_name(account_id), credentials.access_token)
        self._known[account_id] = credentials
        self._missing.pop(account_id, None)

    async def drop(self, account_id: str) -> None:
        """Forget a real account's secrets for good."""
        self._known.pop(account_id, None)
        await self._secrets.delete(secret_name(account_id))
        await self._secrets.delete(token_name(account_id))
