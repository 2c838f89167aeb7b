"""PDF guides: what stands on their pages, laid out as a text with headings.

What a PDF unpacks to isn't known before it is read, and its layout can be
made to take any time: the bounds of the process that reads a corpus
(qa/reading/worker.py) keep a build safe from both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from qa.errors import ReadError
from qa.reading.blocks import Reading
from qa.reading.levels import titled
from qa.reading.packages import missing_extra, require_size


def read_pdf(path: Path) -> Iterator[Reading | ReadError]:
    """Read a PDF; after it, an error that names pages that hold pictures of text alone.

    Raises ReadError when it has no text, a password, too many pages or bytes,
    isn't a PDF, or pdfplumber is missing.
    """
    require_size(path)
    try:
        from qa.reading.pdf_layout import pieces_of
        from qa.reading.pdf_lines import extract
    except ImportError as error:
        raise missing_extra("PDF") from error
    printed = extract(path)
    pieces = pieces_of(printed)
    if not pieces:
        raise ReadError("it has no text, only pictures of it, as scans have: have its text recognised (OCR) first")
    pieces, title = titled(pieces, printed.title, path)
    yield Reading(pieces, title)
    if printed.scanned:
        yield ReadError(f"its {_named(printed.scanned)} without text, as scans are: have it recognised (OCR) first")


def _named(pages: Sequence[int]) -> str:
    """Pages in words, runs as ranges: "pages 2-4 and 9 are"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    names = [str(a) if a == b else f"{a}-{b}" for a, b in runs]
    if len(pages) == 1:
        return f"page {names[0]} is left out, being"
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"pages {listed} are left out, being"
