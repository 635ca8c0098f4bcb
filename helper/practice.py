"""Practice mode: the sandbox beside the daemon, and its account in the registry while it runs.

The sandbox remembers its people in a file of the data folder. Where it does not (a first start, or the
file is gone), the practice account begins without friends; what the operator made for it stays.
"""

import logging
from collections.abc import Callable

from helper.flows import accounts
from helper.flows.desk import Desk
from helper.line.answers import BotInfo, Credentials
from helper.listeners import Listener, listen
from helper.sandbox.app import PRACTICE_CHANNEL_ID, Sandbox
from helper.settings import Settings
from helper.vault import Vault

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
MEMORY = "practice.json"


class PracticeRoom:
    """Starts and stops the sandbox. `webhook_url` is the webhook listener's address."""

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        vault: Vault,
        webhook_url: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._desk = desk
        self._vault = vault
        self._webhook_url = webhook_url
        self.sandbox: Sandbox | None = None
        self._listener: Listener | None = None

    @property
    def url(self) -> str | None:
        """Where the sandbox listens; None while there is none."""
        return None if self._listener is None else self._listener.url

    async def wanted(self) -> bool:
        """Whether the settings and the connected accounts ask for a sandbox now."""
        if self._settings.sandbox != "auto":
            return self._settings.sandbox == "always"
        return all(account.sandbox for account in await accounts.list_all(self._desk))

    async def start(self, *, samples: bool) -> None:
        """Open the sandbox with its account; with `samples`, a few people follow if nobody has yet."""
        memory = self._settings.home / MEMORY
        if not await accounts.is_known(self._desk, PRACTICE_CHANNEL_ID):
            # Another database than the one these people belonged to.
            memory.unlink(missing_ok=True)
        sandbox = Sandbox(self._desk.clock, self._hook, memory)
        seeded = sandbox.seed()
        listener = await listen(sandbox.app(), HOST, self._settings.sandbox_port, "ITTSU_SANDBOX_PORT")
        try:
            self._vault.practise(Credentials(seeded.channel_id, seeded.secret, None, listener.url))
            if not sandbox.recalled:
                await accounts.purge_people(self._desk, seeded.channel_id)
            picture = None if seeded.picture is None else listener.url + seeded.picture
            info = BotInfo(
                user_id=seeded.bot_user_id,
                basic_id=seeded.basic_id,
                premium_id=seeded.premium_id,
                display_name=seeded.name,
                picture_url=picture,
                chat_mode="chat" if seeded.chat else "bot",
            )
            usage = seeded.usage.counted(self._desk.clock.now())
            await accounts.enrol(
                self._desk, seeded.channel_id, info, seeded.verified, seeded.quota, usage, sandbox=True
            )
            self.sandbox, self._listener = sandbox, listener
            if samples:
                await sandbox.first_visitors()
        except BaseException:
            self.sandbox = self._listener = None
            self._vault.end_practice(seeded.channel_id)
            await listener.close()
            raise

    async def stop(self) -> None:
        """Close the sandbox; its account leaves the list."""
        listener, self._listener, self.sandbox = self._listener, None, None
        if listener is not None:
            try:
                await self.tidy()
            finally:
                await listener.close()

    async def tidy(self) -> None:
        """No sandbox, no practice account."""
        self._vault.end_practice(PRACTICE_CHANNEL_ID)
        known = [account.id for account in await accounts.list_all(self._desk) if account.sandbox]
        for account_id in known:
            await accounts.remove(self._desk, account_id)

    async def close(self) -> None:
        """The daemon stops: close the listener, leave the account for the next start."""
        listener, self._listener, self.sandbox = self._listener, None, None
        if listener is not None:
            await listener.close()

    def _hook(self, account_id: str) -> str:
        return f"{self._webhook_url()}/webhook/{account_id}"
