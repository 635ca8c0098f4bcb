"""What a system is told about the helper, as data: a file, and the commands that make it count."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from helper.settings import Settings

Command = tuple[str, ...]

LOG_FOLDER = "logs"
LOG_NAME = "ittsu.log"
RESTART_SECONDS = 10
"""Between the end of a helper that failed and its next start."""
STOP_SECONDS = 10
"""A helper stops within two; after so many a system may use force."""
UNUSABLE_SETTINGS = 2
"""The exit code after which another start would fail, too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One system's entry for the helper. Commands that end with 0 mean yes."""

    system: str
    """The system's name, as its people know it."""
    file: Path
    content: bytes
    usable: Command
    """Whether this person's session has that system."""
    known: Command
    """Whether the system knows the entry."""
    start: tuple[Command, ...]
    """Make the entry count, also at every log-in, and start the helper now."""
    stop: tuple[Command, ...]
    """Stop the helper and forget the entry; a command may fail where there is nothing to stop."""
    after_removal: tuple[Command, ...] = ()


def log_file(settings: Settings) -> Path:
    """Where a helper that starts by itself writes its log."""
    return settings.log_file or settings.home / LOG_FOLDER / LOG_NAME


def serve_command(settings: Settings) -> Command:
    """How to start the helper with these settings, from any folder and with nobody's environment.

    `-P`: a folder named `helper` where it is started must not be taken for ours.
    """
    words = [_interpreter(), "-P", "-m", "helper", "serve"]
    for name, value in _given(settings).items():
        words += [f"--{name.replace('_', '-')}", value]
    return tuple(words)


def _given(settings: Settings) -> dict[str, str]:
    """The settings that somebody has chosen, as text; places always, and absolute."""
    chosen = {
        name: value for name, value in settings.model_dump(exclude_unset=True).items() if value is not None
    }
    texts = {
        name: ",".join(value) if isinstance(value, tuple) else str(value) for name, value in chosen.items()
    }
    texts["home"] = str(settings.home)
    texts["log_file"] = str(log_file(settings))
    if settings.database_url is not None:
        texts["database_url"] = f"sqlite:///{settings.database_path}"
    return dict(sorted(texts.items()))


def _interpreter() -> str:
    """This Python; on Windows the one that opens no window."""
    quiet = Path(sys.executable).with_name("pythonw.exe")
    return str(quiet) if os.name == "nt" and quiet.is_file() else sys.executable
