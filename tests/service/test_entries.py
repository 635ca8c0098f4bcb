"""What systemd, launchd and Windows read is what was meant, whatever stands in a path.

Read back here by each system's documented rules; launchd and Windows themselves were never asked.
"""

import plistlib
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helper.cli import build_parser
from helper.service.entry import serve_command
from helper.service.launchd import agent, launchd_entry
from helper.service.systemd import systemd_entry, unit
from helper.service.windows import task, windows_entry
from helper.settings import load_settings

PLACE = "/Users/花子 山田/100% $HOME/\"引用\" 'it''s' \\ 終"
WORDS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Cn"]), min_size=1)
COMMANDS = st.lists(WORDS, min_size=1, max_size=5).map(lambda words: ("/a b/パイソン", "-P", *words))
NAMESPACE = {"task": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


def read_by_systemd(text: str) -> tuple[str, ...]:
    """ExecStart's words: quotes, C escapes and specifiers everywhere, `$$` in arguments (systemd.service(5))."""
    [line] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    assert " ".join(f'"{word}"' for word in words) == line, "every word is quoted"
    program, *arguments = (re.sub(r"\\(.)", r"\1", word) for word in words)
    assert not re.search(r"(?<!%)(%%)*%(?!%)", line), "no specifier"
    program, *arguments = (word.replace("%%", "%") for word in (program, *arguments))
    assert not any(re.search(r"(?<!\$)(\$\$)*\$(?!\$)", word) for word in arguments), "no variable"
    return (program, *(word.replace("$$", "$") for word in arguments))


def read_by_windows(content: bytes) -> tuple[str, ...]:
    """The task's command and its arguments, parted as Microsoft's C run-time parts them."""
    root = ET.fromstring(content.decode("utf-16").partition("\n")[2])
    told = {name: root.findtext(f".//task:{name}", "", NAMESPACE) for name in ("Command", "Arguments")}
    words: list[str] = []
    word, quoted, there = "", False, False
    for slashes, quote, other in re.findall(r'(\\*)("?)([^\\"]?)', told["Arguments"]):
        word += slashes if not quote else "\\" * (len(slashes) // 2)
        there = there or bool(slashes)
        if quote and len(slashes) % 2:
            word, there = word + '"', True
        elif quote:
            quoted, there = not quoted, True
        if other in (" ", "\t") and not quoted:
            words, word, there = [*words, word] if there else words, "", False
        elif other:
            word, there = word + other, True
    return (told["Command"], *words, *([word] if there else []))


@given(command=COMMANDS)
def test_every_system_reads_every_command_as_it_is_meant(command: tuple[str, ...]) -> None:
    assert read_by_systemd(unit(command)) == command
    assert tuple(plistlib.loads(agent(command, Path("/log")))["ProgramArguments"]) == command
    assert read_by_windows(task(command, "PC\\花子")) == command


def test_the_settings_of_today_travel_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITTSU_HOME", PLACE)
    monkeypatch.setenv("ITTSU_CHANNEL_SECRET", "never-written")
    monkeypatch.setenv("ITTSU_RETENTION_DAYS", "60")
    monkeypatch.setenv("ITTSU_DATABASE_URL", "sqlite:///shop.sqlite")
    settings = load_settings({"api_port": "9171", "api_names": "helper.local,other:1"})
    command = serve_command(settings)
    assert command[:5] == (sys.executable, "-P", "-m", "helper", "serve")
    given_ = vars(build_parser().parse_args(command[4:]))
    assert given_ == {
        "command": "serve",
        "home": PLACE,
        "database_url": f"sqlite:///{Path.cwd()}/shop.sqlite",
        "api_port": "9171",
        "api_names": "helper.local,other:1",
        "retention_days": "60",
        "keyring": "file",
        "log_file": f"{PLACE}/logs/ittsu.log",
    }
    again = load_settings(given_)
    assert again.model_dump(exclude={"database_url", "log_file"}) == settings.model_dump(
        exclude={"database_url", "log_file"}
    )
    assert again.database_path == settings.database_path


def test_systemd_starts_it_again_unless_its_settings_are_at_fault(tmp_path: Path) -> None:
    entry = systemd_entry(("/usr/bin/python3",), {"XDG_CONFIG_HOME": str(tmp_path)}, Path("/elsewhere"))
    assert entry.file == tmp_path / "systemd" / "user" / "ittsu.service"
    lines = entry.content.decode().splitlines()
    for line in ("Restart=on-failure", "RestartPreventExitStatus=2", "WantedBy=default.target"):
        assert line in lines
    at_home = systemd_entry(("/usr/bin/python3",), {}, tmp_path)
    assert at_home.file == tmp_path / ".config" / "systemd" / "user" / "ittsu.service"


def test_launchd_starts_it_at_log_in_and_after_a_failure(tmp_path: Path) -> None:
    entry = launchd_entry(("/python3", "-P"), tmp_path, 501, tmp_path / "logs" / "ittsu.log")
    assert entry.file == tmp_path / "Library" / "LaunchAgents" / "ittsu.serve.plist"
    told = plistlib.loads(entry.content)
    assert told["Label"] == entry.file.stem
    assert told["RunAtLoad"] is True
    assert told["KeepAlive"] == {"SuccessfulExit": False}
    assert Path(told["StandardErrorPath"]).parent == tmp_path / "logs"
    assert ("launchctl", "bootstrap", "gui/501", str(entry.file)) in entry.start


def test_windows_starts_it_at_log_in_as_its_person_and_never_ends_it_for_its_age(tmp_path: Path) -> None:
    entry = windows_entry(("C:\\Program Files\\pythonw.exe", "-P"), "PC\\花子", tmp_path / "データ")
    assert entry.content.startswith(b"\xff\xfe"), "schtasks reads UTF-16"
    text = entry.content.decode("utf-16")
    assert text.startswith('<?xml version="1.0" encoding="UTF-16"?>')
    root = ET.fromstring(text.partition("\n")[2])
    told = {element.tag.partition("}")[2]: element.text for element in root.iter()}
    assert told["UserId"] == "PC\\花子"
    assert (told["ExecutionTimeLimit"], told["StopIfGoingOnBatteries"]) == ("PT0S", "false")
    assert (told["LogonType"], told["Interval"]) == ("InteractiveToken", "PT1M")
    assert root.find("task:Triggers/task:LogonTrigger", NAMESPACE) is not None
    assert entry.start[0] == ("schtasks", "/create", "/tn", "Ittsu", "/xml", str(entry.file), "/f")
