"""`ittsu relay …` on the relay's host. The commands work beside a running relay or without one."""

import argparse
import json
import logging
from contextlib import AsyncExitStack

from helper.asking import ask_channel_id, ask_secret
from helper.logs import set_up_logging
from helper.model.clock import to_rfc3339
from helper.model.receiving import has_our_path
from helper.model.relay import Queues
from helper.process import allow_files, stop_signal
from helper.relay import queues
from helper.relay.app import KEPT_DAYS, Depot, Relay, open_depot
from helper.relay.queues import RelayedAccount
from helper.relay.targets import ToolCaller, checked_url
from helper.secrets import secret_name
from helper.settings import Settings, address_of
from helper.store.database import Transaction
from helper.words import Trouble, Words

log = logging.getLogger(__name__)

ADDED = Words(
    "登録しました。LINEの「Webhook URL」に次のURLを設定すると、中継を使い始めます:\n  {url}",
    'Registered. The relay is used once this URL stands in LINE\'s "Webhook URL":\n  {url}',
)
TOOL_FIRST = Words(
    "ほかのツール（{tool}）には、この中継が同じ内容を転送します。"
    "LINEの設定を変える前に、今のWebhook URLを控え、それが上の --tool と同じであることを確かめてください。",
    "The relay passes the same on to the other tool ({tool}). Before you change LINE's setting, note the present"
    " webhook URL and make sure that it is the one given as --tool.",
)
NO_TOOL = Words(
    "転送先のツールはありません。ほかのツールをお使いの場合は、LINEの設定を変える前に --tool で指定してください。",
    "There is no other tool to pass on to. If the account uses one, name it with --tool before you change LINE's URL.",
)
LET_GO = Words(
    "転送先がなくなったため、まだ届いていなかった{number}件は転送しません。",
    "There is no tool any more: {number} webhooks that had not arrived there are not passed on.",
)
TOOL_IS_ITTSU = Words(
    "「{url}」はIttsu自身です。ほかのツールのWebhook URLを指定してください。",
    '"{url}" is Ittsu itself. Give the other tool\'s own webhook URL.',
)
UNKNOWN = Words("アカウント {id} は登録されていません。", "The account {id} is not registered here.")
SURE = Words(
    "{id} には、まだ届いていないWebhookが{number}件あります。消してよければ --yes を付けてください。",
    "{number} webhooks of {id} have not arrived yet. Add --yes to delete them.",
)
REMOVED = Words(
    "外しました。LINEの「Webhook URL」がこの中継のままなら、元のURLに戻してください。",
    "Removed. If LINE's \"Webhook URL\" is still this relay's, put the former one back.",
)
PAIRING = Words(
    "接続コード: {code}\n  5分以内に、Ittsu本体のあるパソコンで実行してください:\n"
    "  python3 scripts/start.py relay connect {url}",
    "Pairing code: {code}\n  Within 5 minutes, run on the helper's computer:\n"
    "  python3 scripts/start.py relay connect {url}",
)
NOT_HERE = Words(
    "ここには中継がありません。中継のサーバーで実行してください（Ittsu本体から見た状態は「ittsu doctor」）。",
    "There is no relay here: run this on its host. How the helper sees it is told by `ittsu doctor`.",
)
NOT_STARTED = Words(
    "先に中継を起動してください（ittsu relay serve）。", "Start the relay first (ittsu relay serve)."
)
AGAIN = Words("{number}件をもう一度送ります。", "{number} are passed on again.")


async def run_relay_command(settings: Settings, given: argparse.Namespace) -> int:
    """Run one of them; returns the exit code. Raises Trouble, StoreTrouble."""
    set_up_logging(settings.log)
    if given.action not in ("serve", "add") and not settings.relay_database_path.exists():
        raise Trouble(NOT_HERE)
    async with AsyncExitStack() as stack:
        depot = await open_depot(stack, settings)
        match given.action:
            case "serve":
                return await _serve(depot, stack)
            case "add":
                return await _add(depot, given)
            case "remove":
                return await _remove(depot, given.account, sure=given.yes)
            case "pair":
                return await _pair(depot, as_json=given.json)
            case "status":
                return await _status(depot, as_json=given.json)
            case "retry":
                return await _retry(depot, given.account)
            case _:
                raise AssertionError(given.action)


