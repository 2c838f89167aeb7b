"""The benchmarks' own arithmetic, tables and pages."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import report_peers, report_speed
from benchmarks.compare import SYSTEMS, summary
from benchmarks.inputs import write_passages
from benchmarks.machine import describe, sentence
from benchmarks.stages import Stages
from benchmarks.tables import PAGE, markdown, milliseconds, percentile, put_between, seconds

ROOT = Path(__file__).parent.parent
MACHINE = {"processor": "P", "cores": "2", "memory": "24 GiB", "python": "3.11", "date": "2026-01-02", "load": "0.1"}


def answers(cold: float, p50: float, hit: float, mb: float) -> dict[str, float]:
    return {"import_s": 1.0, "cold_start_s": cold, "p50_s": p50, "p95_s": 2 * p50, "hit@5": hit, "peak_mb": mb}


def figures() -> dict[str, Any]:
    own = {
        "builds": [{"build_s": {"search": s, "answer": s}, "versions": {"careers-qa": "1"}} for s in (38.0, 42.0)],
        "answers": {"search": [answers(0.5, 0.003, 0.7, 200)] * 2, "answer": [answers(0.6, 0.02, 0.7, 210)]},
    }
    peer = {
        "builds": [{"build_s": {"FAISS": 200.0, "hybrid": 204.0}, "versions": {"langchain-core": "9"}}],
        "answers": {"FAISS": [answers(s, 0.007, 0.53, 900) for s in (5, 9, 6)], "hybrid": []},
    }
    failed = {"builds": [], "answers": {"hybrid": []}, "error": "can't be installed: no such version"}
    return {
        "machine": MACHINE,
        "pages": 342,
        "sections": 5700,
        "titles": 300,
        "systems": {"careers-qa": own, "LangChain": peer, "txtai": failed},
    }


def test_percentiles_interpolate() -> None:
    assert percentile([1, 2, 3, 4], 50) == 2.5
    assert percentile([float(n) for n in range(101)], 95) == 95


def test_a_table_needs_even_rows() -> None:
    assert markdown(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"
    with pytest.raises(ValueError, match="as many cells"):
        markdown(["a", "b"], [["x"]])


def test_times_have_a_unit() -> None:
    assert (seconds(0.514), seconds(160.4)) == ("0.51 s", "160 s")
    assert (milliseconds(0.0031), milliseconds(0.6124)) == ("3.1 ms", "612 ms")


def test_figures_go_between_their_markers_only() -> None:
    page = "before\n<!-- a:start -->\nold\n<!-- a:end -->\nafter"
    once = put_between(page, "a", "new")
    assert once == "before\n<!-- a:start -->\nnew\n<!-- a:end -->\nafter"
    assert put_between(once, "a", "new") == once
    with pytest.raises(ValueError, match="b:start"):
        put_between(page, "b", "new")


def test_the_page_has_the_markers_that_the_benchmarks_write_to() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in ("speed", "peers"):
        assert "figures" in put_between(text, name, "figures")


def test_medians_over_builds_and_rounds() -> None:
    rows = {(r["system"], r["mode"]): r for r in summary(figures())}
    assert rows["careers-qa", "search"]["build_s"] == 40
    assert rows["LangChain", "FAISS"]["cold_start_s"] == 6
    assert "p50_s" not in rows["LangChain", "hybrid"]
    assert rows["txtai", "hybrid"]["error"]


def test_the_comparison_shows_ratios_targets_and_failures() -> None:
    found = figures()
    page = report_peers.render(found, summary(found), to_page=False)
    assert "| LangChain, hybrid | – | 204 s | – |" in page
    assert "txtai can't be installed: no such version." in page
    # 200 / 40 for the build, against the faster of the peer's modes.
    build = next(line for line in page.splitlines() if line.startswith("| build"))
    assert build.endswith("| 40 s | 200 s (LangChain, FAISS) | 5.0 times | 4 times | met |")
    cold = next(line for line in page.splitlines() if line.startswith("| cold start,"))
    assert "12.0 times" in cold and "met" in cold
    whole = next(line for line in page.splitlines() if line.startswith("| whole answer"))
    assert whole.endswith("| 0.3 times | 1 times | missed |")
    assert "| +17.0 points | +8 points | met |" in page
    assert "careers-qa 1, langchain-core 9" in page


def test_the_comparison_without_peers_has_no_ratios() -> None:
    found = figures()
    del found["systems"]["LangChain"]
    assert "target" not in report_peers.render(found, summary(found), to_page=False)


def test_every_system_has_its_script_and_pins() -> None:
    for system in SYSTEMS:
        folder = ROOT / "benchmarks" / "peers" / system.folder
        assert (folder / "run.py").is_file()
        if system.folder != "careers_qa":
            pins = (folder / "requirements.txt").read_text(encoding="utf-8").split()
            assert pins and all("==" in pin for pin in pins)


def test_the_plot_has_all_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib", reason="the plot needs pip install 'careers-qa[bench]'")
    monkeypatch.setattr(report_peers, "PAGE", tmp_path / "docs" / "benchmarks.md")
    drawn = tmp_path / "docs" / report_peers.draw_plot(summary(figures()))
    text = drawn.read_text(encoding="utf-8")
    assert "careers-qa, search" in text and "LangChain, FAISS" in text and "Peak memory" in text


def test_the_speed_page_names_what_was_not_measured() -> None:
    run = {"seconds": 0.5, "peak_mb": 190.0}
    page = report_speed.render(
        {
            "machine": MACHINE,
            "pages": 342,
            "titles": 300,
            "build": {"first": {"seconds": 40.0, "peak_mb": 1000.0}, "again": {"seconds": 8.0, "peak_mb": 900.0}},
            "cold_start": [run, {**run, "seconds": 0.7}],
            "stages": {"seconds": {"whole answer": [0.01, 0.03]}, "peak_mb": 200.0},
            "serve": {"error": "The chat page isn't served."},
            "requests": {"skipped": "the server has no POST /api/v1/ask"},
        },
        to_page=False,
    )
    assert "| from nothing | 40 s | 1,000 MB |" in page
    assert "| `careers-qa ask` | 0.60 s | 0.50 s | 0.70 s | 190 MB |" in page
    assert "| whole answer | 20.0 ms | 29.0 ms |" in page
    assert "Not measured: The chat page isn't served." in page
    assert "weren't measured: the server has no POST" in page


def test_requests_a_second_come_from_the_whole_time() -> None:
    page = report_speed.render(
        {
            "machine": MACHINE,
            "pages": 1,
            "titles": 1,
            "requests": {"loads": [{"clients": 4, "whole_s": 2.0, "seconds": [0.05] * 100}], "mb": 400.0},
        },
        to_page=False,
    )
    assert "| 4 | 50 | 50.0 ms | 50.0 ms |" in page


def test_a_stage_leaves_out_the_stages_within_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 3.0, 10.0])  # outer begins, inner begins, inner ends, outer ends
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    part = SimpleNamespace(inner=time.gmtime)
    part.outer = lambda: [part.inner()]
    stages = Stages()
    stages.wrap("outer", part, "outer")
    stages.wrap("inner", part, "inner")
    stages.begin()
    part.outer()
    assert stages.questions == [{"outer": 8.0, "inner": 2.0}]


def test_passages_are_heading_path_and_text(corpus: Path, tmp_path: Path) -> None:
    target = tmp_path / "passages.jsonl"
    count = write_passages(corpus, target)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == count == len({row["id"] for row in rows})
    pay = next(row for row in rows if row["page"] == "health/nurse" and "$93,600" in row["text"])
    assert pay["text"].startswith("Nurse > Pay\n")
    assert pay["id"].rsplit("#", 1)[0] == pay["page"]


def test_the_machine_is_described() -> None:
    assert sentence(describe()).count(",") >= 4
