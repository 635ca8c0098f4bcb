"""The short commands: pair, account, teammate, doctor, openapi. They work beside a running daemon or without one."""

import argparse
import asyncio
import getpass
import json
import os
import sys
import webbrowser
from contextlib import AsyncExitStack
from dataclasses import asdict

from helper.asking import ask_channel_id, ask_secret
from helper.connecting import connect, disconnect
from helper.flows import accounts
from helper.installed import START
from helper.line.answers import Credentials
from helper.logs import set_up_logging
from helper.model.account import Account
from helper.model.clock import to_rfc3339
from helper.model.refusal import Refused
from helper.office import Office, open_office
from helper.presence import Presence
from helper.settings import Settings, url_of
from helper.store.database import Transaction
from helper.store.notices import add_notice
from helper.store.teammates import client_versions
from helper.web.pages.serving import link
from helper.words import Trouble, Words

PAIRING = Words(
    "接続コード: {code}\n  5分以内に、拡張機能の設定画面でこのコードを入力してください。\n  Ittsu本体のアドレス: {url}",
    "Pairing code: {code}\n  Enter it in the extension's options within 5 minutes.\n  The helper's address: {url}",
)
NOT_RUNNING = Words(
    "Ittsu本体はまだ起動していません。「{command}」で起動してください。",
    "The helper is not running yet: start it with `{command}`.",
)
SETUP = Words(
    "Ittsu本体の設定: {url}\n  ブラウザーで開きます。リンクは1回だけ、5分間使えます。",
    "Set-up: {url}\n  Opens in the browser. The link works once, for 5 minutes.",
)
UNKNOWN_ADDRESS = Words("（Ittsu本体の起動後に表示されます）", "(shown once the helper runs)")
ADDED = Words("つなぎました: {name}（{basic_id}）", "Connected: {name} ({basic_id})")
REMOVED = Words(
    "アカウントを外しました。友だちと履歴は残しています。", "Disconnected. Friends and history are kept."
)
NOBODY = Words("メンバー「{name}」はいません。", 'There is no teammate "{name}".')
REVOKED = Words("「{name}」の接続を取り消しました。", 'Access of "{name}" is taken away.')
NONE_YET = Words("まだありません。", "None yet.")
WHICH = Words(
    "アカウントを --account で指定してください（ittsu account list で確認できます）。",
    "Name the account with --account (`ittsu account list` shows them).",
)
CHECK_FAILED = Words("{name}: {reason}", "{name}: {reason}")
CHECK_PASSED = Words("{name}: LINEに確認できました", "{name}: LINE knows these credentials")


async def run_command(settings: Settings, given: argparse.Namespace) -> int:
    """Run one of the short commands; returns the exit code. Raises Trouble, StoreTrouble."""
    set_up_logging(settings.log)
    async with AsyncExitStack() as stack:
        office = await open_office(stack, settings)
        try:
            return await _dispatch(office, given)
        except Refused as refused:
            raise Trouble(_words_of(refused)) from None


