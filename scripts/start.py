"""Sets Ittsu up where needed and runs it: `python3 scripts/start.py [--setup-only | ittsu command …]`.

Needs Python 3.11 and nothing else. This file itself must stay readable for older Pythons, so that they can
say what is missing; everything newer is imported after the check.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons start this file, then read this
    found = "%d.%d" % sys.version_info[:2]  # noqa: UP031 - as above
    sys.stderr.write(
        "Python 3.11 以上が必要です（いまは " + found + "）。"
        "新しいPythonで「python3.12 scripts/start.py」のように実行してください。\n"
        "Ittsu needs Python 3.11 or newer (this is " + found + "). "
        'Run it with a newer one, for example "python3.12 scripts/start.py".\n'
    )
    raise SystemExit(1)

import os
import subprocess
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import StepFailed, ittsu_command, say, set_up_python
from scripts.extension import set_up_extension

USAGE = """\
python3 scripts/start.py                  準備をして、Ittsu本体を起動します / set up, then run the helper
python3 scripts/start.py --setup-only     準備だけをします / set up only
python3 scripts/start.py COMMAND …        準備をして、ittsu COMMAND を実行します / set up, then run it
"""


def main(arguments: list[str]) -> int:
    """Set up, then become the `ittsu` command; returns only where that is impossible (Windows, failures)."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE, end="")
        return 0
    setup_only = "--setup-only" in arguments[:1]
    try:
        set_up_python()
    except StepFailed as failure:
        failure.tell()
        return 1
    if wants_extension(arguments):
        try:
            set_up_extension()
        except StepFailed as failure:
            failure.tell()
            if setup_only:
                return 1
            say(
                "ブラウザの拡張機能は用意できませんでしたが、Ittsu本体は起動します。",
                "The browser extension could not be built; the helper starts without it.",
            )
    if setup_only:
        return 0
    return run(ittsu_command(), command_line(arguments))


def wants_extension(arguments: list[str]) -> bool:
    """Whether this computer has a browser to load it: a relay's host is too small to build one."""
    return arguments[:1] != ["relay"]


def command_line(arguments: list[str]) -> list[str]:
    """What `ittsu` is given: `serve` unless a command (or a question about ittsu itself) stands first."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] != "--version"):
        return ["serve", *arguments]
    return arguments


def run(command: Path, arguments: list[str]) -> int:
    """Hand this process over to `command`, so that signals, output and the exit code are its own."""
    line = [str(command), *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(line[0], line)
    # Windows cannot replace a process. Ctrl-C reaches both; the child decides when to end.
    with subprocess.Popen(line) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
