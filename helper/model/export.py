"""The people in an export file of Lステップ or エルメ: bytes in, members out. What is not certain is left out.

Which columns stand in such files, and how sure that is, stands in docs/dashboards.md.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from typing import Literal

from helper.model.quota import TOKYO
from helper.model.refusal import Refused
from helper.model.worn import has_marks

Encoding = Literal["utf-8", "utf-16", "shift_jis"]
Delimiter = Literal[",", "\t"]
Exporter = Literal["lstep", "lme"]
SkipCode = Literal["no_id", "bad_time", "doubled_id"]

MOST_ROWS = 200_000
SKIPPED_TOLD = 50
"""Skipped lines that are told one by one."""
HEADER_WITHIN = 50
"""Rows in which the header must begin: titles and sums may stand above it."""
MOST_CELLS = 2_000
"""Cells of a row that are looked at: what is ours stands to the left."""
COLUMNS_TOLD = 50
LONGEST_COLUMN = 60
LONGEST_NAME = 300

_CODECS: tuple[tuple[bytes, Encoding, str], ...] = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
    (b"", "utf-8", "utf-8"),
    # With NEC's and IBM's letters (①, 髙), which Shift_JIS in its strict sense has not.
    (b"", "shift_jis", "cp932"),
)
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Columns:
    """What a dashboard calls its columns, the surest word first; `member_id` is what its pages have in addresses."""

    ids: Sequence[str]
    names: Sequence[str]
    follows: Sequence[str]
    member_id: re.Pattern[str]


_FOLLOWS = ("友だち追加日時", "友だち登録日時", "友だち追加日", "友だち登録日", "登録日時", "Friend added")
COLUMNS: Mapping[Exporter, Columns] = {
    "lstep": Columns(
        ids=("登録ID", "友だちID", "ID"),
        # LINE's own name first: what follows may be a name that the operator gave.
        names=("LINE登録名", "LINE名", "LINE name", "表示名", "システム表示名"),
        follows=_FOLLOWS,
        member_id=re.compile(r"[0-9]{4,12}"),
    ),
    "lme": Columns(
        ids=("友だちID", "友だちNo", "ID"),
        names=("LINE登録名", "LINE名", "LINE name", "表示名", "システム表示名", "友だち名"),
        follows=_FOLLOWS,
        member_id=re.compile(r"[0-9]{1,12}"),
    ),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the file. `followed_at` in ms; None: the file names no time of day.

    `letters_lost`: the name has marks (?, 〓) that may stand for letters the file could not carry.
    """

    member_id: str
    name: str | None
    followed_at: int | None
    letters_lost: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was left out; `line` is the file's line in which it begins, from 1."""

    line: int
    code: SkipCode


@dataclass(slots=True)
class Export:
    """What has been read of a file. `people`: ids seen, each once; those that were `doubled_id` are no members."""

    encoding: Encoding
    delimiter: Delimiter
    members: dict[str, Member] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)
    skipped_count: int = 0

    @property
    def people(self) -> int:
        """Ids that could be read, each once."""
        return len(self.members) + len(self.doubled)

    def skip(self, line: int, code: SkipCode) -> None:
        """Leave a row out, and say so."""
        self.skipped_count += 1
        if len(self.skipped) < SKIPPED_TOLD:
            self.skipped.append(Skipped(line, code))


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the columns are; `ends` is the number of rows up to and with the header."""

    member_id: int
    name: int | None
    followed: int | None
    ends: int


Row = tuple[int, list[str]]
"""A row with the line in which it begins."""


class ExportReader:
    """Reads a file piece by piece, so that nobody has to wait for the whole of it."""

    def __init__(self, body: bytes, exporter: Exporter) -> None:
        """Raises `Refused` export_unreadable, or export_columns_missing with the `columns` that were found."""
        self._columns = COLUMNS[exporter]
        encoding, codec = encoding_of(body)
        delimiter, self._header = _find_header(body, codec, self._columns)
        self.export = Export(encoding, delimiter)
        self._lines: dict[str, int] = {}
        self._rows = rows_of(body, codec, delimiter)
        self._read = 0
        for _ in range(self._header.ends):
            next(self._rows)

    def read_on(self, rows: int) -> bool:
        """Read up to so many rows; False when there are no more.

        Raises `Refused` export_unreadable, or export_too_long.
        """
        for _ in range(rows):
            row = next(self._rows, None)
            if row is None:
                return False
            self._read += 1
            if self._read > MOST_ROWS:
                raise Refused("export_too_long", most=MOST_ROWS)
            self._take(*row)
        return True

    def _take(self, line: int, cells: list[str]) -> None:
        if not any(cell.strip() for cell in cells):
            return
        member_id = member_id_in(cell_at(cells, self._header.member_id), self._columns)
        if member_id is None:
            self.export.skip(line, "no_id")
            return
        try:
            followed_at = time_in(cell_at(cells, self._header.followed))
        except ValueError:
            self.export.skip(line, "bad_time")
            return
        name = without_guard(cell_at(cells, self._header.name))[:LONGEST_NAME] or None
        self._keep(line, Member(member_id, name, followed_at, has_marks(name)))

    def _keep(self, line: int, member: Member) -> None:
        export, member_id = self.export, member.member_id
        if member_id in export.doubled:
            export.skip(line, "doubled_id")
        elif export.members.setdefault(member_id, member) == member:
            self._lines.setdefault(member_id, line)
        else:
            # Which of the two rows is right nobody knows.
            del export.members[member_id]
            export.doubled.add(member_id)
            export.skip(self._lines[member_id], "doubled_id")
            export.skip(line, "doubled_id")


def encoding_of(body: bytes) -> tuple[Encoding, str]:
    """The encoding, and Python's word for it. Raises `Refused` export_unreadable."""
    for mark, encoding, codec in _CODECS:
        if body.startswith(mark) and _is_text(body, codec):
            return encoding, codec
    raise Refused("export_unreadable")


