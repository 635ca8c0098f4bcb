"""`imports`: friends from before, from LINE's follower list or by LINE user ids in a file, in the background."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from helper.flows import followers as flows
from helper.flows import imports
from helper.store.followers import FollowerImport
from helper.store.imports import FileImport
from helper.web.problems import in_language, phrase_of
from helper.web.routes import Call, Nothing, Query, Raw, Routes, answer
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


MOST_BYTES = 20 * 1024**2


class IdColumn(Query):
    """The header of the column with LINE user ids, where it is not named as such."""

    column: Annotated[str | None, Field(max_length=200)] = None


@answer
class ImportPreview:
    """What an import of this file would do. Nothing was stored, and LINE was not asked."""

    rows: int
    columns: Annotated[list[str], Field(description="The header's cells; none in a plain list of ids.")]
    column: Annotated[
        str | None,
        Field(description="Where LINE user ids were found; null: nowhere, the file only prepares links."),
    ]
    ids: Annotated[int, Field(description="LINE user ids, each counted once.")]
    known: Annotated[int, Field(description="Friends already.")]
    unknown: Annotated[int, Field(description="LINE would be asked about these.")]
    erased: Annotated[int, Field(description="Erased here on purpose: they stay so.")]
    doubled: int
    broken: Annotated[int, Field(description="Rows without a LINE user id.")]
    broken_lines: Annotated[list[int], Field(description="The first of them.")]
    seconds: Annotated[int, Field(description="How long LINE would be asked.")]


_FILE_PROBLEMS = (
    "account_unknown",
    "export_unreadable",
    "export_too_long",
    "import_column_missing",
    "too_large",
    "unsupported_media_type",
)


@routes.add(
    "POST",
    "/accounts/{account_id}/imports/preview",
    role="admin",
    takes=IdColumn,
    answers={200: ImportPreview},
    problems=_FILE_PROBLEMS,
    raw=Raw("text/csv", MOST_BYTES),
)
async def preview_file(call: Call[IdColumn, Services]) -> ImportPreview:
    """Say what an import of a file with LINE user ids would do."""
    told = await imports.preview(call.services.desk, call.path("account_id"), call.raw, call.given.column)
    file = told.file
    return ImportPreview(
        rows=file.rows,
        columns=file.columns,
        column=file.column if file.column is not None or not file.ids else "",
        ids=len(file.ids),
        known=told.known,
        unknown=told.unknown,
        erased=told.erased,
        doubled=file.doubled,
        broken=file.broken_count,
        broken_lines=file.broken,
        seconds=told.seconds,
    )


@answer
class FileImportTold:
    """How the newest import from a file stands: of `total` unknown ids LINE told profiles of `added`."""

    state: Literal["none", "running", "done", "stopped"]
    total: int
    added: int
    missing: int
    error: Fault | None
    started_at: Time | None
    changed_at: Time | None


@routes.add(
    "POST",
    "/accounts/{account_id}/imports/file",
    role="admin",
    takes=IdColumn,
    answers={202: FileImportTold},
    problems=(*_FILE_PROBLEMS, "import_nothing"),
    raw=Raw("text/csv", MOST_BYTES),
)
async def import_file(call: Call[IdColumn, Services]) -> FileImportTold:
    """Begin to ask LINE about a file's unknown ids. Who it tells a profile of becomes a friend, never a new one."""
    begun = await imports.start(call.services.desk, call.path("account_id"), call.raw, call.given.column)
    return _file_shape(begun, call.request)


@routes.add(
    "GET",
    "/accounts/{account_id}/imports/file",
    role="viewer",
    answers={200: FileImportTold},
    problems=("account_unknown",),
)
async def read_file_import(call: Call[Nothing, Services]) -> FileImportTold:
    """How the newest import from a file stands."""
    return _file_shape(await imports.progress(call.services.desk, call.path("account_id")), call.request)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/imports/file",
    role="admin",
    answers={204: None},
    problems=("account_unknown",),
)
async def stop_file_import(call: Call[Nothing, Services]) -> None:
    """Ask about nobody any more. Who is a friend by now stays."""
    await imports.stop(call.services.desk, call.path("account_id"))


def _file_shape(one: FileImport | None, request: web.Request) -> FileImportTold:
    if one is None:
        return FileImportTold(
            state="none", total=0, added=0, missing=0, error=None, started_at=None, changed_at=None
        )
    error = None
    if one.error is not None:
        error = Fault(code=one.error, text=in_language(phrase_of(one.error).words, request))
    return FileImportTold(
        state=one.state,
        total=one.total,
        added=one.added,
        missing=one.missing,
        error=error,
        started_at=maybe_time(one.started_at),
        changed_at=maybe_time(one.changed_at),
    )
