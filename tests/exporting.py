"""Export files as dashboards would write them: invented people, and names that lose letters on the way."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))

Wear = Callable[[str], str]


def _worn(name: str, mark: Callable[[str], str]) -> str:
    return "".join(letter if _carried(letter) else mark(letter) for letter in name)


def _carried(letter: str) -> bool:
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


WEARS: dict[str, Wear] = {
    "one mark a letter": lambda name: _worn(name, lambda _: "?"),
    "one mark a unit": lambda name: _worn(name, lambda letter: "?" * (len(letter.encode("utf-16-le")) // 2)),
    "one mark a byte": lambda name: _worn(name, lambda letter: "?" * len(letter.encode())),
    "wide marks": lambda name: _worn(name, lambda _: "？"),
    "geta": lambda name: _worn(name, lambda _: "〓"),
    "gone": lambda name: _worn(name, lambda _: ""),
}
"""What programs write for letters that Shift-JIS lacks."""


def in_japan(moment: int | None) -> str:
    """ms → as tables have it, to the minute."""
    return "" if moment is None else datetime.fromtimestamp(moment / 1000, JAPAN).strftime("%Y/%m/%d %H:%M")


def lstep_file(people: Sequence[tuple[str, str, int | None]], wear: Wear | None = None) -> bytes:
    """Lステップ's export of (member id, name, follow in ms). With `wear` Shift-JIS, else UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["登録ID", "", "", "タグ_1"])
    writer.writerow(["ID", "LINE登録名", "友だち追加日時", "常連"])
    for member_id, name, followed_at in people:
        writer.writerow([member_id, wear(name) if wear else name, in_japan(followed_at), "1"])
    return text.getvalue().encode("cp932" if wear else "utf-8")