async def _serve(depot: Depot, stack: AsyncExitStack) -> int:
    """`ittsu relay serve`: `relay http://…` and `ready` on stdout."""
    allow_files()
    stop = stop_signal()
    relay = Relay(depot)
    stack.push_async_callback(relay.close)
    await relay.open()
    print(f"relay {relay.listener.url}")
    print("ready", flush=True)
    relay.work()
    await stop.wait()
    log.info("stopping")
    return 0


async def _add(depot: Depot, given: argparse.Namespace) -> int:
    """`ittsu relay add`; an account that is here keeps its tool unless another is named."""
    account_id = await ask_channel_id(given.channel_id, stdin=given.secret_stdin)
    known = await depot.database.read(lambda reader: queues.find_account(reader, account_id))
    tool, private = (known.tool_url, known.tool_private) if known else (None, False)
    if given.tool is not None:
        tool = None if given.tool == "none" else checked_url(given.tool)
        private = given.private_tool
    now = depot.clock.now()
    if tool is not None:
        await _check_tool(depot, RelayedAccount(account_id, tool, private, now))
    secret = await ask_secret(stdin=given.secret_stdin)
    await depot.secrets.set(secret_name(account_id), secret)

    async def save(transaction: Transaction) -> None:
        await queues.save_account(transaction, account_id, tool, private, now)

    before = await depot.database.read(queues.report)
    await depot.database.write(save)
    if tool is None:
        let_go = sum(queue.waiting_tool + queue.kept for queue in before if queue.account_id == account_id)
        if let_go:
            print(LET_GO.filled(number=let_go))
    url = await _public_url(depot) or "https://…"
    print(ADDED.filled(url=f"{url}/webhook/{account_id}"))
    print(NO_TOOL if tool is None else TOOL_FIRST.filled(tool=tool))
    return 0


async def _check_tool(depot: Depot, account: RelayedAccount) -> None:
    """Raises Trouble where the tool's URL is our own, or a former tunnel's."""
    assert account.tool_url is not None
    url = await _public_url(depot)
    # `/webhook/{channel id}` was a tunnel's of ours, also where nothing answers there any more.
    own = has_our_path(account.tool_url, account.id) or (
        url is not None and address_of(account.tool_url) == address_of(url)
    )
    caller = ToolCaller(depot.relay_id)
    try:
        if own or await caller.is_ittsu(account):
            raise Trouble(TOOL_IS_ITTSU.filled(url=account.tool_url), exit_code=2)
    finally:
        await caller.close()


async def _remove(depot: Depot, account_id: str, *, sure: bool) -> int:
    told = await _told(depot, account_id)
    waiting = told.waiting_helper + told.waiting_tool + told.kept
    if waiting and not sure:
        raise Trouble(SURE.filled(id=account_id, number=waiting))

    async def work(transaction: Transaction) -> None:
        await queues.remove_account(transaction, account_id)

    await depot.database.write(work)
    await depot.secrets.delete(secret_name(account_id))
    print(REMOVED)
    return 0


async def _pair(depot: Depot, *, as_json: bool) -> int:
    url = await _public_url(depot)
    if url is None:
        raise Trouble(NOT_STARTED)
    printed = await depot.door.print_code()
    if as_json:
        print(json.dumps({"code": printed.code, "expires_at": to_rfc3339(printed.expires_at), "url": url}))
    else:
        print(PAIRING.filled(code=printed.code, url=url))
    return 0


async def _retry(depot: Depot, account_id: str) -> int:
    await _told(depot, account_id)
    number = await depot.database.write(
        lambda transaction: queues.try_again(transaction, account_id, depot.clock.now())
    )
    print(AGAIN.filled(number=number))
    return 0


