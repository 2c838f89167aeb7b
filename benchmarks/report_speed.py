"""The figures of careers-qa itself as a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.inputs import RESULTS
from benchmarks.machine import sentence
from benchmarks.tables import markdown, milliseconds, percentile, seconds, write

Figures = dict[str, Any]


def render(figures: Figures, to_page: bool) -> str:
    """The tables as Markdown; with ``to_page`` also into docs/."""
    parts = [f"{figures['pages']} pages, {figures['titles']} job titles. {sentence(figures['machine'])}"]
    parts += [_part(figures[name], shown) for name, shown in _PARTS.items() if name in figures]
    if to_page and (grown := _growth()):
        parts.append(grown)
    content = "\n\n".join(parts)
    if to_page:
        write("speed", content)
    return content


def _part(found: Any, shown: Callable[[Any], str]) -> str:
    failed = found.get("error") if isinstance(found, dict) else None
    return f"Not measured: {failed}" if failed else shown(found)


def _build(found: Figures) -> str:
    rows = [
        [name, seconds(found[key]["seconds"]), f"{found[key]['peak_mb']:,.0f} MB"]
        for name, key in (("from nothing", "first"), ("again, nothing changed", "again"))
    ]
    return markdown(["Build", "time", "peak memory"], rows)


def _cold_start(found: list[Figures]) -> str:
    spent = [run["seconds"] for run in found]
    memory = f"{max(run['peak_mb'] for run in found):,.0f} MB"
    cells = ["`careers-qa ask`", *(seconds(f(spent)) for f in (median, min, max)), memory]
    return markdown([f"Cold start, {len(found)} times", "median", "least", "most", "peak memory"], [cells])


def _serve(found: Figures) -> str:
    spent = found["seconds"]
    cells = ["`careers-qa serve`", *(seconds(f(spent)) for f in (median, min, max)), f"{max(found['mb']):,.0f} MB"]
    return markdown(
        [f"Until the chat page is served, {len(spent)} times", "median", "least", "most", "memory"], [cells]
    )


def _stages(found: Figures) -> str:
    rows = [
        [name, milliseconds(percentile(spent, 50)), milliseconds(percentile(spent, 95))]
        for name, spent in found["seconds"].items()
    ]
    table = markdown(["A question's stages", "p50", "p95"], rows)
    return f"{table}\n\nPeak memory of the process that answered: {found['peak_mb']:,.0f} MB."


def _requests(found: Figures) -> str:
    if "skipped" in found:
        return f"Requests over HTTP weren't measured: {found['skipped']}."
    rows = [
        [
            str(load["clients"]),
            f"{len(load['seconds']) / load['whole_s']:.0f}",
            milliseconds(percentile(load["seconds"], 50)),
            milliseconds(percentile(load["seconds"], 95)),
        ]
        for load in found["loads"]
    ]
    table = markdown(["`POST /api/v1/ask`, clients at once", "requests a second", "p50", "p95"], rows)
    return f"{table}\n\nMemory of the server with the chat afterwards: {found['mb']:,.0f} MB."


def _growth() -> str:
    """What benchmarks/size.py saved, a row a size, if it has run: any keys, all of them shown."""
    saved = RESULTS / "size.json"
    if not saved.is_file():
        return ""
    rows = json.loads(saved.read_text(encoding="utf-8"))
    if isinstance(rows, dict):
        rows = rows.get("rows", [])
    header = list(dict.fromkeys(key for row in rows for key in row))
    if not header:
        return ""
    return markdown(header, [[_cell(row.get(key, "")) for key in header] for row in rows])


def _cell(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


_PARTS: dict[str, Callable[[Any], str]] = {
    "build": _build,
    "cold_start": _cold_start,
    "serve": _serve,
    "stages": _stages,
    "requests": _requests,
}
