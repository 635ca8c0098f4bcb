"""What the helper answers: the contract's objects, made from the model's."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, WithJsonSchema

from helper.model import account as account_model
from helper.model import friend as friend_model
from helper.model import message as message_model
from helper.model import persona as persona_model
from helper.model import quota as quota_model
from helper.model import route as route_model
from helper.model import template as template_model
from helper.model.clock import to_rfc3339
from helper.model.relay import AccountAtRelay
from helper.model.watch import TROUBLES, Missed, Watched
from helper.store.teammates import Role
from helper.store.teammates import Teammate as StoredTeammate
from helper.web.routes import answer

Time = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""RFC 3339 in UTC."""


def maybe_time(moment: int | None) -> Time | None:
    """Milliseconds, where there are any, as they go out."""
    return None if moment is None else to_rfc3339(moment)


Stage = Literal["new", "contacted", "talking", "blocked"]
LineMessage = Annotated[Mapping[str, Any], Field(description="A LINE message object.")]


@answer
class Named:
    """A teammate or persona by id and name. The id is null once it is gone."""

    id: str | None
    name: str

    @classmethod
    def of(cls, named: friend_model.Named) -> Self:
        """From the model."""
        return cls(id=named.id, name=named.name)

    @classmethod
    def maybe(cls, named: friend_model.Named | None) -> Self | None:
        """From the model, where there is one."""
        return None if named is None else cls.of(named)


@answer
class ToolFailure:
    """Why the other tool did not take a webhook. `status`: what it answered, where it did."""

    code: str
    status: int | None
    at: Time | None


@answer
class Relay:
    """The relay that webhooks are fetched from, and what waits there. `tool`: the other tool's host, if there is one.

    `known`: the relay stands before this account. `kept`: given up after hours, kept for a while. `dropped`: kept
    too long.
    """

    url: str
    connected: bool
    since: Time
    trouble: Annotated[str | None, Field(description="Why it is not connected: a stable code.")]
    known: bool
    secret_differs: bool
    tool: str | None
    waiting_for_helper: int
    waiting_for_tool: int
    kept: int
    oldest_at: Time | None
    failure: ToolFailure | None
    dropped: int

    @classmethod
    def maybe(cls, at_relay: AccountAtRelay | None) -> Self | None:
        """From the model, where there is a relay."""
        if at_relay is None:
            return None
        link, queues = at_relay.link, at_relay.queues
        oldest = () if queues is None else (queues.oldest_helper_at, queues.oldest_tool_at)
        failure = None
        if queues is not None and queues.failure is not None:
            failure = ToolFailure(
                code=queues.failure.code, status=queues.failure.status, at=maybe_time(queues.failed_at)
            )
        return cls(
            url=link.url,
            connected=link.connected,
            since=to_rfc3339(link.since),
            trouble=link.trouble,
            known=queues is not None,
            secret_differs=at_relay.secret_differs,
            tool=queues.tool if queues else None,
            waiting_for_helper=queues.waiting_helper if queues else 0,
            waiting_for_tool=queues.waiting_tool if queues else 0,
            kept=queues.kept if queues else 0,
            oldest_at=maybe_time(min((at for at in oldest if at is not None), default=None)),
            failure=failure,
            dropped=queues.dropped if queues else 0,
        )


@answer
class Fault:
    """What is wrong, by a stable code and in words."""

    code: str
    text: str


@answer
class Reception:
    """Whether webhooks still come. `trouble`: a stable code, and its words in Japanese and English (「… / …」)."""

    trouble: Fault | None
    since: Time | None
    last_webhook_at: Time | None

    @classmethod
    def of(cls, watched: Watched | None, at_relay: AccountAtRelay | None) -> Self:
        """From the model: the relay's trouble first, it is the nearer one."""
        last = None if watched is None else maybe_time(watched.last_at)
        code, words, since = None, None, None
        if at_relay is not None and (told := at_relay.trouble) is not None:
            (code, words), since = told, at_relay.link.since
        elif watched is not None and watched.trouble is not None:
            code, words, since = watched.trouble, TROUBLES.get(watched.trouble), watched.trouble_since
        if code is None or words is None:
            return cls(trouble=None, since=None, last_webhook_at=last)
        fault = Fault(code=code, text=f"{words.ja} / {words.en}")
        return cls(trouble=fault, since=maybe_time(since), last_webhook_at=last)


@answer
class Interval:
    """A time between two moments."""

    since: Time
    until: Time

    @classmethod
    def of(cls, missed: Missed) -> Self:
        """From the model."""
        return cls(since=to_rfc3339(missed.since), until=to_rfc3339(missed.until))


