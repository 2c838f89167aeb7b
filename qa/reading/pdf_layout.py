"""From the lines of a PDF to pieces: headings, paragraphs, list items, rows.

A heading is what the outline names, or a short line in larger or bolder type
than the body. Its level is that of the outline, else the rank of its size.
Lines are joined to paragraphs where they were broken for want of room.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qa.reading.blocks import Piece
from qa.reading.pdf_columns import with_columns
from qa.reading.pdf_lines import Entry, Line, Printed, Table
from qa.reading.tables import has_header, row
from qa.reading.text import bare, looks_like_heading

_LARGER, _SMALLER = 1.12, 0.92  # times the body's size
_MOST_HEADING_WORDS = 20
_MOST_HEADING_LINES = 3
_BULLET = re.compile(r"^(?:([•◦▪▫‣·●○■□–—*\-]|\(cid:\d+\)|o(?= [A-Z]))|(\d{1,2}|[a-z])([.)]))\s+(?=\S)")
_CONTENTS = re.compile(r"(\.\s?){4,}\s*\d+$")
_PAGE_NUMBER = re.compile(r"^[-–\s]*(page\s*)?\d{1,4}(\s*(of|/)\s*\d{1,4})?[-–\s]*$", re.IGNORECASE)
_EDGE_LINES = 2
_SHORT_LINE = 0.3  # share of a column left empty, from which a line ends its paragraph
_SENTENCE_END = (".", "!", "?", ":", ";", "”", '"')
Style = tuple[float, bool]


def pieces_of(printed: Printed) -> list[Piece]:
    """The pieces of a PDF, each with its page; running heads and page numbers stay out."""
    body = _body_size(printed.items)
    items = with_columns(_without_running(printed.items, body))
    levels = _heading_levels(items, printed.outline, body)
    return _Layout(items, levels).read()


def _body_size(items: Sequence[Line | Table]) -> float:
    sizes: Counter[float] = Counter()
    for item in items:
        if isinstance(item, Line):
            sizes[item.size] += len(item.text)
    return sizes.most_common(1)[0][0] if sizes else 0


def _without_running(items: Sequence[Line | Table], body: float) -> list[Line | Table]:
    """Leave out what stands at the same place of most pages or small in the margin, page numbers, a contents' lines."""
    pages: dict[int, list[Line]] = defaultdict(list)
    for item in items:
        if isinstance(item, Line):
            pages[item.page].append(item)
    edges: dict[int, list[Line]] = {}
    for number, lines in pages.items():
        ordered = sorted(lines, key=lambda line: line.top)
        edges[number] = ordered[:_EDGE_LINES] + ordered[_EDGE_LINES:][-_EDGE_LINES:]
    seen = Counter(key for lines in edges.values() for key in {_running_key(x, body) for x in lines})
    often = {key for key, count in seen.items() if count > 1 and count * 2 >= len(pages)}
    running = {
        id(line)
        for lines in edges.values()
        for line in lines
        if _running_key(line, body) in often
        or (line.edge and line.size < _SMALLER * body)
        or _PAGE_NUMBER.match(line.text)
    }
    return [i for i in items if isinstance(i, Table) or not (id(i) in running or _CONTENTS.search(i.text))]


def _running_key(line: Line, body: float) -> tuple[str, int]:
    # A heading's figures tell it from others; those of a running head count pages.
    text = line.text if line.size > body * _LARGER else re.sub(r"\d+", "#", line.text)
    return text, round(line.top / 6)


def _heading_levels(items: Sequence[Line | Table], outline: Sequence[Entry], body: float) -> dict[int, int]:
    """Levels by the number of the heading's first line; its further lines have level 0."""
    lines = [(n, item) for n, item in enumerate(items) if isinstance(item, Line)]
    named = _outlined(lines, outline)
    bold_body = sum(len(x.text) for _, x in lines if x.bold) * 2 > sum(len(x.text) for _, x in lines)
    styled: dict[int, Style] = {}
    for n, line in lines:
        larger = line.size > body * _LARGER
        bold = line.bold and not bold_body and line.size >= body and looks_like_heading(line.text)
        short = len(line.text.split()) <= _MOST_HEADING_WORDS and any(c.isalpha() for c in line.text)
        if n not in named and short and (larger or bold) and not _BULLET.match(line.text.replace(".", "", 1)):
            styled[n] = (line.size, line.bold)
    first = {n: level for n, level in named.items() if level}
    of_style: dict[Style, int] = {}
    for n, level in first.items():
        item = items[n]
        if isinstance(item, Line):
            style = (item.size, item.bold)
            of_style[style] = min(of_style.get(style, level), level)
    ranks, shift = _ranks({*styled.values()}, of_style)
    levels = {n: level + shift if level else 0 for n, level in named.items()}
    for n, style in styled.items():
        before = items[n - 1] if n else None
        joined = styled.get(n - 1) == style and isinstance(before, Line) and _next_to(before, items[n])
        levels[n] = 0 if joined else ranks[style]
    return levels


def _ranks(styles: set[Style], known: dict[Style, int]) -> tuple[dict[Style, int], int]:
    """The level of each style of type, the largest first; those of the outline's headings stand.

    They move a level down where a style that the outline doesn't name, the title's, is larger.
    """
    shift = int(bool(known) and any(style > max(known) for style in styles))
    ranks: dict[Style, int] = {}
    level = 0
    for style in sorted(styles | set(known), reverse=True):
        if style in known:
            level = known[style] + shift
        elif not (shift and style > max(known) and level):
            level += 1
        ranks[style] = level
    return ranks, shift