async def _dispatch(office: Office, given: argparse.Namespace) -> int:
    match given.command, getattr(given, "action", None):
        case "pair", _:
            return await pair(office, given.name, given.role, as_json=given.json)
        case "setup", _:
            return await open_setup(office, show=not given.no_open)
        case "account", "add":
            return await add_account(office, given.channel_id, stdin=given.secret_stdin, as_json=given.json)
        case "account", "list":
            return await list_accounts(office, as_json=given.json)
        case "account", "check":
            return await check_accounts(office, given.account, as_json=given.json)
        case "tunnel", action:
            from helper.tunneling import run_tunnel_command

            return await run_tunnel_command(office, action or "start", given)
        case "account", "webhook":
            from helper.endpoints import show_webhook

            return await show_webhook(office, given.account, as_json=given.json)
        case "account", "restore-webhook":
            from helper.endpoints import restore_webhook

            return await restore_webhook(office, given.account, sure=given.yes)
        case "account", "remove":
            return await remove_account(office, given.account)
        case "relay", "connect":
            from helper.relaying import connect_relay

            return await connect_relay(office, given.url, given.code)
        case "relay", "disconnect":
            from helper.relaying import disconnect_relay

            return await disconnect_relay(office)
        case "friend", "forget":
            from helper.erasing import forget_friend

            return await forget_friend(office, given.account, given.user, sure=given.yes)
        case "friend", "import":
            if given.file is not None:
                from helper.importing_file import import_file

                return await import_file(office, given.account, given.file, given.column, sure=given.yes)
            from helper.importing import import_friends

            return await import_friends(office, given.account, end=given.stop)
        case "export", _:
            from helper.exporting import export

            return await export(
                office,
                given.what,
                given.account,
                given.output,
                english=given.language == "en",
                overwrite=given.overwrite,
            )
        case "teammate", "list":
            return await list_teammates(office, as_json=given.json)
        case "teammate", "revoke":
            return await revoke_teammate(office, given.teammate)
        case "doctor", _:
            from helper.doctor import report

            return await report(office, test=given.test, support=given.support, as_json=given.json)
        case _:
            raise AssertionError(given.command)


async def chosen_account(office: Office, account_id: str | None, which: Words = WHICH) -> tuple[str, str]:
    """Id and name of the account that is meant: the one named, or the only real one. Raises Trouble (`which`)."""
    known = await accounts.list_all(office.desk)
    if account_id is not None:
        found = [account for account in known if account.id == account_id]
    else:
        found = [account for account in known if not account.sandbox]
    if len(found) != 1:
        raise Trouble(which, exit_code=2)
    return found[0].id, found[0].name


async def pair(office: Office, name: str | None, role: str | None, *, as_json: bool) -> int:
    """`ittsu pair`."""
    name = " ".join((name or _own_name()).split())[:60] or _own_name()
    printed = await office.pairing.print_code(name, role)  # type: ignore[arg-type]
    running = Presence(office.settings.home, office.settings.database_path).find()
    url = running.api if running is not None else _configured_url(office.settings)
    if as_json:
        print(json.dumps({"code": printed.code, "expires_at": to_rfc3339(printed.expires_at), "url": url}))
    else:
        print(PAIRING.filled(code=printed.code, url=url or UNKNOWN_ADDRESS.ja))
    if running is None:
        print(NOT_RUNNING.filled(command=START), file=sys.stderr)
    return 0


async def open_setup(office: Office, *, show: bool) -> int:
    """`ittsu setup`: a one-time link to the helper's own pages, opened in the browser where there is one."""
    running = Presence(office.settings.home, office.settings.database_path).find()
    if running is None:
        raise Trouble(NOT_RUNNING.filled(command=START))
    url = link(running.api, (await office.pairing.print_admin_code(_own_name())).code)
    print(SETUP.filled(url=url))
    if show:
        await asyncio.to_thread(webbrowser.open, url)
    return 0


def _configured_url(settings: Settings) -> str | None:
    return url_of(settings.api_host, settings.api_port) if settings.api_port else None