@answer
class Account:
    """A LINE Official Account."""

    id: Annotated[str, Field(description="The channel id.")]
    name: str
    basic_id: str
    premium_id: str | None
    bot_user_id: str
    picture_url: str | None
    verified: bool
    chat_mode: str
    sandbox: Annotated[bool, Field(description="Belongs to the practice mode: nothing reaches a customer.")]
    colour: str
    floor: Annotated[int, Field(description="Messages of the month that are kept back.")]
    other_tool_replies: Annotated[bool, Field(description="Another tool uses the reply tokens.")]
    default_template_id: str | None
    default_persona_id: str | None
    new_friends: Annotated[int, Field(description="Friends in the queue, counted up to 1000.")]
    relay: Annotated[Relay | None, Field(description="Null where no relay is connected to this helper.")]
    reception: Reception
    missed: Annotated[
        list[Interval],
        Field(
            description="When nothing could be received lately: the longest times, until somebody has read of them."
        ),
    ]

    @classmethod
    def of(
        cls,
        account: account_model.Account,
        new_friends: int,
        at_relay: AccountAtRelay | None = None,
        watched: Watched | None = None,
        missed: Sequence[Missed] = (),
    ) -> Self:
        """From the model."""
        own = {name: getattr(account, name) for name in _ACCOUNT_FIELDS}
        return cls(
            **own,
            new_friends=new_friends,
            relay=Relay.maybe(at_relay),
            reception=Reception.of(watched, at_relay),
            missed=[Interval.of(one) for one in missed],
        )


_ADDED = ("new_friends", "relay", "reception", "missed")
_ACCOUNT_FIELDS = tuple(field.name for field in fields(Account) if field.name not in _ADDED)


@answer
class SecondRoute:
    """What is possible besides."""

    route: Literal["push"] = "push"
    cost: Literal[1] = 1


@answer
class Plan:
    """Which way a message would travel now, and what it would cost."""

    route: Literal["reply", "push", "chat"] | None
    cost: Literal[0, 1]
    refused: Annotated[str | None, Field(description="Why nothing can be sent: a problem code.")]
    reply_until: Time | None
    second: SecondRoute | None
    hints: list[str]

    @classmethod
    def of(cls, plan: route_model.Plan) -> Self:
        """From the model."""
        return cls(
            route=plan.route,
            cost=1 if plan.cost else 0,
            refused=plan.refused,
            reply_until=maybe_time(plan.reply_until),
            second=SecondRoute() if plan.second else None,
            hints=list(plan.hints),
        )


@answer
class FirstContact:
    """What fills a friend's once-only slot."""

    message_id: Annotated[str | None, Field(description="Null where it was marked by hand.")]
    at: Time
    teammate: Named | None
    persona: Named | None
    route: str
    automatic: Annotated[bool, Field(description="The greeting sent it: nobody clicked.")] = False

    @classmethod
    def of(cls, contact: friend_model.FirstContact) -> Self:
        """From the model."""
        return cls(
            message_id=contact.message_id,
            at=to_rfc3339(contact.at),
            teammate=Named.maybe(contact.teammate),
            persona=Named.maybe(contact.persona),
            route=contact.route,
            automatic=contact.automatic,
        )


@answer
class Claim:
    """Who is on it, until when."""

    teammate: Named
    until: Time

    @classmethod
    def of(cls, claim: friend_model.Claim) -> Self:
        """From the model."""
        return cls(teammate=Named.of(claim.teammate), until=to_rfc3339(claim.until))


@answer
class ComingGreeting:
    """A first message that goes out by itself, unless somebody is first or it is stopped."""

    at: Time
    paused_by: Annotated[Named | None, Field(description="A teammate who is on it: it waits for her.")]


@answer
class Friend:
    """A friend of an account."""

    user_id: str
    display_name: str | None
    picture_url: str | None
    stage: Stage
    followed_at: Time | None
    refollowed: bool
    blocked_at: Time | None
    last_received_at: Time | None
    dismissed: bool
    first_contact: FirstContact | None
    plan: Plan
    claim: Claim | None
    greeting: ComingGreeting | None = None
    mark: Annotated[str | None, Field(description="Not there yet: always null.")] = None
    tags: Annotated[list[str] | None, Field(description="Not there yet: always null.")] = None
    note: Annotated[str | None, Field(description="Not there yet: always null.")] = None
    assignee: Annotated[Named | None, Field(description="Not there yet: always null.")] = None

    @classmethod
    def of(cls, view: message_model.FriendView) -> Self:
        """From the model."""
        friend = view.friend
        return cls(
            user_id=friend.user_id,
            display_name=friend.display_name,
            picture_url=friend.picture_url,
            stage=friend.stage,
            followed_at=maybe_time(friend.followed_at),
            refollowed=friend.refollowed,
            blocked_at=maybe_time(friend.blocked_at),
            last_received_at=maybe_time(friend.last_received_at),
            dismissed=friend.dismissed_at is not None,
            first_contact=None if friend.first_contact is None else FirstContact.of(friend.first_contact),
            plan=Plan.of(view.plan),
            claim=None if friend.claim is None else Claim.of(friend.claim),
            greeting=None
            if view.greeting is None
            else ComingGreeting(
                at=to_rfc3339(view.greeting.at), paused_by=Named.maybe(view.greeting.paused_by)
            ),
        )


