"""Tables of guides in CSV: a header, then one guide a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from qa.errors import ReadError
from qa.reading.blocks import Reading
from qa.reading.files import text_of
from qa.reading.packages import LARGEST
from qa.reading.records import TITLE, Record, known, read_records

MOST_ROWS = 100_000
MOST_COLUMNS = 500
_SAMPLE = 20_000  # characters
_LONGEST_CELL = 5_000_000  # characters


def read_csv(path: Path) -> Iterator[Reading | ReadError]:
    """Read a table whose cells are parted by commas, semicolons, tabs or bars.

    Raises ReadError when it has no rows, too many, or a row that isn't CSV.
    """
    text = text_of(path, LARGEST)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:_SAMPLE].split("\n")[0], ",;\t|")
        separator = dialect.delimiter
    except csv.Error:
        separator = "\t" if path.suffix.lower() == ".tsv" else ","
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if len(rows) > MOST_ROWS:
                raise ReadError(f"it has more than {MOST_ROWS:,} rows: split it")
            rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise ReadError(f"its line {reader.line_num} isn't CSV ({error}): mend it") from error
    yield from read_table(rows)


def read_table(rows: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Reading | ReadError]:
    """The guides of a table whose rows carry their numbers; the first filled one is the header.

    The titles are in the column named so, else in the first one whose cells
    are all filled and distinct. Raises ReadError when there is neither.
    """
    filled = [(n, kept) for n, cells in rows if (kept := _without_empty_end(cells))]
    if len(filled) < 2:
        raise ReadError("it has no rows below a header: give each guide a row")
    width = max(len(cells) for _, cells in filled)
    if width > MOST_COLUMNS:
        raise ReadError(f"it has more than {MOST_COLUMNS} columns: split it")
    table = [(n, [*cells, *[""] * (width - len(cells))]) for n, cells in filled]
    header, body = table[0][1], table[1:]
    names: list[str] = []
    for n, cell in enumerate(header):
        name = cell or f"Column {n + 1}"
        names.append(name if name not in names else f"{name} {n + 1}")
    if not any(known(name) in TITLE for name in names):
        columns = (n for n in range(width) if len({cells[n] for _, cells in body} - {""}) == len(body))
        found = next(columns, None)
        if found is None:
            raise ReadError("none of its columns tells the guides apart: name the column of their titles `title`")
        names[found] = "title"
    yield from read_records(
        [Record(f"row {n}", {k: v for k, v in zip(names, cells, strict=True) if v}) for n, cells in body]
    )


def _without_empty_end(cells: Sequence[str]) -> list[str]:
    kept = [c.strip() for c in cells]
    while kept and not kept[-1]:
        kept.pop()
    return kept
