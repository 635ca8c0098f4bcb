"""This computer: the system, the database and its disk, backups, secrets, the helper, the tunnel, the extension."""

import platform
import shutil
import sys
from collections.abc import AsyncIterator

from helper import __version__
from helper.checks.check import Check
from helper.daily import DailyBackup
from helper.flows import tunnels
from helper.flows.backups import EVERY
from helper.installed import COMMAND, START
from helper.model.clock import to_rfc3339
from helper.model.tunnel import TROUBLES
from helper.office import Office
from helper.presence import Presence
from helper.store.backup import check_file
from helper.store.database import Reader, StoreTrouble
from helper.store.teammates import ClientVersion, client_versions
from helper.words import Words

LITTLE_SPACE = 300_000_000
"""Free bytes below which something is said."""
LATE_BACKUP = 3 * EVERY
"""ms: a computer may be off over a weekend."""
UNTESTED = ("Darwin", "Windows")
UNLOCK = Words(
    "パソコンにログインし直すか、キーリングのロックを解除してから、Ittsu本体を起動し直してください",
    "Log in again or unlock the keyring, then start the helper again",
)
RECENT = 30 * 24 * 3_600_000
"""ms: who has not been here for longer has perhaps gone."""


def versions() -> Check:
    """Ittsu's and Python's."""
    python = sys.version.split()[0]
    return Check(
        "version",
        "info",
        Words(f"Ittsu {__version__}、Python {python}", f"Ittsu {__version__}, Python {python}"),
    )


def system() -> Check:
    """The operating system, and whether Ittsu was ever tried on it."""
    name = platform.system()
    if name in UNTESTED:
        return Check("system", "info", Words(f"{name}ではまだ試していません", f"not tested on {name} yet"))
    return Check("system", "info", Words(f"システム: {name}", f"the system: {name}"))


def storage(office: Office) -> list[Check]:
    """The database's file, the disk it is on, and its backups. Blocks: the file is read to its end."""
    path = office.settings.database_path
    try:
        check_file(path)
        size = path.stat().st_size // 1_000_000
        found = [
            Check(
                "database",
                "good",
                Words(
                    f"データベース: {path}（{size} MB、全体を確認しました）",
                    f"the database is whole ({size} MB)",
                ),
            )
        ]
    except StoreTrouble as trouble:
        japanese, _, english = str(trouble).partition("\n")
        fix = Words(
            f"Ittsu本体を止めて、バックアップに戻してください: {COMMAND} restore ファイル",
            f"Stop the helper and go back to a backup: {COMMAND} restore FILE",
        )
        found = [Check("database", "bad", Words(japanese, english), fix)]
    free = shutil.disk_usage(path.parent).free
    if free < LITTLE_SPACE:
        found.append(
            Check(
                "disk",
                "bad",
                Words(f"ディスクの空きが{free // 1_000_000} MBしかありません", "the disk is almost full"),
                Words("不要なファイルを消してください", "Free some space"),
            )
        )
    found.append(backups(office))
    return found


def backups(office: Office) -> Check:
    """The daily backups."""
    if office.settings.daily_backup == "off":
        return Check(
            "backup",
            "info",
            Words("自動バックアップはオフです（ITTSU_DAILY_BACKUP）", "daily backups are switched off"),
        )
    now = office.desk.clock.now()
    kept = DailyBackup(office.settings.home, office.settings.database_path, office.desk.clock).backups
    made, failure = kept.made(), kept.failure()
    if failure is not None:
        return Check(
            "backup",
            "bad",
            Words(
                f"自動バックアップに失敗しました（{failure.code}、{to_rfc3339(failure.at)}）",
                f"the daily backup failed ({failure.code}, {to_rfc3339(failure.at)})",
            ),
            Words(
                f"ディスクの空きと {kept.folder} の権限を確認してください",
                "Check the free disk space and that folder's permissions",
            ),
        )
    if not made:
        return Check(
            "backup",
            "info",
            Words(
                "自動バックアップはまだありません（起動後に作ります）",
                "no daily backup yet: made after a start",
            ),
        )
    late = now - made[0].at > LATE_BACKUP
    words = Words(
        f"自動バックアップ: {len(made)}件、最新 {to_rfc3339(made[0].at)}（{kept.folder}）",
        f"daily backups: {len(made)}, the newest {to_rfc3339(made[0].at)}",
    )
    fix = Words(
        "バックアップはIttsu本体の起動中に作ります。起動したままにしてください",
        "Backups are made while the helper runs: leave it running",
    )
    return Check("backup", "bad" if late else "good", words, fix if late else None)


