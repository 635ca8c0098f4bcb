"""`receiving`: how an account's webhooks reach us, and the webhook URL that is set at LINE.

That URL may hold another tool's key, so only admins see any of it.
"""

from typing import Annotated, Any, Literal, Self

from aiohttp import web
from pydantic import Field, StringConstraints

from helper.flows import receiving as flows
from helper.flows.receiving import Look
from helper.model.receiving import LONGEST_URL, WAYS, Owner, Way, caution, possible, webhook_path
from helper.model.receiving_words import (
    CAUTIONS,
    NAMES,
    REFUSALS,
    TESTS,
    WHY,
    code_of_test,
    owner_words,
)
from helper.web.problems import Problem, in_language, phrase_of
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import Services, sender_of
from helper.web.shapes import Fault, Time, maybe_time
from helper.words import Words

routes: Routes[Services] = Routes("receiving")

WayName = Literal["alone", "relay", "behind", "in_front", "none"]
WhoseName = Literal["none", "here", "relay", "old_tunnel", "lstep", "lme", "other"]
WebhookUrl = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_URL)]


def _said(code: str, words: Words, request: web.Request) -> Fault:
    return Fault(code=code, text=in_language(words, request))


def _maybe(code: str | None, table: dict[str, Words], request: web.Request) -> Fault | None:
    return None if code is None else _said(code, table[code], request)


@answer
class ReceivingAnswers:
    """What only a person knows; null: not said, or not known."""

    tool: Annotated[bool | None, Field(description="Another tool uses the account's webhooks.")]
    always_on: Annotated[bool | None, Field(description="The helper's computer never sleeps.")]


@answer
class WayChoice:
    """A way of receiving. `refused`: why it cannot be taken. `caution`: what must be known of it."""

    way: WayName
    name: str
    possible: bool
    refused: Fault | None
    caution: Fault | None

    @classmethod
    def of(cls, way: Way, look: Look, request: web.Request) -> Self:
        """As the account's answers have it."""
        answers = look.receiving.answers
        refused = possible(way, answers)
        told = caution(way, answers, verified=look.account.verified)
        return cls(
            way=way,
            name=in_language(NAMES[way], request),
            possible=refused is None,
            refused=_maybe(refused, REFUSALS, request),
            caution=_maybe(told, CAUTIONS, request),
        )


@answer
class WebhookAtLine:
    """What LINE answered just now. `active`: the switch 「Webhookの利用」, which no API moves."""

    url: str | None
    active: bool
    whose: WhoseName
    host: str | None
    text: Annotated[str, Field(description="Whose it is, for a person.")]


@answer
class Receiving:
    """How an account's webhooks reach us. `webhook` is null where LINE could not be asked; `trouble` says why.

    `previous_url`: another's webhook URL that `POST …/webhook/restore` would bring back.
    `wanted_url`: what was last set at LINE by us, null where nothing was or it was given back.
    """

    answers: ReceivingAnswers
    verified: bool
    way: WayName | None
    previous_way: WayName | None
    recommended: WayName | None
    why: Fault
    ways: list[WayChoice]
    webhook: WebhookAtLine | None
    trouble: Fault | None
    webhook_path: Annotated[str, Field(description="Where this account's webhooks arrive, at any origin.")]
    listener: Annotated[str, Field(description="This computer's own address, where a tunnel is to lead.")]
    wanted_url: str | None
    previous_url: str | None
    other_tool_replies: bool
    changed_at: Time | None

    @classmethod
    def of(cls, look: Look, call: Call[Any, Services]) -> Self:
        """From the flow."""
        request = call.request
        receiving, recommended = look.receiving, look.recommended
        trouble = None
        if look.trouble is not None:
            trouble = _said(look.trouble, phrase_of(look.trouble).words, request)
        return cls(
            answers=ReceivingAnswers(tool=receiving.answers.tool, always_on=receiving.answers.always_on),
            verified=look.account.verified,
            way=receiving.way,
            previous_way=receiving.previous_way,
            recommended=recommended.way,
            why=_said(recommended.why, WHY[recommended.why], request),
            ways=[WayChoice.of(way, look, request) for way in WAYS],
            webhook=None if look.owner is None else _at_line(look, look.owner, request),
            trouble=trouble,
            webhook_path=webhook_path(look.account.id),
            listener=call.services.webhook_url(),
            wanted_url=receiving.wanted_url,
            previous_url=look.restorable_url,
            other_tool_replies=look.account.other_tool_replies,
            changed_at=maybe_time(receiving.changed_at),
        )


def _at_line(look: Look, owner: Owner, request: web.Request) -> WebhookAtLine:
    return WebhookAtLine(
        url=None if look.endpoint is None else look.endpoint.url,
        active=look.active,
        whose=owner.whose,
        host=owner.host,
        text=in_language(owner_words(owner), request),
    )