def _is_text(body: bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    whole = memoryview(body)
    some = False
    try:
        for at in range(0, len(body) + 1, _PIECE):
            text = decoder.decode(whole[at : at + _PIECE], at + _PIECE > len(body))
            if "\0" in text:
                return False
            some = some or bool(text.strip())
    except UnicodeDecodeError:
        return False
    return some


def rows_of(body: bytes, codec: str, delimiter: str) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(body), encoding=codec, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Refused("export_unreadable", line=line) from None
        if cells is None:
            return
        yield line, cells[:MOST_CELLS]


def _find_header(body: bytes, codec: str, columns: Columns) -> tuple[Delimiter, _Header]:
    rows: list[list[str]] = []
    broken: Refused | None = None
    delimiters: tuple[Delimiter, ...] = (",", "\t")
    for delimiter in delimiters:
        top: list[list[str]] = []
        try:
            top += (cells for _, cells in islice(rows_of(body, codec, delimiter), HEADER_WITHIN + 1))
        except Refused as refused:
            broken = refused
        header = _header_in([[label_of(cell) for cell in cells] for cells in top], columns)
        if header is not None:
            return delimiter, header
        rows += top
    best = max(
        rows,
        key=lambda cells: (_known([label_of(cell) for cell in cells], columns), len(cells) > 1),
        default=[],
    )
    if len(best) < 2:
        raise broken or Refused("export_unreadable")
    found = [cell.strip()[:LONGEST_COLUMN] for cell in best if cell.strip()]
    raise Refused("export_columns_missing", columns=found[:COLUMNS_TOLD])


def _header_in(top: list[list[str]], columns: Columns) -> _Header | None:
    """The header: labels in one row, or (Lステップ) labels and the dashboard's own words for them in two."""
    for at, cells in enumerate(top):
        member_id = _column([cells], columns.ids)
        if member_id is None:
            continue
        rows = [cells]
        below = cell_at(top[at + 1], member_id) if at + 1 < len(top) else ""
        if below and not re.search(r"\d", below):
            rows.append(top[at + 1])
        ends = at + len(rows)
        if at and _known(top[at - 1], columns):
            rows.append(top[at - 1])
        return _Header(member_id, _column(rows, columns.names), _column(rows, columns.follows), ends)
    return None


def _column(rows: list[list[str]], labels: Sequence[str]) -> int | None:
    """Where the first of the labels stands: further to the left are a dashboard's own, then the operator's."""
    for label in map(label_of, labels):
        places = [cells.index(label) for cells in rows if label in cells]
        if places:
            return min(places)
    return None


def _known(cells: list[str], columns: Columns) -> int:
    """How many of the cells are labels that we know."""
    known = {label_of(label) for label in (*columns.ids, *columns.names, *columns.follows)}
    return sum(cell in known for cell in cells)


def label_of(cell: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", without_guard(cell))).casefold()


def cell_at(cells: list[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


_GUARD = re.compile(r'=\s*"(.*)"', re.DOTALL)


def without_guard(cell: str) -> str:
    """A cell without what keeps Excel from changing it: `="0123"`, and an apostrophe in front of digits."""
    cell = cell.strip()
    guarded = _GUARD.fullmatch(cell)
    if guarded:
        return guarded[1].strip()
    return cell[1:] if cell[:1] in ("'", "’") and cell[1:].isdigit() else cell


def member_id_in(cell: str, columns: Columns) -> str | None:
    """A member id as the dashboard's pages have it, in ASCII digits; None for anything else."""
    digits = unicodedata.normalize("NFKC", without_guard(cell)).strip()
    return digits if columns.member_id.fullmatch(digits) else None


_NO_TIME = re.compile(r"[-–—―ー‐−~.]*|なし|不明|未登録|null|none|n/a|0000[-/]00[-/]00.*", re.IGNORECASE)
_TIME = re.compile(
    r"(?P<year>\d{4})\s*[/.\-年]\s*(?P<month>\d{1,2})\s*[/.\-月]\s*(?P<day>\d{1,2})\s*日?\s*(?:\([^)\d]{1,3}\))?"
    r"(?:[T\s]*(?P<noon>午前|午後)?\s*(?P<hour>\d{1,2})\s*[:時]\s*(?P<minute>\d{1,2})"
    r"\s*(?:[:分]\s*(?:(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)


def time_in(cell: str) -> int | None:
    """A time of a Japanese table → ms; None where there is none or no time of day. Raises ValueError for others."""
    text = unicodedata.normalize("NFKC", without_guard(cell)).strip()
    if _NO_TIME.fullmatch(text):
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("not a time")
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    zone = _zone(found["zone"])
    if found["hour"] is None:
        datetime(year, month, day, tzinfo=zone)
        return None
    hour = int(found["hour"])
    if found["noon"]:
        if hour > 12:
            raise ValueError("not a time")
        hour = hour % 12 + (12 if found["noon"] == "午後" else 0)
    moment = datetime(year, month, day, hour, int(found["minute"]), int(found["second"] or 0), tzinfo=zone)
    if year < 1971:
        raise ValueError("before any follow")
    return round(moment.timestamp() * 1000)


def _zone(text: str | None) -> timezone:
    """An offset from UTC; Japan's where the file names none."""
    if text is None:
        return TOKYO
    if text in ("Z", "z"):
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
