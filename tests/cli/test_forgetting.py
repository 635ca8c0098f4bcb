"""`ittsu friend forget`, beside a running daemon and without one."""

import asyncio
import os
from pathlib import Path
from typing import Any

import aiohttp

from tests.cli.test_commands import _ittsu, _serving

PRACTICE = "2000000001"


def _left_in_files(*words: str) -> list[str]:
    files = Path(os.environ["ITTSU_HOME"]).glob("ittsu.sqlite*")
    raw = b"".join(file.read_bytes() for file in files)
    return [word for word in words if word.encode() in raw]


async def _named_friend(session: aiohttp.ClientSession, api: str) -> dict[str, Any]:
    """One of practice mode's first visitors, once LINE has told the name."""
    async with asyncio.timeout(20):
        while True:
            async with session.get(f"{api}/accounts/{PRACTICE}/friends?stage=talking") as response:
                items: list[dict[str, Any]] = (await response.json())["items"]
            if items and items[0]["display_name"]:
                return items[0]
            await asyncio.sleep(0.05)


async def test_a_running_daemon_lets_go_of_her_and_tells_the_pages() -> None:
    with _serving() as served:
        code = (await asyncio.to_thread(_ittsu, "pair", "--json")).json["code"]
        api = served.lines["api"] + "/api/v1"
        async with aiohttp.ClientSession() as session:
            body = {"code": code, "client": {"name": "test"}}
            async with session.post(f"{api}/pairings", json=body) as response:
                token = (await response.json())["token"]
            session.headers["Authorization"] = f"Bearer {token}"
            friend = await _named_friend(session, api)
            assert _left_in_files(friend["user_id"], friend["display_name"]) != []
            async with session.ws_connect(f"{api}/events") as socket:
                await socket.send_json({"token": token})
                command = ("friend", "forget", "--account", PRACTICE, friend["user_id"], "--yes")
                ran = await asyncio.to_thread(_ittsu, *command)
                assert (ran.code, "消去しました" in ran.out, "Erased." in ran.out) == (0, True, True), ran.err
                async with asyncio.timeout(5):
                    while (await socket.receive_json())["type"] != "resync":
                        pass
            async with session.get(f"{api}/accounts/{PRACTICE}/friends/{friend['user_id']}") as response:
                assert response.status == 404
            assert _left_in_files(friend["user_id"], friend["display_name"]) == []
        again = await asyncio.to_thread(_ittsu, *command)
        assert (again.code, "もう消去した" in again.err) == (1, True)


async def test_nothing_is_erased_without_a_yes() -> None:
    with _serving() as served:
        code = (await asyncio.to_thread(_ittsu, "pair", "--json")).json["code"]
        api = served.lines["api"] + "/api/v1"
        async with aiohttp.ClientSession() as session:
            async with session.post(
                f"{api}/pairings", json={"code": code, "client": {"name": "test"}}
            ) as response:
                token = (await response.json())["token"]
            session.headers["Authorization"] = f"Bearer {token}"
            friend = await _named_friend(session, api)
    # Without a daemon, and without anybody to ask.
    command = ("friend", "forget", "--account", PRACTICE, friend["user_id"])
    ran = await asyncio.to_thread(_ittsu, *command)
    assert (ran.code, "--yes" in ran.err) == (2, True)
    assert _left_in_files(friend["user_id"]) != []
    ran = await asyncio.to_thread(_ittsu, *command, "--yes")
    assert ran.code == 0, ran.err
    assert _left_in_files(friend["user_id"], friend["display_name"]) == []
    unknown = await asyncio.to_thread(_ittsu, "friend", "forget", "--account", "1", "U" + "0" * 32, "--yes")
    assert (unknown.code, "アカウント 1 はありません" in unknown.err) == (1, True)
