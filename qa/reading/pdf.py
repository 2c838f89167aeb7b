"""PDF guides, read in a process of its own with bounds on time and memory.

What a PDF unpacks to isn't known before it is read, and its layout can be
made to take any time. A process that is ended at a bound keeps a build safe
from both.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qa.errors import ReadError
from qa.reading.blocks import Piece, Reading
from qa.reading.levels import titled
from qa.reading.packages import missing_extra, require_size

MOST_SECONDS = 300
MOST_MEMORY = 2_000_000_000  # bytes of addresses


def read_pdf(
    path: Path, most_seconds: float = MOST_SECONDS, most_memory: int = MOST_MEMORY
) -> Iterator[Reading | ReadError]:
    """Read a PDF; after it, an error that names pages that hold pictures of text alone.

    Raises ReadError when it has no text, a password, or too much of anything,
    isn't a PDF, or pdfplumber is missing.
    """
    require_size(path)
    if find_spec("pdfplumber") is None:
        raise missing_extra("PDF")
    found = _in_process(path.resolve(), most_seconds, most_memory)
    if "problem" in found:
        raise ReadError(found["problem"])
    pieces = [Piece(**{**p, "turns": tuple(p["turns"])}) for p in found["pieces"]]
    scanned: list[int] = found["scanned"]
    if not pieces:
        raise ReadError("it has no text, only pictures of it, as scans have: have its text recognised (OCR) first")
    pieces, title = titled(pieces, found["title"], path)
    yield Reading(pieces, title)
    if scanned:
        yield ReadError(f"its {_named(scanned)} without text, as scans are: have it recognised (OCR) first")


def _in_process(path: Path, most_seconds: float, most_memory: int) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in map(os.path.abspath, sys.path) if p)}
    try:
        done = subprocess.run(  # noqa: S603 (this program's own module)
            [sys.executable, "-P", "-m", "qa.reading.pdf", str(path), str(most_memory)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=most_seconds,
            check=False,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise ReadError(f"it takes more than {most_seconds:g} seconds to read: split it into guides") from error
    except ValueError as error:
        raise ReadError("it can't be read, being broken or needing too much memory: save it again") from error
    return found


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


def _main(path: Path, most_memory: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    from qa.reading.pdf_layout import pieces_of
    from qa.reading.pdf_lines import extract

    try:
        printed = extract(path)
        answer: dict[str, Any] = {
            "pieces": [asdict(p) for p in pieces_of(printed)],
            "title": printed.title,
            "scanned": printed.scanned,
        }
    except ReadError as error:
        answer = {"problem": str(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
