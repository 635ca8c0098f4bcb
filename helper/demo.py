"""`ittsu demo`: the main job in practice mode, end to end through the helper's own API."""

import asyncio
import logging
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from helper.app import Daemon
from helper.logs import set_up_logging
from helper.office import open_office
from helper.serving import serve
from helper.settings import Settings
from helper.words import Words

HOLD_SECONDS = 0.5
PATIENCE_SECONDS = 15.0

TITLE = Words("Ittsu 練習モード（お客様には届きません）", "Ittsu practice mode: nothing reaches a customer")
FOLLOWED = Words("■ 友だちが2人増えました", "■ Two people added the account")
QUEUE_LINE = Words("  {name}：{plan}", "  {name}: {plan}")
FREE = Words("最初の一通（無料・0通）", "First message (free, 0)")
PAID = Words("最初の一通（1通使います）", "First message (uses 1)")
REMAINING = Words(
    "■ 今月の残り通数: {remaining}通（上限 {limit}通）", "■ Left this month: {remaining} of {limit}"
)
CLICK = Words("\n■ {name}さんに送ります：{plan}", "■ Sending to {name}: {plan}")
SENT_FREE = Words("  送信しました（無料）。残り {remaining}通", "  Sent (free). {remaining} left")
SENT_PAID = Words("  送信しました（1通）。残り {remaining}通", "  Sent (1 message). {remaining} left")
PHONE = Words("  {name}さんのスマートフォン:", "  On {name}'s phone:")
TAPPED = Words(
    "\n■ {name}さんが「{label}」をタップしました。ここからはLINEチャットで無料で話せます",
    '■ {name} tapped "{label}": from here LINE chat is free',
)
GOOD = Words(
    "\n○ 無料の返信で1通、プッシュで1通。通数はちょうど1減りました。",
    "○ One by free reply, one by push. The quota fell by exactly one.",
)
BAD = Words("\n× 期待どおりではありませんでした: {what}", "× Not as expected: {what}")


class NotAsExpected(Exception):
    """The demo saw something else than it should."""


def expect(condition: object, what: str) -> None:
    """Raise NotAsExpected unless it holds."""
    if not condition:
        raise NotAsExpected(what)


@dataclass(slots=True)
class Client:
    """A teammate's program: one token, the API, and the socket's newest frames."""

    session: aiohttp.ClientSession
    api: str
    sandbox: str
    token: str
    socket: aiohttp.ClientWebSocketResponse
    friends: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call of the API. Raises NotAsExpected for an error answer."""
        return await _ask(
            self.session, method, self.api + path, body, {"Authorization": f"Bearer {self.token}", **headers}
        )

    async def play(self, method: str, path: str, body: Any = None) -> Any:
        """One of the sandbox's controls."""
        return await _ask(self.session, method, f"{self.sandbox}/sandbox/api{path}", body, {})

    async def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Read the socket until it holds."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not condition():
                    frame = await self.socket.receive_json()
                    kept = {"friend": self.friends, "message": self.messages}.get(frame["type"])
                    if kept is not None:
                        key = "user_id" if frame["type"] == "friend" else "id"
                        kept[frame["data"][key]] = frame["data"]
        except TimeoutError:
            raise NotAsExpected(what) from None


async def demo_once() -> int:
    """Friends follow; one first message goes out by free reply, one by push. Exit code 0 if all went so."""
    set_up_logging("text")
    # This run's secrets are made up and gone in a moment; where they are kept is no news.
    logging.getLogger().setLevel(logging.ERROR)
    print(TITLE)
    try:
        async with _daemon() as daemon, _client(daemon) as client:
            await _show(client)
    except (NotAsExpected, aiohttp.ClientError) as difference:
        print(BAD.filled(what=difference))
        return 1
    print(GOOD)
    return 0


async def serve_demo(settings: Settings) -> int:
    """The same by hand: the daemon with its sandbox, whatever is connected."""
    await serve(settings.model_copy(update={"sandbox": "always"}))
    return 0


async def _show(client: Client) -> None:
    account = (await client.ask("GET", "/accounts"))["items"][0]
    here = f"/accounts/{account['id']}"
    quick = await client.play("POST", "/follow", {"name": "ゆい🌸"})
    late = await client.play("POST", "/follow", {"name": "佐藤 花子", "seconds_ago": 7200})
    ids = [quick["user_id"], late["user_id"]]
    await client.wait(
        lambda: all(client.friends.get(user_id, {}).get("display_name") for user_id in ids),
        "the friends' names arrive",
    )
    persona = await client.ask("POST", f"{here}/personas", {"name": "花子"})
    template = (await client.ask("GET", f"{here}/templates"))["items"][0]

    print(f"\n{FOLLOWED}")
    queue = (await client.ask("GET", f"{here}/friends?stage=new"))["items"]
    expect({friend["user_id"] for friend in queue} == set(ids), "both are new")
    for friend in queue:
        plan = FREE if friend["plan"]["cost"] == 0 else PAID
        print(Words(*(f"  {friend['display_name']}: {text}" for text in (plan.ja, plan.en))))
    before = await client.ask("GET", f"{here}/quota")
    print(f"\n{REMAINING.filled(**before)}")

    after_reply = await _send(client, here, quick["user_id"], "reply", template, persona)
    expect(after_reply["remaining"] == before["remaining"], "a free reply uses nothing")
    after_push = await _send(client, here, late["user_id"], "push", template, persona)
    expect(after_push["remaining"] == before["remaining"] - 1, "a push uses exactly one")

    label = template["tap_replies"][0]
    await client.play("POST", f"/people/{ids[1]}/tap", {"label": label})
    await client.wait(lambda: client.friends[ids[1]]["stage"] == "talking", "her answer arrives")
    print(TAPPED.filled(name=client.friends[ids[1]]["display_name"], label=label))
    accepted = [entry for entry in await client.play("GET", "/log") if entry.get("to") and entry["accepted"]]
    expect(len(accepted) == len(ids), "LINE accepted one message for each")


