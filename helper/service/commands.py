"""`ittsu service install|remove|status`: say what will be done, do it, say what came of it."""

import os
import platform
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from helper.presence import Addresses, Presence
from helper.service.entry import Command, Entry, log_file, serve_command
from helper.service.launchd import launchd_entry
from helper.service.systemd import systemd_entry
from helper.service.windows import windows_entry
from helper.settings import Settings
from helper.words import Trouble, Words

T = TypeVar("T")
Runner = Callable[[Command], int]
"""Runs a command quietly; its exit code."""

PATIENCE = 20.0
"""Seconds in which a helper that was started says where it listens, or one that was stopped is gone."""
LOOK_EVERY = 0.1
MISSING = 127
"""The exit code of a command that is not on this computer."""

NO_SYSTEM = Words(
    "自動起動を登録できません。このログイン環境には {system} がないためです。何も変えていません。\n"
    "  代わりに、ターミナルで「{start}」を動かしたままにするか、"
    "お使いの起動のしくみ（cronの @reboot など）に次のコマンドを登録してください:\n    {command}",
    "Starting by itself cannot be set up: there is no {system} in this log-in session. Nothing was changed.\n"
    "  Instead keep `{start}` running in a terminal, or give this command to whatever starts programs"
    " here (cron's @reboot, for example):\n    {command}",
)
WILL_INSTALL = Words(
    "これから行うこと（{system}）:\n"
    "  ・{file} を書きます\n"
    "  ・ログインのたびにIttsu本体を起動し、失敗したら起動し直すように登録して、いま起動します\n"
    "  ・ログの場所: {log}",
    "What will be done ({system}):\n"
    "  - {file} is written\n"
    "  - the helper starts at every log-in, again after a failure, and now\n"
    "  - its log: {log}",
)
ASK = "続けますか？ / Go on? [Y/n]: "
NOT_ASKED = Words(
    "確認できないため、登録していません。--yes を付けてください。",
    "Nothing was set up: there is nobody to ask. Say --yes.",
)
NOT_DONE = Words("何も変えていません。", "Nothing was changed.")
BY_HAND = Words(
    "Ittsu本体が別に起動しています。止めてから（Ctrl-C）、もう一度実行してください。",
    "A helper is running that was started otherwise: stop it (Ctrl-C), then try again.",
)
FAILED = Words("{system} への登録に失敗しました（{command}）。", "{system} refused it ({command}).")
STARTED = Words(
    "登録し、起動しました: {api}\n  様子を見る: {name} service status　やめる: {name} service remove",
    "Set up and running: {api}\n  To look: {name} service status; to undo: {name} service remove",
)
NOT_YET = Words(
    "登録しましたが、まだ起動していません。理由はログにあります: {log}",
    "Set up, but not running yet. The log says why: {log}",
)
REMOVED = Words(
    "自動起動をやめ、Ittsu本体を止めました。データは {home} に残しています。",
    "The helper is stopped and no longer starts by itself. The data stays in {home}.",
)
NOT_INSTALLED = Words(
    "自動起動は登録されていません。何も変えていません。", "It is not set up. Nothing was changed."
)
STATUS_ON = Words(
    "自動起動: 登録されています（{system}、{file}）", "Starts by itself: yes ({system}, {file})"
)
STATUS_OFF = Words(
    "自動起動: 登録されていません（登録: {name} service install）",
    "Starts by itself: no (set up: {name} service install)",
)
RUNNING = Words("Ittsu本体: {since} から動いています（{api}）", "The helper: running since {since} ({api})")
STARTING = Words("Ittsu本体: 起動しているところです", "The helper: just starting")
STOPPED = Words("Ittsu本体: 動いていません", "The helper: not running")
WHERE = Words("ログ: {log}\nデータ: {home}", "Log: {log}\nData: {home}")
NO_LOG = Words("ログ: まだありません（{log}）\nデータ: {home}", "Log: none yet ({log})\nData: {home}")


def run_quietly(command: Command) -> int:
    """Run a system's command without its output."""
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError:
        return MISSING


