"""`icons`: pictures for personas, and whether an address of others' holds one."""

from typing import Annotated

from pydantic import Field, StringConstraints

from helper.flows import icons as flows
from helper.web.problems import in_language, phrase_of
from helper.web.routes import Call, Nothing, Raw, Request, Routes, answer
from helper.web.services import Services
from helper.web.shapes import Fault

routes: Routes[Services] = Routes("icons")

MOST_BYTES = 8 * 1024**2


@answer
class IconTold:
    """A picture that was kept. `url`: where LINE fetches it; null while there is no lasting public address."""

    icon_id: str
    url: str | None


@routes.add(
    "POST",
    "/icons",
    role="operator",
    answers={201: IconTold},
    problems=(
        "picture_unreadable",
        "picture_too_large",
        "picture_too_small",
        "too_large",
        "unsupported_media_type",
    ),
    raw=Raw("application/octet-stream", MOST_BYTES),
)
async def upload_icon(call: Call[Nothing, Services]) -> IconTold:
    """Make a persona's icon of a PNG, JPEG or WebP: the middle of it, square, without metadata."""
    icon = await flows.upload(call.services.desk, call.raw)
    return IconTold(icon_id=icon.sha256, url=icon.url)


@answer
class PublicAddress:
    """Where LINE fetches uploaded icons; null without a lasting public address: personas are then a name only.

    `listener`: where this computer itself fetches them.
    """

    origin: str | None
    listener: str


@routes.add("GET", "/icons/address", role="viewer", answers={200: PublicAddress})
async def read_address(call: Call[Nothing, Services]) -> PublicAddress:
    """The lasting public address of the webhook listener."""
    return PublicAddress(
        origin=await flows.public_origin(call.services.desk), listener=call.services.webhook_url()
    )


class IconAddress(Request):
    """An address of others'."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@answer
class IconChecked:
    """`fault` null: it is a square PNG of at most 1 MB, as far as can be seen from here."""

    fault: Annotated[Fault | None, Field(description="Why LINE would not show it.")]


@routes.add("POST", "/icons/check", role="operator", takes=IconAddress, answers={200: IconChecked})
async def check_icon(call: Call[IconAddress, Services]) -> IconChecked:
    """Fetch an https address, and say whether it holds an icon that LINE takes."""
    code = await flows.check_address(call.given.url)
    if code is None:
        return IconChecked(fault=None)
    return IconChecked(fault=Fault(code=code, text=in_language(phrase_of(code).words, call.request)))
