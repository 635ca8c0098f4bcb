"""`ittsu doctor`: what can be checked from here, and what cannot."""

import asyncio
import platform
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from helper import __version__
from helper.daily import DailyBackup
from helper.flows import accounts, quota, relays
from helper.flows.backups import EVERY
from helper.model.clock import to_rfc3339
from helper.model.refusal import Refused
from helper.model.relay import LINK_TROUBLES, SECRET_DIFFERS, AccountAtRelay
from helper.office import Office
from helper.presence import Presence
from helper.store.backup import check_file
from helper.store.database import StoreTrouble
from helper.words import Words

LITTLE_SPACE = 300_000_000
"""Free bytes below which something is said."""
LATE_BACKUP = 3 * EVERY
"""ms: a computer may be off over a weekend."""
UNTESTED = ("Darwin", "Windows")
NOT_CHECKED = Words(
    "ここからは調べられないこと: WebhookがLINEから届くか（トンネル）、LINE公式アカウントマネージャーの応答設定。",
    "Cannot be checked from here: whether LINE's webhooks arrive (tunnel), and the response settings in OA Manager.",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `good` None: for information."""

    good: bool | None
    words: Words


async def examine(office: Office) -> int:
    """Print the findings; 1 if anything is wrong."""
    findings = [
        Finding(None, Words(f"Ittsu {__version__}、Python {sys.version.split()[0]}", f"Ittsu {__version__}")),
        _system(),
        *await asyncio.to_thread(_storage, office),
        Finding(None, Words(f"シークレットの保管場所: {office.secrets.place()}", "where secrets are kept")),
        _daemon(office),
        *[finding async for finding in _accounts(office)],
        *[finding async for finding in _relay(office)],
    ]
    for finding in findings:
        mark = {True: "○", False: "×", None: "・"}[finding.good]
        print(f"{mark} {finding.words.ja} / {finding.words.en}")
    print(NOT_CHECKED)
    return 1 if any(finding.good is False for finding in findings) else 0


def _system() -> Finding:
    name = platform.system()
    if name in UNTESTED:
        return Finding(None, Words(f"{name}ではまだ試していません", f"not tested on {name} yet"))
    return Finding(None, Words(f"システム: {name}", "the system"))


def _storage(office: Office) -> list[Finding]:
    """The database's file, the disk it is on, and its backups. Blocks: the file is read to its end."""
    path = office.settings.database_path
    try:
        check_file(path)
        found = [Finding(True, Words(f"データベース: {path}（全体を確認しました）", "the database is whole"))]
    except StoreTrouble as trouble:
        japanese, _, english = str(trouble).partition("\n")
        found = [Finding(False, Words(japanese, english))]
    free = shutil.disk_usage(path.parent).free
    if free < LITTLE_SPACE:
        space = Words(
            f"ディスクの空きが{free // 1_000_000} MBしかありません。不要なファイルを消してください",
            "the disk is almost full: free some space",
        )
        found.append(Finding(False, space))
    found.append(_backups(office))
    return found


def _backups(office: Office) -> Finding:
    if office.settings.daily_backup == "off":
        return Finding(
            None, Words("自動バックアップはオフです（ITTSU_DAILY_BACKUP）", "daily backups are switched off")
        )
    now = office.desk.clock.now()
    backups = DailyBackup(office.settings.home, office.settings.database_path, office.desk.clock).backups
    made, failure = backups.made(), backups.failure()
    if failure is not None:
        return Finding(
            False,
            Words(
                f"自動バックアップに失敗しました（{failure.code}、{to_rfc3339(failure.at)}）。"
                f"ディスクの空きと {backups.folder} の権限を確認してください",
                "the daily backup failed: check the free disk space and that folder's permissions",
            ),
        )
    if not made:
        return Finding(
            None,
            Words(
                "自動バックアップはまだありません（起動後に作ります）",
                "no daily backup yet: made after a start",
            ),
        )
    late = now - made[0].at > LATE_BACKUP
    words = Words(
        f"自動バックアップ: {len(made)}件、最新 {to_rfc3339(made[0].at)}（{backups.folder}）",
        "the newest daily backup" + (" is old: they are made while the helper runs" if late else ""),
    )
    return Finding(not late, words)


def _daemon(office: Office) -> Finding:
    running = Presence(office.settings.home, office.settings.database_path).find()
    if running is None:
        return Finding(None, Words("Ittsu本体は起動していません", "the helper is not running"))
    return Finding(
        True, Words(f"Ittsu本体が起動しています: {running.api}", f"the helper runs (process {running.pid})")
    )


async def _accounts(office: Office) -> AsyncIterator[Finding]:
    """A finding per real account."""
    for account in await accounts.list_all(office.desk):
        if account.sandbox:
            continue
        if not await quota.balances(office.desk, account.id):
            yield Finding(
                False, Words(f"{account.name}: 通数台帳の合計が合いません", "the ledger does not add up")
            )
        if await office.vault.find(account.id) is None:
            yield Finding(
                False,
                Words(f"{account.name}: チャネルシークレットがありません", "the channel secret is missing"),
            )
            continue
        try:
            fresh = await accounts.recheck(office.desk, account.id)
        except Refused as refused:
            yield Finding(
                False,
                Words(f"{account.name}: LINEに確認できません（{refused.code}）", "LINE could not confirm it"),
            )
            continue
        chat = "オン" if fresh.chat_on else "オフ"
        yield Finding(
            True, Words(f"{account.name}: LINEに確認できました（チャット: {chat}）", "LINE confirms it")
        )


async def _relay(office: Office) -> AsyncIterator[Finding]:
    """The connection to the relay, and what waits there, as it was last told."""
    link = await relays.link(office.desk)
    if link is None:
        return
    running = Presence(office.settings.home, office.settings.database_path).find() is not None
    since = to_rfc3339(link.since)
    if running and link.connected:
        yield Finding(
            True, Words(f"中継につながっています（{since} から）: {link.url}", "the relay is connected")
        )
    elif running:
        why = LINK_TROUBLES.get(link.trouble or "", LINK_TROUBLES["relay_unreachable"])
        yield Finding(False, Words(f"{why.ja}（{since} から、{link.url}）", why.en))
    else:
        yield Finding(
            None,
            Words(
                f"中継: {link.url}（Ittsu本体の起動中だけ受信します）", "fetched from while the helper runs"
            ),
        )
    real = [account for account in await accounts.list_all(office.desk) if not account.sandbox]
    at_relay = await relays.at_relay(office.desk, [account.id for account in real])
    for account in real:
        for finding in _at_relay(account.name, at_relay[account.id]):
            yield finding


def _at_relay(name: str, at_relay: AccountAtRelay) -> Iterator[Finding]:
    queues = at_relay.queues
    if queues is None:
        yield Finding(
            None,
            Words(
                f"{name}: 中継に登録されていません（中継のサーバーで「ittsu relay add」）",
                "the relay does not stand before this account (`ittsu relay add` on its host)",
            ),
        )
        return
    if at_relay.secret_differs:
        yield Finding(False, Words(f"{name}: {SECRET_DIFFERS.ja}", SECRET_DIFFERS.en))
    waiting = Words(
        f"{name}: 中継で待っているもの: Ittsu本体へ {queues.waiting_helper}件"
        + (f"、{queues.tool} へ {queues.waiting_tool}件" if queues.tool else ""),
        "webhooks that wait at the relay for the helper" + (" and for the other tool" if queues.tool else ""),
    )
    yield Finding(None, waiting)
    if queues.failure is not None:
        words = queues.failure.words
        yield Finding(False, Words(f"{name}: {words.ja}（{queues.tool}）", words.en))
    if queues.kept:
        yield Finding(
            False,
            Words(
                f"{name}: ほかのツールに届かなかったWebhookが{queues.kept}件あります"
                "（中継のサーバーで「ittsu relay retry」）",
                "the other tool has not taken some webhooks (`ittsu relay retry` on the relay's host)",
            ),
        )
    if queues.dropped:
        yield Finding(
            False,
            Words(
                f"{name}: 期限が過ぎて中継から消えたWebhookが{queues.dropped}件あります",
                "kept too long, and gone",
            ),
        )
