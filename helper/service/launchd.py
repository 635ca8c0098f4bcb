"""A user agent for macOS' launchd (launchd.plist(5)). Tested as text; never tried on a Mac."""

import plistlib
from pathlib import Path

from helper.service.entry import RESTART_SECONDS, STOP_SECONDS, Command, Entry

LABEL = "ittsu.serve"


def launchd_entry(command: Command, home: Path, user_id: int, log: Path) -> Entry:
    """The agent of the person whose home folder it is."""
    file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    domain = f"gui/{user_id}"
    service = f"{domain}/{LABEL}"
    return Entry(
        system="launchd",
        file=file,
        content=agent(command, log),
        usable=("launchctl", "print", domain),
        known=("launchctl", "print", service),
        start=(("launchctl", "enable", service), ("launchctl", "bootstrap", domain, str(file))),
        stop=(("launchctl", "bootout", service),),
    )


def agent(command: Command, log: Path) -> bytes:
    """The agent's property list. What Python says before our log is open goes into a file beside the log."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": RESTART_SECONDS,
            "ExitTimeOut": STOP_SECONDS,
            "StandardErrorPath": str(log.with_name("launchd.log")),
        }
    )
