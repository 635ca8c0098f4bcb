"""The set-up and test commands tell the truth: what failed, what was left out, what is up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import environment, start
from scripts.benchmarks.report import Table, as_markdown, percentile
from scripts.environment import ROOT, StepFailed, digest, read_stamp, run_step, write_stamp
from scripts.suites import Outcome, Result, Suite, all_well, left_out, pytest_suite, run_suites, table


@pytest.mark.parametrize(
    ("given", "handed_over"),
    [
        ([], ["serve"]),
        (["demo", "--once"], ["demo", "--once"]),
        (["pair", "--json"], ["pair", "--json"]),
        (["--api-port", "0"], ["serve", "--api-port", "0"]),
        (["--version"], ["--version"]),
    ],
)
def test_start_runs_serve_or_the_given_command(given: list[str], handed_over: list[str]) -> None:
    assert start.command_line(given) == handed_over


def test_a_relays_host_builds_no_extension() -> None:
    assert start.wants_extension([])
    assert start.wants_extension(["--setup-only"])
    assert not start.wants_extension(["relay", "serve"])


def test_an_older_python_is_told_what_is_missing(tmp_path: Path) -> None:
    # The check runs before anything is imported that an older Python could not read.
    source = (ROOT / "scripts" / "start.py").read_text("utf-8")
    pretending = tmp_path / "start.py"
    pretending.write_text(source.replace("(3, 11)", "(99, 0)"), "utf-8")
    done = subprocess.run([sys.executable, pretending], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Python 3.11 以上が必要です" in done.stderr
    assert "Ittsu needs Python 3.11 or newer" in done.stderr


def test_a_failed_step_shows_what_the_tool_said_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    failure = StepFailed("できませんでした。", "It did not work.")
    with pytest.raises(StepFailed) as raised:
        run_step([sys.executable, "-c", "print('ENOTFOUND registry'); raise SystemExit(3)"], failure)
    raised.value.tell()
    told = capsys.readouterr()
    assert told.out == ""
    for words in ("ENOTFOUND registry", "できませんでした。", "It did not work.", "The network may be down"):
        assert words in told.err


def test_a_missing_tool_is_a_failed_step(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="missing-tool"):
        run_step([tmp_path / "missing-tool"], StepFailed("missing-tool がありません", "missing-tool"))


def test_a_stamp_survives_and_a_damaged_one_means_doing_it_again(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp.json"
    write_stamp(stamp, run="1")
    write_stamp(stamp, dev="2")
    assert read_stamp(stamp) == {"run": "1", "dev": "2"}
    stamp.write_text("{", "utf-8")
    assert read_stamp(stamp) == {}


def test_a_digest_changes_with_content_and_with_absence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    file = tmp_path / "file"
    missing = digest([file])
    file.write_text("one", "utf-8")
    one = digest([file])
    file.write_text("two", "utf-8")
    assert len({missing, one, digest([file])}) == 3


def _result(outcome: Outcome) -> Result:
    return Result("suite", outcome, 1.0)


def test_only_strict_counts_what_was_left_out() -> None:
    passed, absent = _result(Outcome("passed")), _result(Outcome("not run", "no browser"))
    partly, failed = _result(Outcome("partly run", "1 skipped")), _result(Outcome("failed", "exit code 1"))
    assert all_well([passed], strict=True)
    assert all_well([passed, absent, partly], strict=False)
    assert not all_well([passed, absent], strict=True)
    assert not all_well([passed, partly], strict=True)
    assert not all_well([passed, failed], strict=False)


def test_every_suite_is_named_with_its_reason_also_after_a_failure() -> None:
    suites = [Suite("first", lambda: Outcome("failed", "exit code 1")), left_out("second", "no browser here")]
    shown = table(run_suites(suites))
    assert "first   failed" in shown
    assert "second  not run" in shown
    assert "no browser here" in shown


@pytest.mark.parametrize(
    ("tests", "state", "reason"),
    [
        ("def test_a(): pass", "passed", "1 tests"),
        ("def test_a(): assert False", "failed", "exit code 1"),
        ("import pytest\ndef test_a(): pytest.skip('no browser')", "not run", "no browser"),
        (
            "import pytest\ndef test_a(): pytest.skip('no window')\ndef test_b(): pass",
            "partly run",
            "no window",
        ),
        ("", "not run", "no test matches"),
    ],
    ids=["passed", "failed", "all skipped", "some skipped", "none"],
)
def test_a_skipped_test_is_never_a_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tests: str, state: str, reason: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # five runs of pytest: quicker without plug-ins
    file = tmp_path / "test_it.py"
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    file.write_text(tests, "utf-8")
    outcome = pytest_suite(
        "suite", ["--rootdir", str(tmp_path), "-c", str(tmp_path / "pytest.ini"), str(file)]
    ).run()
    assert outcome.state == state
    assert reason in outcome.reason


def test_figures_are_shown_with_the_digits_they_deserve() -> None:
    shown = as_markdown(
        Table("t", "Title", ("what", "a", "b", "c", "d"), (("x", 12_345.6, 0.1234, 42.42, None),))
    )
    assert "| x | 12,346 | 0.12 | 42.4 | – |" in shown


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile(values, 1)) == (50.0, 95.0, 100.0)
    assert percentile([7.0], 0.99) == 7.0
