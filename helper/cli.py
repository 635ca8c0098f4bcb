"""The `ittsu` command. Heavy parts are imported by the command that needs them: start-up time counts."""

import argparse
import asyncio
import errno
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from helper import __version__
from helper.words import Trouble, Words

if TYPE_CHECKING:
    from helper.settings import Settings

FLAGS = (
    ("home", "データフォルダー / data folder"),
    ("database-url", "データベース / database"),
    ("api-host", "APIのホスト / API host (127.0.0.1)"),
    ("api-port", "APIのポート / API port (8171)"),
    ("api-names", "APIの別名（カンマ区切り） / further host names of the API"),
    ("webhook-host", "Webhookのホスト / webhook host (127.0.0.1)"),
    ("webhook-port", "Webhookのポート / webhook port (8172)"),
    ("public-url", "Webhookを受ける、いつも同じ公開アドレス / lasting public address of the webhook port"),
    ("sandbox-port", "練習モードのポート / sandbox port (8173)"),
    ("relay-host", "中継のホスト / the relay's host (127.0.0.1)"),
    ("relay-port", "中継のポート / the relay's port (8174)"),
    ("relay-url", "中継の公開アドレス（https://…） / the relay's public address"),
    ("relay-cert", "中継の証明書（PEM） / the relay's certificate"),
    ("relay-key", "中継の秘密鍵（PEM） / the relay's key"),
    ("relay-behind-proxy", "on | off"),
    ("line-api-base", "LINE APIのアドレス / address of LINE's API"),
    ("hold-seconds", "取り消せる秒数 / seconds to undo (5)"),
    ("reply-safe-seconds", "無料で送れる秒数 / safe age of a reply token (50)"),
    ("retention-days", "本文の保存日数（30以上） / days that texts are kept (400)"),
    ("sandbox", "never | auto | always"),
    ("keyring", "auto | file"),
    ("daily-backup", "on | off"),
    ("log", "text | json"),
    ("log-file", "ログのファイル（なければ標準エラー出力） / file of the log (else stderr)"),
)

