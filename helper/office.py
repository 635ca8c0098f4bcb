"""What the daemon and the commands beside it share: store, secrets and LINE, opened and closed together."""

import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass

from helper.flows.desk import Desk, Rules
from helper.flows.pairing import PairingDesk
from helper.line.channels import LineChannels
from helper.model.clock import Clock, SystemClock
from helper.presence import Presence
from helper.secrets import SecretStore
from helper.settings import Settings
from helper.store import notices
from helper.store.database import Transaction
from helper.store.restores import last_restored_at
from helper.store.sqlite import SqliteDatabase, open_sqlite
from helper.updating import copy_before_update
from helper.vault import Vault


@dataclass(frozen=True, slots=True)
class Office:
    """What both the daemon and a command beside it work with: store, secrets, LINE."""

    settings: Settings
    database: SqliteDatabase
    secrets: SecretStore
    vault: Vault
    channels: LineChannels
    desk: Desk
    pairing: PairingDesk
    instance_id: str


async def open_office(stack: AsyncExitStack, settings: Settings, clock: Clock | None = None) -> Office:
    """Open store, secrets and LINE; `stack` closes them. Raises StoreTrouble."""
    clock = clock or SystemClock()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A daemon of an older version would go on with a schema that it does not know.
    taken = Presence(settings.home, settings.database_path).is_taken()
    database = await open_sqlite(
        settings.database_path,
        may_migrate=not taken,
        before_migration=copy_before_update(settings, clock),
    )
    stack.push_async_callback(database.close)

    async def own_id(transaction: Transaction) -> str:
        return await notices.ensure_instance_id(transaction, uuid.uuid4().hex)

    instance_id = await database.write(own_id)
    secrets = SecretStore(settings.home, instance_id, settings.keyring)
    vault = Vault(secrets, settings.line_api_base, clock)
    channels = LineChannels(vault.need, clock)
    stack.push_async_callback(channels.close)
    desk = Desk(
        db=database,
        channels=channels,
        clock=clock,
        credentials=vault.find,
        new_id=lambda: str(uuid.uuid4()),
        process_id=uuid.uuid4().hex,
        rules=Rules(hold_ms=settings.hold_ms, safe_reply_ms=settings.reply_safe_ms),
        restored_at=await database.read(last_restored_at),
    )
    pairing = PairingDesk(database, secrets, clock)
    return Office(settings, database, secrets, vault, channels, desk, pairing, instance_id)
