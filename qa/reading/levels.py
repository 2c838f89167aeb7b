"""Which headings of a printed guide are its title, its topics and its sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qa.reading.blocks import Piece

DEEPEST = 6


def shifted(pieces: Sequence[Piece], by: int) -> list[Piece]:
    """The same pieces, their headings so many levels deeper."""
    return [replace(p, level=min(max(p.level + by, 1), DEEPEST)) if p.kind == "heading" else p for p in pieces]


def below(pieces: Sequence[Piece], level: int) -> list[Piece]:
    """The same pieces, their headings moved as one to stand under a heading of ``level``."""
    highest = min((p.level for p in pieces if p.kind == "heading"), default=level + 1)
    return shifted(pieces, level + 1 - highest)


def titled(pieces: Sequence[Piece], title: str, path: Path) -> tuple[list[Piece], str]:
    """Pieces and title of a guide whose headings have levels but whose title may have none.

    A single heading of the highest level that opens the guide is its title. Several
    are topics where most of them have headings of their own below, as in a
    file of many careers; else they are sections, and the guide takes
    ``title``, or the file's name where there is none.
    """
    levels = [p.level for p in pieces if p.kind == "heading"]
    if not levels:
        return list(pieces), title or name_of(path)
    highest = min(levels)
    starts = [n for n, level in enumerate(levels) if level == highest]
    parents = sum(n + 1 < len(levels) and levels[n + 1] > highest for n in starts)
    if len(starts) == 1:
        first = next(p for p in pieces if p.kind == "heading")
        if first.level == highest:
            return shifted(pieces, 1 - highest), first.text
    elif parents * 2 > len(starts):
        return shifted(pieces, 1 - highest), title
    return shifted(pieces, 2 - highest), title or name_of(path)


def name_of(path: Path) -> str:
    """A file's name as a title: "data-scientist.pdf" is "Data Scientist"."""
    words = path.stem.replace("-", " ").replace("_", " ").split()
    return " ".join(w if any(c.isupper() for c in w) else w.capitalize() for w in words)
