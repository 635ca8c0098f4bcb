"""The test suites by name: how each is run and how its outcome is read.

Standard library only. A suite passed only if it ran something and all of it passed; what was skipped is
named, never hidden.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scripts.browser import BROWSER_VARIABLE, FIREFOX_VARIABLE
from scripts.environment import ROOT, venv_program
from scripts.extension import EXTENSION, Node

_NO_TESTS_SELECTED = 5  # pytest's exit code for it
# Far longer than the suites take: a run that hangs is ended and named instead of ending the day.
_LONGEST_SECONDS = 1800.0


@dataclass(frozen=True)
class Outcome:
    """How a suite ended; `reason` says what failed, or what did not run and why."""

    state: Literal["passed", "failed", "partly run", "not run"]
    reason: str = ""


@dataclass(frozen=True)
class Suite:
    """A suite's name and what runs it."""

    name: str
    run: Callable[[], Outcome]


@dataclass(frozen=True)
class Result:
    """A suite's outcome and how long it took, in seconds."""

    name: str
    outcome: Outcome
    seconds: float


def run_suites(suites: Sequence[Suite]) -> list[Result]:
    """Run every suite in order, also after one has failed."""
    results = []
    for suite in suites:
        print(f"\n=== {suite.name}", flush=True)
        started = time.monotonic()
        outcome = suite.run()
        results.append(Result(suite.name, outcome, time.monotonic() - started))
        if outcome.state != "passed":
            print(f"--- {suite.name}: {outcome.state}: {outcome.reason}", flush=True)
    return results


def table(results: Sequence[Result]) -> str:
    """One line per suite: name, outcome, seconds and reason."""
    width = max(len(result.name) for result in results)
    lines = []
    for result in results:
        line = f"{result.name:<{width}}  {result.outcome.state:<10}  {result.seconds:6.1f} s"
        lines.append(f"{line}  {result.outcome.reason}".rstrip())
    return "\n".join(lines)


def all_well(results: Sequence[Result], *, strict: bool) -> bool:
    """Whether nothing failed and, with `strict`, nothing was left out either."""
    unwanted = {"failed", "partly run", "not run"} if strict else {"failed"}
    return not any(result.outcome.state in unwanted for result in results)


def python_tool(name: str, *arguments: str) -> Suite:
    """A checker from `.venv`; exit code 0 is a pass."""
    return Suite(name, lambda: _outcome([venv_program(arguments[0]), *arguments[1:]], ROOT, None))


def npm_script(name: str, script: str, node: Node | None, scripts: frozenset[str], trouble: str) -> Suite:
    """One of the extension's npm scripts; not run, with `trouble` as the reason, where there is no Node."""

    def run() -> Outcome:
        if node is None:
            return Outcome("not run", trouble)
        if script not in scripts:
            return Outcome("not run", f"extension/package.json has no script {script!r}")
        return _outcome([*node.npm, "run", "--silent", script], EXTENSION, node.environment())

    return Suite(name, run)


def pytest_suite(
    name: str, arguments: Sequence[str], *, browser: Path | None = None, firefox: Path | None = None
) -> Suite:
    """A run of pytest in a process of its own, read from the report it writes."""

    def run() -> Outcome:
        environment = dict(os.environ)
        if browser is not None:
            environment[BROWSER_VARIABLE] = str(browser)
        if firefox is not None:
            environment[FIREFOX_VARIABLE] = str(firefox)
        with tempfile.TemporaryDirectory(prefix="ittsu-test-") as folder:
            report = Path(folder) / "report.xml"
            command = [str(venv_program("python")), "-m", "pytest", f"--junitxml={report}", *arguments]
            try:
                code = subprocess.run(
                    command, cwd=ROOT, env=environment, check=False, timeout=_LONGEST_SECONDS
                ).returncode
            except subprocess.TimeoutExpired:
                return Outcome("failed", f"still running after {_LONGEST_SECONDS / 60:.0f} minutes, so ended")
            if code == _NO_TESTS_SELECTED:
                return Outcome("not run", "no test matches the given options")
            return _read_report(report, code)

    return Suite(name, run)


def left_out(name: str, reason: str) -> Suite:
    """A suite that cannot run here."""
    return Suite(name, lambda: Outcome("not run", reason))


def _outcome(command: Sequence[str | Path], directory: Path, environment: dict[str, str] | None) -> Outcome:
    try:
        code = subprocess.run(command, cwd=directory, env=environment, check=False).returncode
    except OSError as error:
        return Outcome("not run", str(error))
    return Outcome("passed") if code == 0 else Outcome("failed", f"exit code {code}")


def _read_report(report: Path, code: int) -> Outcome:
    """Pytest's exit code decides on failure; its report tells whether anything was skipped, and why."""
    if code != 0:
        return Outcome("failed", f"pytest's exit code {code}")
    cases = list(ET.parse(report).getroot().iter("testcase"))
    reasons = [skipped.get("message", "") for case in cases for skipped in case.iter("skipped")]
    if not cases or len(reasons) == len(cases):
        return Outcome("not run", f"every test was skipped: {'; '.join(sorted(set(reasons)))}")
    if reasons:
        return Outcome("partly run", f"{len(reasons)} skipped: {'; '.join(sorted(set(reasons)))}")
    return Outcome("passed", f"{len(cases)} tests")