async def _send(
    client: Client, here: str, user_id: str, route: str, template: dict[str, Any], persona: dict[str, Any]
) -> dict[str, Any]:
    """Click for one friend and wait for the outcome; returns the quota afterwards."""
    friend = await client.ask("GET", f"{here}/friends/{user_id}")
    name, cost = friend["display_name"], friend["plan"]["cost"]
    expect(friend["plan"]["route"] == route, f"{name}: route {route}, not {friend['plan']['route']}")
    plan = FREE if cost == 0 else PAID
    print(Words(CLICK.ja.format(name=name, plan=plan.ja), CLICK.en.format(name=name, plan=plan.en)))
    body = {
        "user_id": user_id,
        "template_id": template["id"],
        "persona_id": persona["id"],
        "max_cost": cost,
        "first_contact": True,
    }
    message = await client.ask("POST", f"{here}/messages", body, **{"Idempotency-Key": str(uuid.uuid4())})
    settled = ("sent", "failed", "uncertain", "cancelled")
    await client.wait(
        lambda: client.messages.get(message["id"], {}).get("status") in settled,
        f"{name}: the message settles",
    )
    outcome = client.messages[message["id"]]
    expect(outcome["status"] == "sent", f"{name}: {outcome['status']} {outcome['error']}")
    expect(outcome["route"] == route, f"{name}: sent by {outcome['route']}")
    quota: dict[str, Any] = await client.ask("GET", f"{here}/quota")
    print((SENT_FREE if cost == 0 else SENT_PAID).filled(**quota))
    await _show_phone(client, user_id, name)
    return quota


async def _show_phone(client: Client, user_id: str, name: str) -> None:
    timeline = await client.play("GET", f"/people/{user_id}/timeline")
    received = [
        said for said in timeline["messages"] if said["from"] == "account" and said["kind"] == "message"
    ]
    expect(len(received) == 1, f"{name} has one message on the phone")
    print(PHONE.filled(name=name))
    print(f"    {received[0]['sender_display']}")
    for line in str(received[0]["text"]).splitlines():
        print(f"    │ {line}")
    print("    " + " ".join(f"({label})" for label in timeline["quick_replies"]))


@asynccontextmanager
async def _daemon() -> AsyncIterator[Daemon]:
    """The real composition in a folder that is gone afterwards, on free ports, with nobody in the sandbox yet."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="ittsu-demo-", ignore_cleanup_errors=True)
        )
        settings = Settings(
            home=Path(home),
            database_url=None,
            api_host="127.0.0.1",
            api_port=0,
            api_names=(),
            webhook_host="127.0.0.1",
            webhook_port=0,
            sandbox_port=0,
            hold_seconds=HOLD_SECONDS,
            reply_safe_seconds=50,
            sandbox="always",
            keyring="file",
        )
        office = await open_office(stack, settings)
        daemon = Daemon(office)
        stack.push_async_callback(daemon.close)
        await daemon.open(samples=False)
        daemon.work()
        yield daemon


@asynccontextmanager
async def _client(daemon: Daemon) -> AsyncIterator[Client]:
    """Pair as a teammate does, and open the socket."""
    api = f"{daemon.api.url}/api/v1"
    assert daemon.practice.url is not None
    async with aiohttp.ClientSession() as session:
        code = await daemon.office.pairing.print_code("demo")
        body = {"code": code.code, "client": {"name": "ittsu demo"}}
        pairing = await _ask(session, "POST", f"{api}/pairings", body, {})
        async with session.ws_connect(f"{api}/events") as socket:
            await socket.send_json({"token": pairing["token"]})
            yield Client(session, api, daemon.practice.url, pairing["token"], socket)


async def _ask(
    session: aiohttp.ClientSession, method: str, url: str, body: Any, headers: dict[str, str]
) -> Any:
    async with session.request(method, url, json=body, headers=headers) as response:
        answer = await response.json(content_type=None) if response.content_length != 0 else None
        expect(response.ok, f"{method} {url}: {response.status} {answer}")
        return answer
