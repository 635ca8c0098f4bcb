"""SECURITY.md names a test for every threat: each of them has to exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r"## Against whom.*?(?=\n## )", re.DOTALL)
PYTHON = re.compile(r"`([\w/]+\.py)::(\w+)`")
TYPESCRIPT = re.compile(r"`(extension/tests/[\w/.-]+\.test\.ts)`")


def _rows() -> list[list[str]]:
    found = SECTION.search((ROOT / "SECURITY.md").read_text("utf-8"))
    assert found is not None
    lines = [line for line in found[0].splitlines() if line.startswith("| ")]
    return [
        cells
        for cells in ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)
        if cells[0] != "Threat"
    ]


def test_every_threat_has_a_measure_and_a_test() -> None:
    rows = _rows()
    assert len(rows) >= 20
    for row in rows:
        assert len(row) == 3, row
        assert PYTHON.search(row[2]) or TYPESCRIPT.search(row[2]), row[0]


def test_every_test_that_is_named_exists() -> None:
    named = {(file, name) for row in _rows() for file, name in PYTHON.findall(row[2])}
    missing = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if f"def {name}(" not in (ROOT / "tests" / file).read_text("utf-8")
    ]
    assert missing == []
    for row in _rows():
        for file in TYPESCRIPT.findall(row[2]):
            assert (ROOT / file).is_file(), file
