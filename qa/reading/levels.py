"""Which headings of a printed guide are its title, its topics and its sections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qa.reading.blocks import Piece

DEEPEST = 6
# So many topics, with so many like headings each, make a file of many careers.
_SEVERAL, _ALIKE = 3, 2
# What headings of sections say, and those of careers don't.
_MATTER = re.compile(
    r"\b(?:pay|salar\w+|earn\w*|wages?|money|work|duties|tasks|training|education|qualif\w+|skills|getting in|how to|"
    r"outlook|hours|entry|requirements|prospects|what)\b",
    re.IGNORECASE,
)


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
        return shifted(pieces, 1 - highest), title or name_of(path)
    return shifted(pieces, 2 - highest), title or name_of(path)


def with_topics(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces whose topics are headings of the highest level, if they stood one below a guide's only title.

    They are topics, not matters, if several have like headings of their own:
    "The work" and "Pay" under each career of a handbook.
    """
    if sum(p.kind == "heading" and p.level == 1 for p in pieces) != 1:
        return list(pieces)
    below: list[tuple[str, set[str]]] = []
    for piece in pieces:
        if piece.kind != "heading" or piece.level == 1:
            continue
        if piece.level == 2:
            below.append((piece.text, set()))
        elif piece.level == 3 and below:
            below[-1][1].add(piece.text.casefold())
    repeated = Counter(heading for _, headings in below for heading in headings)
    usual = {heading for heading, times in repeated.items() if times >= max(_SEVERAL, len(below) / 2)}
    matters = sum(bool(_MATTER.search(name)) for name, _ in below)
    if len(usual) < _ALIKE or not any(map(_MATTER.search, usual)) or matters * _SEVERAL > len(below):
        return list(pieces)
    return [replace(p, level=max(p.level - 1, 1)) if p.kind == "heading" else p for p in pieces]


def name_of(path: Path) -> str:
    """A file's name as a title: "data-scientist.pdf" is "Data Scientist"."""
    words = path.stem.replace("-", " ").replace("_", " ").split()
    return " ".join(w if any(c.isupper() for c in w) else w.capitalize() for w in words)
