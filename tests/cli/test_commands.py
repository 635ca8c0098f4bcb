"""Commands beside a running daemon and without one, as processes of their own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from helper.cli import main
from helper.sandbox.app import Sandbox

ROOT = Path(__file__).parents[2]


@dataclass
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "ITTSU_API_PORT": "0", "ITTSU_WEBHOOK_PORT": "0", "ITTSU_SANDBOX_PORT": "0", **more}


def _ittsu(*arguments: str, stdin: str = "", **environment: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "helper", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=_environment(**environment),
        cwd=ROOT,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@dataclass
class Served:
    """A running `ittsu serve`."""

    process: subprocess.Popen[str]
    lines: dict[str, str]

    def stop(self) -> float:
        """Ask it to stop; the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        return time.monotonic() - started


@contextmanager
def _serving(**environment: str) -> Iterator[Served]:
    process = subprocess.Popen(
        [sys.executable, "-m", "helper", "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=_environment(**environment),
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        lines: dict[str, str] = {}
        for line in process.stdout:
            word, _, url = line.strip().partition(" ")
            lines[word] = url
            if word == "ready":
                break
        yield Served(process, lines)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def test_serve_says_where_it_listens_and_stops_within_two_seconds() -> None:
    with _serving() as served:
        assert list(served.lines) == ["api", "webhook", "sandbox", "ready"]
        assert all(
            served.lines[name].startswith("http://127.0.0.1:") for name in ("api", "webhook", "sandbox")
        )
        second = _ittsu("serve")
        assert second.code != 0
        assert "もう起動しています" in second.err
        assert "running already" in second.err
        code = _ittsu("pair", "--json", "--name", "太郎").json
        assert code["url"] == served.lines["api"]
        assert served.stop() < 2
        assert served.process.returncode == 0


def test_a_port_in_use_is_said_plainly() -> None:
    with _serving() as served:
        port = served.lines["api"].rpartition(":")[2]
        other = _ittsu("serve", "--home", os.environ["ITTSU_HOME"] + "-other", "--api-port", port)
        assert other.code == 1
        assert f"ポート{port}" in other.err
        assert "in use" in other.err
        assert "Traceback" not in other.err


async def test_an_account_added_beside_a_running_daemon_takes_effect(line: tuple[Sandbox, str]) -> None:
    _, base = line
    with _serving(ITTSU_LINE_API_BASE=base) as served:
        code = (await asyncio.to_thread(_ittsu, "pair", "--json")).json["code"]
        async with aiohttp.ClientSession() as session:
            api = served.lines["api"] + "/api/v1"
            body = {"code": code, "client": {"name": "test"}}
            async with session.post(f"{api}/pairings", json=body) as response:
                pairing = await response.json()
            assert pairing["teammate"]["role"] == "admin"
            async with session.ws_connect(f"{api}/events") as socket:
                await socket.send_json({"token": pairing["token"]})
                await socket.receive_json()
                added = await asyncio.to_thread(
                    _ittsu,
                    *("account", "add", "--channel-id", "1234567890", "--json"),
                    ITTSU_CHANNEL_SECRET="s" * 32,
                    ITTSU_LINE_API_BASE=base,
                )
                assert added.code == 0, added.err
                assert (added.json["id"], added.json["name"]) == ("1234567890", "本物の店")
                async with asyncio.timeout(5):
                    while True:
                        frame = await socket.receive_json()
                        if frame["type"] == "account" and frame["account_id"] == "1234567890":
                            break
            bearer = {"Authorization": f"Bearer {pairing['token']}"}
            async with session.get(f"{api}/accounts/1234567890", headers=bearer) as response:
                assert (await response.json())["sandbox"] is False
            async with session.post(f"{api}/accounts/1234567890/quota/refresh", headers=bearer) as response:
                assert response.status == 200


async def test_a_wrong_secret_stores_nothing(line: tuple[Sandbox, str]) -> None:
    _, base = line
    wrong = await asyncio.to_thread(
        _ittsu,
        *("account", "add", "--channel-id", "1234567890"),
        stdin="wrong\n",
        ITTSU_LINE_API_BASE=base,
    )
    assert wrong.code == 1
    assert "チャネルシークレット" in wrong.err
    assert "Traceback" not in wrong.err
    assert (await asyncio.to_thread(_ittsu, "account", "list", "--json")).json == {"items": []}


async def test_an_account_comes_is_checked_and_goes(line: tuple[Sandbox, str]) -> None:
    sandbox, base = line
    environment = {"ITTSU_LINE_API_BASE": base}
    added = await asyncio.to_thread(
        _ittsu, "account", "add", "--channel-id", "1234567890", stdin="s" * 32 + "\n", **environment
    )
    assert added.code == 0, added.err
    checked = await asyncio.to_thread(_ittsu, "account", "check", "--json", **environment)
    assert checked.json == {"items": [{"id": "1234567890", "ok": True, "code": None}]}
    sandbox.platform.account("1234567890").secret = "another"
    failed = await asyncio.to_thread(_ittsu, "account", "check", **environment)
    assert failed.code == 1
    removed = await asyncio.to_thread(_ittsu, "account", "remove", "1234567890", **environment)
    assert removed.code == 0
    assert (await asyncio.to_thread(_ittsu, "account", "list", "--json")).json == {"items": []}
    again = await asyncio.to_thread(_ittsu, "account", "remove", "1234567890", **environment)
    assert (again.code, "つながっていません" in again.err) == (1, True)


@pytest.mark.parametrize("channel", ["abc", "", "１２３", "1" * 30])
def test_a_channel_id_is_digits(channel: str) -> None:
    assert _ittsu("account", "add", "--channel-id", channel, stdin="x\n").code == 2


def test_pairing_without_a_daemon_prints_a_code_for_later() -> None:
    ran = _ittsu("pair", "--name", "花子", "--role", "viewer", ITTSU_API_PORT="8171")
    assert ran.code == 0
    assert "接続コード" in ran.out
    assert "http://127.0.0.1:8171" in ran.out
    assert "python3 scripts/start.py" in ran.err


def test_openapi_prints_the_document() -> None:
    ran = _ittsu("openapi")
    assert ran.json["openapi"].startswith("3.1")


def test_doctor_is_honest_about_what_it_cannot_see() -> None:
    ran = _ittsu("doctor")
    assert ran.code == 0
    assert "調べられない" in ran.out


def test_teammates_are_listed_and_revoked_by_name() -> None:
    nobody = _ittsu("teammate", "revoke", "花子")
    assert (nobody.code, "いません" in nobody.err) == (1, True)
    assert _ittsu("teammate", "list", "--json").json == {"items": []}


def test_the_demo_does_the_main_job() -> None:
    ran = _ittsu("demo", "--once")
    assert ran.code == 0, ran.out + ran.err
    assert "送信しました（無料）。残り 187通" in ran.out
    assert "送信しました（1通）。残り 186通" in ran.out
    assert "花子 from 'さくら美容室'" in ran.out


async def test_connecting_tells_what_line_says_and_what_no_api_shows(
    line: tuple[Sandbox, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sandbox, base = line
    sandbox.platform.accounts["1234567890"].webhook_url = "https://tool.example.jp/hook"
    for name, value in {"HOME": tmp_path, "KEYRING": "file", "LINE_API_BASE": base}.items():
        monkeypatch.setenv(f"ITTSU_{name}", str(value))
    monkeypatch.setenv("ITTSU_CHANNEL_SECRET", "s" * 32)
    assert await asyncio.to_thread(main, ["account", "add", "--channel-id", "1234567890"]) == 0
    said = capsys.readouterr().out
    for part in ("未認証", "200/200", "https://tool.example.jp/hook", "□「応答メッセージ」", "setup"):
        assert part in said, part
    monkeypatch.setenv("ITTSU_CHANNEL_SECRET", "x" * 32)
    assert await asyncio.to_thread(main, ["account", "add", "--channel-id", "1234567890"]) == 1
    assert "このチャネルIDのものではありません" in capsys.readouterr().err
    assert await asyncio.to_thread(main, ["account", "check"]) == 0
    assert "https://tool.example.jp/hook" in capsys.readouterr().out
