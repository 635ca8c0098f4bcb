"""Every check is made bad once, by what really breaks it, and says what to do."""

import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from helper import __version__
from helper.checks import run
from helper.checks.check import Check
from helper.daily import FOLDER
from helper.flows import support, tunnels
from helper.line.client import LineClient
from helper.model.clock import SystemClock, to_stamp
from helper.sandbox.app import Sandbox
from helper.secrets import SecretStore
from helper.store.database import StoreTrouble
from tests.api.conftest import EXTENSION, Helper, running, settings_for

REAL = "1234567890"
SECRET = "s" * 32


class WanderingClock(SystemClock):
    """LINE's clock: it can be set."""

    offset = 0

    def now(self) -> int:
        return super().now() + self.offset


@pytest.fixture
def line_clock() -> WanderingClock:
    return WanderingClock()


@pytest.fixture
async def line(line_clock: WanderingClock) -> AsyncIterator[tuple[Sandbox, str]]:
    sandbox = Sandbox(line_clock)
    sandbox.platform.add_account(REAL, "本物の店", "@honmono", SECRET)
    runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield sandbox, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def helper(tmp_path: Path, line: tuple[Sandbox, str]) -> AsyncIterator[Helper]:
    async with running(settings_for(tmp_path, sandbox="never", line_api_base=line[1])) as running_helper:
        new = {"channel_id": REAL, "channel_secret": SECRET}
        assert (await running_helper.call("POST", "/accounts", new)).status == 201
        yield running_helper


async def checked(helper: Helper, name: str, *, test: bool = False) -> Check:
    """The check of this name, which must be there once."""
    found = [check for check in await run.examine(helper.daemon.office, test=test) if check.id == name]
    assert len(found) == 1, found
    return found[0]


async def received_here(helper: Helper, line: tuple[Sandbox, str]) -> None:
    """The account is received by this computer, as it should be."""
    url = f"{helper.daemon.webhook.url}/webhook/{REAL}"
    assert (await helper.call("PUT", f"/accounts/{REAL}/receiving", {"way": "alone"})).status == 200
    changed = await helper.call("PUT", f"/accounts/{REAL}/webhook", {"url": url, "seen": None})
    assert changed.status == 200, changed.text


async def extension_asks(helper: Helper, token: str, version: str) -> None:
    """As a browser's extension does."""
    bearer = {"Authorization": f"Bearer {token}", "Origin": EXTENSION, "Ittsu-Client": f"extension/{version}"}
    assert (await helper.call("GET", "/me", role=None, headers=bearer)).status == 200


async def test_where_nothing_is_wrong_nothing_is_bad(helper: Helper, line: tuple[Sandbox, str]) -> None:
    await received_here(helper, line)
    await extension_asks(helper, (await helper.paired("花子", "operator", EXTENSION))["token"], __version__)
    found = await run.examine(helper.daemon.office, test=True)
    assert [check for check in found if check.state in ("bad", "warning", "unknown")] == []
    assert {"database", "helper", "line", "clock", "webhook", "webhook_test", "secrets"} <= {
        check.id for check in found
    }


async def test_whatever_is_wrong_has_a_fix(helper: Helper, line: tuple[Sandbox, str]) -> None:
    line[0].platform.accounts[REAL].secret = "x" * 32
    for check in await run.examine(helper.daemon.office):
        assert check.state not in ("bad", "warning") or check.fix is not None, check.id


async def test_a_secret_that_is_no_more(helper: Helper, line: tuple[Sandbox, str]) -> None:
    line[0].platform.accounts[REAL].secret = "x" * 32
    line[0].platform.end_tokens(line[0].platform.accounts[REAL])
    check = await checked(helper, "line")
    assert (check.state, check.account_id) == ("bad", REAL)
    assert "channel_secret_wrong" in check.words.ja
    assert check.fix is not None
    assert "account add" in check.fix.ja


async def test_a_secret_that_is_missing(helper: Helper) -> None:
    await helper.daemon.office.vault.drop(REAL)
    assert (await checked(helper, "secret")).state == "bad"


