"""`relay`: the relay that this helper fetches webhooks from."""

from typing import Annotated, Any

from pydantic import StringConstraints

from helper.flows import relays as flows
from helper.model.clock import to_rfc3339
from helper.model.relay import LINK_TROUBLES
from helper.web.problems import in_language
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import Services
from helper.web.shapes import Fault, Time

routes: Routes[Services] = Routes("relay")


@answer
class RelayLink:
    """The relay, all of it null where there is none. `since`: connected, or not, since then."""

    url: str | None
    connected: bool
    since: Time | None
    trouble: Fault | None


class RelayToJoin(Request):
    """The relay's address (`https://…`), and the code that `ittsu relay pair` printed there."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    code: Annotated[str, StringConstraints(min_length=1, max_length=200)]


@routes.add("GET", "/relay", role="viewer", answers={200: RelayLink})
async def read_relay(call: Call[Nothing, Services]) -> RelayLink:
    """The relay that webhooks are fetched from. How an account stands there is told with the account."""
    return await _shape(call)


@routes.add(
    "POST",
    "/relay",
    role="admin",
    takes=RelayToJoin,
    answers={201: RelayLink},
    problems=(
        "pairing_code_invalid",
        "too_many_attempts",
        "relay_unreachable",
        "relay_certificate",
        "relay_unproven",
        "relay_refused",
    ),
)
async def join_relay(call: Call[RelayToJoin, Services]) -> RelayLink:
    """Fetch from this relay from now on, in the place of any other. Nothing is changed at LINE."""
    await call.services.join_relay(call.given.url, call.given.code)
    return await _shape(call)


@routes.add("DELETE", "/relay", role="admin", answers={204: None})
async def leave_relay(call: Call[Nothing, Services]) -> None:
    """Fetch from no relay any more. LINE's webhook URL stays what it is; what waits at the relay stays there."""
    await call.services.leave_relay()


async def _shape(call: Call[Any, Services]) -> RelayLink:
    link = await flows.link(call.services.desk)
    if link is None:
        return RelayLink(url=None, connected=False, since=None, trouble=None)
    trouble = None
    if link.trouble is not None:
        trouble = Fault(code=link.trouble, text=in_language(LINK_TROUBLES[link.trouble], call.request))
    return RelayLink(url=link.url, connected=link.connected, since=to_rfc3339(link.since), trouble=trouble)
