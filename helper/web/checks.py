"""`checks`: what `ittsu doctor` looks at, for the page of checks."""

from typing import Annotated, Literal

from pydantic import Field

from helper.flows.support import failures
from helper.model.clock import to_rfc3339
from helper.web.problems import in_language
from helper.web.routes import Call, Query, Routes, answer
from helper.web.services import Services
from helper.web.shapes import Time

routes: Routes[Services] = Routes("checks")


class Wanted(Query):
    """`test`: also let LINE call the webhook URLs, which it does 60 times an hour."""

    test: bool = False


@answer
class CheckTold:
    """One thing that was looked at. `account_id` null: it is about this computer."""

    id: str
    state: Literal["good", "info", "unknown", "warning", "bad"]
    text: str
    fix: str | None
    account_id: str | None


@answer
class LineFailureTold:
    """A request that LINE refused or did not answer, by LINE's own id. `path` holds no customer's id."""

    at: Time
    account_id: str
    method: str
    path: str
    status: int | None
    request_id: str | None


@answer
class Checks:
    """Everything that was looked at, and what LINE did not do lately, newest first."""

    items: list[CheckTold]
    failures: Annotated[list[LineFailureTold], Field(description="LINE's support asks for the request ids.")]


@routes.add("GET", "/checks", role="admin", takes=Wanted, answers={200: Checks})
async def read_checks(call: Call[Wanted, Services]) -> Checks:
    """Look at everything now. LINE is asked about every account; it takes some seconds."""
    found = await call.services.examine(call.given.test)
    return Checks(
        items=[
            CheckTold(
                id=check.id,
                state=check.state,
                text=in_language(check.words, call.request),
                fix=None if check.fix is None else in_language(check.fix, call.request),
                account_id=check.account_id,
            )
            for check in found
        ],
        failures=[
            LineFailureTold(
                at=to_rfc3339(one.at),
                account_id=one.account_id,
                method=one.method,
                path=one.path,
                status=one.status,
                request_id=one.request_id,
            )
            for one in await failures(call.services.desk)
        ],
    )
