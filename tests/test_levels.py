from __future__ import annotations

from pathlib import Path

import pytest

from qa.reading.blocks import Piece
from qa.reading.levels import below, name_of, titled


def heads(*levels: int) -> list[Piece]:
    return [p for n, level in enumerate(levels) for p in (Piece("heading", f"H{n}", level), Piece("paragraph", "x"))]


def levels(pieces: list[Piece]) -> list[int]:
    return [p.level for p in pieces if p.kind == "heading"]


@pytest.mark.parametrize(
    ("given", "title", "settled", "named"),
    [
        ((1, 2, 3), "", [1, 2, 3], "H0"),
        ((2, 3, 3), "", [1, 2, 2], "H0"),
        ((1, 1, 1), "", [2, 2, 2], "A Guide"),
        ((1, 1, 1), "Nurse", [2, 2, 2], "Nurse"),
        ((1, 2, 1, 2), "", [1, 2, 1, 2], "A Guide"),
        ((3, 2, 3), "", [3, 2, 3], "A Guide"),
        ((), "", [], "A Guide"),
    ],
)
def test_titles_topics_and_sections(given: tuple[int, ...], title: str, settled: list[int], named: str) -> None:
    pieces, found = titled(heads(*given), title, Path("a-guide.pdf"))
    assert (levels(pieces), found) == (settled, named)


def test_headings_move_as_one() -> None:
    assert levels(below(heads(1, 2, 6), 2)) == [3, 4, 6]
    assert levels(below(heads(4, 5), 1)) == [2, 3]


def test_names_of_files() -> None:
    assert name_of(Path("x/data-scientist.pdf")) == "Data Scientist"
    assert name_of(Path("AI_engineer.pdf")) == "AI Engineer"
