"""`ittsu service`: a stand-in plays systemd by its unit's own text; the helper that it starts is a real one."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helper.presence import Presence
from helper.service.commands import MISSING, Service, entry_for
from helper.service.entry import Command
from helper.settings import Settings, load_settings
from helper.words import Trouble
from tests.service.test_entries import read_by_systemd


class StandInSystemd:
    """Starts what the unit's file says, as a process of its own, and knows which units are enabled."""

    def __init__(self, unit: Callable[[], Path]) -> None:
        self._unit = unit
        self.asked: list[str] = []
        self.enabled = False
        self.process: subprocess.Popen[bytes] | None = None
        self.usable = True

    def __call__(self, command: Command) -> int:
        assert command[:2] == ("systemctl", "--user")
        self.asked.append(" ".join(command[2:]))
        match command[2]:
            case "show-environment":
                return 0 if self.usable else 1
            case "is-enabled":
                return 0 if self.enabled else 1
            case "enable":
                self.enabled = True
            case "restart":
                self.stop()
                self.process = subprocess.Popen(
                    read_by_systemd(self._unit().read_text("utf-8")),
                    cwd="/",
                    env={"PATH": os.environ["PATH"]},
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            case "disable":
                self.enabled = False
                self.stop()
        return 0

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            self.process = None


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "設定 config"))
    monkeypatch.setenv("ITTSU_HOME", str(tmp_path / "データ 100% $x"))
    return load_settings({"api_port": "0", "webhook_port": "0", "sandbox_port": "0"})


@pytest.fixture
def systemd(settings: Settings) -> Iterator[StandInSystemd]:
    stand_in = StandInSystemd(lambda: entry_for(settings).file)
    yield stand_in
    stand_in.stop()


@pytest.fixture
def service(settings: Settings, systemd: StandInSystemd) -> Service:
    return Service(settings, entry_for(settings), "ittsu", "ittsu serve", systemd)


def test_it_is_set_up_looked_at_set_up_again_and_removed(
    service: Service, systemd: StandInSystemd, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert service.status() == 1
    assert "登録されていません" in capsys.readouterr().out
    assert not settings.home.exists(), "looking leaves nothing"

    assert service.install(sure=True) == 0
    told = capsys.readouterr().out
    assert str(service.entry.file) in told.partition("登録し、起動しました")[0], (
        "what will be done comes first"
    )
    assert settings.home.stat().st_mode & 0o077 == 0
    first = Presence(settings.home, settings.database_path).find()
    assert first is not None
    assert first.api in told
    log = settings.home / "logs" / "ittsu.log"
    assert f"ready: api {first.api}" in log.read_text("utf-8")

    assert service.status() == 0
    told = capsys.readouterr().out
    assert "登録されています（systemd" in told
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d から動いています", told)
    assert re.search(r"running since \d{4}-\d\d-\d\d \d\d:\d\d", told)
    assert str(log) in told

    assert service.install(sure=True) == 0, "again, with whatever the settings are now"
    second = Presence(settings.home, settings.database_path).find()
    assert second is not None
    assert second.pid != first.pid

    capsys.readouterr()
    assert service.remove() == 0
    assert "データは" in capsys.readouterr().out
    assert not service.entry.file.exists()
    assert not systemd.enabled
    assert not Presence(settings.home, settings.database_path).is_taken()
    assert settings.database_path.is_file()
    assert log.is_file()
    assert service.remove() == 0
    assert "登録されていません" in capsys.readouterr().out


def test_without_a_session_of_systemds_it_says_what_to_do_instead(
    service: Service, systemd: StandInSystemd
) -> None:
    systemd.usable = False
    with pytest.raises(Trouble) as told:
        service.install(sure=True)
    assert not service.entry.file.exists()
    assert systemd.asked == ["show-environment"]
    for words in ("systemd", "何も変えていません", "ittsu serve", "-m helper serve", "@reboot"):
        assert words in str(told.value)


def test_this_computers_own_systemd_is_asked_and_may_be_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    service = Service(settings, entry_for(settings), "ittsu", "ittsu serve")
    assert service.run(service.entry.usable) == MISSING
    with pytest.raises(Trouble, match="systemd"):
        service.install(sure=True)


def test_nobody_to_ask_means_no(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        with pytest.raises(Trouble, match="--yes"):
            service.install(sure=False)
    assert not service.entry.file.exists()


def test_a_helper_that_somebody_started_is_left_alone(service: Service, settings: Settings) -> None:
    theirs = Presence(settings.home, settings.database_path)
    theirs.take()
    try:
        with pytest.raises(Trouble, match="Ctrl-C"):
            service.install(sure=True)
    finally:
        theirs.leave()
    assert not service.entry.file.exists()


def test_why_it_did_not_start_stands_in_the_log(
    settings: Settings,
    systemd: StandInSystemd,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("helper.service.commands.PATIENCE", 1.0)
    settings.home.mkdir()
    settings.database_path.write_text("not a database, only a letter " * 200)
    service = Service(settings, entry_for(settings), "ittsu", "ittsu serve", systemd)
    assert service.install(sure=True) == 1
    assert "まだ起動していません" in capsys.readouterr().out
    assert systemd.process is not None
    assert systemd.process.wait(20) == 1
    assert "壊れています" in (settings.home / "logs" / "ittsu.log").read_text("utf-8")
