"""What stands on the pages of a PDF: lines with their type, tables, the outline; by pdfplumber."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFNoOutlines
from pdfminer.pdftypes import PDFObjRef, resolve1

from qa.errors import ReadError

MOST_PAGES = 2000
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
# Names of files and programs that are left in the title's place.
_NO_TITLE = re.compile(r"^(untitled|document\d*|slide \d+|powerpoint.*|microsoft word.*|.*\.\w{2,4})$", re.IGNORECASE)
_UNREADABLE = 0.3  # share of a file's letters that fonts don't name, from which nothing is read
_MARGIN = 0.075  # share of a page's height
_NAMELESS = re.compile(r"\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and where it begins and ends on its line."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print; sizes and places in points, from the page's top left corner.

    ``edge`` is true in the margin above or below the page's text.
    """

    text: str
    page: int
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    edge: bool = False
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its rows of cells."""

    rows: tuple[tuple[str, ...], ...]
    page: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the outline: its depth from 1, and its page, 0 for unknown."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF's lines and tables in reading order; ``scanned`` are the pages with pictures but no text."""

    items: tuple[Line | Table, ...]
    outline: tuple[Entry, ...]
    title: str
    scanned: tuple[int, ...]


def extract(path: Path) -> Printed:
    """Read all pages. Raises ReadError when the file has a password, is broken, or has too many pages."""
    items: list[Line | Table] = []
    scanned: list[int] = []
    try:
        with pdfplumber.open(path) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise ReadError(f"it has more than {MOST_PAGES:,} pages: split it into guides")
            for number, page in enumerate(pdf.pages, 1):
                found = list(_page_items(page.dedupe_chars(), number))
                if not found and page.images:
                    scanned.append(number)
                items += found
                page.close()
            outline = tuple(_outline(pdf))
            title = str((pdf.metadata or {}).get("Title") or "").strip()
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # a reader of broken files raises errors of many kinds
        if isinstance(error.__context__, MemoryError):
            raise MemoryError from error
        if "Password" in f"{error!r} {error.__cause__!r} {error.args!r}":
            raise ReadError("it has a password: save it without one") from error
        raise ReadError(f"it is broken or isn't a PDF ({type(error).__name__}): save it again") from error
    text = " ".join(i.text for i in items if isinstance(i, Line))
    if len(_NAMELESS.findall(text)) > _UNREADABLE * len(_NAMELESS.sub("x", text)):
        raise ReadError("its fonts don't say which letters they draw: save it with such fonts or recognise it (OCR)")
    return Printed(tuple(items), outline, "" if _NO_TITLE.match(title) else title, tuple(scanned))


def _page_items(page: Any, number: int) -> Iterator[Line | Table]:
    """A page's items in the order in which it draws them, which is that of reading."""
    tables = [(t.bbox, rows) for t in page.find_tables() if (rows := _rows(t))]
    given: set[int] = set()
    line: list[dict[str, Any]] = []
    for word in page.extract_words(extra_attrs=["fontname", "size"], use_text_flow=True):
        if not word["upright"]:
            continue
        middle = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
        inside = next((n for n, (box, _) in enumerate(tables) if _within(middle, box)), None)
        if line and (inside is not None or not _continues(line[-1], word)):
            yield _line(line, number, float(page.height))
            line = []
        if inside is None:
            line.append(word)
        elif inside not in given:
            given.add(inside)
            yield Table(tables[inside][1], number)
    if line:
        yield _line(line, number, float(page.height))


def _rows(table: Any) -> tuple[tuple[str, ...], ...]:
    """A table's rows, or none for frames around text that are no tables."""
    rows = tuple(tuple(" ".join((c or "").split()) for c in row) for row in table.extract())
    rows = tuple(r for r in rows if any(r))
    width = max((sum(map(bool, r)) for r in rows), default=0)
    return rows if width > 1 and len(rows) + width > 3 else ()


def _within(point: tuple[float, float], box: tuple[float, float, float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _continues(last: dict[str, Any], word: dict[str, Any]) -> bool:
    shared = min(last["bottom"], word["bottom"]) - max(last["top"], word["top"])
    return bool(shared > 0.5 * min(last["height"], word["height"]) and word["x0"] > last["x1"] - 2)


def _line(words: list[dict[str, Any]], page: int, height: float) -> Line:
    whole: list[Word] = []
    for word in words:
        # A word is cut where its type changes; no space stands there.
        if whole and word["x0"] - whole[-1].x1 < 0.12 * word["size"]:
            whole[-1] = Word(whole[-1].text + word["text"], whole[-1].x0, word["x1"])
        else:
            whole.append(Word(word["text"], word["x0"], word["x1"]))
    sizes: Counter[float] = Counter()
    bold = 0
    for word in words:
        sizes[round(word["size"] * 2) / 2] += len(word["text"])
        bold += len(word["text"]) * bool(_BOLD.search(word["fontname"]))
    top, bottom = min(w["top"] for w in words), max(w["bottom"] for w in words)
    return Line(
        text=" ".join(w.text for w in whole),
        page=page,
        x0=words[0]["x0"],
        x1=words[-1]["x1"],
        top=top,
        bottom=bottom,
        words=tuple(whole),
        edge=bottom < _MARGIN * height or top > (1 - _MARGIN) * height,
        size=sizes.most_common(1)[0][0],
        bold=bold > 0.9 * sum(sizes.values()),
    )


def _outline(pdf: Any) -> Iterator[Entry]:
    numbers = {page.page_obj.pageid: n for n, page in enumerate(pdf.pages, 1)}
    try:
        entries = list(pdf.doc.get_outlines())
    except PDFNoOutlines:
        return
    for level, title, destination, action, _ in entries:
        yield Entry(level, title, _page_number(pdf.doc, destination, action, numbers))


def _page_number(document: Any, destination: Any, action: Any, numbers: dict[Any, int]) -> int:
    try:
        place = resolve1(destination) or (resolve1(action) or {}).get("D")
        if isinstance(place, (bytes, str)) or hasattr(place, "name"):
            place = resolve1(document.get_dest(getattr(place, "name", place)))
        if isinstance(place, dict):
            place = resolve1(place.get("D"))
        reference = place[0] if place else None
        return numbers.get(reference.objid, 0) if isinstance(reference, PDFObjRef) else 0
    except Exception:  # an entry that leads nowhere still names a heading
        return 0
