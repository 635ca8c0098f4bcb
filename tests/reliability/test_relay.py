"""The real relay: killed between LINE's 200 and passing on, beside a helper that is a process, too."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import trustme

from helper.line.signature import sign
from tests.relay.post import Tool, event, open_tool, until, webhook
from tests.reliability.line_side import CHANNEL, LineSide
from tests.reliability.process import Daemon
from tests.reliability.relay_process import RelayProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNT = "1650000001"
SECRET = "0123456789abcdef" * 2


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tool(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tool]:
    """The tool at `localhost`, which the real relay may reach only with the administrator's leave."""
    authority = trustme.CA()
    folder = tmp_path_factory.mktemp("authority")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    async with open_tool(authority, "localhost") as opened:
        opened.certificates = str(folder / "ca.pem")
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def relay(tool: Tool, tmp_path: Path) -> AsyncIterator[RelayProcess]:
    """A relay that stands before one account, with the tool behind it."""
    tool.got.clear()
    relay = RelayProcess(tmp_path / "relay", SSL_CERT_FILE=tool.certificates)
    await relay.start()
    try:
        said = await relay.command(
            "add",
            "--channel-id",
            ACCOUNT,
            "--secret-stdin",
            "--tool",
            tool.url,
            "--private-tool",
            stdin=SECRET,
        )
        assert f"{relay.url}/webhook/{ACCOUNT}" in said
        assert SECRET not in said
        yield relay
    finally:
        relay.close()


