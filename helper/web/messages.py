"""`messages`: preview, send, undo, the exit of `uncertain`."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import orjson
from pydantic import BeforeValidator, Field, StringConstraints

from helper.flows import send as flows
from helper.model.message import SendRequest
from helper.model.template import check_tap_replies, quick_reply
from helper.web.problems import Problem, in_language
from helper.web.routes import Answered, Call, Nothing, Request, Routes, answer
from helper.web.services import Services, sender_of
from helper.web.shapes import LineMessage, Message, Plan
from helper.words import Words

routes: Routes[Services] = Routes("messages")

KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 200

_REFUSALS = (
    "account_unknown",
    "friend_unknown",
    "template_unknown",
    "persona_unknown",
    "message_type_unsupported",
    "account_mismatch",
    "account_standby",
    "friend_blocked",
    "already_contacted",
    "claimed",
    "free_route_gone",
    "quota_exhausted",
    "quota_unknown",
)

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _exactly_int(value: object) -> object:
    """`true` and `1.0` equal 1, but nobody may mean a cost by them."""
    if type(value) is not int:
        raise ValueError("must be 0 or 1")
    return value


class SendBody(Request):
    """A click. Exactly one of `template_id` and `messages`; `max_cost` is the number on the button.

    Without `persona_id` the template's persona is used; null means none.
    """

    user_id: Id
    first_contact: bool | None = None
    template_id: Id | None = None
    messages: Annotated[list[Mapping[str, Any]], Field(max_length=20)] | None = None
    tap_replies: Annotated[list[str], Field(max_length=50)] | None = Field(
        default=None, description="One-tap answers for `messages`; a template brings its own."
    )
    persona_id: Id | None = None
    max_cost: Annotated[Literal[0, 1], BeforeValidator(_exactly_int)]
    hold_seconds: Annotated[float, Field(ge=0, le=60)] | None = None
    override_reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None
    expect_basic_id: Annotated[str, StringConstraints(max_length=100)] | None = None

    def to_model(self) -> SendRequest:
        """What the flows take. Raises Problem `invalid` unless exactly one text is given."""
        if (self.template_id is None) == (self.messages is None):
            message = "give exactly one of template_id and messages"
            raise Problem("invalid", {"errors": [{"field": "template_id", "message": message}]})
        return SendRequest(
            user_id=self.user_id,
            max_cost=self.max_cost,
            template_id=self.template_id,
            messages=None if self.messages is None else tuple(self._with_tap_replies(self.messages)),
            persona_id=self.persona_id,
            persona_given="persona_id" in self.model_fields_set,
            first_contact=self.first_contact,
            hold_ms=None if self.hold_seconds is None else round(self.hold_seconds * 1000),
            override_reason=self.override_reason,
            expect_basic_id=self.expect_basic_id,
        )

    def _with_tap_replies(self, messages: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        if not self.tap_replies or not messages:
            return messages
        check_tap_replies(self.tap_replies)
        return [*messages[:-1], {**messages[-1], "quickReply": quick_reply(self.tap_replies)}]

    def digest(self) -> str:
        """SHA-256 of what was asked for, the same for the same body however it is written."""
        canonical = orjson.dumps(self.model_dump(exclude_unset=True), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(canonical).hexdigest()


@answer
class Caution:
    """What the sender should know."""

    code: str
    text: str


CAUTIONS = {
    "name_unknown": Words(
        "お名前を取得中です。「お客様」と表示されます", "The name is not known yet: it says お客様 instead"
    ),
    "friend_wrote": Words(
        "お客様からメッセージが届いています。LINEチャットなら無料で返信できます",
        "They have written: answering in LINE chat is free",
    ),
    "already_contacted": Words("最初の一通はもう送信されています", "The first message was sent already"),
    "claimed": Words("ほかのメンバーが操作中です", "A colleague is on it"),
    "quota_low": Words("今月の残り通数が少なくなっています", "Few of this month's messages are left"),
}


def _caution(code: str, call: Call[SendBody, Services]) -> Caution:
    words = CAUTIONS.get(code, Words(code, code))
    return Caution(code=code, text=in_language(words, call.request))


@answer
class Preview:
    """What a send would be."""

    messages: list[LineMessage]
    sender: Mapping[str, str] | None
    sender_display: str
    plan: Plan
    remaining_after: int | None
    warnings: list[Caution]


@routes.add(
    "POST",
    "/accounts/{account_id}/messages/preview",
    role="operator",
    takes=SendBody,
    answers={200: Preview},
    problems=(
        "account_unknown",
        "friend_unknown",
        "template_unknown",
        "persona_unknown",
        "message_type_unsupported",
    ),
)
async def preview_message(call: Call[SendBody, Services]) -> Preview:
    """What would be sent, which way and at what cost. Sends nothing."""
    preview = await flows.preview(
        call.services.desk, call.path("account_id"), call.given.to_model(), sender_of(call)
    )
    return Preview(
        messages=list(preview.objects),
        sender=preview.sender,
        sender_display=preview.sender_display,
        plan=Plan.of(preview.plan),
        remaining_after=preview.remaining_after,
        warnings=[_caution(code, call) for code in preview.warnings],
    )


@routes.add(
    "POST",
    "/accounts/{account_id}/messages",
    role="operator",
    takes=SendBody,
    answers={201: Message, 200: Message},
    problems=("idempotency_key_missing", *_REFUSALS, "idempotency_key_reused"),
    headers={KEY_HEADER: "Of the client's making, one per click. The same key never sends twice."},
)
async def send_message(call: Call[SendBody, Services]) -> Answered:
    """Send a message, after its hold. 200 for a key that was used before: nothing is sent again."""
    key = call.request.headers.get(KEY_HEADER, "").strip()
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Problem("idempotency_key_missing")
    message, created = await flows.send(
        call.services.desk,
        call.path("account_id"),
        call.given.to_model(),
        key,
        call.given.digest(),
        sender_of(call),
    )
    return Answered(201 if created else 200, Message.of(message))


@routes.add(
    "GET",
    "/accounts/{account_id}/messages/{message_id}",
    role="viewer",
    answers={200: Message},
    problems=("account_unknown", "message_unknown"),
)
async def read_message(call: Call[Nothing, Services]) -> Message:
    """One message."""
    return Message.of(await flows.get(call.services.desk, call.path("account_id"), call.path("message_id")))


@routes.add(
    "DELETE",
    "/accounts/{account_id}/messages/{message_id}",
    role="operator",
    answers={200: Message},
    problems=("account_unknown", "message_unknown", "not_held"),
)
async def undo_message(call: Call[Nothing, Services]) -> Message:
    """Undo: a message that is still held is never sent."""
    return Message.of(await flows.undo(call.services.desk, call.path("account_id"), call.path("message_id")))


class Resolution(Request):
    """What a person found out."""

    outcome: Literal["delivered", "not_delivered"]


@routes.add(
    "POST",
    "/accounts/{account_id}/messages/{message_id}/resolution",
    role="operator",
    takes=Resolution,
    answers={200: Message},
    problems=("account_unknown", "message_unknown", "not_uncertain"),
)
async def resolve_message(call: Call[Resolution, Services]) -> Message:
    """The exit of `uncertain`: treat as delivered, or as not delivered (which frees the slot)."""
    message = await flows.resolve(
        call.services.desk,
        call.path("account_id"),
        call.path("message_id"),
        call.given.outcome == "delivered",
        sender_of(call),
    )
    return Message.of(message)