async def test_a_line_that_is_down(helper: Helper, line: tuple[Sandbox, str]) -> None:
    line[0].faults.add("info", "500_before", times=9)
    check = await checked(helper, "line")
    assert check.state == "bad"
    assert "line_unavailable" in check.words.ja


@pytest.mark.parametrize(("seconds", "state"), [(0, "good"), (30, "warning"), (-300, "bad")])
async def test_a_clock_that_is_off(
    helper: Helper, line_clock: WanderingClock, seconds: int, state: str
) -> None:
    line_clock.offset = seconds * 1000
    helper.daemon.office.channels.forget(REAL)
    await (await helper.daemon.office.channels.client(REAL)).bot_info()
    check = await checked(helper, "clock")
    assert check.state == state
    assert (check.fix is not None and "timedatectl" in check.fix.ja) is (state != "good")


async def test_a_webhook_that_leads_elsewhere(helper: Helper, line: tuple[Sandbox, str]) -> None:
    assert (await checked(helper, "webhook")).state == "warning"  # undecided
    await received_here(helper, line)
    assert (await checked(helper, "webhook")).state == "good"
    line[0].platform.accounts[REAL].webhook_url = "https://tool.example.jp/hook"
    assert (await checked(helper, "webhook")).state == "bad"
    line[0].platform.accounts[REAL].webhook_url = None
    assert (await checked(helper, "webhook")).state == "bad"


async def test_a_webhook_that_line_does_not_reach(helper: Helper, line: tuple[Sandbox, str]) -> None:
    await received_here(helper, line)
    line[0].platform.accounts[REAL].webhook_url = f"http://127.0.0.1:9/webhook/{REAL}"
    check = await checked(helper, "webhook_test", test=True)
    assert check.state == "bad"
    assert check.fix is not None


async def test_line_is_not_made_to_call_unasked(helper: Helper, line: tuple[Sandbox, str]) -> None:
    await received_here(helper, line)
    await run.examine(helper.daemon.office)
    assert not [entry for entry in line[0].journal.entries if entry.path.endswith("/webhook/test")]


async def test_a_check_that_hangs_holds_nobody_up(helper: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_client: LineClient) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(LineClient, "bot_info", hang)
    monkeypatch.setattr(run, "SECONDS", 0.2)
    found = await run.examine(helper.daemon.office)
    assert [check.state for check in found if check.id == "line"] == ["unknown"]
    assert [check.state for check in found if check.id == "helper"] == ["good"]


async def test_a_tunnel_that_does_not_carry(helper: Helper) -> None:
    desk = helper.daemon.office.desk
    await tunnels.want(desk, "ngrok", None)
    await tunnels.note(desk, None, "tunnel_program_missing")
    check = await checked(helper, "tunnel")
    assert check.state == "bad"
    assert check.fix is not None
    await tunnels.note(desk, "https://a.ngrok-free.app", None)
    assert (await checked(helper, "tunnel")).state == "warning"  # its name changes


async def test_an_extension_of_another_version(helper: Helper) -> None:
    assert "pair" in str((await checked(helper, "extension")).fix)
    token = (await helper.paired("花子", "operator", EXTENSION))["token"]
    for version, state in (("0.0.9", "warning"), (__version__, "good")):
        await extension_asks(helper, token, version)
        assert (await checked(helper, "extension")).state == state


async def test_the_version_comes_with_a_request_and_nonsense_does_not(helper: Helper) -> None:
    pairing = await helper.paired("花子", "operator")
    bearer = {"Authorization": f"Bearer {pairing['token']}"}
    for said in ("extension/9.9.9", "<script>", "extension/" + "9" * 200):
        headers = {**bearer, "Ittsu-Client": said}
        assert (await helper.call("GET", "/me", role=None, headers=headers)).status == 200
    check = await checked(helper, "extension")
    assert "9.9.9" in check.words.ja


