"""What goes wrong is logged with its place and kind, never with the texts and names that it went wrong with."""

import asyncio
import io
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import aiohttp
import orjson
import pytest
from pydantic import BaseModel

from helper.flows import exports, friends
from helper.line.client import LineClient
from helper.line.signature import sign
from helper.logs import set_up_logging
from helper.model.outcome import Rejected
from tests.api.conftest import PRACTICE, Helper, running, settings_for
from tests.hardening.life import spellings

NAME = "秘密野はな"
TEXT = "とくべつなごあいさつを差し上げます"
SECRET = "5ecre7" + "c" * 26
PRIVATE = {"name": NAME, "text": TEXT, "secret": SECRET}
STYLES: tuple[Literal["text", "json"], ...] = ("text", "json")


@pytest.fixture(params=STYLES)
def log(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """The daemon's own logging, of everything and at every level; returns what it said so far."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    names = [None, *logging.root.manager.loggerDict]
    levels = {name: logging.getLogger(name).level for name in names}
    set_up_logging(request.param)
    said = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(said)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield said.getvalue
    root.handlers[:] = handlers
    for name, former in levels.items():
        logging.getLogger(name).setLevel(former)
    root.setLevel(level)


@pytest.fixture
async def helper(tmp_path: Path, log: Callable[[], str]) -> AsyncIterator[Helper]:
    """A daemon that logs so."""
    async with running(settings_for(tmp_path)) as running_helper:
        yield running_helper


def _assert_discreet(said: str) -> None:
    told = {what for what, text in PRIVATE.items() if any(spelling in said for spelling in spellings(text))}
    assert told == set(), said


class _Customer(BaseModel):
    age: int


def _raise_with_everything() -> None:
    try:
        try:
            _Customer.model_validate({"age": NAME})
        except ValueError as error:
            raise KeyError(TEXT) from error
    except KeyError:
        failure = RuntimeError(f"{SECRET} was not accepted")
        failure.add_note(f"while greeting {NAME}")
        raise ExceptionGroup(f"for {NAME}", [failure, ValueError(TEXT)])  # noqa: B904


def test_an_error_is_told_by_its_kinds_and_places(log: Callable[[], str]) -> None:
    try:
        _raise_with_everything()
    except ExceptionGroup:
        logging.getLogger("helper").exception("it broke")
    said = log()
    _assert_discreet(said)
    for kind in ("ExceptionGroup", "RuntimeError", "KeyError", "ValidationError", "test_logs.py"):
        assert kind in said
    assert "it broke" in said


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), sqlite3.OperationalError("disk")])
def test_what_the_system_says_is_told(log: Callable[[], str], error: Exception) -> None:
    try:
        raise error
    except Exception:
        logging.getLogger("helper").exception("it broke")
    assert str(error) in log()


async def test_an_error_that_nobody_waited_for_is_told_without_its_words(log: Callable[[], str]) -> None:
    async def fail() -> None:
        raise ValueError(NAME)

    loop = asyncio.get_running_loop()
    task = loop.create_task(fail())
    await asyncio.wait([task])
    error = task.exception()
    loop.default_exception_handler(
        {"message": "Task exception was never retrieved", "exception": error, "future": task}
    )
    said = log()
    assert "never retrieved" in said
    assert "ValueError" in said
    _assert_discreet(said)


async def test_a_handler_that_breaks(
    helper: Helper, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ValueError(f"{NAME} {TEXT}")

    monkeypatch.setattr(friends, "page", broken)
    answer = await helper.call("GET", f"/accounts/{PRACTICE}/friends?q={NAME}")
    assert (answer.status, answer.body["code"]) == (500, "internal")
    assert NAME not in answer.text
    said = log()
    assert "unexpected error in GET /api/v1/accounts/{account_id}/friends" in said
    _assert_discreet(said)


async def test_a_file_of_names(
    helper: Helper, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read, refused, and broken over: its names are the client's alone."""

    async def propose(text: str) -> int:
        query = f"/accounts/{PRACTICE}/links/proposals?dashboard=lstep"
        answer = await helper.call(
            "POST", query, headers={"Content-Type": "text/csv"}, data=text.encode("cp932")
        )
        return answer.status

    await helper.follow(NAME)
    file = f"ID,LINE登録名,友だち追加日時,メモ\n1001,{NAME},,{TEXT}\n{NAME},{TEXT},x\n"
    assert await propose(file) == 200
    assert await propose(file.removeprefix("ID,")) == 422
    assert await propose(f'{file}1002,"{NAME}') == 422

    async def broken(*_: object) -> None:
        raise ValueError(f"{NAME} {TEXT}")

    monkeypatch.setattr(exports, "find_friends", broken)
    assert await propose(file) == 500
    said = log()
    assert "unexpected error in POST /api/v1/accounts/{account_id}/links/proposals" in said
    _assert_discreet(said)


async def test_line_quotes_the_message_that_it_refuses(
    helper: Helper, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> Rejected:
        return Rejected(400, f"The text '{TEXT}' is not allowed", f"messages[0].text: {TEXT} for {NAME}")

    monkeypatch.setattr(LineClient, "push", refuse)
    message = await _send(helper, seconds_ago=3000)
    assert message["status"] == "failed"
    # The operator is told, the log is not.
    assert TEXT in message["error"]["text"]
    _assert_discreet(log())


async def test_the_sdk_breaks_over_a_message(
    helper: Helper, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []
    push = LineClient.push

    async def break_once(self: LineClient, to: str, messages: Any, retry_key: str) -> Any:
        calls.append(to)
        if len(calls) == 1:
            raise RuntimeError(f"cannot send {messages} with {SECRET}")
        return await push(self, to, messages, retry_key)

    monkeypatch.setattr(LineClient, "push", break_once)
    await _send(helper, seconds_ago=3000)
    said = log()
    assert "RuntimeError" in said
    _assert_discreet(said)


async def test_background_work_that_breaks(
    helper: Helper, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []
    profile = LineClient.profile

    async def fail_once(self: LineClient, user_id: str) -> Any:
        calls.append(user_id)
        if len(calls) == 1:
            raise ValueError(f"no profile of {NAME}: {TEXT}")
        return await profile(self, user_id)

    monkeypatch.setattr(LineClient, "profile", fail_once)
    await helper.follow(NAME)  # until her name is known, so after it was taken up again
    assert "ValueError" in log()
    _assert_discreet(log())


async def test_everything_that_is_said_at_every_level(helper: Helper, log: Callable[[], str]) -> None:
    """Also what libraries would say to somebody who looks for a fault: here all of them tell all they can."""
    message = await _send(helper, seconds_ago=3000)
    assert message["status"] == "sent"
    person = helper.sandbox.platform.account().people[message["user_id"]]
    await helper.sandbox.write(person, TEXT)
    secret = helper.sandbox.platform.account().secret
    body = orjson.dumps({"destination": "U", "events": [{"type": NAME, "text": TEXT}]})
    headers = {"X-Line-Signature": sign(secret, body)}
    async with aiohttp.ClientSession() as session:
        hook = f"{helper.daemon.webhook.url}/webhook/{PRACTICE}"
        for data in (body, body[:-3]):
            async with session.post(hook, data=data, headers=headers) as answer:
                assert answer.status in (200, 401)
    said = log()
    _assert_discreet(said)
    token = (await helper.paired("admin"))["token"]
    assert token not in said
    assert secret not in said


async def _send(helper: Helper, seconds_ago: float) -> dict[str, Any]:
    """Greet a new friend; how the message ended."""
    person = await helper.follow(NAME, seconds_ago)
    async with helper.events() as socket:
        click = {"user_id": person.user_id, "max_cost": 1, "messages": [{"type": "text", "text": TEXT}]}
        made = await helper.call(
            "POST", f"/accounts/{PRACTICE}/messages", click, headers={"Idempotency-Key": person.user_id}
        )
        assert made.status == 201, made.text
        while True:
            message: dict[str, Any] = (await socket.next("message"))["data"]
            if message["status"] in ("sent", "failed", "uncertain"):
                return message
