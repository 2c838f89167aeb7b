from __future__ import annotations

from pathlib import Path

import pytest

from qa.reading.blocks import Piece
from qa.reading.levels import below, name_of, titled, with_topics


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


def of_careers(*subheadings: str, careers: tuple[str, ...] = ("Nurse", "Porter", "Clerk")) -> list[Piece]:
    pieces = [Piece("heading", "A handbook", 1)]
    for career in careers:
        pieces.append(Piece("heading", career, 2))
        for name in subheadings:
            pieces += [Piece("heading", name, 3), Piece("paragraph", "Text.")]
    return pieces


def test_careers_below_the_only_title_are_topics() -> None:
    found = with_topics(of_careers("The work", "Pay"))
    assert levels(found)[:4] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    "pieces",
    [
        of_careers("The work"),  # one like heading may be chance
        of_careers("In town", "In the country"),  # no matters
        of_careers("Pay", "Work", careers=("Pay", "Training", "Skills")),  # matters, not careers
        of_careers("The work", "Pay", careers=("Nurse", "Porter")),
        [*of_careers("The work", "Pay"), Piece("heading", "Another title", 1)],
        heads(1, 2, 3),
        [],
    ],
)
def test_other_headings_stay_as_they_are(pieces: list[Piece]) -> None:
    assert with_topics(pieces) == pieces