async def test_secrets_in_a_file_are_told(helper: Helper) -> None:
    check = await checked(helper, "secrets")
    assert "secrets.json" in check.words.ja


async def test_what_line_did_not_do_is_kept_by_its_id_and_names_no_customer(
    helper: Helper, line: tuple[Sandbox, str]
) -> None:
    client = await helper.daemon.office.channels.client(REAL)
    line[0].faults.add("profile", "500_before")
    await client.profile("U" + "a" * 32)
    await client.profile("U" + "b" * 32)  # 404: nobody there, an answer like any other
    told = (await helper.call("GET", "/checks")).body["failures"]
    assert [(one["method"], one["path"], one["status"]) for one in told] == [
        ("GET", "/v2/bot/profile/{user_id}", 500)
    ]
    logged = {entry.request_id for entry in line[0].journal.entries}
    assert told[0]["request_id"] in logged
    line[0].faults.add("push", "400", times=300)
    for _ in range(250):
        await client.push(
            "U" + "a" * 32, [{"type": "text", "text": "x"}], "00000000-0000-0000-0000-000000000000"
        )
    assert len(await support.failures(helper.daemon.office.desk)) == 200


async def test_the_api_tells_it_in_the_readers_language_to_admins(helper: Helper) -> None:
    assert (await helper.call("GET", "/checks", role="operator")).status == 403
    told = (await helper.call("GET", "/checks", headers={"Accept-Language": "en"})).body["items"]
    assert any(item["text"].startswith("the database is whole") for item in told)
    assert SECRET not in io.StringIO(str(told)).getvalue()


@pytest.mark.parametrize("error", [StoreTrouble("storage_full", "x"), RuntimeError("odd")])
async def test_one_check_that_fails_takes_no_other_along(
    helper: Helper, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_arguments: object) -> bool:
        raise error

    monkeypatch.setattr("helper.flows.quota.balances", fail)
    told = await helper.call("GET", "/checks")
    assert told.status == 200
    states = {item["id"]: item["state"] for item in told.body["items"]}
    assert states["line"] in ("bad", "unknown")
    assert states["database"] == "good"


async def test_what_is_mended_is_seen_at_the_next_press(helper: Helper, line: tuple[Sandbox, str]) -> None:
    await received_here(helper, line)
    line[0].faults.add("info", "500_before", times=1)
    for state in ("bad", "good"):
        answer = (await helper.call("GET", "/checks")).body
        assert [check["state"] for check in answer["items"] if check["id"] == "line"] == [state]


async def test_a_locked_keyring_is_not_a_missing_secret(
    helper: Helper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(_store: SecretStore) -> bool:
        return True

    await helper.daemon.office.vault.drop(REAL)
    monkeypatch.setattr(SecretStore, "is_locked", locked)
    for name in ("secret", "secrets"):
        check = await checked(helper, name)
        assert check.state == "bad"
        assert check.fix is not None
        assert "ロックを解除" in check.fix.ja


async def test_a_disk_that_is_almost_full(helper: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert (await checked(helper, "disk")).state == "bad"


async def test_backups_that_failed_or_are_late(helper: Helper) -> None:
    office = helper.daemon.office
    folder = office.settings.home / FOLDER
    folder.mkdir(exist_ok=True)
    old = to_stamp(office.desk.clock.now() - 10 * 24 * 3_600_000)
    (folder / f"ittsu-{old}.sqlite").write_bytes(b"x")
    assert (await checked(helper, "backup")).state == "bad"
    (folder / "failed.json").write_text('{"code": "storage_full", "at": 1}', "utf-8")
    assert "storage_full" in (await checked(helper, "backup")).words.en


async def test_what_line_refuses_for_another_reason_is_not_blamed_on_the_secret(
    helper: Helper, line: tuple[Sandbox, str]
) -> None:
    line[0].faults.add("info", "403", times=5)
    check = await checked(helper, "line")
    assert "not_a_messaging_channel" in check.words.ja
    assert check.fix is not None
    assert "account add" not in check.fix.ja