def _next_to(before: Line, line: Line | Table) -> bool:
    near = isinstance(line, Line) and before.page == line.page
    return near and isinstance(line, Line) and 0 < line.top - before.top < 1.6 * line.size


def _outlined(lines: Sequence[tuple[int, Line]], outline: Sequence[Entry]) -> dict[int, int]:
    """The lines that entries of the outline name, in their order, on their pages."""
    found: dict[int, int] = {}
    for entry in outline:
        wanted = bare(entry.title)
        for k, (n, line) in enumerate(lines):
            if n in found or (entry.page and line.page != entry.page) or not wanted.startswith(bare(line.text) or "-"):
                continue
            run = lines[k : k + _MOST_HEADING_LINES]
            counts = (c for c in range(1, len(run) + 1) if bare("".join(x.text for _, x in run[:c])) == wanted)
            if count := next(counts, 0):
                found.update({m: 0 for m, _ in run[:count]})
                found[n] = entry.level
                break
    return found


class _Layout:
    """Walks the items and joins lines to pieces."""

    def __init__(self, items: Sequence[Line | Table], levels: dict[int, int]) -> None:
        self.items = items
        self.levels = levels
        lines = [i for i in items if isinstance(i, Line)]
        steps = ((a, b.top - a.top) for a, b in pairwise(lines) if a.page == b.page)
        gaps = sorted(step for a, step in steps if 0.9 * a.size < step < 3 * a.size)
        # From line to line of a paragraph; most steps of a text of short paragraphs are larger.
        self.leading = gaps[len(gaps) // 10] if gaps else 0.0
        self.right: dict[tuple[int, int], float] = {}
        for line in lines:  # the right edge of the column that begins at the same place
            key = (line.page, round(line.x0 / 8))
            self.right[key] = max(self.right.get(key, 0.0), line.x1)
        self.words = {w for line in lines for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text.casefold())}
        self.pieces: list[Piece] = []
        self.last: Line | None = None  # of the paragraph or item that is open
        self.indents: list[float] = []  # where the markers of open lists stand

    def read(self) -> list[Piece]:
        for n, item in enumerate(self.items):
            if isinstance(item, Table):
                self.table(item)
            elif n in self.levels:
                self.heading(item, self.levels[n])
            else:
                self.line(item)
        return self.pieces

    def table(self, table: Table) -> None:
        headed = has_header(table.rows)
        for n, cells in enumerate(table.rows):
            self.pieces.append(row(cells, header=headed and n == 0, page=table.page))
        self.close()

    def heading(self, line: Line, level: int) -> None:
        if level or not self.pieces or self.pieces[-1].kind != "heading":
            self.pieces.append(Piece("heading", line.text, min(max(level, 1), 6), page=line.page))
        else:
            self.pieces[-1] = replace(self.pieces[-1], text=f"{self.pieces[-1].text} {line.text}")
        self.close()

    def close(self) -> None:
        self.last = None
        self.indents = []

    def line(self, line: Line) -> None:
        bullet = _BULLET.match(line.text)
        if bullet:
            while self.indents and line.x0 < self.indents[-1] - 2:
                self.indents.pop()
            if not self.indents or line.x0 > self.indents[-1] + 2:
                self.indents.append(line.x0)
            depth = min(len(self.indents) - 1, 8)
            mark = "  " * depth + (f"{bullet[2]}{bullet[3]} " if bullet[2] else "- ")
            self.pieces.append(Piece("item", line.text[bullet.end() :], depth, mark, page=line.page))
        elif self.last is not None and self.joins(self.last, line):
            self.join(line)
        else:
            self.indents = []
            self.pieces.append(Piece("paragraph", line.text, page=line.page))
        self.last = line

    def joins(self, last: Line, line: Line) -> bool:
        """Whether a line goes on with what the last one said."""
        ended = last.text.endswith(_SENTENCE_END)
        in_item = bool(self.indents)
        key = (last.page, round(last.x0 / 8))
        first = len(line.text.split()[0]) * (line.x1 - line.x0) / max(len(line.text), 1)
        # A line broken for want of room had none for the next one's first word.
        room = self.right[key] - last.x1 - first
        fitted, wide = room > last.size, room > _SHORT_LINE * (self.right[key] - last.x0)
        if line.page != last.page or line.top < last.top:  # the next page or column
            return line.text[:1].islower() or not (wide or (ended and (fitted or in_item)))
        if line.top - last.top > max(1.35 * self.leading, 1.1 * last.size) and line.top - last.bottom > 0.6 * last.size:
            return False
        if abs(line.size - last.size) > 1:
            return False
        if in_item and line.x0 > self.indents[-1] + 2:
            return True
        indented = not in_item and ended and line.x0 > last.x0 + 0.8 * last.size
        return not (indented or wide or (fitted and (ended or in_item)))

    def join(self, line: Line) -> None:
        piece = self.pieces[-1]
        text, more = piece.text, line.text
        turn = line.page != (self.last.page if self.last else line.page)
        if text.endswith("\u00ad"):
            text = text[:-1]
        elif (parts := re.search(r"([^\W\d_]+)-$", text)) and more[:1].islower():
            whole = re.match(r"[^\W\d_]+", more)
            second = whole[0].casefold() if whole else ""
            # The hyphen stays where the guide has the word with it elsewhere.
            if f"{parts[1].casefold()}-{second}" not in self.words:
                text = text[:-1]
        else:
            text += " "
        turns = (*piece.turns, *[len(text)] * (line.page - self.last.page if turn and self.last else 0))
        self.pieces[-1] = replace(piece, text=text + more, turns=turns)
