"""`accounts`: connected LINE Official Accounts, their quota and ledger."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from helper.flows import accounts as flows
from helper.flows import quota as quota_flows
from helper.line.answers import Credentials
from helper.model.clock import to_rfc3339
from helper.model.quota import month_of
from helper.web.current import account_shapes
from helper.web.problems import Problem
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import Page, Services, sender_of
from helper.web.shapes import Account, Named, Quota, Time

routes: Routes[Services] = Routes("accounts")

REFUSED_BY_LINE = (
    "channel_id_unknown",
    "channel_secret_wrong",
    "access_token_refused",
    "token_of_another_channel",
    "not_a_messaging_channel",
    "account_rejected",
    "line_unavailable",
)
"""Why LINE does not answer for credentials."""


@answer
class Accounts:
    """Every connected account."""

    items: list[Account]
    next: str | None = None


@routes.add("GET", "/accounts", role="viewer", answers={200: Accounts})
async def list_accounts(call: Call[Nothing, Services]) -> Accounts:
    """Every connected account."""
    desk = call.services.desk
    return Accounts(items=await account_shapes(desk, await flows.list_all(desk)))


@routes.add(
    "GET", "/accounts/{account_id}", role="viewer", answers={200: Account}, problems=("account_unknown",)
)
async def read_account(call: Call[Nothing, Services]) -> Account:
    """One account."""
    return await _shape(call.services, call.path("account_id"))


class NewAccount(Request):
    """A Messaging API channel. Without `access_token`, stateless tokens are issued from id and secret."""

    channel_id: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
    channel_secret: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    access_token: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,1000}$")] | None = None


@routes.add(
    "POST",
    "/accounts",
    role="admin",
    takes=NewAccount,
    answers={201: Account},
    problems=REFUSED_BY_LINE,
)
async def connect_account(call: Call[NewAccount, Services]) -> Account:
    """Connect an account. It is verified with LINE before anything is stored."""
    given = call.given
    credentials = Credentials(
        given.channel_id, given.channel_secret, given.access_token, call.services.line_api_base
    )
    account = await call.services.connect(credentials)
    return await _shape(call.services, account.id)


@routes.add(
    "POST",
    "/accounts/{account_id}/recheck",
    role="admin",
    answers={200: Account},
    problems=("account_unknown", *REFUSED_BY_LINE),
)
async def recheck_account(call: Call[Nothing, Services]) -> Account:
    """Ask LINE about the account again: name, picture, verified or not, Chat, and its figures."""
    account_id = call.path("account_id")
    await flows.recheck(call.services.desk, account_id)
    return await _shape(call.services, account_id)


class AccountChanges(Request):
    """What an admin may change. Absent members stay as they are."""

    floor: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None
    other_tool_replies: bool | None = None
    default_template_id: Annotated[str, StringConstraints(max_length=100)] | None = None
    default_persona_id: Annotated[str, StringConstraints(max_length=100)] | None = None


@routes.add(
    "PATCH",
    "/accounts/{account_id}",
    role="admin",
    takes=AccountChanges,
    answers={200: Account},
    problems=("account_unknown", "template_unknown", "persona_unknown"),
)
async def change_account(call: Call[AccountChanges, Services]) -> Account:
    """Change an account's safety stock, colour, defaults, or whether another tool uses its reply tokens."""
    given = call.given
    for name in ("floor", "colour", "other_tool_replies"):
        if name in given.model_fields_set and getattr(given, name) is None:
            raise Problem("invalid", {"errors": [{"field": name, "message": "must not be null"}]})
    changes = {name: getattr(given, name) for name in given.model_fields_set}
    account_id = call.path("account_id")
    await flows.update(call.services.desk, account_id, changes, sender_of(call).id)
    return await _shape(call.services, account_id)


@routes.add(
    "DELETE", "/accounts/{account_id}", role="admin", answers={204: None}, problems=("account_unknown",)
)
async def disconnect_account(call: Call[Nothing, Services]) -> None:
    """Disconnect an account. Its secrets are forgotten, its friends and history stay."""
    await call.services.disconnect(call.path("account_id"))


@routes.add(
    "GET", "/accounts/{account_id}/quota", role="viewer", answers={200: Quota}, problems=("account_unknown",)
)
async def read_quota(call: Call[Nothing, Services]) -> Quota:
    """This month's count."""
    return Quota.of(await quota_flows.read(call.services.desk, call.path("account_id")))


@routes.add(
    "POST",
    "/accounts/{account_id}/quota/refresh",
    role="operator",
    answers={200: Quota},
    problems=("account_unknown", "line_unavailable"),
)
async def refresh_quota(call: Call[Nothing, Services]) -> Quota:
    """Ask LINE for its figures now."""
    return Quota.of(await quota_flows.refresh(call.services.desk, call.path("account_id")))


@routes.add(
    "POST",
    "/accounts/{account_id}/quota/recount",
    role="admin",
    answers={200: Quota},
    problems=("account_unknown", "line_unavailable"),
)
async def recount_quota(call: Call[Nothing, Services]) -> Quota:
    """Ask LINE and take its figure as it is, also where that gives messages back: it is known not to lag."""
    account_id = call.path("account_id")
    return Quota.of(
        await quota_flows.refresh(call.services.desk, account_id, recounted_by=sender_of(call).id)
    )


class Month(Page):
    """A quota month in Asia/Tokyo; without one, this month."""

    month: Annotated[str | None, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] = None
    cursor: Annotated[str | None, Field(pattern=r"^[0-9]{1,18}$")] = None

    @property
    def place(self) -> int | None:
        """The row after which the page begins."""
        return None if self.cursor is None else int(self.cursor)


@answer
class LedgerItem:
    """One change of the count."""

    at: Time
    kind: str
    cost: int
    message_id: str | None
    teammate: Named | None
    persona: str | None
    template: str | None
    route: str | None
    origin: Literal["click", "greeting"] | None = None


@answer
class Ledger:
    """Changes of the count, newest first."""

    items: list[LedgerItem]
    next: str | None


@routes.add(
    "GET",
    "/accounts/{account_id}/ledger",
    role="viewer",
    takes=Month,
    answers={200: Ledger},
    problems=("account_unknown",),
)
async def read_ledger(call: Call[Month, Services]) -> Ledger:
    """Every change of a month's count."""
    desk, given = call.services.desk, call.given
    month = given.month or month_of(desk.clock.now())
    rows, following = await quota_flows.ledger(desk, call.path("account_id"), month, given.place, given.limit)
    items = [
        LedgerItem(
            at=to_rfc3339(row.at),
            kind=row.kind,
            cost=row.cost,
            message_id=row.message_id,
            teammate=Named.maybe(row.teammate),
            persona=row.persona,
            template=row.template,
            route=row.route,
            origin=row.origin,
        )
        for row in rows
    ]
    return Ledger(items=items, next=None if following is None else str(following))


async def _shape(services: Services, account_id: str) -> Account:
    return (await account_shapes(services.desk, [await flows.get(services.desk, account_id)]))[0]