async def _status(depot: Depot, *, as_json: bool) -> int:
    """`ittsu relay status`; 1 where something needs a person."""
    told = await depot.database.read(queues.report)
    helper = await depot.door.fetcher()
    if as_json:
        items = [_json(queue) for queue in told]
        connected = None if helper is None else helper.connected
        since = None if helper is None else to_rfc3339(helper.changed_at)
        print(json.dumps({"helper": {"connected": connected, "since": since}, "items": items}))
    else:
        url = await _public_url(depot)
        print(f"{url or '-'}")
        print(_helper_line(helper.connected if helper else None, helper.changed_at if helper else 0))
        for queue in told:
            print(describe(queue, depot.clock.now()))
    return 1 if any(queue.failure or queue.kept or queue.dropped for queue in told) else 0


def _helper_line(connected: bool | None, since: int) -> Words:
    match connected:
        case None:
            return Words(
                "Ittsu本体はまだつながっていません（ittsu relay pair）。",
                "No helper is paired yet (ittsu relay pair).",
            )
        case True:
            return Words(f"Ittsu本体: 接続中（{to_rfc3339(since)} から）", "the helper is connected")
        case False:
            return Words(
                f"Ittsu本体: 切断中（{to_rfc3339(since)} から）。届いたものは{KEPT_DAYS}日間預かります。",
                f"the helper is away; what comes is kept for {KEPT_DAYS} days",
            )


def describe(queue: Queues, now: int) -> Words:
    """One account's line for a person."""
    oldest = min((at for at in (queue.oldest_helper_at, queue.oldest_tool_at) if at is not None), default=now)
    minutes = max(0, now - oldest) // 60_000
    ja = f"{queue.account_id}: Ittsu本体待ち {queue.waiting_helper}件"
    en = f"  {queue.waiting_helper} wait for the helper"
    if queue.tool is not None:
        ja += f"、{queue.tool} への転送待ち {queue.waiting_tool}件"
        en += f", {queue.waiting_tool} for {queue.tool}"
    if queue.waiting_helper or queue.waiting_tool:
        ja += f"、最も古いもの {minutes}分前"
        en += f", the oldest for {minutes} min"
    if queue.failure is not None:
        ja += f"。{queue.failure.words.ja}"
        en += f". {queue.failure.words.en}"
    if queue.kept:
        ja += f"。転送をやめて預かっているもの {queue.kept}件（ittsu relay retry {queue.account_id}）"
        en += f". {queue.kept} given up and kept (ittsu relay retry {queue.account_id})"
    if queue.dropped:
        ja += f"。期限が過ぎて消えたもの {queue.dropped}件"
        en += f". {queue.dropped} kept too long and gone"
    return Words(ja, en)


def _json(queue: Queues) -> dict[str, object]:
    def moment(at: int | None) -> str | None:
        return None if at is None else to_rfc3339(at)

    return {
        "account_id": queue.account_id,
        "tool": queue.tool,
        "waiting_for_helper": queue.waiting_helper,
        "waiting_for_tool": queue.waiting_tool,
        "kept": queue.kept,
        "oldest_for_helper_at": moment(queue.oldest_helper_at),
        "oldest_for_tool_at": moment(queue.oldest_tool_at),
        "failure": None if queue.failure is None else queue.failure.code,
        "failed_at": moment(queue.failed_at),
        "dropped": queue.dropped,
    }


async def _told(depot: Depot, account_id: str) -> Queues:
    for queue in await depot.database.read(queues.report):
        if queue.account_id == account_id:
            return queue
    raise Trouble(UNKNOWN.filled(id=account_id))


async def _public_url(depot: Depot) -> str | None:
    """Where the relay is reached, as far as it has ever been started or told."""
    if depot.settings.relay_url is not None:
        return depot.settings.relay_url
    row = await depot.database.read(
        lambda reader: reader.fetch_one("SELECT value FROM meta WHERE key = 'public_url'")
    )
    return None if row is None else str(row["value"])
