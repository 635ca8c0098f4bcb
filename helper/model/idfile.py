"""LINE user ids in a file that an admin has: a column that is named as such, or that the admin names; or a plain list.

A dashboard's own id is never one of them, even where it looks like one: such a column counts only if it is named
after LINE's user id, or an admin says so, and LINE answers for every id before anybody becomes a friend.
"""

import re
from dataclasses import dataclass, field
from itertools import islice

from helper.model.export import (
    COLUMNS_TOLD,
    HEADER_WITHIN,
    LONGEST_COLUMN,
    MOST_ROWS,
    Delimiter,
    cell_at,
    encoding_of,
    label_of,
    rows_of,
    without_guard,
)
from helper.model.refusal import Refused

NAMES = (
    "LINE user ID",
    "LINE user_id",
    "LINEユーザーID",
    "LINEユーザID",
    "LINEのユーザーID",
    "LINE UID",
    "LINE_USER_ID",
)
"""What a column of LINE's user ids is called. A bare `userId` may be anybody's: an admin must name it."""
BROKEN_TOLD = 50
USER_ID = re.compile(r"U[0-9a-f]{32}")


@dataclass(slots=True)
class IdFile:
    """What was read. `columns`: the header's cells, none for a plain list. `broken`: the first lines without an id.

    `ids` are in the file's order, each once; `doubled` counts the others.
    """

    rows: int = 0
    columns: list[str] = field(default_factory=list)
    column: str | None = None
    ids: dict[str, None] = field(default_factory=dict)
    doubled: int = 0
    broken: list[int] = field(default_factory=list)
    broken_count: int = 0


class IdFileReader:
    """Reads a file piece by piece, so that nobody has to wait for the whole of it."""

    def __init__(self, body: bytes, column: str | None) -> None:
        """`column`: the header that the admin names. Raises `Refused` export_unreadable, or import_column_missing."""
        _, codec = encoding_of(body)
        self.file = IdFile()
        delimiters: tuple[Delimiter, ...] = (",", "\t")
        read = [(delimiter, _top(body, codec, delimiter)) for delimiter in delimiters]
        if not any(top for _, top in read):
            raise Refused("export_unreadable")
        delimiter, top = max(read, key=lambda one: max((len(cells) for cells in one[1]), default=0))
        begin, self._place = self._find(top, column)
        self._rows = rows_of(body, codec, delimiter)
        for _ in range(begin):
            next(self._rows)

    def read_on(self, rows: int) -> bool:
        """Read up to so many rows; False at the end. Raises `Refused` export_unreadable, export_too_long."""
        for _ in range(rows):
            row = next(self._rows, None)
            if row is None:
                return False
            self._take(*row)
        return True

    def _find(self, top: list[list[str]], column: str | None) -> tuple[int, int | None]:
        """The first row of people, and the column of the ids; None where no column is one."""
        wanted = [label_of(column)] if column is not None else [label_of(name) for name in NAMES]
        for at, cells in enumerate(top):
            labels = [label_of(cell) for cell in cells]
            for name in wanted:
                if name in labels:
                    self._note(cells)
                    self.file.column = cells[labels.index(name)].strip()[:LONGEST_COLUMN]
                    return at + 1, labels.index(name)
        if column is not None:
            self._note(max(top, key=len, default=[]))
            raise Refused("import_column_missing", columns=self.file.columns)
        filled = [cells for cells in top if any(cell.strip() for cell in cells)]
        if filled and all(len(cells) == 1 for cells in filled) and _id_in(filled[0][0]) is not None:
            return 0, 0
        header = next((cells for cells in top if len(cells) > 1), [])
        self._note(header)
        return (top.index(header) + 1 if header else 0), None

    def _note(self, cells: list[str]) -> None:
        self.file.columns = [cell.strip()[:LONGEST_COLUMN] for cell in cells if cell.strip()][:COLUMNS_TOLD]

    def _take(self, line: int, cells: list[str]) -> None:
        file = self.file
        if not any(cell.strip() for cell in cells):
            return
        file.rows += 1
        if file.rows > MOST_ROWS:
            raise Refused("export_too_long", most=MOST_ROWS)
        if self._place is None:
            return
        user_id = _id_in(cell_at(cells, self._place))
        if user_id is None:
            file.broken_count += 1
            if len(file.broken) < BROKEN_TOLD:
                file.broken.append(line)
        elif user_id in file.ids:
            file.doubled += 1
        else:
            file.ids[user_id] = None


def _top(body: bytes, codec: str, delimiter: Delimiter) -> list[list[str]]:
    """The first rows; none where the file cannot be cut this way."""
    try:
        return [cells for _, cells in islice(rows_of(body, codec, delimiter), HEADER_WITHIN)]
    except Refused:
        return []


def _id_in(cell: str) -> str | None:
    text = without_guard(cell)
    return text if USER_ID.fullmatch(text) else None
