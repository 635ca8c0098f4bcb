"""Rows as a spreadsheet reads them: CSV for Excel, in which no cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from helper.model.quota import TOKYO

BEGINNING = "\ufeff"
"""Excel takes a file for UTF-8 only where it begins so."""

_FORMULA = frozenset("=+-@＝＋－＠\t\r\n")
"""What a cell must not begin with: a name is the customer's own text. Japanese Excel takes the wide ones, too."""

Cell = str | int | None


def lines(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows as lines of a file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: Cell) -> str | int:
    """A cell that is shown as what it says: an apostrophe before what a spreadsheet would reckon."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    # A line break of a message is one for Excel only as \n; other control codes have no place in a sheet.
    clean = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    begins = clean.lstrip(" \u3000")[:1]
    return f"'{clean}" if clean[:1] in _FORMULA or begins in _FORMULA else clean


def moment(at: int | None) -> str:
    """Milliseconds → ``2026-11-21 19:32:00`` in Japan, as a spreadsheet knows a time; empty for None."""
    return "" if at is None else f"{datetime.fromtimestamp(at // 1000, TOKYO):%Y-%m-%d %H:%M:%S}"
