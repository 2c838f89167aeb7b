"""Time of POST /api/v1/ask for one client: python -m benchmarks.api_latency --index index.

``careers-qa serve`` runs in a process of its own. The questions are those of a
question set, without those of a conversation; each is asked once, and the
server has seen none of them before.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import httpx
import numpy as np

from benchmarks.machine import describe, sentence
from benchmarks.serving import ASK, HOST, serving
from qa.evaluation.questions import read_questions

_WARM_UP = ("Is this on?", "What is in the guides?", "Where do beekeepers live?", "How long is a ladder?")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--index", type=Path, default=Path("index"))
    arguments.add_argument("--questions", type=Path, default=Path("corpus/questions.jsonl"))
    given = arguments.parse_args()
    questions = [q.text for q in read_questions(given.questions) if not q.history]
    with serving(given.index) as server, httpx.Client(base_url=f"http://{HOST}:{server.port}") as client:
        for question in _WARM_UP:
            _asked(client, question)
        found = [_asked(client, question) for question in questions]
    for name, values in zip(("over HTTP", "inside"), np.array(found).T, strict=True):
        p50, p95, p99 = np.percentile(values, (50, 95, 99))
        print(f"{name:10} p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")
    print(f"{len(questions)} questions. {sentence(describe())}")


def _asked(client: httpx.Client, question: str) -> tuple[float, float]:
    """Milliseconds from sending a question to having its answer, and those that the answer itself took."""
    started = time.perf_counter()
    response = client.post(ASK, json={"question": question}).raise_for_status()
    return (time.perf_counter() - started) * 1000, float(response.json()["elapsed_ms"])


if __name__ == "__main__":
    main()