def _own_name() -> str:
    """The name of this computer's user, for the first teammate."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "admin"


async def add_account(office: Office, channel_id: str | None, *, stdin: bool, as_json: bool) -> int:
    """`ittsu account add`. The secret never comes from the command line, where others could read it."""
    from helper import overview

    if not as_json and not stdin and sys.stdin.isatty():
        print(overview.OUTLOOK)
    channel_id = await ask_channel_id(channel_id, stdin=stdin)
    secret = await ask_secret(stdin=stdin)
    token = os.environ.get("ITTSU_CHANNEL_TOKEN", "").strip() or None
    credentials = Credentials(channel_id, secret, token, office.settings.line_api_base)
    account = await connect(office.desk, office.vault, credentials)
    await leave_word(office, account.id)
    if as_json:
        print(json.dumps(_account_json(account), ensure_ascii=False))
    else:
        print(ADDED.filled(name=account.name, basic_id=account.basic_id))
        await overview.tell(office, account)
        overview.tell_what_is_left()
    return 0


async def list_accounts(office: Office, *, as_json: bool) -> int:
    """`ittsu account list`."""
    known = await accounts.list_all(office.desk)
    if as_json:
        print(json.dumps({"items": [_account_json(account) for account in known]}, ensure_ascii=False))
    else:
        for account in known:
            print(
                f"{account.id}  {account.basic_id}  {account.name}{'  [練習モード]' if account.sandbox else ''}"
            )
        if not known:
            print(NONE_YET, file=sys.stderr)
    return 0


async def check_accounts(office: Office, account_id: str | None, *, as_json: bool) -> int:
    """`ittsu account check`: ask LINE about one account or all real ones. 1 if any fails."""
    from helper import overview

    if account_id is None:
        wanted = [account for account in await accounts.list_all(office.desk) if not account.sandbox]
    else:
        wanted = [await accounts.get(office.desk, account_id)]
    results: list[dict[str, object]] = []
    for account in wanted:
        try:
            fresh = await accounts.recheck(office.desk, account.id)
        except Refused as refused:
            results.append({"id": account.id, "ok": False, "code": refused.code})
            if not as_json:
                words = _words_of(refused)
                print(Words(f"{account.name}: {words.ja}", f"{account.name}: {words.en}"))
        else:
            await leave_word(office, account.id)
            results.append({"id": account.id, "ok": True, "code": None})
            if not as_json:
                print(CHECK_PASSED.filled(name=account.name))
                await overview.tell(office, fresh)
    if as_json:
        print(json.dumps({"items": results}))
    elif not wanted:
        print(NONE_YET, file=sys.stderr)
    return 0 if all(result["ok"] for result in results) else 1


async def remove_account(office: Office, account_id: str) -> int:
    """`ittsu account remove`."""
    await disconnect(office.desk, office.vault, account_id)
    await leave_word(office, account_id)
    print(REMOVED)
    return 0


async def list_teammates(office: Office, *, as_json: bool) -> int:
    """`ittsu teammate list`."""
    known = await office.pairing.teammates()
    used = await office.database.read(lambda reader: client_versions(reader, 0))
    if as_json:
        items = [{"id": person.id, "name": person.name, "role": person.role} for person in known]
        print(json.dumps({"items": items}, ensure_ascii=False))
    else:
        for person in known:
            seen = "-" if person.last_seen_at is None else to_rfc3339(person.last_seen_at)
            programs = "、".join(sorted({one.version for one in used if one.teammate == person.name}))
            print(f"{person.id}  {person.role}  {person.name}  {seen}  {programs}".rstrip())
        if not known:
            print(NONE_YET, file=sys.stderr)
    return 0


async def revoke_teammate(office: Office, wanted: str) -> int:
    """`ittsu teammate revoke`, by name or id."""
    for person in await office.pairing.teammates():
        if wanted in (person.id, person.name):
            await office.pairing.revoke(person.id)
            print(REVOKED.filled(name=person.name))
            return 0
    raise Trouble(NOBODY.filled(name=wanted))


def print_openapi() -> int:
    """`ittsu openapi`."""
    from helper.web.api import openapi

    print(json.dumps(openapi(), indent=2, ensure_ascii=False))
    return 0


async def leave_word(office: Office, account_id: str) -> None:
    """Let a running daemon know."""

    async def work(transaction: Transaction) -> None:
        await add_notice(transaction, "account", account_id, office.desk.clock.now())

    await office.database.write(work)


def _account_json(account: Account) -> dict[str, object]:
    from helper.web.shapes import Account as Shape

    shape: dict[str, object] = asdict(Shape.of(account, 0))
    for asked_of_nobody in ("new_friends", "relay", "reception", "missed"):
        del shape[asked_of_nobody]
    return shape


def _words_of(refused: Refused) -> Words:
    """A refusal's sentences, with LINE's own words where there are some."""
    from helper.web.problems import phrase_of

    words = phrase_of(refused.code).words
    said = refused.extra.get("line_message")
    if isinstance(said, str) and said:
        return Words(f"{words.ja}\n  LINE: {said}", words.en)
    return words
