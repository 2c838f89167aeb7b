"""Whether line breaks in a text mean anything."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

# A text broken by an editor fills a page's or screen's width.
NARROWEST_WRAP, WIDEST_WRAP = 40, 120


def is_hard_wrapped(paragraphs: Iterable[list[str]]) -> bool:
    """True when the lines were broken to fit a width, not to start anew.

    Breaking greedily at a width leaves no line that the next line's first
    word would still have fitted on. A text whose lines were broken by its
    author has many such lines, or lines far wider than any page.
    """
    breaks = [(a, b.split()[0]) for p in paragraphs for a, b in pairwise(p) if b.split()]
    if not breaks:
        return False
    width = max(len(line) for line, _ in breaks)
    if not NARROWEST_WRAP <= width <= WIDEST_WRAP:
        return False
    full = sum(len(line) + 1 + len(word) > width - 8 for line, word in breaks)
    return full >= 0.8 * len(breaks)