@routes.add(
    "GET",
    "/accounts/{account_id}/receiving",
    role="admin",
    answers={200: Receiving},
    problems=("account_unknown",),
)
async def read_receiving(call: Call[Nothing, Services]) -> Receiving:
    """How this account's webhooks reach us, which ways there are, and what is set at LINE now (LINE is asked)."""
    return Receiving.of(await flows.look(call.services.desk, call.path("account_id")), call)


class ReceivingChanges(Request):
    """Absent members stay as they are; null is "not known" or "undecided".

    `tool_replies`: whether the other tool answers follows. Where it may, the free reply is left to it.
    """

    tool: bool | None = None
    always_on: bool | None = None
    way: WayName | None = None
    tool_replies: bool | None = None


@routes.add(
    "PUT",
    "/accounts/{account_id}/receiving",
    role="admin",
    takes=ReceivingChanges,
    answers={200: Receiving},
    problems=("account_unknown", "not_always_on", "would_cut_off_tool", "no_tool"),
)
async def change_receiving(call: Call[ReceivingChanges, Services]) -> Receiving:
    """Keep answers and the chosen way. Nothing is changed at LINE.

    A way with another tool leaves the reply tokens to it and ends the automatic greeting, unless `tool_replies` is
    false. `none` starts the import of a verified account's friends.
    """
    given, account_id, desk = call.given, call.path("account_id"), call.services.desk
    if "tool_replies" in given.model_fields_set and given.tool_replies is None:
        raise Problem("invalid", {"errors": [{"field": "tool_replies", "message": "must not be null"}]})
    await flows.change(
        desk,
        account_id,
        tool=given.tool if "tool" in given.model_fields_set else "same",
        always_on=given.always_on if "always_on" in given.model_fields_set else "same",
        way=given.way if "way" in given.model_fields_set else "same",
        tool_replies=given.tool_replies,
        changed_by=sender_of(call).id,
    )
    return Receiving.of(await flows.look(desk, account_id), call)


class WebhookToTest(Request):
    """Without `url`, what is set at LINE."""

    url: WebhookUrl | None = None


@answer
class WebhookTested:
    """What came of LINE's test call; nothing was changed. `code`: what to do, told in `text`. The rest is LINE's."""

    success: bool
    code: str
    text: str
    reason: str
    status: int | None
    detail: str


@routes.add(
    "POST",
    "/accounts/{account_id}/webhook/test",
    role="admin",
    takes=WebhookToTest,
    answers={200: WebhookTested},
    problems=(
        "account_unknown",
        "webhook_unset",
        "webhook_tests_used_up",
        "line_unavailable",
        "line_refused",
    ),
)
async def test_webhook(call: Call[WebhookToTest, Services]) -> WebhookTested:
    """Have LINE call a webhook URL without events, whatever is set. LINE allows 60 of these an hour."""
    tested = await flows.try_url(call.services.desk, call.path("account_id"), call.given.url)
    code = code_of_test(tested.reason, tested.status, success=tested.success)
    return WebhookTested(
        success=tested.success,
        code=code,
        text=in_language(TESTS[code].filled(status=tested.status), call.request),
        reason=tested.reason,
        status=tested.status,
        detail=tested.detail,
    )


class WebhookToSet(Request):
    """`seen`: the URL that the person was shown as the present one, null for none."""

    url: WebhookUrl
    seen: WebhookUrl | None


class WebhookSeen(Request):
    """`seen`: the URL that the person was shown as the present one, null for none."""

    seen: WebhookUrl | None


@answer
class WebhookSet:
    """LINE took the URL. `confirmed`: and told it when asked again; it may take a minute."""

    url: str
    confirmed: bool


_CHANGING = ("account_unknown", "webhook_changed", "line_unavailable", "line_refused")


@routes.add(
    "PUT",
    "/accounts/{account_id}/webhook",
    role="admin",
    takes=WebhookToSet,
    answers={200: WebhookSet},
    problems=_CHANGING,
)
async def set_webhook(call: Call[WebhookToSet, Services]) -> WebhookSet:
    """Change the webhook URL at LINE to one of ours, `…/webhook/{account_id}`, in the place of `seen` only.

    Another tool that was there gets nothing any more unless a relay passes it on. Its URL is kept for `restore`.
    """
    changed = await flows.set_endpoint(
        call.services.desk, call.path("account_id"), call.given.url, call.given.seen, sender_of(call).id
    )
    return WebhookSet(url=changed.url, confirmed=changed.confirmed)


@routes.add(
    "POST",
    "/accounts/{account_id}/webhook/restore",
    role="admin",
    takes=WebhookSeen,
    answers={200: WebhookSet},
    problems=(*_CHANGING, "nothing_to_restore"),
)
async def restore_webhook(call: Call[WebhookSeen, Services]) -> WebhookSet:
    """Bring back the webhook URL that ours took the place of."""
    changed = await flows.restore(
        call.services.desk, call.path("account_id"), call.given.seen, sender_of(call).id
    )
    return WebhookSet(url=changed.url, confirmed=changed.confirmed)
