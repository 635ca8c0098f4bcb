"""The tunnel over the API and by `ittsu tunnel`: LINE's webhook URL is another matter, and needs a yes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helper.cli import main
from helper.line.answers import WebhookTest
from helper.sandbox.app import Sandbox
from tests.api.conftest import Helper, running, settings_for
from tests.api.test_accounts import REAL, SECRET, line
from tests.relay.post import until

__all__ = ["line"]

QUICK = "https://brave-fox.trycloudflare.com"
TOOL = "https://tool.example.jp/hook"
OURS = f"{QUICK}/webhook/{REAL}"


@pytest.fixture
async def helper(
    tmp_path: Path, line: tuple[Sandbox, str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Helper]:
    """A connected account, a program that plays cloudflared, and an internet in which its address leads here."""
    folder = tmp_path / "bin"
    folder.mkdir()
    fake = folder / "cloudflared"
    fake.write_text(
        f"#!{sys.executable}\nimport time\nprint('{QUICK}', flush=True)\ntime.sleep(600)\n", "utf-8"
    )
    fake.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder))

    async def reached(_origin: str) -> bool:
        return True

    monkeypatch.setattr("helper.tunnel.keeper.leads_here", reached)
    home = tmp_path / "home"
    for name, value in {"HOME": home, "KEYRING": "file", "LINE_API_BASE": line[1]}.items():
        monkeypatch.setenv(f"ITTSU_{name}", str(value))
    settings = settings_for(home, sandbox="never", line_api_base=line[1])
    async with running(settings) as running_helper:
        new = {"channel_id": REAL, "channel_secret": SECRET}
        assert (await running_helper.call("POST", "/accounts", new)).status == 201
        yield running_helper


async def _carries(helper: Helper) -> None:
    async def told() -> bool:
        return bool((await helper.call("GET", "/tunnel")).body["origin"] == QUICK)

    await until(told)


async def test_it_is_started_and_stopped_and_line_is_not_touched(
    helper: Helper, line: tuple[Sandbox, str]
) -> None:
    line[0].platform.accounts[REAL].webhook_url = TOOL
    before = (await helper.call("GET", "/tunnel")).body
    assert (before["program"], before["installed"]) == (None, ["cloudflared"])
    started = await helper.call("PUT", "/tunnel", {"program": "cloudflared"})
    assert (started.status, started.body["stable"]) == (200, False)
    await _carries(helper)
    missing = await helper.call("PUT", "/tunnel", {"program": "ngrok"})
    assert (missing.status, missing.body["code"]) == (409, "tunnel_program_missing")
    odd = await helper.call("PUT", "/tunnel", {"program": "cloudflared", "hostname": "--config=x"})
    assert (odd.status, odd.body["errors"][0]["field"]) == (422, "hostname")
    assert (await helper.call("DELETE", "/tunnel")).status == 204
    assert (await helper.call("GET", "/tunnel")).body["program"] is None
    assert line[0].platform.accounts[REAL].webhook_url == TOOL


async def _tested(*_arguments: object) -> WebhookTest:
    """The stand-in for LINE cannot look the address up."""
    return WebhookTest(True, "OK", 200)


async def test_the_command_sets_the_url_only_after_a_yes(
    helper: Helper,
    line: tuple[Sandbox, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("helper.flows.receiving.try_url", _tested)
    account = line[0].platform.accounts[REAL]
    assert await asyncio.to_thread(main, ["tunnel"]) == 1
    untouched: str | None = account.webhook_url
    assert untouched is None
    said = capsys.readouterr().out
    assert "起動するたびに変わります" in said
    assert OURS in said
    assert await asyncio.to_thread(main, ["tunnel", "--yes"]) == 0
    assert account.webhook_url == OURS
    assert await asyncio.to_thread(main, ["tunnel", "status"]) == 0
    assert await asyncio.to_thread(main, ["tunnel", "stop"]) == 0
    assert account.webhook_url == OURS
    assert "LINEからは何も届きません" in capsys.readouterr().out


async def test_a_tools_url_is_never_replaced_by_the_command(
    helper: Helper,
    line: tuple[Sandbox, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("helper.flows.receiving.try_url", _tested)
    line[0].platform.accounts[REAL].webhook_url = TOOL
    assert await asyncio.to_thread(main, ["tunnel", "--yes"]) == 1
    assert line[0].platform.accounts[REAL].webhook_url == TOOL
    assert "中継を使います" in capsys.readouterr().err


async def test_what_was_missed_is_told_until_somebody_has_read_of_it(helper: Helper) -> None:
    from helper.model.watch import Missed
    from helper.store.watch import add_missed

    assert (await helper.call("PUT", f"/accounts/{REAL}/receiving", {"way": "alone"})).status == 200
    now = helper.daemon.office.desk.clock.now()
    await helper.daemon.office.database.write(
        lambda unit: add_missed(unit, Missed(now - 7_200_000, now - 60_000), 0)
    )
    account = (await helper.call("GET", f"/accounts/{REAL}")).body
    assert len(account["missed"]) == 1
    assert account["reception"]["trouble"] is None
    assert (await helper.call("DELETE", f"/accounts/{REAL}/missed", role="operator")).status == 204
    assert (await helper.call("GET", f"/accounts/{REAL}")).body["missed"] == []
