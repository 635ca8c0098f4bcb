"""Connecting and settling accounts."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from helper.flows import quota as quota_flow
from helper.flows.desk import Desk, account_in, quota_changed
from helper.flows.greeting import end_greeting
from helper.flows.letting_go import end_held
from helper.flows.replies import settle_replies
from helper.line.answers import BotInfo, ChannelRefused, Credentials, LineRejected, LineUnavailable
from helper.line.client import LineClient
from helper.model.account import COLOURS, Account
from helper.model.change import Change
from helper.model.quota import month_of
from helper.model.refusal import Invalid, Refused
from helper.model.starter import STARTERS
from helper.model.template import Template
from helper.store import accounts as store
from helper.store import quota
from helper.store.database import Reader, Transaction
from helper.store.friends import count_new
from helper.store.messages import all_held
from helper.store.personas import find_persona
from helper.store.templates import find_template, save_template

COUNTED = 1000
"""New friends are counted no further than this."""


async def connect(desk: Desk, credentials: Credentials, *, sandbox: bool = False) -> Account:
    """Ask LINE who these credentials belong to, and store the account with its starter templates.

    Nothing is stored unless LINE knows them. Storing the credentials themselves is the caller's part.
    Raises `Refused` channel_id_unknown, channel_secret_wrong, access_token_refused, token_of_another_channel,
    not_a_messaging_channel or account_rejected (each but one with LINE's words), or line_unavailable; `Invalid` for
    an address that LINE's API cannot have.
    """
    info, verified, allowance, consumption = await _probe(desk, credentials, _ask)
    if credentials.access_token is not None:
        # The token alone would do for everything but the webhooks' signatures.
        owner = await _probe(desk, replace(credentials, access_token=None), LineClient.bot_info)
        if owner.user_id != info.user_id:
            raise Refused("token_of_another_channel")
    return await enrol(desk, credentials.channel_id, info, verified, allowance, consumption, sandbox=sandbox)


async def enrol(
    desk: Desk,
    account_id: str,
    info: BotInfo,
    verified: bool,
    allowance: int | None,
    consumption: int,
    *,
    sandbox: bool,
) -> Account:
    """Store an account as LINE describes it. The practice account comes this way: nobody needs to be asked."""

    async def save(transaction: Transaction) -> Account:
        now = desk.clock.now()
        known = await store.was_connected_before(transaction, account_id)
        colour = COLOURS[len(await store.all_accounts(transaction)) % len(COLOURS)]
        await store.save_account(transaction, _account(account_id, info, verified, sandbox, colour), now)
        if not known:
            await _copy_starters(transaction, desk, account_id, now)
        await quota_flow.take_in(transaction, account_id, allowance, consumption, now)
        transaction.publish(Change("account", account_id, account_id))
        return await account_in(transaction, account_id)

    return await desk.db.write(save)


Answer = TypeVar("Answer")


async def _probe(
    desk: Desk, credentials: Credentials, work: Callable[[LineClient], Awaitable[Answer]]
) -> Answer:
    """Ask LINE with credentials that belong to no account yet; raises as `connect`."""
    try:
        client = desk.channels.probe(credentials)
    except ValueError as error:
        raise Invalid([("line_api_base", str(error))]) from error
    try:
        return await work(client)
    except LineUnavailable as error:
        raise Refused("line_unavailable") from error
    except ChannelRefused as error:
        raise Refused(_part_refused(error.message), line_message=error.message) from error
    except LineRejected as error:
        raise Refused(_of_rejected(error, credentials), line_message=error.message) from error
    finally:
        await client.close()


def _part_refused(message: str) -> str:
    """Which half LINE did not know, where its words tell. Source: tried on the stand-in only; LINE's are not public."""
    if "client_secret" in message:
        return "channel_secret_wrong"
    if "client_id" in message:
        return "channel_id_unknown"
    return "account_rejected"


def _of_rejected(error: LineRejected, credentials: Credentials) -> str:
    """LINE knows the channel, and still does not answer."""
    if error.status == 401 and credentials.access_token is not None:
        return "access_token_refused"
    # A LINE Login channel has ids and secrets, too, and no Messaging API.
    return "not_a_messaging_channel" if error.status in (403, 404) else "account_rejected"


async def _ask(client: LineClient) -> tuple[BotInfo, bool, int | None, int]:
    return (
        await client.bot_info(),
        await _is_verified(client),
        await client.quota(),
        await client.consumption(),
    )


async def _is_verified(client: LineClient) -> bool:
    """Only verified and premium accounts may list their friends; any refusal counts as "not verified"."""
    try:
        return await client.followers_readable()
    except LineRejected:
        return False


def _account(account_id: str, info: BotInfo, verified: bool, sandbox: bool, colour: str) -> Account:
    return Account(
        id=account_id,
        name=info.display_name,
        basic_id=info.basic_id,
        premium_id=info.premium_id,
        bot_user_id=info.user_id,
        picture_url=info.picture_url,
        verified=verified,
        chat_mode=info.chat_mode,
        sandbox=sandbox,
        colour=colour,
        floor=0,
        other_tool_replies=False,
        default_template_id=None,
        default_persona_id=None,
    )


async def _copy_starters(transaction: Transaction, desk: Desk, account_id: str, now: int) -> None:
    for place, (name, text, taps) in enumerate(STARTERS):
        template = Template(
            desk.new_id(), account_id, name, ({"type": "text", "text": text},), taps, persona_id=None
        )
        await save_template(transaction, template, now + place)  # one ms apart, so that their order stays


async def recheck(desk: Desk, account_id: str) -> Account:
    """Ask LINE about a connected account again; raises as `connect`, or `Refused` account_unknown."""
    account = await get(desk, account_id)
    credentials = await desk.credentials(account_id)
    if credentials is None:
        raise Refused("account_unknown")
    return await connect(desk, credentials, sandbox=account.sandbox)


async def get(desk: Desk, account_id: str) -> Account:
    """A connected account; raises `Refused` account_unknown."""
    return await desk.db.read(lambda reader: account_in(reader, account_id))


async def is_known(desk: Desk, account_id: str) -> bool:
    """Whether the account is in the registry, connected or removed."""
    return await desk.db.read(lambda reader: store.was_connected_before(reader, account_id))


async def list_all(desk: Desk) -> list[Account]:
    """Connected accounts, oldest first."""
    return await desk.db.read(store.all_accounts)


async def new_friends(desk: Desk, account_ids: Iterable[str]) -> dict[str, int]:
    """Each account's friends in the queue, counted no further than `COUNTED`."""

    async def count(reader: Reader) -> dict[str, int]:
        return {account_id: await count_new(reader, account_id, COUNTED) for account_id in account_ids}

    return await desk.db.read(count)


async def update(desk: Desk, account_id: str, changes: dict[str, object], changed_by: str = "") -> Account:
    """Change what operators decide: floor, colour, other_tool_replies, default_template_id, default_persona_id.

    `changed_by`: a teammate's id. Where another tool uses the reply tokens the greeting is switched off.

    Raises `Refused` account_unknown, `Invalid` for a default that does not exist.
    """

    async def save(transaction: Transaction) -> Account:
        account = replace(await account_in(transaction, account_id), **changes)  # type: ignore[arg-type]
        if account.default_template_id and not await find_template(
            transaction, account_id, account.default_template_id
        ):
            raise Invalid(
                [("default_template_id", "テンプレートが見つかりません / There is no such template")]
            )
        if account.default_persona_id and not await find_persona(
            transaction, account_id, account.default_persona_id
        ):
            raise Invalid([("default_persona_id", "送信者が見つかりません / There is no such persona")])
        await settle_replies(transaction, account, changed_by, desk.clock.now())
        if "floor" in changes:
            month = month_of(desk.clock.now())
            await quota.set_floor(transaction, account_id, month, account.floor)
            quota_changed(transaction, account_id, month)
        transaction.publish(Change("account", account_id, account_id))
        return account

    return await desk.db.write(save)


async def remove(desk: Desk, account_id: str) -> None:
    """Take an account away; registry, history and once-only slots stay. Forgetting its secrets is the caller's part.

    What is still held is cancelled: nothing goes out in the name of an account that was taken away.
    """

    async def take_away(transaction: Transaction) -> None:
        now = desk.clock.now()
        await account_in(transaction, account_id)
        for message in await all_held(transaction, account_id):
            await end_held(transaction, message, "cancelled", "account_removed", now)
        await end_greeting(transaction, account_id, "", now)
        await store.mark_removed(transaction, account_id, now)
        transaction.publish(Change("account", account_id, account_id))

    await desk.db.write(take_away)
    desk.channels.forget(account_id)


async def purge_people(desk: Desk, account_id: str) -> None:
    """Delete an account's friends, messages and counts. Its settings, templates, personas and bindings stay."""

    async def delete(transaction: Transaction) -> None:
        await store.purge_people(transaction, account_id)

    await desk.db.write(delete)
