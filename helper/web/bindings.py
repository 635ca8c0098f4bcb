"""`bindings`: which of our accounts a dashboard's account is."""

from typing import Annotated, Self

from pydantic import StringConstraints

from helper.flows import links as flows
from helper.model.clock import to_rfc3339
from helper.store.links import Binding as StoredBinding
from helper.web.problems import Problem
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import Services, sender_of
from helper.web.shapes import Time

routes: Routes[Services] = Routes("bindings")


@answer
class Binding:
    """A confirmed pair."""

    dashboard: str
    page_account: str
    account_id: str
    at: Time

    @classmethod
    def of(cls, binding: StoredBinding) -> Self:
        """From the store."""
        return cls(
            dashboard=binding.dashboard,
            page_account=binding.page_account,
            account_id=binding.account_id,
            at=to_rfc3339(binding.at),
        )


@answer
class Bindings:
    """Every confirmed pair."""

    items: list[Binding]
    next: str | None = None


@routes.add("GET", "/bindings", role="viewer", answers={200: Bindings})
async def list_bindings(call: Call[Nothing, Services]) -> Bindings:
    """Every confirmed pair of a dashboard's account and ours."""
    bindings = await flows.bindings(call.services.desk)
    return Bindings(items=[Binding.of(binding) for binding in bindings])


class BoundAccount(Request):
    """The account a page belongs to."""

    account_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]


@routes.add(
    "PUT",
    "/bindings/{dashboard}/{page_account}",
    role="operator",
    takes=BoundAccount,
    answers={200: Binding},
    problems=("account_unknown", "invalid"),
)
async def bind_page(call: Call[BoundAccount, Services]) -> Binding:
    """Confirm whose page it is. `page_account` is URL-encoded as the page shows it."""
    dashboard, page_account = call.path("dashboard"), call.path("page_account")
    if len(dashboard) > 60 or len(page_account) > 300:
        raise Problem("invalid", {"errors": [{"field": "page_account", "message": "too long"}]})
    binding = await flows.bind(
        call.services.desk, dashboard, page_account, call.given.account_id, sender_of(call)
    )
    return Binding.of(binding)


@routes.add(
    "DELETE",
    "/bindings/{dashboard}/{page_account}",
    role="operator",
    answers={204: None},
    problems=("binding_unknown",),
)
async def unbind_page(call: Call[Nothing, Services]) -> None:
    """Take a binding back."""
    await flows.unbind(call.services.desk, call.path("dashboard"), call.path("page_account"))
