"""A server under sustained load: python -m benchmarks.load --index index (about 15 minutes).

1, 8, 64 and 256 clients ask the bundled questions over HTTP, each one question
after another; one that is refused (429 or 503) waits a second, as it is told
to. The server's memory is read while further requests go on, 100,000 in all.
Clients and server share the machine's cores.

    python -m benchmarks.load --index index --scale 0.05     to try; figures aren't kept
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.clients import Sample, ask_all
from benchmarks.inputs import ROOT
from benchmarks.report_reliability import keep
from benchmarks.serving import Server, serving
from benchmarks.tables import percentile

CLIENTS = (1, 8, 64, 256)
EACH = 5_000  # requests of each number of clients
TOTAL = 100_000
MARKS = 10  # times that memory is read
REFUSED = (429, 503)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--questions", type=Path, default=ROOT / "corpus" / "questions.jsonl")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the requests to make, to try")
    given = parser.parse_args()
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    questions = [str(json.loads(line)["question"]) for line in lines if line.strip()]
    with serving(given.index.resolve()) as server:
        figures = measure(server, questions, given.scale)
    print(keep("load", figures, whole=given.scale >= 1))


def measure(server: Server, questions: Sequence[str], scale: float) -> dict[str, Any]:
    """Load the server with more and more clients, then go on until the total is reached."""
    asyncio.run(ask_all(server.port, questions, 2, min(200, int(200 * scale) + 2)))
    rows, served = [], 0
    memory = [(served, server.memory_mb())]
    for clients in CLIENTS:
        each = max(clients, int(EACH * scale))
        began = time.perf_counter()
        samples = asyncio.run(ask_all(server.port, questions, clients, each))
        rows.append(row(clients, samples, time.perf_counter() - began))
        served += len(samples)
        memory.append((served, server.memory_mb()))
    rest = int(TOTAL * scale) - served
    for _ in range(MARKS):
        served += len(asyncio.run(ask_all(server.port, questions, 8, max(8, rest // MARKS))))
        memory.append((served, server.memory_mb()))
    return {"clients": rows, "memory": memory}


def row(clients: int, samples: Sequence[Sample], seconds: float) -> dict[str, Any]:
    answered = [s.seconds * 1000 for s in samples if s.status == 200]
    refused = [s.seconds * 1000 for s in samples if s.status in REFUSED]
    return {
        "clients": clients,
        "answered": len(answered),
        "per_second": len(answered) / seconds,
        **{f"p{p}_ms": percentile(answered, p) for p in (50, 95, 99)},
        "refused": len(refused),
        "refusal_p99_ms": percentile(refused, 99) if refused else 0,
        "refused_late": sum(ms > 100 for ms in refused),
        "other": len(samples) - len(answered) - len(refused),
    }


if __name__ == "__main__":
    main()