async def secrets(office: Office) -> AsyncIterator[Check]:
    """Where channel secrets are kept, and whether they can be read."""
    if await office.secrets.is_locked():
        yield Check(
            "secrets",
            "bad",
            Words(
                f"キーリング（{office.secrets.place()}）を開けないため、シークレットを読めません",
                f"the keyring ({office.secrets.place()}) is locked: secrets cannot be read",
            ),
            UNLOCK,
        )
    else:
        yield _where_secrets_are(office)


def _where_secrets_are(office: Office) -> Check:
    place = office.secrets.place()
    in_file = place == str(office.secrets.file)
    words = Words(f"シークレットの保管場所: {place}", f"secrets are kept in: {place}")
    if not in_file or office.settings.keyring == "file":
        return Check("secrets", "good" if not in_file else "info", words)
    fix = Words(
        "OSのキーリングを使えません。ログインのキーリングを有効にしてから、アカウントをつなぎ直すと移せます",
        "No keyring of the system can be used. Once its login keyring works, connect the accounts again to move them",
    )
    return Check("secrets", "warning", words, fix)


def running(office: Office) -> Check:
    """Whether the helper runs."""
    found = Presence(office.settings.home, office.settings.database_path).find()
    if found is None:
        words = Words("Ittsu本体は起動していません", "the helper is not running")
        return Check("helper", "info", words, Words(f"起動するには: {START}", f"To start it: {START}"))
    return Check(
        "helper",
        "good",
        Words(f"Ittsu本体が起動しています: {found.api}", f"the helper runs (process {found.pid})"),
    )


async def tunnel(office: Office) -> AsyncIterator[Check]:
    """The tunnel that is wanted, if one is."""
    wanted = await tunnels.wanted(office.desk)
    if wanted is None:
        return
    if Presence(office.settings.home, office.settings.database_path).find() is None:
        yield Check(
            "tunnel",
            "info",
            Words("トンネルは、Ittsu本体の起動中だけ通ります", "the tunnel carries while the helper runs"),
        )
    elif wanted.trouble is not None:
        words = TROUBLES.get(wanted.trouble, TROUBLES["tunnel_silent"])
        fix = Words(
            f"様子を見るには: {COMMAND} tunnel status（やめるには: {COMMAND} tunnel stop）",
            f"To see how it is: {COMMAND} tunnel status (to end it: {COMMAND} tunnel stop)",
        )
        yield Check("tunnel", "bad", words, fix)
    elif wanted.origin is None:
        yield Check("tunnel", "unknown", Words("トンネルを起動しています", "the tunnel is being started"))
    elif not wanted.is_stable:
        yield Check(
            "tunnel",
            "warning",
            Words(
                f"トンネルが通っています（名前は起動のたびに変わります）: {wanted.origin}",
                f"the tunnel carries; its name changes at every start: {wanted.origin}",
            ),
            Words(
                "いつも使うには、tailscale か、ご自身の名前のトンネルにしてください",
                "To keep it, use tailscale or a tunnel with a name of your own",
            ),
        )
    else:
        yield Check(
            "tunnel",
            "good",
            Words(f"トンネルが通っています: {wanted.origin}", f"the tunnel carries: {wanted.origin}"),
        )


async def extensions(office: Office) -> AsyncIterator[Check]:
    """Browsers with the extension, and whether it is of the helper's version."""

    async def find(reader: Reader) -> list[ClientVersion]:
        return await client_versions(reader, office.desk.clock.now() - RECENT)

    ours = _release(__version__)
    known = [one for one in await office.database.read(find) if one.version.startswith("extension/")]
    if not known:
        yield Check(
            "extension",
            "warning",
            Words(
                "拡張機能は、まだどのブラウザーにもつながっていません",
                "no browser's extension is connected yet",
            ),
            Words(
                f"「{COMMAND} extension」の手順でブラウザーに読み込み、"
                f"「{COMMAND} pair」の接続コードを設定画面に入れてください",
                f"Load it as `{COMMAND} extension` says, and enter the code of `{COMMAND} pair` in its options",
            ),
        )
    for client in known:
        version = client.version.removeprefix("extension/")
        told = f"{client.teammate}（{client.client}）: {version}"
        if _release(version) == ours:
            yield Check(
                "extension", "good", Words(f"拡張機能 {told}", f"extension of {client.teammate}: {version}")
            )
        else:
            yield Check(
                "extension",
                "warning",
                Words(
                    f"拡張機能の版がIttsu本体（{__version__}）と違います: {told}",
                    f"the extension of {client.teammate} is {version}, the helper is {__version__}",
                ),
                Words(
                    f"「{COMMAND} extension」を実行し、ブラウザーの拡張機能のページで「再読み込み」を押してください",
                    f"Run `{COMMAND} extension`, then press Reload on the browser's page of extensions",
                ),
            )


def _release(version: str) -> list[str]:
    """What must be the same on both sides."""
    return version.split(".")[:2]