CANNOT_WRITE = Words(
    "{path} に書き込めません: {reason}。ディスクの空きと、フォルダーの権限を確認してください。",
    "{path} cannot be written: {reason}. Check the free disk space and the folder's permissions.",
)
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
INTERRUPTED = Words("中止しました。", "Interrupted.")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    # SUPPRESS: a flag before `add` must not be undone by the default of the parser behind it.
    settings = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = settings.add_argument_group("設定 / settings (ITTSU_… の変数より優先 / win over the variables)")
    for name, help_text in FLAGS:
        group.add_argument(f"--{name}", help=help_text)

    parser = argparse.ArgumentParser(
        prog="ittsu",
        description="LINE公式アカウントの新しい友だちへ、最初の一通を。"
        " / The first message to a new friend of a LINE Official Account.",
    )
    parser.add_argument("--version", action="version", version=f"ittsu {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help_text: str, **options: Any) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_text, parents=[settings], **options)

    add("serve", "Ittsu本体を起動します / run the helper")
    demo = add("demo", "練習モードで試します / try it in practice mode")
    demo.add_argument(
        "--once", action="store_true", help="ブラウザーなしで一通りを実行 / run through without a browser"
    )
    setup = add("setup", "Ittsu本体の設定を開きます / open the set-up pages")
    setup.add_argument("--no-open", action="store_true", help="ブラウザーを開かない / print the link only")
    pair = add("pair", "接続コードを発行します / print a pairing code")
    pair.add_argument("--name", help="メンバーの名前 / the teammate's name")
    pair.add_argument("--role", choices=("viewer", "operator", "admin"))
    pair.add_argument("--json", action="store_true")

    account = add("account", "LINE公式アカウント / LINE Official Accounts")
    accounts = account.add_subparsers(dest="action", required=True, metavar="ACTION")
    added = accounts.add_parser("add", help="つなぐ / connect", parents=[settings])
    added.add_argument("--channel-id", help="チャネルID / channel id")
    added.add_argument(
        "--secret-stdin", action="store_true", help="シークレットを標準入力から / secret from stdin"
    )
    added.add_argument("--json", action="store_true")
    listed = accounts.add_parser("list", help="一覧 / list", parents=[settings])
    listed.add_argument("--json", action="store_true")
    checked = accounts.add_parser("check", help="LINEに確認 / ask LINE", parents=[settings])
    checked.add_argument("account", nargs="?", help="チャネルID / channel id")
    checked.add_argument("--json", action="store_true")
    webhook = accounts.add_parser(
        "webhook", help="LINEのWebhook URLを確認する / where LINE sends the webhooks", parents=[settings]
    )
    webhook.add_argument("account", nargs="?", help="チャネルID / channel id")
    webhook.add_argument("--json", action="store_true")
    put_back = accounts.add_parser(
        "restore-webhook", help="元のWebhook URLに戻す / put the former URL back", parents=[settings]
    )
    put_back.add_argument("account", nargs="?", help="チャネルID / channel id")
    put_back.add_argument("--yes", action="store_true", help="確認しない / do not ask")
    removed = accounts.add_parser("remove", help="外す / disconnect", parents=[settings])
    removed.add_argument("account", help="チャネルID / channel id")

    tunnel = add("tunnel", "LINEから届くトンネルを通します / make this computer reachable for LINE")
    tunnel.add_argument("action", nargs="?", choices=("start", "stop", "status"), default="start")
    tunnel.add_argument("--program", choices=("cloudflared", "tailscale", "ngrok"))
    tunnel.add_argument("--hostname", help="ご自身の名前（cloudflared、ngrok） / a name of your own")
    tunnel.add_argument("--account", metavar="CHANNEL_ID", help="チャネルID / channel id")
    tunnel.add_argument("--yes", action="store_true", help="確認しない / do not ask")

    relay = add("relay", "中継（常時動いているサーバー用） / the relay, for an always-on host")
    relays = relay.add_subparsers(dest="action", required=True, metavar="ACTION")

    def at_relay(name: str, help_text: str) -> argparse.ArgumentParser:
        return relays.add_parser(name, help=help_text, parents=[settings])

    at_relay("serve", "中継を起動します / run the relay")
    before = at_relay("add", "アカウントを登録・変更する / stand before an account")
    before.add_argument("--channel-id", help="チャネルID / channel id")
    before.add_argument(
        "--secret-stdin", action="store_true", help="シークレットを標準入力から / secret from stdin"
    )
    before.add_argument(
        "--tool", metavar="URL", help="ほかのツールのWebhook URL（なし: none） / the other tool's webhook URL"
    )
    before.add_argument(
        "--private-tool",
        action="store_true",
        help="社内などのアドレスも許可する / the tool's address may be a private one",
    )
    left = at_relay("remove", "アカウントを外す / stand before an account no longer")
    left.add_argument("account", help="チャネルID / channel id")
    left.add_argument("--yes", action="store_true", help="確認しない / do not ask")
    code = at_relay("pair", "Ittsu本体をつなぐ接続コードを発行します / print a pairing code for the helper")
    code.add_argument("--json", action="store_true")
    state = at_relay("status", "待っている件数と状態を表示します / how much waits, and for whom")
    state.add_argument("--json", action="store_true")
    again = at_relay(
        "retry", "届かなかったWebhookをもう一度送ります / pass on again what the tool did not take"
    )
    again.add_argument("account", help="チャネルID / channel id")
    joined = at_relay("connect", "（パソコンで）中継につなぎます / beside the helper: fetch from a relay")
    joined.add_argument("url", help="中継のアドレス（https://…） / the relay's address")
    joined.add_argument("--code", help="接続コード / pairing code")
    at_relay("disconnect", "（パソコンで）中継から外します / beside the helper: fetch from no relay")

    friend = add("friend", "友だち / friends")
    friends = friend.add_subparsers(dest="action", required=True, metavar="ACTION")
    forgotten = friends.add_parser("forget", help="情報を消去する / erase a customer", parents=[settings])
    forgotten.add_argument("--account", required=True, metavar="CHANNEL_ID", help="チャネルID / channel id")
    forgotten.add_argument("user", metavar="USER_ID", help="友だちのID（U…） / the friend's id")
    forgotten.add_argument("--yes", action="store_true", help="確認しない / do not ask")

    imported = friends.add_parser(
        "import", help="これまでの友だちを取り込む（認証済のみ） / friends from before", parents=[settings]
    )
    imported.add_argument("--account", metavar="CHANNEL_ID", help="チャネルID / channel id")
    imported.add_argument("--stop", action="store_true", help="読み込みをやめる / stop reading")
    imported.add_argument(
        "--file", metavar="FILE", help="LINEのユーザーIDのあるCSVから / from a CSV file with LINE user ids"
    )
    imported.add_argument("--column", metavar="NAME", help="IDの列の名前 / the header of the ids' column")
    imported.add_argument("--yes", action="store_true", help="確認しない / do not ask")

    export = add("export", "CSVに書き出す（Excel用） / write CSV for spreadsheets")
    export.add_argument("what", choices=("friends", "history", "ledger"))
    export.add_argument("--account", metavar="CHANNEL_ID", help="チャネルID / channel id")
    export.add_argument(
        "--output", metavar="FILE", help="ファイル（なければ標準出力） / a file (else stdout)"
    )
    export.add_argument("--language", choices=("ja", "en"), default="ja")
    export.add_argument(
        "--overwrite", action="store_true", help="上書きする / replace the file if it is there"
    )

    teammate = add("teammate", "メンバー / teammates")
    teammates = teammate.add_subparsers(dest="action", required=True, metavar="ACTION")
    people = teammates.add_parser("list", help="一覧 / list", parents=[settings])
    people.add_argument("--json", action="store_true")
    revoked = teammates.add_parser("revoke", help="接続を取り消す / take access away", parents=[settings])
    revoked.add_argument("teammate", help="名前またはID / name or id")

    extension = add(
        "extension", "ブラウザーの拡張機能をフォルダーに置きます / put the browser extension into a folder"
    )
    extension.add_argument("folder", nargs="?", help="フォルダー / the folder (~/ittsu-extension)")
    extension.add_argument("--browser", choices=("chrome", "firefox"), default="chrome")

    service = add("service", "ログイン時の自動起動 / start by itself at log-in")
    services = service.add_subparsers(dest="action", required=True, metavar="ACTION")
    install = services.add_parser("install", help="登録する / set it up", parents=[settings])
    install.add_argument("--yes", action="store_true", help="確認しない / do not ask")
    services.add_parser("remove", help="やめる（データは残ります） / undo; data stays", parents=[settings])
    services.add_parser("status", help="様子を見る / how it is", parents=[settings])

    doctor = add("doctor", "状態を調べます / check the installation")
    doctor.add_argument(
        "--test", action="store_true", help="LINEから届くかも調べる / also let LINE call the webhook URL"
    )
    doctor.add_argument(
        "--support", action="store_true", help="LINEのリクエストIDも表示 / also LINE's request ids"
    )
    doctor.add_argument("--json", action="store_true")
    add("openapi", "APIの仕様（OpenAPI 3.1） / the API's OpenAPI document")
    backup = add("backup", "データを1つのファイルに控えます（起動中も可） / copy the data into a file")
    backup.add_argument("file", help="新しいファイル / a new file")
    backup.add_argument(
        "--overwrite", action="store_true", help="上書きする / replace the file if it is there"
    )
    restored = add("restore", "バックアップに戻します（停止中のみ） / go back to a backup")
    restored.add_argument("file", help="バックアップのファイル / the backup's file")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Trouble is told in both languages, without a trace."""
    _speak_utf8()
    given = build_parser().parse_args(arguments)
    try:
        return _run(given)
    except Trouble as trouble:
        print(trouble.words, file=sys.stderr)
        return trouble.exit_code
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1


def _run(given: argparse.Namespace) -> int:
    if given.command == "openapi":
        from helper.commands import print_openapi

        return print_openapi()

    from helper.settings import load_settings
    from helper.store.database import StoreTrouble

    settings = load_settings(
        {name.replace("-", "_"): getattr(given, name.replace("-", "_"), None) for name, _ in FLAGS}
    )
    try:
        match given.command:
            case "serve":
                from helper.serving import serve

                asyncio.run(serve(settings))
                return 0
            case "demo":
                from helper.demo import demo_once, serve_demo

                return asyncio.run(demo_once() if given.once else serve_demo(settings))
            case "service":
                return _service(settings, given)
            case "extension":
                from helper.unpacking import put_extension

                return put_extension(given.folder, given.browser)
            case "relay" if given.action not in ("connect", "disconnect"):
                from helper.relay.commands import run_relay_command

                return asyncio.run(run_relay_command(settings, given))
            case "backup":
                from helper.keeping import back_up

                return back_up(settings, given.file, overwrite=given.overwrite)
            case "restore":
                from helper.keeping import restore

                return restore(settings, given.file)
            case _:
                from helper.commands import run_command

                return asyncio.run(run_command(settings, given))
    except StoreTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in _DISK:
            raise
        where = error.filename or settings.home
        raise Trouble(CANNOT_WRITE.filled(path=where, reason=error.strerror)) from None


def _service(settings: "Settings", given: argparse.Namespace) -> int:
    from helper.installed import COMMAND, START
    from helper.service.commands import Service, entry_for

    service = Service(settings, entry_for(settings), COMMAND, START)
    match given.action:
        case "install":
            return service.install(sure=given.yes)
        case "remove":
            return service.remove()
        case _:
            return service.status()


def _speak_utf8() -> None:
    """Japanese comes out right also where the terminal or a pipe says otherwise."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
