"""Templates: checked against LINE's rules when saved."""

from collections.abc import Sequence

from helper.flows.desk import Desk, account_in
from helper.model.change import Change
from helper.model.refusal import Invalid, Refused
from helper.model.template import MessageObject, Template, check_template
from helper.store import templates as store
from helper.store.database import Reader, Transaction
from helper.store.greeting import is_used
from helper.store.personas import find_persona


async def list_templates(desk: Desk, account_id: str) -> list[Template]:
    """An account's templates, oldest first; raises `Refused` account_unknown."""

    async def find(reader: Reader) -> list[Template]:
        await account_in(reader, account_id)
        return await store.templates_of(reader, account_id)

    return await desk.db.read(find)


async def create_template(
    desk: Desk,
    account_id: str,
    name: str,
    messages: Sequence[MessageObject],
    tap_replies: Sequence[str],
    persona_id: str | None,
) -> Template:
    """Store a new template; raises `Invalid` or `Refused` message_type_unsupported."""
    template = Template(desk.new_id(), account_id, name, tuple(messages), tuple(tap_replies), persona_id)
    return await _save(desk, template, must_exist=False)


async def update_template(
    desk: Desk,
    account_id: str,
    template_id: str,
    name: str,
    messages: Sequence[MessageObject],
    tap_replies: Sequence[str],
    persona_id: str | None,
) -> Template:
    """Change a template as a whole; raises as `create_template`, or `Refused` template_unknown."""
    template = Template(template_id, account_id, name, tuple(messages), tuple(tap_replies), persona_id)
    return await _save(desk, template, must_exist=True)


async def _save(desk: Desk, template: Template, *, must_exist: bool) -> Template:
    async def save(transaction: Transaction) -> Template:
        await account_in(transaction, template.account_id)
        if must_exist and await store.find_template(transaction, template.account_id, template.id) is None:
            raise Refused("template_unknown")
        check_template(template.name, template.messages, template.tap_replies)
        if template.persona_id and not await find_persona(
            transaction, template.account_id, template.persona_id
        ):
            raise Invalid([("persona_id", "送信者が見つかりません / There is no such persona")])
        await store.save_template(transaction, template, desk.clock.now())
        transaction.publish(Change("account", template.account_id, template.account_id))
        return template

    return await desk.db.write(save)


async def delete_template(desk: Desk, account_id: str, template_id: str) -> None:
    """Take a template away; raises `Refused` template_unknown, or used_by_greeting while it is the greeting."""

    async def delete(transaction: Transaction) -> None:
        await account_in(transaction, account_id)
        if await is_used(transaction, account_id, "template_id", template_id):
            raise Refused("used_by_greeting")
        if not await store.delete_template(transaction, account_id, template_id, desk.clock.now()):
            raise Refused("template_unknown")
        transaction.publish(Change("account", account_id, account_id))

    await desk.db.write(delete)
