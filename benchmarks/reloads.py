"""Requests across reloads: python -m benchmarks.reloads (about 20 minutes).

A server answers over HTTP without pause while its index is made anew again and
again, each time with another fact; it notices each by itself. A reload counts
when an answer gives the new fact. Every request must be answered. The model is
the real one.

    python -m benchmarks.reloads --reloads 5 --requests 2500     to try; figures aren't kept
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.clients import Sample, ask_all
from benchmarks.kills import write_guides
from benchmarks.report_reliability import keep
from benchmarks.serving import ASK, HOST, serving
from benchmarks.tables import percentile

FULL, FULL_REQUESTS = 100, 50_000
QUESTIONS = ("What does the note of nurses say?", "What do nurses earn?", "What do developers write?")
_PATIENCE = 120  # seconds until a new index must be in use


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reloads", type=int, default=FULL)
    parser.add_argument("--requests", type=int, default=FULL_REQUESTS)
    parser.add_argument("--clients", type=int, default=4)
    given = parser.parse_args()
    os.environ |= {"CAREERS_QA_RELOAD_SECONDS": "0.5", "CAREERS_QA_KEEP_OLD": "0"}
    with tempfile.TemporaryDirectory() as place:
        figures = asyncio.run(run(Path(place), given.reloads, given.requests, given.clients))
    print(keep("reloads", figures, whole=given.reloads >= FULL and given.requests >= FULL_REQUESTS))


async def run(place: Path, reloads: int, requests: int, clients: int) -> dict[str, Any]:
    """Reload and ask at the same time; raises RuntimeError when an index isn't taken into use."""
    corpus, index = place / "guides", place / "index"
    write_guides(corpus, "number 0")
    _build(corpus, index)
    spans: list[tuple[float, float]] = []
    with serving(index) as server:
        reloading = True

        def more(done: int) -> bool:
            return reloading or done < requests

        async def keep_reloading() -> None:
            for number in range(1, reloads + 1):
                write_guides(corpus, f"number {number}")
                began = time.perf_counter()
                await asyncio.to_thread(_build, corpus, index)
                await asyncio.to_thread(_until_in_use, server.port, f"number {number}.")
                spans.append((began, time.perf_counter()))
                # A while without a reload, to compare with.
                await asyncio.sleep(spans[-1][1] - spans[-1][0])

        asking = asyncio.create_task(ask_all(server.port, QUESTIONS, clients, sys.maxsize, more))
        try:
            await keep_reloading()
        finally:
            reloading = False
        samples = await asking
    return figures(samples, spans)


def figures(samples: list[Sample], spans: list[tuple[float, float]]) -> dict[str, Any]:
    times = [s.seconds * 1000 for s in samples]
    between = [
        s.seconds * 1000 for s in samples if not any(a <= s.began + s.seconds and s.began <= b for a, b in spans)
    ]
    return {
        "reloads": len(spans),
        "requests": len(samples),
        "failed": sum(s.status != 200 for s in samples),
        "p50_ms": percentile(times, 50),
        "p99_ms": percentile(times, 99),
        "p99_ms_between": percentile(between or times, 99),
    }


def _build(corpus: Path, index: Path) -> None:
    command = [sys.executable, "-m", "qa.cli", "build", str(corpus), "--index", str(index), "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _until_in_use(port: int, fact: str) -> None:
    body = json.dumps({"question": QUESTIONS[0]}).encode()
    call = urllib.request.Request(f"http://{HOST}:{port}{ASK}", body, {"Content-Type": "application/json"})
    end = time.perf_counter() + _PATIENCE
    while time.perf_counter() < end:
        with urllib.request.urlopen(call, timeout=60) as answer:
            if fact in answer.read().decode():
                return
        time.sleep(0.1)
    raise RuntimeError(f"The index with {fact!r} wasn't taken into use.")


if __name__ == "__main__":
    main()
