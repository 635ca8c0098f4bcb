"""`exports`: friends, history and ledger as CSV files."""

from aiohttp import web

from helper.flows.takeout import Kind, takeout
from helper.web.problems import prefers_english
from helper.web.routes import Call, Csv, Nothing, Routes, stream
from helper.web.services import Services

routes: Routes[Services] = Routes("exports")


async def _file(call: Call[Nothing, Services], kind: Kind) -> web.StreamResponse:
    account_id = call.path("account_id")
    english = prefers_english(call.request.headers.get("Accept-Language", ""))
    pieces = takeout(call.services.desk, account_id, kind, english=english)
    return await stream(call.request, pieces, "text/csv", f"ittsu-{kind}.csv")


@routes.add(
    "GET",
    "/accounts/{account_id}/exports/friends",
    role="admin",
    answers={200: Csv},
    problems=("account_unknown",),
)
async def export_friends(call: Call[Nothing, Services]) -> web.StreamResponse:
    """Every friend, newest follow first, as CSV for spreadsheets (UTF-8 with BOM)."""
    return await _file(call, "friends")


@routes.add(
    "GET",
    "/accounts/{account_id}/exports/history",
    role="admin",
    answers={200: Csv},
    problems=("account_unknown",),
)
async def export_history(call: Call[Nothing, Services]) -> web.StreamResponse:
    """Every friend's history in both directions, friend by friend, as CSV for spreadsheets (UTF-8 with BOM)."""
    return await _file(call, "history")


@routes.add(
    "GET",
    "/accounts/{account_id}/exports/ledger",
    role="admin",
    answers={200: Csv},
    problems=("account_unknown",),
)
async def export_ledger(call: Call[Nothing, Services]) -> web.StreamResponse:
    """Every change of the count in all months, newest first, as CSV for spreadsheets (UTF-8 with BOM)."""
    return await _file(call, "ledger")
