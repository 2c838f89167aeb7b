from __future__ import annotations

from qa.reading.pdf_columns import with_columns
from qa.reading.pdf_lines import Line, Table, Word


def line(top: float, *words: tuple[str, float]) -> Line:
    """A line in type of 10 points, each letter five wide."""
    placed = tuple(Word(text, x, x + 5 * len(text)) for text, x in words)
    text = " ".join(w.text for w in placed)
    return Line(text, 1, placed[0].x0, placed[-1].x1, top, top + 10, 10, False, words=placed)


PROSE = [line(12 * n, ("They", 50), ("work", 75), ("full", 100), ("time", 125)) for n in range(3)]


def test_words_in_columns_are_a_table() -> None:
    rows = [
        line(100, ("Accounting,", 50), ("tax", 110), ("23%", 129)),
        line(112, ("Government", 50), ("and", 105), ("8", 129)),
        line(124, ("Trade", 50), ("8", 129)),
        line(136, ("Finance", 50), ("and", 90), ("12", 129)),
    ]
    found = with_columns(
        [
            *PROSE,
            *rows,
            line(
                160,
                ("Most", 50),
                ("nurses", 75),
                ("or", 110),
                ("them", 129),
                ("work", 155),
                ("full", 180),
                ("time", 205),
            ),
        ]
    )
    assert found[3] == Table(
        (("Accounting, tax", "23%"), ("Government and", "8"), ("Trade", "8"), ("Finance and", "12")), 1
    )
    assert len(found) == 5


def test_prose_lists_and_lone_gaps_stay_lines() -> None:
    items = [
        *PROSE,
        line(50, ("•", 50), ("Python", 70)),
        line(62, ("•", 50), ("Statistics", 70)),
        line(90, ("Pay", 50), ("3", 300)),
        line(200, ("They", 50), ("work", 75)),
    ]
    assert with_columns(items) == items
