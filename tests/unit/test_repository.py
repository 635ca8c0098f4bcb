"""Lints the repository itself: what no linter of code sees."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from helper import __version__

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".ittsu",
    ".mypy_cache",
    ".output",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    ".wxt",
    "__pycache__",
    "build",
    "dist",
    "node_modules",
    "test-results",
}
TEXT = {".css", ".html", ".js", ".json", ".md", ".py", ".sql", ".svg", ".toml", ".ts", ".tsx", ".txt", ""}
LONGEST_SOURCE = 500  # lines; the aim is 400
PYTHON_LOCKS = sorted(ROOT.glob("requirements*.txt"))


def our_files() -> Iterator[Path]:
    """Every text file that belongs to the project."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        # In a further working tree of git's, `.git` is a file that names the first one.
        yield from (
            Path(folder) / name for name in files if Path(name).suffix in TEXT and name not in NOT_OURS
        )


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def pinned(lock: Path) -> dict[str, set[str]]:
    """Package name → the versions a requirements file pins (several where they differ by platform)."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


def project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        whole: dict[str, object] = tomllib.load(file)["project"]
    return whole


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.name)
def test_a_python_lock_names_no_place_to_download_from(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*(--(index-url|extra-index-url|find-links|trusted-host)|-[if]\s)", text, re.MULTILINE
    )


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.name)
def test_every_pinned_package_has_hashes(lock: Path) -> None:
    for entry in re.split(r"\n(?=[a-z0-9])", "\n" + lock.read_text("utf-8")):
        if "==" in entry.split("\n")[0]:
            assert "--hash=sha256:" in entry, entry.split("\n")[0]


def test_the_extensions_lock_names_no_place_to_download_from() -> None:
    lock = json.loads((ROOT / "extension" / "package-lock.json").read_text("utf-8"))
    named = [name for name, package in lock["packages"].items() if "://" in package.get("resolved", "")]
    assert named == []


def test_every_declared_package_is_pinned() -> None:
    declared = project()
    dependencies, extras = declared["dependencies"], declared["optional-dependencies"]
    assert isinstance(dependencies, list)
    assert isinstance(extras, dict)

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=\[; ]", requirement)[0] for requirement in requirements}

    assert names(dependencies) | names(extras["build"]) <= set(pinned(ROOT / "requirements.txt"))
    assert names(extras["dev"]) <= set(pinned(ROOT / "requirements-dev.txt"))
    assert names(extras["node"]) <= set(pinned(ROOT / "requirements-node.txt"))


def test_both_python_locks_agree() -> None:
    run, dev = pinned(ROOT / "requirements.txt"), pinned(ROOT / "requirements-dev.txt")
    assert {name: versions for name, versions in run.items() if dev.get(name) != versions} == {}


def test_helper_and_extension_have_one_version() -> None:
    package = json.loads((ROOT / "extension" / "package.json").read_text("utf-8"))
    assert package["version"] == __version__
    assert "version" not in project(), "it stands in helper/__init__.py alone"


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    # Put together, so that this file does not name them either.
    foreign = re.compile(
        "|".join(["/" + "work/", "/" + "root/", "/" + "opt/", "/" + r"home/\w", "C:" + r"\\Users"])
    )
    found = [
        f"{relative(path)}:{number}"
        for path in our_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if foreign.search(line)
    ]
    assert found == []


def test_nothing_is_left_for_later_in_a_comment() -> None:
    marker = re.compile("|".join([r"\bTO" + "DO\\b", r"\bFIX" + "ME\\b", r"\bX" + "XX\\b"]))
    found = [relative(path) for path in our_files() if marker.search(path.read_text("utf-8"))]
    assert found == []


def test_links_between_documents_lead_somewhere() -> None:
    dead = []
    for path in our_files():
        if path.suffix != ".md":
            continue
        text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", text):
            link = (target[0] or target[1]).split("#")[0]
            if link and not re.match(r"[a-z]+:", link) and not (path.parent / link).exists():
                dead.append(f"{relative(path)} -> {link}")
    assert dead == []


def test_scripts_that_documents_name_exist() -> None:
    named = {
        script
        for path in our_files()
        if path.suffix == ".md"
        for script in re.findall(r"\bscripts/\w+\.py\b", path.read_text("utf-8"))
    }
    assert {script for script in named if not (ROOT / script).is_file()} == set()


def test_migrations_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in (ROOT / "helper" / "store" / "migrations").glob("*.sql"))
    assert [name[:5] for name in names] == [f"{number:04}_" for number in range(1, len(names) + 1)]


def test_source_files_stay_small() -> None:
    long = {
        relative(path): count
        for path in our_files()
        if path.suffix in {".py", ".ts", ".tsx"}
        and relative(path).split("/")[0] in {"helper", "extension", "scripts"}
        if (count := len(path.read_text("utf-8").splitlines())) > LONGEST_SOURCE and ".d.ts" not in path.name
    }
    assert long == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    vague = {"utils", "util", "helpers", "helper2", "misc", "common"}
    found = [
        relative(path)
        for path in our_files()
        if path.suffix in {".py", ".ts", ".tsx"} and path.stem.lower() in vague
    ]
    assert found == []


def test_continuous_integration_runs_everything_strictly() -> None:
    script = ROOT / ".ci" / "run"
    assert "scripts/test.py --strict" in script.read_text("utf-8")
    assert os.name == "nt" or os.access(script, os.X_OK)


def test_the_licence_is_mit() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("MIT License")
    assert "the Ittsu authors" in text
