"""Time of POST /api/v1/ask at one client, over real HTTP: python benchmarks/api_latency.py --index index.

The questions are those of a question set, each asked once after a warm-up.
"""

from __future__ import annotations

import argparse
import json
import platform
import socket
import threading
import time
from datetime import date
from pathlib import Path

import httpx
import numpy as np
import uvicorn

from qa.assistant import Assistant
from qa.config import load_settings
from qa.server.app import create_app
from qa.server.holder import Holder

_WARM_UP = 20


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--index", type=Path, default=Path("index"))
    arguments.add_argument("--questions", type=Path, default=Path("corpus/questions.jsonl"))
    arguments.add_argument("--count", type=int, default=500)
    given = arguments.parse_args()
    rows = [json.loads(line) for line in given.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [str(row["question"]) for row in rows][: given.count]

    settings = load_settings(index=given.index, rate_limit="")
    assistant = Assistant.open(settings=settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = uvicorn.Server(
        uvicorn.Config(create_app(Holder(assistant), settings), port=port, log_level="error", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)

    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        times = [_timed(client, question) for question in [*questions[:_WARM_UP], *questions]][-len(questions) :]
    server.should_exit = True
    thread.join()
    inside = [assistant.ask(question).elapsed_ms for question in questions]
    print(f"{date.today()}, {platform.machine()}, {len(assistant.library.ids)} guides, {len(questions)} questions")
    for name, values in (("over HTTP", times), ("inside", inside)):
        p50, p95, p99 = np.percentile(values, (50, 95, 99))
        print(f"{name:10} p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")


def _timed(client: httpx.Client, question: str) -> float:
    """Milliseconds from sending a question to having its answer."""
    started = time.perf_counter()
    response = client.post("/api/v1/ask", json={"question": question})
    response.raise_for_status()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