async def _deliver(relay: RelayProcess, body: bytes) -> int:
    headers = {"X-Line-Signature": sign(SECRET, body), "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{relay.url}/webhook/{ACCOUNT}", data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_a_kill_between_lines_200_and_passing_on_loses_nothing(relay: RelayProcess, tool: Tool) -> None:
    bodies = [webhook(event("U" + f"{number:032x}")) for number in range(20)]
    tool.gate.clear()
    for body in bodies:
        assert await _deliver(relay, body) == 200
    await until(lambda: tool.waiting > 0)
    relay.kill()
    tool.got.clear()
    tool.gate.set()
    await until(lambda: tool.waiting == 0)
    under_way = {got.body for got in tool.got}
    await relay.start()
    await until(lambda: {got.body for got in tool.got} == set(bodies))

    async def nothing_waits() -> bool:
        return bool((await _status(relay))["waiting_for_tool"] == 0)

    await until(nothing_waits)
    # Only what was under way when it died may have come twice: nobody knows whether the tool had it.
    for body in bodies:
        assert sum(got.body == body for got in tool.got) <= (2 if body in under_way else 1)
    assert (await _status(relay))["waiting_for_helper"] == 20
    said = relay.log()
    assert SECRET not in said
    assert "U0000" not in said


async def _status(relay: RelayProcess) -> dict[str, object]:
    (item,) = json.loads(await relay.command("status", "--json"))["items"]
    assert isinstance(item, dict)
    return item


async def test_what_was_answered_200_is_on_the_disk(relay: RelayProcess, tool: Tool) -> None:
    """Killed in the middle of a burst: each 200 is there afterwards."""
    bodies = [webhook(event("U" + f"{number:032x}")) for number in range(200)]
    answered: list[bytes] = []

    at_once = asyncio.Semaphore(20)

    async def deliver(body: bytes) -> None:
        async with at_once:
            try:
                if await _deliver(relay, body) == 200:
                    answered.append(body)
            except aiohttp.ClientError:
                return
            if len(answered) == 50:
                relay.kill()

    await asyncio.gather(*map(deliver, bodies))
    assert 50 <= len(answered) < 200
    await relay.start()
    await until(lambda: set(answered) <= {got.body for got in tool.got})
    waiting = (await _status(relay))["waiting_for_helper"]
    assert isinstance(waiting, int)
    assert waiting >= len(answered)


async def test_the_commands_say_what_waits_and_what_to_do(relay: RelayProcess, tool: Tool) -> None:
    assert "--private-tool" not in await relay.command("status")
    refused = await relay.command(
        "add", "--channel-id", ACCOUNT, "--tool", "http://tool.example.jp/", stdin=SECRET, code=2
    )
    assert "https://" in refused
    itself = f"https://{relay.url.removeprefix('http://')}/webhook/{ACCOUNT}"
    # A tunnel that is gone: nothing answers there, and the path alone tells that it was ours.
    gone = f"https://gone.trycloudflare.com/webhook/{ACCOUNT}"
    for ours in (itself, gone):
        said = await relay.command("add", "--channel-id", ACCOUNT, "--tool", ours, stdin=SECRET, code=2)
        assert "Ittsu itself" in said
    tool.status = 500
    try:
        assert await _deliver(relay, webhook(event())) == 200

        async def failed() -> bool:
            return (await _status_whatever(relay))["failure"] == "tool_status"

        await until(failed)
        said = await relay.command("status", code=1)
        assert "エラー（500）" in said
        assert "転送待ち 1件" in said
        told = await relay.command("add", "--channel-id", ACCOUNT, "--tool", "none", stdin=SECRET)
        assert "まだ届いていなかった1件は転送しません" in told
    finally:
        tool.status = 200
    assert "--yes" in await relay.command("remove", ACCOUNT, code=1)
    await relay.command("remove", ACCOUNT, "--yes")
    assert "1650000001" not in await relay.command("status")
    assert await _deliver_until_gone(relay)


async def _status_whatever(relay: RelayProcess) -> dict[str, object]:
    """The status, also where its exit code says that something is wrong."""
    try:
        text = await relay.command("status", "--json")
    except AssertionError:
        text = await relay.command("status", "--json", code=1)
    (item,) = json.loads(text)["items"]
    assert isinstance(item, dict)
    return item


async def _deliver_until_gone(relay: RelayProcess) -> bool:
    async def gone() -> bool:
        return await _deliver(relay, webhook(event())) == 404

    await until(gone)
    return True


async def test_a_helper_that_is_killed_while_it_catches_up_gets_everything_once(
    relay: RelayProcess, tmp_path: Path
) -> None:
    async with LineSide().listening() as line:
        await relay.command(
            "add", "--channel-id", CHANNEL, "--secret-stdin", "--tool", "none", stdin=line.account.secret
        )
        line.webhook = lambda channel: f"{relay.url}/webhook/{channel}"
        daemon = Daemon(tmp_path / "helper", line.base)
        try:
            await daemon.settle_in(line.account.channel_id, line.account.secret)
            code = json.loads(await relay.command("pair", "--json"))
            assert code["url"] == relay.url
            said = await asyncio.to_thread(
                daemon._command, "relay", "connect", relay.url, "--code", code["code"]
            )
            assert relay.url in said

            async def connected() -> bool:
                account = (await daemon.call("GET", f"/accounts/{CHANNEL}")).body
                return bool(account["relay"] and account["relay"]["connected"] and account["relay"]["known"])

            await until(connected)
            daemon.kill()
            people = [await line.sandbox.follow(f"客{number}") for number in range(300)]
            for _ in range(3):
                await daemon.start()
                daemon.kill()
            await daemon.start()

            async def all_there() -> bool:
                account = (await daemon.call("GET", f"/accounts/{CHANNEL}")).body
                return bool(account["new_friends"] == len(people))

            await until(all_there)

            async def told() -> bool:
                account = (await daemon.call("GET", f"/accounts/{CHANNEL}")).body
                return bool(account["relay"]["waiting_for_helper"] == 0)

            await until(told)
            assert "中継につながっています" in await asyncio.to_thread(daemon._command, "doctor")
            await asyncio.to_thread(daemon._command, "relay", "disconnect")

            async def alone() -> bool:
                return bool((await daemon.call("GET", f"/accounts/{CHANNEL}")).body["relay"] is None)

            await until(alone)
        finally:
            await daemon.close()
