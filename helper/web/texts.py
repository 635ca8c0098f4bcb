"""`templates` and `personas`: what is said, and by whom."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from helper.flows import personas as persona_flows
from helper.flows import templates as template_flows
from helper.flows.icons import REFUSED
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import Services
from helper.web.shapes import Persona, Template

routes: Routes[Services] = Routes("texts")

Name = Annotated[str, StringConstraints(max_length=1000)]
MaybeId = Annotated[str, StringConstraints(max_length=100)] | None


class TemplateBody(Request):
    """`messages`: 1–5 LINE message objects; `tap_replies`: one-tap answers on the last of them."""

    name: Name
    messages: Annotated[list[Mapping[str, Any]], Field(max_length=20)]
    tap_replies: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    persona_id: MaybeId = None


@answer
class Templates:
    """An account's templates; the first one is offered first."""

    items: list[Template]
    next: str | None = None


_TEMPLATE_PROBLEMS = ("account_unknown", "template_unknown", "persona_unknown", "message_type_unsupported")


@routes.add(
    "GET",
    "/accounts/{account_id}/templates",
    role="viewer",
    answers={200: Templates},
    problems=("account_unknown",),
)
async def list_templates(call: Call[Nothing, Services]) -> Templates:
    """An account's templates."""
    found = await template_flows.list_templates(call.services.desk, call.path("account_id"))
    return Templates(items=[Template.of(template) for template in found])


@routes.add(
    "POST",
    "/accounts/{account_id}/templates",
    role="operator",
    takes=TemplateBody,
    answers={201: Template},
    problems=_TEMPLATE_PROBLEMS,
)
async def create_template(call: Call[TemplateBody, Services]) -> Template:
    """Add a template. Placeholders: {display_name}, {account_name}, {persona_name}, {teammate_name}."""
    given = call.given
    template = await template_flows.create_template(
        call.services.desk,
        call.path("account_id"),
        given.name,
        tuple(given.messages),
        given.tap_replies,
        given.persona_id,
    )
    return Template.of(template)


@routes.add(
    "PUT",
    "/accounts/{account_id}/templates/{template_id}",
    role="operator",
    takes=TemplateBody,
    answers={200: Template},
    problems=_TEMPLATE_PROBLEMS,
)
async def update_template(call: Call[TemplateBody, Services]) -> Template:
    """Replace a template."""
    given = call.given
    template = await template_flows.update_template(
        call.services.desk,
        call.path("account_id"),
        call.path("template_id"),
        given.name,
        tuple(given.messages),
        given.tap_replies,
        given.persona_id,
    )
    return Template.of(template)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/templates/{template_id}",
    role="operator",
    answers={204: None},
    problems=("account_unknown", "template_unknown", "used_by_greeting"),
)
async def delete_template(call: Call[Nothing, Services]) -> None:
    """Remove a template. What was sent with it stays."""
    await template_flows.delete_template(
        call.services.desk, call.path("account_id"), call.path("template_id")
    )


class PersonaBody(Request):
    """A name (at most 20 UTF-16 units) and an optional icon: an https address, or an uploaded picture (`icon_id`)."""

    name: Name
    icon_url: Annotated[str, StringConstraints(max_length=5000)] | None = None
    teammate_id: MaybeId = None
    icon_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


@answer
class Personas:
    """An account's personas."""

    items: list[Persona]
    next: str | None = None


@routes.add(
    "GET",
    "/accounts/{account_id}/personas",
    role="viewer",
    answers={200: Personas},
    problems=("account_unknown",),
)
async def list_personas(call: Call[Nothing, Services]) -> Personas:
    """An account's personas."""
    found = await persona_flows.list_personas(call.services.desk, call.path("account_id"))
    return Personas(items=[Persona.of(persona) for persona in found])


@routes.add(
    "POST",
    "/accounts/{account_id}/personas",
    role="operator",
    takes=PersonaBody,
    answers={201: Persona},
    problems=("account_unknown", "teammate_unknown", *REFUSED),
)
async def create_persona(call: Call[PersonaBody, Services]) -> Persona:
    """Add a persona."""
    given = call.given
    persona = await persona_flows.create_persona(
        call.services.desk,
        call.path("account_id"),
        given.name,
        given.icon_url,
        given.teammate_id,
        given.icon_id,
    )
    return Persona.of(persona)


@routes.add(
    "PUT",
    "/accounts/{account_id}/personas/{persona_id}",
    role="operator",
    takes=PersonaBody,
    answers={200: Persona},
    problems=("account_unknown", "persona_unknown", "teammate_unknown", *REFUSED),
)
async def update_persona(call: Call[PersonaBody, Services]) -> Persona:
    """Replace a persona."""
    given = call.given
    persona = await persona_flows.update_persona(
        call.services.desk,
        call.path("account_id"),
        call.path("persona_id"),
        given.name,
        given.icon_url,
        given.teammate_id,
        given.icon_id,
    )
    return Persona.of(persona)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/personas/{persona_id}",
    role="operator",
    answers={204: None},
    problems=("account_unknown", "persona_unknown", "used_by_greeting"),
)
async def delete_persona(call: Call[Nothing, Services]) -> None:
    """Remove a persona. What was sent as it stays."""
    await persona_flows.delete_persona(call.services.desk, call.path("account_id"), call.path("persona_id"))
