from __future__ import annotations

import pytest

from qa.reading.blocks import Piece
from qa.reading.tables import has_header, row, with_headers


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["Region", "Pay"], ["North", "$93,600"]], True),
        ([["Task", "Tool", "Level"], ["Models", "Python", "high"]], True),
        ([["Degree", "Bachelor's"], ["Training", "None"]], False),
        ([["2023", "2024"], ["1", "2"]], False),
        ([["Region", ""], ["North", "$1"]], False),
        ([["Pay", "Pay"], ["1", "2"]], False),
        ([["Region", "Pay"]], False),
    ],
)
def test_which_first_row_is_a_header(rows: list[list[str]], header: bool) -> None:
    assert has_header(rows) is header
    pieces = [Piece("paragraph", "x"), *map(row, rows)]
    assert [p.header for p in with_headers(pieces)[1:]] == [header, *[False] * (len(rows) - 1)]


def test_a_marked_header_stands() -> None:
    pieces = [row(["A", "B", "C"]), row(["D", "E", "F"], header=True)]
    assert [p.header for p in with_headers(pieces)] == [False, True]


def test_cells_are_on_one_line() -> None:
    assert row([" a\nb ", "", "c ", ""]).text == "a b |  | c"
