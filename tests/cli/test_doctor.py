"""`ittsu doctor` in its forms."""

import asyncio
import json
from pathlib import Path

import pytest

from helper.cli import main
from helper.sandbox.app import Sandbox

ACCOUNT = "1234567890"


async def test_json_and_support(
    line: tuple[Sandbox, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sandbox, base = line
    for name, value in {"HOME": tmp_path, "KEYRING": "file", "LINE_API_BASE": base}.items():
        monkeypatch.setenv(f"ITTSU_{name}", str(value))
    monkeypatch.setenv("ITTSU_CHANNEL_SECRET", "s" * 32)
    assert await asyncio.to_thread(main, ["account", "add", "--channel-id", ACCOUNT, "--json"]) == 0
    capsys.readouterr()
    assert await asyncio.to_thread(main, ["doctor", "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    assert {item["id"]: item["state"] for item in items}["line"] == "good"
    sandbox.faults.add("info", "500_before", times=9)
    assert await asyncio.to_thread(main, ["doctor", "--support"]) == 1
    said = capsys.readouterr().out
    assert "× 本物の店: LINEに確認できません（line_unavailable）" in said
    assert "GET /v2/bot/info  500" in said
