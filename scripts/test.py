"""Sets everything up and runs every test suite: `python3 scripts/test.py [--strict] [pytest options]`.

A suite that cannot run here is named with the reason; `--strict` makes that a failure. All further options
and paths go to pytest.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons start this file, then read this
    sys.stderr.write("Python 3.11 以上が必要です。 / The tests need Python 3.11 or newer.\n")
    raise SystemExit(1)

from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.browser import DEBIAN_PACKAGES, get_browser, get_firefox
from scripts.environment import ROOT, StepFailed, set_up_python
from scripts.extension import Node, npm_scripts, set_up_extension
from scripts.suites import (
    Suite,
    all_well,
    left_out,
    npm_script,
    pytest_suite,
    python_tool,
    run_suites,
    table,
)

BROWSER_TESTS = ROOT / "tests" / "browser"
# Whole suites share two processors; whoever asks for something narrower sees it run in one process, in order.
TWO_AT_ONCE = ("-n", "2", "--dist")


def main(arguments: list[str]) -> int:
    """Run all suites and say how each ended; 0 only if nothing failed (nor, with --strict, was left out)."""
    if arguments in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    strict = "--strict" in arguments
    options = [argument for argument in arguments if argument != "--strict"]
    try:
        set_up_python(dev=True)
    except StepFailed as failure:
        failure.tell()
        return 1
    node, trouble = _extension()
    results = run_suites([*_checks(), *_typescript(node, trouble), *_pytest(options, trouble)])
    well = all_well(results, strict=strict)
    print(f"\n=== Suites\n{table(results)}")
    print("All suites that ran passed." if well else "Not all is well: see the table above.", flush=True)
    return 0 if well else 1


def _extension() -> tuple[Node | None, str]:
    """A Node with the extension built, or the reason why there is none."""
    try:
        return set_up_extension(), ""
    except StepFailed as failure:
        failure.tell()
        return None, failure.english


def _checks() -> list[Suite]:
    return [
        python_tool("ruff check", "ruff", "check"),
        python_tool("ruff format", "ruff", "format", "--check"),
        python_tool("mypy", "mypy"),
        python_tool("import rules", "lint-imports", "--no-logo"),
    ]


def _typescript(node: Node | None, trouble: str) -> list[Suite]:
    scripts = frozenset(npm_scripts()) if node else frozenset[str]()
    suites = [("TypeScript types", "check"), ("TypeScript tests", "test"), ("extension lint", "lint")]
    return [
        npm_script(name, script, node, scripts, trouble)
        for name, script in suites
        # The linter is the one suite that the extension need not have.
        if script != "lint" or script in scripts
    ]


def _pytest(options: list[str], trouble: str) -> list[Suite]:
    """Python and browser tests in two processes: Playwright's event loop must not meet pytest-asyncio's.

    Paths among the options choose between the two; without any, both run.
    """
    paths = [str(Path(option).absolute()) for option in options if _is_test_path(option)]
    flags = [option for option in options if not _is_test_path(option)]
    of_browser = [path for path in paths if _is_browser_path(path)]
    of_python = [path for path in paths if path not in of_browser]
    suites = []
    if of_python or not paths:
        which = of_python or ["tests", f"--ignore={BROWSER_TESTS}"]
        shared = () if options else (*TWO_AT_ONCE, "loadfile")
        suites.append(pytest_suite("Python tests", [*which, *flags, *shared]))
    if of_browser or not paths:
        shared = () if options else (*TWO_AT_ONCE, "loadgroup")
        suites.append(_browser_suite([*(of_browser or [str(BROWSER_TESTS)]), *flags, *shared], trouble))
    return suites


def _browser_suite(arguments: list[str], trouble: str) -> Suite:
    name = "browser tests"
    if trouble:
        return left_out(name, f"the extension is not built: {trouble}")
    if not BROWSER_TESTS.is_dir():
        return left_out(name, "there is no tests/browser")
    browser = get_browser()
    if browser is None:
        return left_out(
            name,
            f"no Chromium here; install one (Debian, as root: apt-get install {' '.join(DEBIAN_PACKAGES)})",
        )
    # Without a Firefox its half of the tests is skipped, and named.
    return pytest_suite(name, arguments, browser=browser, firefox=get_firefox())


def _is_test_path(option: str) -> bool:
    return not option.startswith("-") and Path(option.split("::")[0]).exists()


def _is_browser_path(option: str) -> bool:
    return Path(option.split("::")[0]).resolve().is_relative_to(BROWSER_TESTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
