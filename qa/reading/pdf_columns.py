"""Tables of a PDF that no lines frame: neighbouring lines whose words stand in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.reading.pdf_lines import Line, Table, Word

_GAP = 1.5  # times the type's size; wider than spaces within a text, justified or not
_ALIGNED = 2.0  # points
_MARKER = re.compile(r"[^\w\s]|\(cid:\d+\)|o|\w{1,2}[.)]")


def with_columns(items: Sequence[Line | Table]) -> list[Line | Table]:
    """The items, with runs of two or more lines in columns made tables.

    A column begins after a wide gap. A row whose cell is as long as its
    column leaves none, so a line beside such a run is of it too if a word
    begins at a column and no more follows than in the other rows.
    """
    out: list[Line | Table] = []
    n = 0
    while n < len(items):
        run = _run(items, n)
        length = len(run)
        while run and out and isinstance(above := out[-1], Line) and _below(above, run[0]) and _fits(above, run):
            run.insert(0, above)
            out.pop()
        if len(run) > 1:
            columns = _columns(run)
            out.append(Table(tuple(_cells(line, columns) for line in run), run[0].page))
            n += length
        else:
            out.append(items[n])
            n += 1
    return out


def _run(items: Sequence[Line | Table], first: int) -> list[Line]:
    """The lines in columns from one with a wide gap on; none where that has none."""
    run: list[Line] = []
    for item in items[first:]:
        if not isinstance(item, Line) or (run and not _below(run[-1], item)):
            break
        if not (_fits(item, run) if run else _gaps(item)):
            break
        run.append(item)
    return run


def _fits(line: Line, run: Sequence[Line]) -> bool:
    """Whether a line is a row of the table of a run."""
    columns = _columns(run)
    if not any(_at(line, x) for x in columns):
        return False
    longest = max(len([w for w in row.words if w.x0 >= columns[0] - _ALIGNED]) for row in run)
    return bool(_gaps(line)) or len([w for w in line.words if w.x0 >= columns[0] - _ALIGNED]) <= longest + 1


def _columns(run: Sequence[Line]) -> list[float]:
    """Where cells begin, left to right, without those that stand at nearly the same place."""
    found: list[float] = []
    for x in sorted(x for line in run for x in _gaps(line)):
        if not found or x - found[-1] > _ALIGNED:
            found.append(x)
    return found


def _gaps(line: Line) -> list[float]:
    """Where a line's words begin that stand apart from those before; a list's marker isn't one of these."""
    words = line.words
    marked = 1 if words and _MARKER.fullmatch(words[0].text) else 0
    return [b.x0 for a, b in zip(words[marked:], words[marked + 1 :], strict=False) if b.x0 - a.x1 > _GAP * line.size]


def _at(line: Line, x: float) -> bool:
    return any(abs(word.x0 - x) <= _ALIGNED for word in line.words[1:])


def _below(before: Line, line: Line) -> bool:
    return before.page == line.page and 0 < line.top - before.top < 3 * line.size


def _cells(line: Line, columns: Sequence[float]) -> tuple[str, ...]:
    cells: list[list[Word]] = [[] for _ in range(len(columns) + 1)]
    for word in line.words:
        cells[sum(word.x0 >= x - _ALIGNED for x in columns)].append(word)
    return tuple(" ".join(w.text for w in cell) for cell in cells)
