"""A restart of the helper is no restart of LINE."""

import asyncio
import stat
import uuid
from pathlib import Path

import aiohttp

from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.app import Sandbox
from tests.line.conftest import FixedClock, listen

HELLO = [{"type": "text", "text": "はじめまして"}]


async def ask(base: str, token: str, path: str, body: object, **headers: str) -> tuple[int, object]:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}", **headers}) as http,
        http.post(base + path, json=body) as answer,
    ):
        return answer.status, await answer.json()


def start(memory: Path, clock: FixedClock) -> tuple[Sandbox, SandboxAccount]:
    sandbox = Sandbox(clock, memory=memory)
    return sandbox, sandbox.seed()


async def test_people_tokens_keys_and_counts_outlive_a_restart(tmp_path: Path) -> None:
    clock, memory = FixedClock(), tmp_path / "practice.json"
    retry_key = str(uuid.uuid4())
    sandbox, account = start(memory, clock)
    runner, base = await listen(sandbox.app())
    yui = await sandbox.follow("ゆい🌸")
    hanako = await sandbox.follow("花子")
    await sandbox.block(hanako)
    (reply_token, _) = account.reply_tokens
    token = sandbox.platform.issue_long_lived_token(account)
    push = {"to": yui.user_id, "messages": HELLO}
    accepted = await ask(base, token, "/v2/bot/message/push", push, **{"X-Line-Retry-Key": retry_key})
    assert accepted[0] == 200
    await runner.cleanup()
    assert stat.S_IMODE(memory.stat().st_mode) == 0o600

    clock.advance(1)
    sandbox, again = start(memory, clock)
    assert sandbox.recalled
    runner, base = await listen(sandbox.app())
    assert (again.channel_id, again.secret) == (account.channel_id, account.secret)
    assert again.bot_user_id == account.bot_user_id
    assert again.usage.counted(clock.now()) == 14
    same = again.people[yui.user_id]
    assert (same.name, same.following, same.picture) == ("ゆい🌸", True, yui.picture)
    assert [said.type for said in same.talk] == ["followed", "text"]
    assert again.people[hanako.user_id].blocked
    token = sandbox.platform.issue_long_lived_token(again)
    repeated = await ask(base, token, "/v2/bot/message/push", push, **{"X-Line-Retry-Key": retry_key})
    assert repeated[0] == 409
    reply = {"replyToken": reply_token, "messages": HELLO}
    assert (await ask(base, token, "/v2/bot/message/reply", reply))[0] == 200
    assert len({said.id for said in same.talk}) == 3
    async with aiohttp.ClientSession() as http, http.get(f"{base}{yui.picture}") as picture:
        assert picture.status == 200
    await runner.cleanup()


async def test_what_cannot_be_read_is_a_fresh_start(tmp_path: Path) -> None:
    for content in (b"", b"{", b"[]", b'{"version":9}', b'{"version":1,"accounts":[{}]}'):
        memory = tmp_path / "practice.json"
        memory.write_bytes(content)
        sandbox, account = start(memory, FixedClock())
        assert not sandbox.recalled
        assert account.name == "さくら美容室"


async def test_the_first_visitors_come_once(tmp_path: Path) -> None:
    clock, memory = FixedClock(), tmp_path / "practice.json"
    sandbox, _ = start(memory, clock)
    runner, _ = await listen(sandbox.app())
    assert [person.name for person in await sandbox.first_visitors()].count("佐藤 花子") == 2
    await runner.cleanup()
    sandbox, account = start(memory, clock)
    assert await sandbox.first_visitors() == []
    assert len(account.people) == 5
    assert [person.name for person in account.people.values() if person.wrote_at] == ["田中 実"]


async def test_what_happened_is_in_the_file_at_once(tmp_path: Path) -> None:
    memory = tmp_path / "practice.json"
    sandbox, _ = start(memory, FixedClock())
    runner, _ = await listen(sandbox.app())
    person = await sandbox.follow("ゆい🌸")
    async with asyncio.timeout(5):  # killed now, the next start must know her
        while not memory.exists() or person.user_id not in memory.read_text():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await runner.cleanup()
