"""Figures as Markdown, put between markers of a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def percentile(values: Sequence[float], percent: float) -> float:
    """By linear interpolation between the two nearest (numpy's default)."""
    return float(np.percentile(values, percent))


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    if any(len(line) != len(header) for line in lines):
        raise ValueError("Every row of a table needs as many cells as its header.")
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def put_between(page: str, name: str, content: str) -> str:
    """The page with what stands between ``name``'s markers replaced.

    Raises ValueError when the page has no such markers.
    """
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    before, found, rest = page.partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"The page has no {start} ... {end}: put them where the figures belong.")
    return f"{before}{start}\n{content.strip()}\n{end}{after}"


def write(name: str, content: str, page: Path = PAGE) -> None:
    page.write_text(put_between(page.read_text(encoding="utf-8"), name, content), encoding="utf-8")


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def milliseconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms"