def entry_for(settings: Settings) -> Entry:
    """The entry for this computer's system. Raises Trouble where we know none."""
    command = serve_command(settings)
    match platform.system():
        case "Darwin":
            return launchd_entry(command, Path.home(), os.getuid(), log_file(settings))
        case "Windows":
            user = f"{os.environ.get('USERDOMAIN', '.')}\\{os.environ.get('USERNAME', '')}"
            return windows_entry(command, user, settings.home)
        case _:
            return systemd_entry(command, os.environ, Path.home())


@dataclass(frozen=True, slots=True)
class Service:
    """The helper as something that a system starts. `name`: what a person types for `ittsu`."""

    settings: Settings
    entry: Entry
    name: str
    start: str
    run: Runner = run_quietly

    def _find(self) -> Addresses | None:
        return self._presence.find() if self.settings.home.is_dir() else None

    def _is_taken(self) -> bool:
        # Looking makes the lock's file, and its folder where there was none.
        return self.settings.home.is_dir() and self._presence.is_taken()

    @property
    def _presence(self) -> Presence:
        return Presence(self.settings.home, self.settings.database_path)

    @property
    def _log(self) -> Path:
        return log_file(self.settings)

    def install(self, *, sure: bool) -> int:
        """Say what will be done, ask, do it. Done anew, it takes today's settings. Raises Trouble, OSError."""
        entry = self.entry
        if self.run(entry.usable) != 0:
            raise Trouble(
                NO_SYSTEM.filled(
                    system=entry.system, start=self.start, command=_for_a_shell(serve_command(self.settings))
                )
            )
        print(WILL_INSTALL.filled(system=entry.system, file=entry.file, log=self._log))
        _ask(sure=sure)
        self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._stop()
        if self._is_taken():
            raise Trouble(BY_HAND)
        self._log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        entry.file.parent.mkdir(parents=True, exist_ok=True)
        entry.file.write_bytes(entry.content)
        for command in entry.start:
            if self.run(command) != 0:
                raise Trouble(FAILED.filled(system=entry.system, command=_for_a_shell(command)))
        found = self._wait_for(self._find)
        if found is None:
            print(NOT_YET.filled(log=self._log))
            return 1
        print(STARTED.filled(api=found.api, name=self.name))
        return 0

    def remove(self) -> int:
        """Stop the helper and let it start by itself no more; data and log stay."""
        if not self._is_known():
            print(NOT_INSTALLED)
            return 0
        self._stop()
        self.entry.file.unlink(missing_ok=True)
        for command in self.entry.after_removal:
            self.run(command)
        print(REMOVED.filled(home=self.settings.home))
        return 0

    def status(self) -> int:
        """Whether it is set up and running, since when, and where its log is; 0 if it runs."""
        if self._is_known():
            print(STATUS_ON.filled(system=self.entry.system, file=self.entry.file))
        else:
            print(STATUS_OFF.filled(name=self.name))
        found = self._find()
        if found is not None:
            print(RUNNING.filled(since=_told(found), api=found.api))
        else:
            print(STARTING if self._is_taken() else STOPPED)
        print((WHERE if self._log.is_file() else NO_LOG).filled(log=self._log, home=self.settings.home))
        return 0 if found is not None else 1

    def _is_known(self) -> bool:
        return self.entry.file.is_file() or self.run(self.entry.known) == 0

    def _stop(self) -> None:
        """Stop our helper, if the system has one; only then is one that still runs somebody else's."""
        if not self._is_known():
            return
        for command in self.entry.stop:
            self.run(command)
        self._wait_for(lambda: not self._is_taken())

    def _wait_for(self, look: Callable[[], T]) -> T:
        ends = time.monotonic() + PATIENCE
        while not (found := look()) and time.monotonic() < ends:
            time.sleep(LOOK_EVERY)
        return found


def _ask(*, sure: bool) -> None:
    if sure:
        return
    if not sys.stdin.isatty():
        raise Trouble(NOT_ASKED, exit_code=2)
    if input(ASK).strip().lower() not in ("", "y", "yes", "はい"):
        raise Trouble(NOT_DONE)


def _told(found: Addresses) -> str:
    return f"{datetime.fromtimestamp(found.since / 1000).astimezone():%Y-%m-%d %H:%M}"


def _for_a_shell(command: Command) -> str:
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
