"""Tables of guides in Excel workbooks, read with openpyxl, values as the sheet shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any

from qa.errors import ReadError
from qa.reading.blocks import Reading, slug
from qa.reading.csv_table import MOST_COLUMNS, MOST_ROWS, read_table
from qa.reading.packages import missing_extra, require_package

# A number's format: text before, figures with or without thousands and decimals, percent, text after.
# A comma after the figures divides by a thousand, wherever the point is.
_NUMBER = re.compile(
    r"(?P<before>[^0#?]*?)(?P<whole>[#0?](?:[#0?,]*[#0?])?)"
    r"(?P<scale>,*+)(?:\.(?P<decimals>[0#?]+))?(?P<more_scale>,*+)(?P<after>[^0#?]*+)"
)
_LITERAL = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|\\(.)|_.|\*.')
_HIDDEN = "\0"  # stands for a literal while its format is read: a "%" in it is only text
# Wide enough for the largest number that a cell can hold.
_ROUNDED = Context(prec=400, rounding=ROUND_HALF_UP)


def read_xlsx(path: Path) -> Iterator[Reading | ReadError]:
    """Read the visible sheets of a workbook, each a table with one guide a row.

    A sheet that can't be used is named and the others are read. Raises
    ReadError when none can, it is too large, or openpyxl is missing.
    """
    require_package(path, "xl/workbook.xml")
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise missing_extra("Excel") from error
    problems: list[ReadError] = []
    read: list[tuple[str, list[Reading | ReadError]]] = []
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    problems.append(ReadError(f"its sheet {sheet.title} is hidden"))
                    continue
                try:
                    read.append((sheet.title, list(read_table(_rows(sheet)))))
                except ReadError as error:
                    problems.append(ReadError(f"its sheet {sheet.title} can't be used: {error}"))
        finally:
            book.close()
    except Exception as error:  # a reader of broken files raises errors of many kinds
        raise ReadError(f"it can't be read ({type(error).__name__}): open it in Excel and save it again") from error
    for title, found in read:
        for guide in found:
            several = len(read) > 1 and isinstance(guide, Reading)
            yield replace(guide, name=f"{slug(title)}/{guide.name}") if several else guide  # type: ignore[type-var, union-attr]
    yield from problems


def _rows(sheet: Any) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        shown = [as_shown(c.value, getattr(c, "number_format", "General")) for c in cells]
        if any(shown):
            rows.append((number, shown))
        if len(rows) > MOST_ROWS:
            raise ReadError(f"it has more than {MOST_ROWS:,} rows: split it")
    return rows


def as_shown(value: object, number_format: str) -> str:
    """A cell's value as the sheet shows it, for the usual formats of numbers; dates as 2024-05-31."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    return str(value).strip()


def _number(value: float, number_format: str) -> str:
    positive = (number_format or "General").split(";")[0]
    literals = ["".join(part or "" for part in m.groups()) for m in _LITERAL.finditer(positive)]
    found = _NUMBER.fullmatch(_LITERAL.sub(_HIDDEN, positive))
    if found is None:
        return str(int(value)) if float(value).is_integer() else str(value)
    # Excel rounds the decimal that people see, halves away from zero, not the binary number.
    power = 2 * ("%" in found["after"]) - 3 * len(found["scale"] + found["more_scale"])
    places = len(found["decimals"] or "")
    rounded = abs(Decimal(repr(value))).scaleb(power, _ROUNDED).quantize(Decimal(1).scaleb(-places), context=_ROUNDED)
    shown = f"{rounded:{',' if ',' in found['whole'] else ''}f}"
    sign = "-" if value < 0 else ""
    kept = iter(literals)
    before, after = (re.sub(_HIDDEN, lambda _: next(kept), found[part]) for part in ("before", "after"))
    return f"{sign}{before}{shown}{after}".strip()
