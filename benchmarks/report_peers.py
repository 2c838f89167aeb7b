"""The comparison as a page: tables, ratios against targets, a plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.machine import sentence
from benchmarks.plot import Bars, draw
from benchmarks.tables import PAGE, markdown, milliseconds, seconds, write

Row = dict[str, Any]

OWN = "careers-qa"


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of careers-qa against the best peer's.

    ``least`` is the ratio wanted, peer / own; for ``hit@5`` it is the
    difference wanted, own - peer, in points of a hundred.
    """

    what: str
    key: str
    mode: str
    least: float
    shown: Callable[[float], str]


def _megabytes(value: float) -> str:
    return f"{value:,.0f} MB"


def _share(value: float) -> str:
    return f"{value:.3f}"


TARGETS = (
    Target("build, from process start to saved index", "build_s", "search", 4, seconds),
    Target("cold start, from process start to first result", "cold_start_s", "search", 6, seconds),
    Target("search, p50", "p50_s", "search", 2, milliseconds),
    Target("whole answer with quotes against bare search, p50", "p50_s", "answer", 1, milliseconds),
    Target("memory of the answering process, peak", "peak_mb", "answer", 2, _megabytes),
    Target("hit@5 by page", "hit@5", "search", 8, _share),
)
COLUMNS: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("import", "import_s", seconds),
    ("build", "build_s", seconds),
    ("cold start", "cold_start_s", seconds),
    ("p50", "p50_s", milliseconds),
    ("p95", "p95_s", milliseconds),
    ("hit@5", "hit@5", _share),
    ("peak memory", "peak_mb", _megabytes),
)


def render(figures: dict[str, Any], rows: Sequence[Row], to_page: bool) -> str:
    """The tables as Markdown; with ``to_page`` also into docs/, with the plot."""
    parts = [
        f"{figures['pages']} pages, {figures['sections']:,} sections, {figures['titles']} job titles. "
        + sentence(figures["machine"]),
        systems_table(rows),
        targets_table(rows),
        versions(rows),
    ]
    content = "\n\n".join(part for part in parts if part)
    if to_page:
        plotted = draw_plot(rows)
        write("peers", f"{content}\n\n![The same figures as bars]({plotted})" if plotted else content)
    return content


def systems_table(rows: Sequence[Row]) -> str:
    """One line a system and mode; a system that failed says so."""
    lines = []
    for row in rows:
        cells = [shown(row[key]) if key in row else "–" for _, key, shown in COLUMNS]
        lines.append([f"{row['system']}, {row['mode']}", *cells])
    table = markdown(["", *(name for name, _, _ in COLUMNS)], lines)
    failures = dict.fromkeys(f"{row['system']} {row['error']}." for row in rows if row.get("error"))
    return "\n\n".join([table, *failures])


def targets_table(rows: Sequence[Row]) -> str:
    """Careers-qa against the best peer of each column; "" without both."""
    lines = []
    for target in TARGETS:
        own = next((r for r in rows if r["system"] == OWN and r["mode"] == target.mode and target.key in r), None)
        peers = [r for r in rows if r["system"] != OWN and target.key in r]
        if own is None or not peers:
            continue
        mine, points = own[target.key], target.key == "hit@5"
        best = (max if points else min)(peers, key=lambda r: r[target.key])
        theirs = best[target.key]
        gain = 100 * (mine - theirs) if points else theirs / mine
        shown, wanted = (f"{gain:+.1f} points", f"+{target.least:g} points") if points else _times(gain, target.least)
        peer = f"{target.shown(theirs)} ({best['system']}, {best['mode']})"
        lines.append(
            [target.what, target.shown(mine), peer, shown, wanted, "met" if gain >= target.least else "missed"]
        )
    return markdown(["", OWN, "best peer", "difference", "target", ""], lines) if lines else ""


def versions(rows: Sequence[Row]) -> str:
    found: dict[str, str] = {}
    for row in rows:
        found |= row.get("versions", {})
    return "Versions: " + ", ".join(f"{name} {number}" for name, number in sorted(found.items())) + "." if found else ""


def draw_plot(rows: Sequence[Row]) -> str:
    """Draw the columns of the targets; gives the plot's path from the page, "" where nothing was measured."""
    measured = [row for row in rows if "p50_s" in row and "build_s" in row]
    if not measured:
        return ""
    names = [f"{row['system']}, {row['mode']}" for row in measured]
    panels = [
        Bars("Build (s)", [row["build_s"] for row in measured]),
        Bars("Cold start (s)", [row["cold_start_s"] for row in measured]),
        Bars("Question p50 (ms)", [1000 * row["p50_s"] for row in measured]),
        Bars("Peak memory (MB)", [row["peak_mb"] for row in measured]),
        Bars("hit@5, more is better", [row["hit@5"] for row in measured]),
    ]
    target = PAGE.parent / "images" / "benchmarks.svg"
    draw(names, panels, target, own=OWN)
    return target.relative_to(PAGE.parent).as_posix()


def _times(gain: float, least: float) -> tuple[str, str]:
    return f"{gain:.1f} times", f"{least:g} times"
