"""A user unit for systemd (systemd.service(5), systemd.syntax(7))."""

from collections.abc import Mapping
from pathlib import Path

from helper.service.entry import RESTART_SECONDS, STOP_SECONDS, UNUSABLE_SETTINGS, Command, Entry

UNIT = "ittsu.service"


def systemd_entry(command: Command, environment: Mapping[str, str], home: Path) -> Entry:
    """The unit of the person whose home folder it is."""
    configuration = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    user = ("systemctl", "--user")
    return Entry(
        system="systemd",
        file=configuration / "systemd" / "user" / UNIT,
        content=unit(command).encode(),
        usable=(*user, "show-environment"),
        known=(*user, "is-enabled", UNIT),
        start=((*user, "daemon-reload"), (*user, "enable", UNIT), (*user, "restart", UNIT)),
        stop=((*user, "disable", "--now", UNIT),),
        after_removal=((*user, "daemon-reload"),),
    )


def unit(command: Command) -> str:
    """The unit's text."""
    program, *arguments = command
    line = " ".join([_quoted(program), *(_quoted(word).replace("$", "$$") for word in arguments)])
    return f"""\
[Unit]
Description=Ittsu (LINE公式アカウントの最初の一通)

[Service]
ExecStart={line}
Restart=on-failure
RestartSec={RESTART_SECONDS}
RestartPreventExitStatus={UNUSABLE_SETTINGS}
TimeoutStopSec={STOP_SECONDS}
StandardOutput=null

[Install]
WantedBy=default.target
"""


def _quoted(word: str) -> str:
    """A word as systemd reads it back: quotes and backslashes escaped, `%` is no specifier."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("%", "%%")
    return f'"{escaped}"'
