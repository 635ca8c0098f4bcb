"""`ittsu friend import --file`: a preview first, a yes, and the outcome."""

import asyncio
from pathlib import Path

import pytest

from helper.cli import main
from helper.sandbox.app import Sandbox

ACCOUNT = "1234567890"


@pytest.fixture
async def connected(line: tuple[Sandbox, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    sandbox, base = line
    for name, value in {"HOME": tmp_path, "KEYRING": "file", "LINE_API_BASE": base}.items():
        monkeypatch.setenv(f"ITTSU_{name}", str(value))
    monkeypatch.setenv("ITTSU_CHANNEL_SECRET", "s" * 32)
    assert await asyncio.to_thread(main, ["account", "add", "--channel-id", ACCOUNT, "--json"]) == 0
    return sandbox


async def test_it_shows_asks_and_brings_in(
    connected: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ken = await connected.follow("けん", account=connected.platform.accounts[ACCOUNT])
    file = tmp_path / "ids.txt"
    file.write_text(f"{ken.user_id}\nU{'f' * 32}\n", "utf-8")
    command = ["friend", "import", "--file", str(file)]
    assert await asyncio.to_thread(main, command) == 1
    said = capsys.readouterr().out
    assert "新しく確認する 2件" in said
    assert "何も変更していません" in said
    assert await asyncio.to_thread(main, [*command, "--yes"]) == 0
    assert "登録 1人、LINEで確認できなかったID 1件" in capsys.readouterr().out


async def test_a_dashboards_csv_is_sent_to_the_links(
    connected: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lstep.csv"
    file.write_text("登録ID,表示名\r\n1234567,けん\r\n", "cp932")
    assert await asyncio.to_thread(main, ["friend", "import", "--file", str(file), "--yes"]) == 1
    assert "紐付けの準備には使えます" in capsys.readouterr().err
    assert await asyncio.to_thread(main, ["friend", "import", "--file", str(tmp_path / "no.csv")]) == 1
