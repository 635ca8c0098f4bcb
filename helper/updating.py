"""Before a database of an older version is brought up to date: a copy of it, or nothing happens."""

import logging
from collections.abc import Callable

from helper.daily import FOLDER
from helper.flows.backups import SPARE, Backups
from helper.model.clock import Clock
from helper.settings import Settings
from helper.store.database import StoreTrouble
from helper.words import Words

log = logging.getLogger(__name__)

KEPT = Words(
    "データベースを新しい版のIttsuに合わせて更新します。更新前の控え: {path}",
    "the database is brought up to date; a copy from before: {path}",
)
NOT_UPDATED = Words(
    "データベースを新しい版のIttsuに合わせて更新する前の控えを、{folder} に作れませんでした（{reason}）。"
    "データベースは何も変えていません。{size} MB以上の空きと、フォルダーの権限を確認してから、"
    "もう一度起動してください。",
    "Before the database is brought up to date a copy of it is made in {folder}, and that failed ({reason})."
    " The database is unchanged. Make sure of {size} MB of free space and of the folder's permissions, then"
    " start again.",
)
_REASONS = {
    "storage_full": Words("ディスクがいっぱいです", "the disk is full"),
    "storage_read_only": Words("書き込めません", "it is read-only"),
}


def copy_before_update(settings: Settings, clock: Clock) -> Callable[[], None]:
    """What makes the copy when a migration is about to begin. It blocks, and raises StoreTrouble."""

    def copy() -> None:
        backups = Backups(settings.home / FOLDER, settings.database_path)
        try:
            path = backups.make_before_update(clock.now())
        except StoreTrouble as trouble:
            if trouble.code == "storage_corrupt":
                raise
            raise StoreTrouble(str(_refusal(settings, backups, trouble.code)), trouble.code) from trouble
        told = KEPT.filled(path=path)
        log.info("%s / %s", told.ja, told.en)

    return copy


def _refusal(settings: Settings, backups: Backups, code: str) -> Words:
    reason = _REASONS.get(code, Words(code, code))
    size = -(-(settings.database_path.stat().st_size + SPARE) // 1_000_000)
    return Words(
        NOT_UPDATED.ja.format(folder=backups.folder, reason=reason.ja, size=size),
        NOT_UPDATED.en.format(folder=backups.folder, reason=reason.en, size=size),
    )
