"""The figures of docs/reliability.md, from what the runs saved: python -m benchmarks.report_reliability."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.inputs import RESULTS, ROOT
from benchmarks.machine import describe, sentence
from benchmarks.tables import markdown, write

PAGE = ROOT / "docs" / "reliability.md"
Figures = dict[str, Any]


def keep(name: str, figures: Figures, whole: bool) -> str:
    """Save a run's figures and write the page if the run was ``whole``; its part of the page."""
    figures = {"machine": describe(), **figures}
    if whole:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
        render()
    return _part(name, figures)


def render(page: Path = PAGE, results: Path = RESULTS) -> None:
    """Write every run that was saved into the page, with machine and date."""
    for name in PARTS:
        saved = results / f"{name}.json"
        if saved.is_file():
            write(name, _part(name, json.loads(saved.read_text(encoding="utf-8"))), page)


def _part(name: str, figures: Figures) -> str:
    return f"{PARTS[name](figures)}\n\n{sentence(figures['machine'])}"


def _kills(found: Figures) -> str:
    rows = [
        [encoder, *(f"{found[key].get(what, 0):,}" for what in ("killed", "old index", "new index", "builds after"))]
        for encoder, key in (("tests' encoder", "fake"), ("real model", "real"))
    ]
    return markdown(
        ["Builds killed", "kills", "then the old index", "then the new one", "builds after, none failed"], rows
    )


def _flips(found: Figures) -> str:
    rows = [[row["index"], f"{row['changes']:,}", f"{row['found']:,}"] for row in found["runs"]]
    return markdown(["Bytes changed", "changes", "found"], rows)


def _fuzz(found: Figures) -> str:
    rows = [
        [name, f"{row['inputs']:,}", f"{row['refused']:,}", f"{row['slowest_ms']:,.0f} ms"]
        for name, row in found["targets"].items()
    ]
    total = sum(row["inputs"] for row in found["targets"].values())
    rows.append(["all", f"{total:,}", f"{sum(r['refused'] for r in found['targets'].values()):,}", ""])
    return markdown(["Inputs", "read", "of them refused in a sentence", "slowest"], rows)


def _reloads(found: Figures) -> str:
    row = [f"{found[key]:,}" for key in ("reloads", "requests", "failed")]
    times = [f"{found[key]:.1f} ms" for key in ("p50_ms", "p99_ms", "p99_ms_between")]
    return markdown(["Reloads", "requests", "failed", "p50", "p99", "p99 while no reload runs"], [[*row, *times]])


def _load(found: Figures) -> str:
    rows = [
        [
            f"{row['clients']}",
            f"{row['answered']:,}",
            f"{row['per_second']:,.0f}",
            *(f"{row[key]:,.0f} ms" for key in ("p50_ms", "p95_ms", "p99_ms")),
            f"{row['refused']:,}",
            f"{row['refusal_p99_ms']:,.0f} ms" if row["refused"] else "",
            f"{row['other']:,}",
        ]
        for row in found["clients"]
    ]
    table = markdown(
        ["Clients", "answered", "a second", "p50", "p95", "p99", "refused", "refusal's p99", "anything else"], rows
    )
    memory = found["memory"]
    marks = "; ".join(f"{n:,}: {mb:,.0f} MB" for n, mb in memory)
    return f"{table}\n\nMemory of the server after so many requests: {marks}."


PARTS: dict[str, Callable[[Figures], str]] = {
    "kills": _kills,
    "flips": _flips,
    "fuzz": _fuzz,
    "reloads": _reloads,
    "load": _load,
}

if __name__ == "__main__":
    render()
