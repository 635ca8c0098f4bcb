"""Personas: checked against LINE's rules when saved."""

from helper.flows.desk import Desk, account_in
from helper.flows.icons import REFUSED, check_address
from helper.model.change import Change
from helper.model.persona import Persona, persona_errors
from helper.model.refusal import Invalid, Refused
from helper.store import personas as store
from helper.store.database import Reader, Transaction
from helper.store.greeting import is_used
from helper.store.icons import has_icon


async def list_personas(desk: Desk, account_id: str) -> list[Persona]:
    """An account's personas, oldest first; raises `Refused` account_unknown."""

    async def find(reader: Reader) -> list[Persona]:
        await account_in(reader, account_id)
        return await store.personas_of(reader, account_id)

    return await desk.db.read(find)


async def create_persona(
    desk: Desk,
    account_id: str,
    name: str,
    icon_url: str | None,
    teammate_id: str | None,
    icon_id: str | None = None,
) -> Persona:
    """Store a new persona; raises `Invalid` or `Refused` (`icons.REFUSED`) for what LINE would.

    `icon_id` (a picture of ours) goes first.
    """
    persona = Persona(desk.new_id(), account_id, name.strip(), icon_url, teammate_id, icon_id)
    await _check_icon(desk, persona)
    return await _save(desk, persona, must_exist=False)


async def update_persona(
    desk: Desk,
    account_id: str,
    persona_id: str,
    name: str,
    icon_url: str | None,
    teammate_id: str | None,
    icon_id: str | None = None,
) -> Persona:
    """Change a persona as a whole; raises `Invalid`, or `Refused` persona_unknown."""
    persona = Persona(persona_id, account_id, name.strip(), icon_url, teammate_id, icon_id)
    await _check_icon(desk, persona)
    return await _save(desk, persona, must_exist=True)


async def _check_icon(desk: Desk, persona: Persona) -> None:
    """Open an address that is new. Raises `Refused` for what LINE would not show.

    What cannot be reached from here is kept: LINE's servers may reach it.
    """
    if persona.icon_id is not None or persona_errors(persona.name, persona.icon_url):
        return
    known = await desk.db.read(lambda reader: store.find_persona(reader, persona.account_id, persona.id))
    if persona.icon_url is None or (known is not None and known.icon_url == persona.icon_url):
        return
    fault = await check_address(persona.icon_url)
    if fault in REFUSED:
        raise Refused(fault)


async def _save(desk: Desk, persona: Persona, *, must_exist: bool) -> Persona:
    async def save(transaction: Transaction) -> Persona:
        await account_in(transaction, persona.account_id)
        if must_exist and await store.find_persona(transaction, persona.account_id, persona.id) is None:
            raise Refused("persona_unknown")
        errors = persona_errors(persona.name, None if persona.icon_id else persona.icon_url)
        if persona.icon_id is not None and not await has_icon(transaction, persona.icon_id):
            errors.append(("icon_id", "画像がありません。もう一度選んでください / There is no such picture"))
        if errors:
            raise Invalid(errors)
        await store.save_persona(transaction, persona, desk.clock.now())
        transaction.publish(Change("account", persona.account_id, persona.account_id))
        return await store.find_persona(transaction, persona.account_id, persona.id) or persona

    return await desk.db.write(save)


async def delete_persona(desk: Desk, account_id: str, persona_id: str) -> None:
    """Take a persona away, also from templates that name it.

    Raises `Refused` persona_unknown, or used_by_greeting while the greeting comes from it.
    """

    async def delete(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        if await is_used(transaction, account_id, "persona_id", persona_id):
            raise Refused("used_by_greeting")
        if not await store.delete_persona(transaction, account_id, persona_id, desk.clock.now()):
            raise Refused("persona_unknown")
        transaction.publish(Change("account", account_id, account_id))

    await desk.db.write(delete)