@answer
class Message:
    """A message with its state."""

    id: str
    user_id: Annotated[str, Field(description="Empty once the friend was erased.")]
    status: Literal["held", "sending", "sent", "failed", "uncertain", "cancelled"]
    route: Literal["reply", "push"]
    cost: Literal[0, 1]
    first_contact: bool
    hold_until: Time | None
    teammate: Annotated[Named, Field(description="Of what went out by itself: no id and no name.")]
    persona: Named | None
    template_id: str | None
    messages: list[LineMessage]
    line_request_id: str | None
    error: Fault | None
    created_at: Time
    settled_at: Time | None
    texts_removed_at: Annotated[
        Time | None,
        Field(
            description="`messages` is empty: removed after the time they are kept, or with an erased friend."
        ),
    ] = None
    origin: Annotated[
        Literal["click", "greeting"], Field(description="A person's click, or the greeting that is on.")
    ] = "click"

    @classmethod
    def of(cls, message: message_model.Message) -> Self:
        """From the model."""
        fault = None
        if message.error_code is not None:
            fault = Fault(code=message.error_code, text=message.error_text or "")
        return cls(
            id=message.id,
            user_id=message.user_id,
            status=message.status,
            route="reply" if message.route == "reply" else "push",
            cost=1 if message.cost else 0,
            first_contact=message.first_contact,
            hold_until=maybe_time(message.hold_until),
            teammate=Named.of(message.teammate),
            persona=Named.maybe(message.persona),
            template_id=message.template_id,
            messages=list(message.objects),
            line_request_id=message.line_request_id,
            error=fault,
            created_at=to_rfc3339(message.created_at),
            settled_at=maybe_time(message.settled_at),
            texts_removed_at=maybe_time(message.texts_removed_at),
            origin=message.origin,
        )


@answer
class Quota:
    """An account's month, in counted messages."""

    month: str
    limit: int | None
    spent: int
    reserved: int
    elsewhere: int
    floor: int
    remaining: int | None
    asked_at: Time | None
    resets_at: Time

    @classmethod
    def of(cls, counter: quota_model.Counter) -> Self:
        """From the model."""
        return cls(
            month=counter.month,
            limit=counter.allowance,
            spent=counter.spent,
            reserved=counter.reserved,
            elsewhere=counter.elsewhere,
            floor=counter.floor,
            remaining=counter.remaining,
            asked_at=maybe_time(counter.asked_at),
            resets_at=to_rfc3339(quota_model.month_end(counter.month)),
        )


@answer
class Template:
    """A message with placeholders."""

    id: str
    name: str
    messages: list[LineMessage]
    tap_replies: list[str]
    persona_id: str | None

    @classmethod
    def of(cls, template: template_model.Template) -> Self:
        """From the model."""
        return cls(
            id=template.id,
            name=template.name,
            messages=list(template.messages),
            tap_replies=list(template.tap_replies),
            persona_id=template.persona_id,
        )


@answer
class Persona:
    """The name and icon on the bubble."""

    id: str
    name: str
    icon_url: Annotated[str | None, Field(description="Where LINE fetches the icon now.")]
    teammate_id: str | None
    icon_id: Annotated[
        str | None, Field(description="An uploaded picture; without a public address there is no icon_url.")
    ]

    @classmethod
    def of(cls, persona: persona_model.Persona) -> Self:
        """From the model."""
        return cls(
            id=persona.id,
            name=persona.name,
            icon_url=persona.icon_url,
            teammate_id=persona.teammate_id,
            icon_id=persona.icon_id,
        )


@answer
class Teammate:
    """A person with access."""

    id: str
    name: str
    role: Role

    @classmethod
    def of(cls, teammate: StoredTeammate) -> Self:
        """From the store."""
        return cls(id=teammate.id, name=teammate.name, role=teammate.role)


def as_json(name: str, value: object) -> Any:
    """A member of a problem, as JSON: the contract's object where it has one, times as RFC 3339."""
    match value:
        case friend_model.FirstContact():
            return FirstContact.of(value)
        case friend_model.Claim():
            return Claim.of(value)
        case int() if name.endswith(("_at", "until")) and not isinstance(value, bool):
            return to_rfc3339(value)
        case list() | tuple():
            return [as_json(name, item) for item in value]
        case dict():
            return {key: as_json(str(key), item) for key, item in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return as_json(name, asdict(value))
        case _:
            return value
