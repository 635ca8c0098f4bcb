"""Backups that are made without being asked: the daily ones, and one before each migration.

Everything here works on files and blocks.
"""

import contextlib
import errno
import json
import os
import re
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from helper.model.clock import from_stamp, to_stamp
from helper.store.backup import copy_database, publish
from helper.store.database import StoreTrouble
from helper.store.faults import trouble_of

KEPT = 7
KEPT_BEFORE_UPDATES = 3
EVERY = 24 * 3_600_000
"""ms between two backups."""
AFTER_FAILURE = 3_600_000
"""ms before another try."""
SPARE = 64 * 1024**2
"""Bytes that must stay free on the disk beside the copy: the daemon needs them to store what comes."""

_NAME = re.compile(r"ittsu-(\d{8}T\d{6}Z)\.sqlite")
_BEFORE_UPDATE = re.compile(r"ittsu-before-update-(\d{8}T\d{6}Z)\.sqlite")
_PART = re.compile(r"ittsu-(before-update-)?\d{8}T\d{6}Z\.sqlite\.part(-journal)?")
_FAILURE = "failed.json"
_NO_SPACE = errno.ENOSPC


@dataclass(frozen=True, slots=True)
class Made:
    """A backup of ours. `at` in ms."""

    path: Path
    at: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the newest try failed: a code of `StoreTrouble`, and when (ms)."""

    code: str
    at: int


class Backups:
    """The folder of daily backups of one database. Files of other names in it are never touched."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder = folder
        self._database = database

    def made(self, name: re.Pattern[str] = _NAME) -> list[Made]:
        """Ours, newest first."""
        if not self.folder.is_dir():
            return []
        found = [
            Made(path, at)
            for path in self.folder.iterdir()
            if (at := _time_of(path.name, name)) is not None and path.is_file()
        ]
        return sorted(found, key=lambda one: one.at, reverse=True)

    def failure(self) -> Failure | None:
        """The newest try's failure, None where it went well."""
        try:
            return Failure(**json.loads((self.folder / _FAILURE).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def due_in(self, now: int) -> int:
        """ms until the next one is due, 0 for now. A backup from the future (the clock was wrong) does not count."""
        newest = next((one.at for one in self.made() if one.at <= now), None)
        return 0 if newest is None else max(0, newest + EVERY - now)

    def make(self, now: int, stop: threading.Event | None = None) -> Path:
        """Make one and delete the oldest beyond `KEPT`. Raises `StoreTrouble`, having noted why; `Stopped`."""
        try:
            path = self._make(f"ittsu-{to_stamp(now)}.sqlite", now, stop)
        except (OSError, StoreTrouble) as error:
            trouble = error if isinstance(error, StoreTrouble) else trouble_of(error, self.folder)
            assert trouble is not None
            self._note(Failure(trouble.code, now))
            raise trouble from error
        (self.folder / _FAILURE).unlink(missing_ok=True)
        self._let_go(self.made(), path, now, KEPT)
        return path

    def make_before_update(self, now: int) -> Path:
        """Make one before the database becomes one of a newer version, apart from the daily ones; the last few stay.

        Raises `StoreTrouble`.
        """
        try:
            path = self._make(f"ittsu-before-update-{to_stamp(now)}.sqlite", now, None)
        except OSError as error:
            trouble = trouble_of(error, self.folder)
            assert trouble is not None
            raise trouble from error
        self._let_go(self.made(_BEFORE_UPDATE), path, now, KEPT_BEFORE_UPDATES)
        return path

    @staticmethod
    def _let_go(made: list[Made], newest: Path, now: int, kept: int) -> None:
        """Delete the oldest, so that with the newest as many stay as are kept."""
        others = [one for one in made if one.path != newest]
        # Those from the future were made while the clock was wrong: they go first.
        others.sort(key=lambda one: one.at if one.at <= now else 0, reverse=True)
        for old in others[kept - 1 :]:
            old.path.unlink(missing_ok=True)

    def _make(self, name: str, now: int, stop: threading.Event | None) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self.folder.iterdir():
            if _PART.fullmatch(left.name):  # of a process that died
                left.unlink(missing_ok=True)
        size = self._database.stat().st_size
        if shutil.disk_usage(self.folder).free < size + SPARE:
            raise OSError(_NO_SPACE, os.strerror(_NO_SPACE))
        path = self.folder / name
        part = path.with_name(f"{path.name}.part")
        copy_database(self._database, part, now, stop)
        publish(part, path, overwrite=True)
        return path

    def _note(self, failure: Failure) -> None:
        # On a full or read-only disk the note cannot be written either; the log has it.
        with contextlib.suppress(OSError):
            (self.folder / _FAILURE).write_text(json.dumps({"code": failure.code, "at": failure.at}), "utf-8")


def _time_of(name: str, ours: re.Pattern[str]) -> int | None:
    """When a file of this name was made; None for one that is not ours."""
    found = ours.fullmatch(name)
    try:
        return from_stamp(found[1]) if found else None
    except ValueError:
        return None
