"""Tables within guides, as rows of cells, and which row is their header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from qa.reading.blocks import Piece

_BETWEEN = " | "
_MOST_HEADER_WORDS = 8


def row(cells: Sequence[str], header: bool = False, page: int = 0) -> Piece:
    """A table row as a piece, each cell on one line."""
    return Piece("row", _BETWEEN.join(" ".join(c.split()) for c in cells).strip(" |"), header=header, page=page)


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table that marks none reads as its header.

    Its cells are filled, short, distinct and without figures; and there are
    further columns or figures below, for a table of two columns of words may
    as well be a list of pairs.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, rest = rows[0], rows[1:]
    if len(set(first)) < len(first) or any(not c.strip() or len(c.split()) > _MOST_HEADER_WORDS for c in first):
        return False
    if any(ch.isdigit() for cell in first for ch in cell):
        return False
    return len(first) > 2 or any(ch.isdigit() for cells in rest for cell in cells[1:] for ch in cell)


def with_headers(pieces: Sequence[Piece]) -> list[Piece]:
    """Mark the headers of tables that mark none themselves."""
    out: list[Piece] = []
    for kind, group in groupby(pieces, key=lambda p: p.kind):
        run = list(group)
        cells = [p.text.split(_BETWEEN) for p in run]
        if kind == "row" and not any(p.header for p in run) and has_header(cells):
            run[0] = replace(run[0], header=True)
        out += run
    return out
