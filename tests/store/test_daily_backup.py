"""Every day one backup, seven kept, nothing else touched; a failure is told and harms nothing."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from helper.daily import DailyBackup
from helper.flows.backups import AFTER_FAILURE, EVERY, KEPT
from helper.model.clock import to_stamp
from helper.store.backup import check_file
from helper.store.sqlite import open_sqlite
from tests.rig import HandClock


@pytest.fixture
async def daily(tmp_path: Path) -> DailyBackup:
    await (await open_sqlite(tmp_path / "ittsu.sqlite")).close()
    return DailyBackup(tmp_path, tmp_path / "ittsu.sqlite", HandClock())


def clock_of(daily: DailyBackup) -> HandClock:
    assert isinstance(daily._clock, HandClock)
    return daily._clock


def names(daily: DailyBackup) -> list[str]:
    return sorted(path.name for path in daily.backups.folder.iterdir())


def test_seven_are_kept_and_files_of_others_are_left_alone(daily: DailyBackup) -> None:
    clock = clock_of(daily)
    folder = daily.backups.folder
    folder.mkdir()
    ours_not = ["ittsu-before-restore-20200101T000000Z.sqlite", "ittsu-2020.sqlite", "notes.txt", "x.part"]
    for name in ours_not:
        (folder / name).write_text("mine")
    made = []
    for _ in range(KEPT + 3):
        daily.look()
        made.append(f"ittsu-{to_stamp(clock.now())}.sqlite")
        assert daily.look() == EVERY, "once a day"
        clock.moment += EVERY
    assert names(daily) == sorted([*made[-KEPT:], *ours_not])
    assert check_file(folder / made[-1]).taken_at == clock.now() - EVERY
    assert all((folder / name).stat().st_mode & 0o077 == 0 for name in made[-KEPT:])


def test_a_computer_that_was_off_makes_up_for_it_soon(daily: DailyBackup) -> None:
    daily.look()
    clock_of(daily).moment += 10 * EVERY
    assert daily.backups.due_in(clock_of(daily).now()) == 0
    daily.look()
    assert len(daily.backups.made()) == 2


def test_a_full_disk_is_told_and_tried_again_later(
    daily: DailyBackup, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = clock_of(daily)
    daily.look()
    kept = names(daily)
    clock.moment += EVERY
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    assert daily.look() == AFTER_FAILURE
    failure = daily.backups.failure()
    assert failure is not None
    assert failure.code == "storage_full"
    assert "storage_full" in caplog.text
    assert [name for name in names(daily) if name.endswith(".sqlite")] == kept, "the old ones stay"
    monkeypatch.undo()
    assert daily.look() == AFTER_FAILURE, "not at every look"
    clock.moment += AFTER_FAILURE
    daily.look()
    assert daily.backups.failure() is None
    assert len(daily.backups.made()) == 2


def test_a_damaged_database_pushes_no_good_backup_out(daily: DailyBackup, tmp_path: Path) -> None:
    clock = clock_of(daily)
    for _ in range(KEPT):
        daily.look()
        clock.moment += EVERY
    before = names(daily)
    path = tmp_path / "ittsu.sqlite"
    path.write_bytes(path.read_bytes()[:4096] + b"\xa5" * (path.stat().st_size - 4096))
    daily.look()
    failure = daily.backups.failure()
    assert failure is not None
    assert failure.code == "storage_corrupt"
    assert [name for name in names(daily) if name != "failed.json"] == before


def test_backups_of_a_clock_that_was_wrong_do_not_stop_the_next(daily: DailyBackup) -> None:
    clock = clock_of(daily)
    clock.moment += 1000 * EVERY
    daily.look()
    clock.moment -= 1000 * EVERY
    for _ in range(KEPT + 1):
        daily.look()
        clock.moment += EVERY
    assert all(one.at < clock.now() for one in daily.backups.made())
    assert len(daily.backups.made()) == KEPT


def test_what_a_dead_process_left_half_done_goes(daily: DailyBackup) -> None:
    daily.backups.folder.mkdir()
    (daily.backups.folder / "ittsu-20200101T000000Z.sqlite.part").write_text("half")
    daily.look()
    assert len(names(daily)) == 1
