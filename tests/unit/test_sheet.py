"""A cell of a file shows what it says and never reckons."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helper.model.sheet import lines, moment

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+81",
        "-1",
        "@sum(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "　=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "=",
        "-",
    ],
)
def test_what_a_spreadsheet_would_reckon_is_shown(name: str) -> None:
    [[cell]] = read(lines([[name]]))
    assert cell == "'" + name.replace("\r", "\n")


@pytest.mark.parametrize(
    "name", ["ゆい🌸", "佐藤 花子", "a=b", "", "'quoted'", '"x", y', "一行目\n二行目", "A-1"]
)
def test_everything_else_stays_as_it_is(name: str) -> None:
    [[cell]] = read(lines([[name]]))
    assert cell == name


@given(rows=st.lists(st.lists(TEXTS, min_size=1), min_size=1))
def test_cells_stay_in_their_rows_and_none_is_a_formula(rows: list[list[str]]) -> None:
    found = read(lines(rows))
    assert [len(row) for row in found] == [len(row) for row in rows]
    for row, back in zip(rows, found, strict=True):
        for cell, shown in zip(row, back, strict=True):
            assert not shown.lstrip(" 　").startswith(tuple("=+-@＝＋－＠\t\r\n"))
            kept = cell.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
            assert shown.removeprefix("'") in (kept, kept.removeprefix("'"))


def test_numbers_and_times_are_what_a_spreadsheet_knows() -> None:
    assert lines([[1, None, moment(1_795_000_000_000), moment(None)]]) == "1,,2026-11-18 20:06:40,\r\n"
