"""A whole life of a real daemon with everything going wrong that can, and what it left behind."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web

from helper.line.signature import sign
from helper.model.clock import SystemClock
from helper.sandbox.app import Sandbox

ROOT = Path(__file__).parents[2]
ACCOUNT = "1234567890"
CHANNEL_SECRET = "5ecre7" + "c" * 26
PATIENCE = 30.0

TEAMMATE = "鈴木みどり"
PERSONA = "担当の葵"
NAMES = ("秘密野はな", "匿名田たろう", "内緒川じゅん")
HER_WORDS = "予約は来週の火曜でお願いします"
OUR_WORDS = "とくべつなごあいさつを差し上げます"
TEMPLATE_NAME = "常連さま向けのひな形"
TAP = "おねがいします"
WRONG_TOKEN = "wr0ngt0ken" + "x" * 33
WRONG_CODE = "ZZZZZ-YYYYY"
WRONG_SECRET = "n0ts3cret" + "w" * 23
IN_A_BROKEN_REQUEST = "brokenrequestcanary"

# Failures of LINE's side, each met by one more message.
FAULTS = ("500_after", "400", "429_rate", "drop_before", "401", "429_month")


@dataclass
class Life:
    """What was said in it. Names, texts and secrets by what they are, for the message of a failing test."""

    output: str = ""
    database: bytes = b""
    private: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


def spellings(text: str) -> set[str]:
    """The ways in which a text can stand in a log."""
    return {text, json.dumps(text)[1:-1], quote(text), repr(text.encode())[2:-1]}


@dataclass
class _Client:
    session: aiohttp.ClientSession
    api: str
    token: str = ""

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = {"Authorization": f"Bearer {self.token}"} | headers
        async with self.session.request(method, self.api + path, json=body, headers=sent) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None


async def live(home: Path, log: str) -> Life:
    """Pair, connect, follow, write, send, fail, be attacked, stop; `log` is ITTSU_LOG."""
    life = Life()
    life.private |= {"teammate": TEAMMATE, "persona": PERSONA, "her words": HER_WORDS, "our words": OUR_WORDS}
    life.private |= {"template": TEMPLATE_NAME, "tap": TAP} | {name: name for name in NAMES}
    life.private |= {"wrong token": WRONG_TOKEN, "wrong code": WRONG_CODE, "wrong secret": WRONG_SECRET}
    life.private |= {"broken request": IN_A_BROKEN_REQUEST}
    life.secrets["channel secret"] = CHANNEL_SECRET
    webhook: dict[str, str] = {}
    async with _line(webhook) as (line, base):
        account = line.platform.add_account(ACCOUNT, "本物の店", "@honmono", CHANNEL_SECRET)
        life.secrets["channel token"] = line.platform.issue_long_lived_token(account)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ITTSU_")} | {
            "ITTSU_HOME": str(home),
            "ITTSU_KEYRING": "file",
            "ITTSU_SANDBOX": "never",
            "ITTSU_HOLD_SECONDS": "0",
            "ITTSU_LINE_API_BASE": base,
            "ITTSU_LOG": log,
            "ITTSU_API_PORT": "0",
            "ITTSU_WEBHOOK_PORT": "0",
        }
        async with _daemon(life, environment) as addresses, aiohttp.ClientSession() as session:
            webhook["url"] = addresses["webhook"]
            client = _Client(session, addresses["api"] + "/api/v1")
            await _pair(life, client, environment)
            secret = {"ITTSU_CHANNEL_SECRET": CHANNEL_SECRET}
            secret["ITTSU_CHANNEL_TOKEN"] = life.secrets["channel token"]
            await _command(environment | secret, "account", "add", "--channel-id", ACCOUNT, "--json")
            await _work(line, client)
            await _attack(client, addresses)
            life.database = b"".join(path.read_bytes() for path in sorted(home.glob("ittsu.sqlite*")))
        kept = json.loads((home / "secrets.json").read_text("utf-8"))
        life.secrets["instance key"] = kept["instance-key"]
    return life


async def _pair(life: Life, client: _Client, environment: dict[str, str]) -> None:
    printed = await _command(environment, "pair", "--json", "--name", TEAMMATE)
    code = printed["code"]
    status, pairing = await client.ask("POST", "/pairings", {"code": code, "client": {"name": "x"}})
    assert status == 201
    client.token = pairing["token"]
    unused = (await _command(environment, "pair", "--json", "--name", TEAMMATE))["code"]
    life.secrets |= {"bearer token": pairing["token"], "proof key": pairing["proof_key"]}
    life.secrets |= {"used code": code, "unused code": unused}
    life.secrets |= {"used code, plain": code.replace("-", ""), "unused code, plain": unused.replace("-", "")}


async def _work(line: Sandbox, client: _Client) -> None:
    here = f"/accounts/{ACCOUNT}"
    _, persona = await client.ask("POST", f"{here}/personas", {"name": PERSONA})
    words = {
        "name": TEMPLATE_NAME,
        "messages": [{"type": "text", "text": "{display_name}さん、" + OUR_WORDS}],
        "tap_replies": [TAP],
        "persona_id": persona["id"],
    }
    status, template = await client.ask("POST", f"{here}/templates", words)
    assert status == 201, template
    line.faults.add("profile", "500_before")
    people = [await line.follow(name, seconds) for name, seconds in zip(NAMES, (0, 0, 3000), strict=True)]
    click = {"template_id": template["id"], "max_cost": 1}
    for person in people:
        await _settled(client, {**click, "user_id": person.user_id}, "sent")
    await line.write(people[0], HER_WORDS)
    for number, fault in enumerate(FAULTS):
        person = await line.follow(f"{NAMES[number % 3]}", seconds_ago=3000)
        line.faults.add("push", fault)  # type: ignore[arg-type]
        await _settled(client, {**click, "user_id": person.user_id}, None)
        line.faults.clear()
    held = {**click, "user_id": people[0].user_id, "hold_seconds": 30, "messages": words["messages"]}
    del held["template_id"]
    _, message = await client.ask("POST", f"{here}/messages", held, **{"Idempotency-Key": "held"})
    await client.ask("DELETE", f"{here}/messages/{message['id']}")
    await line.block(people[1])
    for path in (f"/friends?q={quote(NAMES[0])}", "/ledger", f"/friends/{people[0].user_id}/messages"):
        assert (await client.ask("GET", here + path))[0] == 200


async def _settled(client: _Client, body: dict[str, Any], wanted: str | None) -> None:
    """Click, and wait for the outcome (any that is told, where none is wanted)."""
    async with client.session.ws_connect(f"{client.api}/events") as socket:
        await socket.send_json({"token": client.token})
        await socket.receive_json()
        status, message = await client.ask(
            "POST", f"/accounts/{ACCOUNT}/messages", body, **{"Idempotency-Key": body["user_id"]}
        )
        assert status == 201, message
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = await socket.receive_json()
                if frame["type"] == "message" and frame["data"]["id"] == message["id"]:
                    told = frame["data"]["status"]
                    if told == wanted or (wanted is None and told != "held"):
                        return


async def _attack(client: _Client, addresses: dict[str, str]) -> None:
    session, here = client.session, f"/accounts/{ACCOUNT}"
    event = {"type": "message", "message": {"type": "text", "id": "1", "text": HER_WORDS}}
    hook = f"{addresses['webhook']}/webhook/{ACCOUNT}"
    body = json.dumps({"destination": "U0", "events": [event]}, ensure_ascii=False).encode()
    for data, signature in [
        (body, "AAAA"),
        (body[:-3], sign(CHANNEL_SECRET, body[:-3])),
        (b"[1]", sign(CHANNEL_SECRET, b"[1]")),
        (body, sign(CHANNEL_SECRET, body)),
    ]:
        async with session.post(hook, data=data, headers={"X-Line-Signature": signature}) as answer:
            assert answer.status in (200, 400, 401)
    wrong = {"Authorization": f"Bearer {WRONG_TOKEN}"}
    assert (await client.ask("GET", f"/me?x={quote(HER_WORDS)}", **wrong))[0] == 401
    assert (await client.ask("POST", "/pairings", {"code": WRONG_CODE, "client": {"name": TEAMMATE}}))[
        0
    ] == 403
    assert (await client.ask("POST", "/pairings", {"code": 5, "client": {"name": TEAMMATE}}))[0] == 422
    add = {"channel_id": "1234567899", "channel_secret": WRONG_SECRET, "access_token": WRONG_TOKEN}
    assert (await client.ask("POST", "/accounts", add))[0] == 422
    assert (await client.ask("PUT", f"{here}/templates/{quote(NAMES[0])}", {"name": HER_WORDS}))[0] == 422
    assert (await client.ask("POST", f"{here}/messages", {"messages": OUR_WORDS}))[0] == 422
    async with session.ws_connect(f"{client.api}/events") as socket:
        await socket.send_json({"token": WRONG_TOKEN, "name": NAMES[0]})
        await socket.receive()
    for address in addresses.values():
        host, _, port = address.removeprefix("http://").rpartition(":")
        for sent in (f"GET /{IN_A_BROKEN_REQUEST} HTTP/9\r\n", f"{IN_A_BROKEN_REQUEST}\r\n"):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(sent.encode() + b"\r\n")
            async with asyncio.timeout(PATIENCE):
                assert (await reader.read()).startswith(b"HTTP/1.")
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def _line(webhook: dict[str, str]) -> AsyncIterator[tuple[Sandbox, str]]:
    """A stand-in for LINE in this process; `webhook["url"]` is the helper's listener, once there is one."""
    sandbox = Sandbox(SystemClock(), lambda account_id: f"{webhook['url']}/webhook/{account_id}")
    runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield sandbox, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _daemon(life: Life, environment: dict[str, str]) -> AsyncIterator[dict[str, str]]:
    """`ittsu serve`: its listeners' addresses; afterwards all that it printed stands in `life.output`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "helper", "serve"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    addresses: dict[str, str] = {}
    lines: list[bytes] = []
    ready = asyncio.Event()

    async def read(output: asyncio.StreamReader) -> None:
        async for line in output:
            lines.append(line)
            name, _, address = line.decode().strip().partition(" ")
            if name in ("api", "webhook") and not ready.is_set():
                addresses[name] = address
            if name == "ready":
                ready.set()

    reading = asyncio.create_task(read(process.stdout))
    try:
        async with asyncio.timeout(60):
            await ready.wait()
        yield addresses
        process.terminate()
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await reading
        life.output = b"".join(lines).decode()


async def _command(environment: dict[str, str], *arguments: str) -> Any:
    """What an `ittsu` command prints as JSON."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "helper", *arguments),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)
