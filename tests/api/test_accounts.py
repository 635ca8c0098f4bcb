"""Connecting accounts over the API, and the sandbox that makes room for them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from helper.model.clock import SystemClock
from helper.sandbox.app import Sandbox
from tests.api.conftest import PRACTICE, Helper, running, settings_for

REAL = "1234567890"
SECRET = "s" * 32


@pytest.fixture
async def line() -> AsyncIterator[tuple[Sandbox, str]]:
    """A stand-in for LINE of the test's own, with one account; and its address."""
    sandbox = Sandbox(SystemClock())
    sandbox.platform.add_account(REAL, "本物の店", "@honmono", SECRET, verified=True)
    runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield sandbox, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def helper(tmp_path: Path, line: tuple[Sandbox, str]) -> AsyncIterator[Helper]:
    async with running(settings_for(tmp_path, sandbox="auto", line_api_base=line[1])) as running_helper:
        yield running_helper


async def _connect(helper: Helper, secret: str = SECRET) -> dict[str, object]:
    answer = await helper.call("POST", "/accounts", {"channel_id": REAL, "channel_secret": secret})
    return {"status": answer.status, **answer.body}


async def test_an_account_is_verified_with_line_and_comes_with_starter_templates(helper: Helper) -> None:
    account = await _connect(helper)
    assert (account["status"], account["name"], account["basic_id"]) == (201, "本物の店", "@honmono")
    assert (account["verified"], account["sandbox"]) == (True, False)
    templates = (await helper.call("GET", f"/accounts/{REAL}/templates")).body["items"]
    assert len(templates) == 5
    assert all(template["tap_replies"] for template in templates)
    quota = (await helper.call("GET", f"/accounts/{REAL}/quota")).body
    assert quota["asked_at"]


async def test_wrong_credentials_store_nothing_and_harm_nothing(helper: Helper) -> None:
    refused = await _connect(helper, "wrong")
    assert (refused["status"], refused["code"]) == (422, "channel_secret_wrong")
    assert (await helper.call("GET", f"/accounts/{REAL}")).status == 404
    await _connect(helper)
    assert (await _connect(helper, "wrong"))["status"] == 422
    refreshed = await helper.call("POST", f"/accounts/{REAL}/quota/refresh")
    assert refreshed.status == 200


async def test_every_wrong_thing_is_told_by_its_name(helper: Helper, line: tuple[Sandbox, str]) -> None:
    platform = line[0].platform
    account = platform.accounts[REAL]
    other = platform.add_account("1234567899", "よその店", "@yoso", "o" * 32)
    good = platform.issue_long_lived_token(account)
    attempts = {
        "channel_id_unknown": ("1234567891", SECRET, None),
        "channel_secret_wrong": (REAL, "x" * 32, good),
        "access_token_refused": (REAL, SECRET, "dead"),
        "token_of_another_channel": (REAL, SECRET, platform.issue_long_lived_token(other)),
    }
    for code, (channel_id, secret, token) in attempts.items():
        body = {"channel_id": channel_id, "channel_secret": secret, "access_token": token}
        answer = await helper.call("POST", "/accounts", body)
        assert (answer.status, answer.body["code"]) == (422, code)
        assert secret not in answer.text
    assert (await helper.call("GET", "/accounts")).body["items"][0]["sandbox"]
    body = {"channel_id": REAL, "channel_secret": SECRET, "access_token": good}
    assert (await helper.call("POST", "/accounts", body)).status == 201


async def test_a_channel_without_a_messaging_api_is_told(helper: Helper, line: tuple[Sandbox, str]) -> None:
    line[0].faults.add("info", "403")
    answer = await _connect(helper)
    assert (answer["status"], answer["code"]) == (422, "not_a_messaging_channel")


async def test_what_changed_at_line_is_read_anew_and_own_settings_stay(
    helper: Helper, line: tuple[Sandbox, str]
) -> None:
    await _connect(helper)
    assert (await helper.call("PATCH", f"/accounts/{REAL}", {"floor": 7})).status == 200
    account = line[0].platform.accounts[REAL]
    account.verified, account.chat, account.name = False, False, "新しい名前"
    again = await helper.call("POST", f"/accounts/{REAL}/recheck")
    assert again.status == 200, again.text
    told = (await helper.call("GET", f"/accounts/{REAL}")).body
    assert again.body == told
    assert (told["verified"], told["chat_mode"], told["name"], told["floor"]) == (
        False,
        "bot",
        "新しい名前",
        7,
    )
    assert (await helper.call("POST", f"/accounts/{REAL}/recheck", role="operator")).status == 403
    line[0].faults.add("/v2/bot/info", "500_before", times=5)
    assert (await helper.call("POST", f"/accounts/{REAL}/recheck")).body["code"] == "line_unavailable"


async def test_the_practice_accounts_id_is_not_taken_for_a_real_one(helper: Helper) -> None:
    answer = await helper.call("POST", "/accounts", {"channel_id": PRACTICE, "channel_secret": SECRET})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "channel_id")


async def test_secrets_never_come_back(helper: Helper) -> None:
    account = await _connect(helper)
    assert SECRET not in str(account)
    for path in ("/accounts", f"/accounts/{REAL}"):
        assert SECRET not in (await helper.call("GET", path)).text


async def test_the_sandbox_makes_room_for_a_real_account_and_comes_back(helper: Helper) -> None:
    assert [account["id"] for account in (await helper.call("GET", "/accounts")).body["items"]] == [PRACTICE]
    async with helper.events() as socket:
        await _connect(helper)
        while (await socket.next("account"))["account_id"] != PRACTICE:
            pass
        ids = [account["id"] for account in (await helper.call("GET", "/accounts")).body["items"]]
        assert ids == [REAL]
        assert (await helper.call("DELETE", f"/accounts/{REAL}")).status == 204
        while True:
            frame = await socket.next("account")
            if frame["account_id"] == PRACTICE and frame["data"]:
                break
    assert [account["id"] for account in (await helper.call("GET", "/accounts")).body["items"]] == [PRACTICE]


async def test_a_removed_account_takes_no_webhook_and_its_friends_are_kept(
    helper: Helper, line: tuple[Sandbox, str]
) -> None:
    sandbox, _ = line
    await _connect(helper)
    account = sandbox.platform.account(REAL)
    account.webhook_url = f"{helper.daemon.webhook.url}/webhook/{REAL}"
    person = await sandbox.follow("花子")
    assert (await helper.call("GET", f"/accounts/{REAL}/friends/{person.user_id}")).status == 200
    await helper.call("DELETE", f"/accounts/{REAL}")
    async with helper.session.post(account.webhook_url, data=b"{}") as response:
        assert response.status == 404
    await _connect(helper)
    assert (await helper.call("GET", f"/accounts/{REAL}/friends/{person.user_id}")).status == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"floor": 10, "colour": "#112233", "other_tool_replies": True}, 200),
        ({"floor": -1}, 422),
        ({"floor": None}, 422),
        ({"colour": "red"}, 422),
        ({"default_template_id": "nothing"}, 422),
        ({"default_persona_id": None}, 200),
        ({}, 200),
    ],
)
async def test_an_admin_changes_settings(helper: Helper, changes: dict[str, object], status: int) -> None:
    answer = await helper.call("PATCH", f"/accounts/{PRACTICE}", changes)
    assert answer.status == status, answer.text
    if status == 200:
        assert {name: answer.body[name] for name in changes} == changes
