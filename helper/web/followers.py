"""`imports`: friends from before, read from LINE's follower list in the background."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from helper.flows import followers as flows
from helper.store.followers import FollowerImport
from helper.web.problems import in_language, phrase_of
from helper.web.routes import Call, Nothing, Routes, answer
from helper.web.services import Services
from helper.web.shapes import Fault, Time, maybe_time

routes: Routes[Services] = Routes("imports")


@answer
class Import:
    """How an account's newest import stands."""

    state: Annotated[
        Literal["none", "running", "done", "stopped", "not_verified", "failed"],
        Field(description="`done`: every page is read; profiles may still come."),
    ]
    pages: Annotated[
        int, Field(description="Pages of LINE's list that are read, 1,000 friends each at most.")
    ]
    found: Annotated[int, Field(description="Friends on those pages.")]
    added: Annotated[int, Field(description="Friends on them who had been unknown.")]
    profiles: Annotated[int, Field(description="Added friends whose name LINE has told since.")]
    profiles_missing: Annotated[int, Field(description="Added friends of whom LINE tells no profile.")]
    error: Annotated[Fault | None, Field(description="Why it ended, or why it waits.")]
    started_at: Time | None
    changed_at: Time | None


def _shape(one: FollowerImport | None, request: web.Request) -> Import:
    if one is None:
        return Import(
            state="none",
            pages=0,
            found=0,
            added=0,
            profiles=0,
            profiles_missing=0,
            error=None,
            started_at=None,
            changed_at=None,
        )
    error = None
    if one.error is not None:
        error = Fault(code=one.error, text=in_language(phrase_of(one.error).words, request))
    return Import(
        state=one.state,
        pages=one.pages,
        found=one.found,
        added=one.added,
        profiles=one.named,
        profiles_missing=one.nameless,
        error=error,
        started_at=maybe_time(one.started_at),
        changed_at=maybe_time(one.changed_at),
    )


@routes.add(
    "GET",
    "/accounts/{account_id}/imports",
    role="viewer",
    answers={200: Import},
    problems=("account_unknown",),
)
async def read_import(call: Call[Nothing, Services]) -> Import:
    """How the newest import of friends from before stands."""
    return _shape(await flows.progress(call.services.desk, call.path("account_id")), call.request)


@routes.add(
    "POST",
    "/accounts/{account_id}/imports",
    role="admin",
    answers={202: Import},
    problems=("account_unknown",),
)
async def start_import(call: Call[Nothing, Services]) -> Import:
    """Begin to read LINE's follower list (verified and premium accounts only); a running import goes on.

    Imported friends are never in the queue of new friends.
    """
    return _shape(await flows.start(call.services.desk, call.path("account_id")), call.request)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/imports",
    role="admin",
    answers={204: None},
    problems=("account_unknown",),
)
async def stop_import(call: Call[Nothing, Services]) -> None:
    """Read no further page. Friends who were read stay."""
    await flows.stop(call.services.desk, call.path("account_id"))
