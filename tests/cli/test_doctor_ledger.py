"""`ittsu doctor` adds the ledger up: a row that is wrong does not stay unnoticed."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from helper.model.clock import SystemClock
from helper.sandbox.app import Sandbox

ROOT = Path(__file__).parents[2]
ACCOUNT, SECRET = "1234567890", "s" * 32
WRONG = "通数台帳の合計が合いません"


@pytest.fixture
async def line() -> AsyncIterator[str]:
    """A stand-in for LINE whose account has used 13 messages; its address."""
    sandbox = Sandbox(SystemClock())
    account = sandbox.platform.add_account(ACCOUNT, "本物の店", "@honmono", SECRET)
    account.usage.set(sandbox.clock.now(), 13)
    runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_wrong_row_or_count_is_reported_and_a_right_one_is_not(line: str) -> None:
    environment = {**os.environ, "ITTSU_LINE_API_BASE": line, "ITTSU_CHANNEL_SECRET": SECRET}
    added = await _ittsu(environment, "account", "add", "--channel-id", ACCOUNT, "--json")
    assert json.loads(added.stdout)["id"] == ACCOUNT
    assert WRONG not in (await _ittsu(environment, "doctor")).stdout
    database = Path(os.environ["ITTSU_HOME"]) / "ittsu.sqlite"
    for wrong, right in (
        ("UPDATE ledger SET cost = cost + 1", "UPDATE ledger SET cost = cost - 1"),
        ("UPDATE quota_counter SET spent = spent + 1", "UPDATE quota_counter SET spent = spent - 1"),
        (
            f"INSERT INTO ledger (account_id, month, at, kind, cost) VALUES ('{ACCOUNT}', '2020-01', 0, 'settle', 1)",
            "DELETE FROM ledger WHERE month = '2020-01'",
        ),
    ):
        _change(database, wrong)
        ran = await _ittsu(environment, "doctor")
        assert (ran.returncode, WRONG in ran.stdout) == (1, True), wrong
        _change(database, right)
        assert WRONG not in (await _ittsu(environment, "doctor")).stdout


def _change(database: Path, statement: str) -> None:
    connection = sqlite3.connect(database)
    with connection:
        assert connection.execute(statement).rowcount >= 1
    connection.close()


async def _ittsu(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "helper", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
