"""Measures Ittsu: `python3 scripts/bench.py [name…] [--json FILE] [--document FILE] [--friends N]`.

Sets up what is missing, then hands over to scripts/benchmarks in the project's own environment.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons start this file, then read this
    sys.stderr.write("Python 3.11 以上が必要です。 / The benchmarks need Python 3.11 or newer.\n")
    raise SystemExit(1)

import subprocess
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import ROOT, StepFailed, set_up_python, venv_program
from scripts.extension import set_up_extension


def main(arguments: list[str]) -> int:
    """Set up and run; the exit code is the benchmarks'."""
    try:
        # With the parts of the browser tests: one benchmark drives a browser.
        set_up_python(dev=True)
    except StepFailed as failure:
        failure.tell()
        return 1
    try:
        set_up_extension()
    except StepFailed as failure:
        # That one will say that it was not run.
        failure.tell()
    command = [str(venv_program("python")), "-m", "scripts.benchmarks", *arguments]
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
