"""`unanswered` and `answered`: the reminder of friends who wrote and have no answer yet."""

from typing import Annotated

from pydantic import Field

from helper.flows import answers as flows
from helper.web.routes import Call, Nothing, Request, Routes, answer
from helper.web.services import InputTime, Page, Services
from helper.web.shapes import Friend

routes: Routes[Services] = Routes("friends")


class Later(Page):
    """Which part of the list."""

    cursor: Annotated[str | None, Field(pattern=r"^[0-9]{1,16}-[0-9]{1,18}$")] = None


@answer
class Unanswered:
    """Friends who wait for an answer, oldest message first."""

    items: list[Friend]
    next: str | None


@routes.add(
    "GET",
    "/accounts/{account_id}/unanswered",
    role="viewer",
    takes=Later,
    answers={200: Unanswered},
    problems=("account_unknown",),
)
async def list_unanswered(call: Call[Later, Services]) -> Unanswered:
    """Friends who wrote in the last seven days and have no answer yet, oldest first.

    An answer is a message sent through the API since, or a tick-off. Answers typed in LINE chat are not visible here.
    """
    given = call.given
    after = None
    if given.cursor is not None:
        received_at, _, number = given.cursor.partition("-")
        after = (int(received_at), int(number))
    views, following = await flows.unanswered(call.services.desk, call.path("account_id"), after, given.limit)
    return Unanswered(
        items=[Friend.of(view) for view in views],
        next=None if following is None else f"{following[0]}-{following[1]}",
    )


class Answered(Request):
    """Up to when: the `last_received_at` of the friend as she was shown."""

    until: InputTime


@routes.add(
    "PUT",
    "/accounts/{account_id}/friends/{user_id}/answered",
    role="operator",
    takes=Answered,
    answers={204: None},
    problems=("account_unknown", "friend_unknown"),
)
async def mark_answered(call: Call[Answered, Services]) -> None:
    """What she wrote up to then was answered elsewhere. What she writes later waits again."""
    await flows.tick_off(call.services.desk, call.path("account_id"), call.path("user_id"), call.given.until)


@routes.add(
    "DELETE",
    "/accounts/{account_id}/friends/{user_id}/answered",
    role="operator",
    answers={204: None},
    problems=("account_unknown", "friend_unknown"),
)
async def unmark_answered(call: Call[Nothing, Services]) -> None:
    """Take the tick back."""
    await flows.tick_off(call.services.desk, call.path("account_id"), call.path("user_id"), None)
