"""Tables of guides in Excel workbooks, read with openpyxl, values as the sheet shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from qa.errors import ReadError
from qa.reading.blocks import Reading, slug
from qa.reading.csv_table import MOST_COLUMNS, MOST_ROWS, read_table
from qa.reading.packages import missing_extra, require_package

# A number's format: text before, figures with or without thousands and decimals, percent, text after.
_NUMBER = re.compile(r"^(?P<before>[^0#?]*?)(?P<whole>[#0?][#0?,]*)(?:\.(?P<decimals>[0#?]+))?(?P<after>[^0#?]*)$")
_LITERAL = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|\\(.)|_.|\*.')


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
    bare = _LITERAL.sub(lambda m: "".join(part or "" for part in m.groups()), positive)
    found = _NUMBER.match(bare)
    if found is None or bare == "General":
        return str(int(value)) if float(value).is_integer() else str(value)
    places = len(found["decimals"] or "")
    percent = "%" in found["after"]
    shown = f"{abs(value) * (100 if percent else 1):{',' if ',' in found['whole'] else ''}.{places}f}"
    return f"{'-' if value < 0 else ''}{found['before']}{shown}{found['after']}".strip()
