"""What a benchmark hands back, and how it is printed."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Figures of one benchmark. Columns name their units; None is a figure that cannot be had here."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def in_milliseconds(name: str, seconds: Sequence[float]) -> tuple[Cell, ...]:
    """A row of a name, the median, the 95th percentile and the most."""
    shown = (percentile(seconds, 0.5), percentile(seconds, 0.95), max(seconds))
    return (name, *(each * 1000 for each in shown))


def machine() -> dict[str, Cell]:
    """What was measured on: enough to compare, nothing that names the machine."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "memory_gib": _memory_gib(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": _load(),
    }


def as_markdown(table: Table) -> str:
    """The table as documents show it."""
    lines = [
        f"### {table.title}",
        "",
        "| " + " | ".join(table.columns) + " |",
        "|" + "|".join("---" if column == 0 else "---:" for column in range(len(table.columns))) + "|",
        *("| " + " | ".join(_shown(cell) for cell in row) + " |" for row in table.rows),
    ]
    if table.note:
        lines += ["", table.note]
    return "\n".join(lines)


def write_json(
    path: Path, measured_on: dict[str, Cell], tables: Sequence[Table], not_run: Mapping[str, str]
) -> None:
    """All figures with the machine they were measured on, and what was not run, with the reason."""
    whole = {
        "machine": measured_on,
        "benchmarks": [asdict(table) for table in tables],
        "not_run": dict(not_run),
    }
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return "–"
        case float() if abs(cell) < 10:
            return f"{cell:.2f}"
        case float() if abs(cell) < 100:
            return f"{cell:.1f}"
        case int() | float():
            return f"{cell:,.0f}"
        case _:
            return cell


def update_document(path: Path, measured_on: dict[str, Cell], tables: Sequence[Table]) -> None:
    """Put the tables, and what they were measured on, where a document has room for them.

    The room is `<!-- figures: NAME -->` to `<!-- end -->`. Raises KeyError for a table without one.
    """
    text = path.read_text("utf-8")
    for name, content in [("machine", describe(measured_on)), *((t.name, as_markdown(t)) for t in tables)]:
        room = re.compile(rf"(<!-- figures: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        found = room.search(text)
        if found is None:
            raise KeyError(f"{path} has no room for {name}")
        text = f"{text[: found.end(1)]}{content}\n{text[found.start(2) :]}"
    path.write_text(text, "utf-8")


def describe(measured_on: dict[str, Cell]) -> str:
    """The machine in a sentence."""
    return (
        f"Measured on {measured_on['date']} on {measured_on['cores']} cores with "
        f"{measured_on['memory_gib']} GiB, {measured_on['system']} {measured_on['architecture']}, "
        f"Python {measured_on['python']}, SQLite {measured_on['sqlite']}; "
        f"load of the machine before the run: {measured_on['load']}."
    )


def is_busy() -> bool:
    """Whether other work takes processors from the benchmarks: their figures would be too low."""
    load, cores = _load(), os.cpu_count()
    return load is not None and cores is not None and load > cores / 4


def _load() -> float | None:
    try:
        return round(os.getloadavg()[0], 1)
    except (AttributeError, OSError):
        return None


def _memory_gib() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (AttributeError, ValueError, OSError):
        return None
