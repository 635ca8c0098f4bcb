"""`links/proposals`: who the people of a dashboard's export file are. Nothing of the file is stored or logged."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal, Self

import orjson
from aiohttp import web
from pydantic import Field

from helper.flows import exports as flows
from helper.model.friend import Friend
from helper.web.routes import Call, Query, Raw, Routes, answer, stream_json
from helper.web.services import Services
from helper.web.shapes import Stage, Time, maybe_time

routes: Routes[Services] = Routes("links")

MOST_BYTES = 20 * 1024**2


class Exporter(Query):
    """Whose export the file is."""

    dashboard: Literal["lstep", "lme"]


@answer
class Suggestion:
    """A friend who may be the member."""

    user_id: str
    display_name: str | None
    picture_url: str | None
    followed_at: Time | None
    stage: Stage

    @classmethod
    def of(cls, friend: Friend) -> Self:
        """From the model."""
        return cls(
            user_id=friend.user_id,
            display_name=friend.display_name,
            picture_url=friend.picture_url,
            followed_at=maybe_time(friend.followed_at),
            stage=friend.stage,
        )


@answer
class ExportedMember:
    """A person of the file. `followed_at` is null where the file names no time of day."""

    member_id: str
    name: str | None
    followed_at: Time | None


@answer
class LinkProposal:
    """Who a person of the file may be."""

    member: ExportedMember
    match: Literal["proposed", "ambiguous"]
    evidence: Annotated[
        Literal["name_and_time", "name", "time"],
        Field(description="What speaks for the friend; where there are several, for the best of them."),
    ]
    letters_lost: Annotated[bool, Field(description="The file's name has ? where letters may be lost.")]
    friend: Annotated[Suggestion | None, Field(description="Only where `proposed`.")]
    candidates: Annotated[list[Suggestion], Field(description="All to choose from, the proposed one first.")]

    @classmethod
    def of(cls, shown: flows.Shown) -> Self:
        """From the flow."""
        member, decision = shown.item.member, shown.item.decision
        return cls(
            member=ExportedMember(
                member_id=member.member_id, name=member.name, followed_at=maybe_time(member.followed_at)
            ),
            match="proposed" if decision.match == "proposed" else "ambiguous",
            evidence=decision.evidence or "name",
            letters_lost=member.letters_lost,
            friend=None if shown.friend is None else Suggestion.of(shown.friend),
            candidates=[Suggestion.of(candidate) for candidate in shown.candidates],
        )


@answer
class SkippedLine:
    """A row that was left out; `line` counts the file's lines from 1."""

    line: int
    code: Literal["no_id", "bad_time", "doubled_id"]


@answer
class LinkProposals:
    """Who the people of an export file are."""

    dashboard: Literal["lstep", "lme"]
    encoding: Literal["utf-8", "utf-16", "shift_jis"]
    delimiter: Literal[",", "\t"]
    people: Annotated[int, Field(description="Persons with an id in the file, each id once.")]
    linked: Annotated[int, Field(description="Linked on that dashboard already.")]
    unknown: Annotated[int, Field(description="Nobody in the registry fits.")]
    items: Annotated[list[LinkProposal], Field(description="Newest follow of the file first.")]
    skipped: Annotated[list[SkippedLine], Field(description="The first 50.")]
    skipped_count: int


@routes.add(
    "POST",
    "/accounts/{account_id}/links/proposals",
    role="operator",
    takes=Exporter,
    raw=Raw("text/csv", MOST_BYTES),
    answers={200: LinkProposals},
    problems=("account_unknown", "export_unreadable", "export_columns_missing", "export_too_long"),
)
async def propose_links(call: Call[Exporter, Services]) -> web.StreamResponse:
    """Propose links for the people of an export file of Lステップ or エルメ. Stores nothing.

    The body is the file as it is: UTF-8, UTF-16 or Shift-JIS, with commas or tabs, at most 20 MiB. Each proposal is
    confirmed by itself, with `PUT …/links/{dashboard}/{member_id}`.
    """
    desk, account_id, dashboard = call.services.desk, call.path("account_id"), call.given.dashboard
    proposals = await flows.propose(desk, account_id, dashboard, call.raw)
    export = proposals.export
    frame = LinkProposals(
        dashboard=dashboard,
        encoding=export.encoding,
        delimiter=export.delimiter,
        people=export.people,
        linked=proposals.linked,
        unknown=proposals.unknown,
        items=[],
        skipped=[SkippedLine(line=skipped.line, code=skipped.code) for skipped in export.skipped],
        skipped_count=export.skipped_count,
    )
    return await stream_json(call.request, _pieces(frame, flows.shown(desk, account_id, proposals.items)))


async def _pieces(frame: LinkProposals, items: AsyncIterator[list[flows.Shown]]) -> AsyncIterator[bytes]:
    """The answer's text: what is known of the whole file, and the items in the place of its empty list."""
    text, _, after = orjson.dumps(frame).partition(b"[]")
    text, comma = text + b"[", b""
    async for piece in items:
        if piece:
            yield text + comma + orjson.dumps([LinkProposal.of(shown) for shown in piece])[1:-1]
            text, comma = b"", b","
    yield text + b"]" + after
