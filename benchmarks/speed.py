"""How fast careers-qa is over the handbook: build, start, questions, HTTP, memory.

    python -m benchmarks.speed                       the whole handbook, about 6 minutes
    python -m benchmarks.speed --pages 20 --titles 20   a try
    python -m benchmarks.speed --render              the page again, from the saved figures

Figures are saved after every step, so that what was measured stays when a
later step fails.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.inputs import RESULTS, WORK, Inputs, handbook
from benchmarks.machine import describe
from benchmarks.report_speed import render
from benchmarks.serving import has_api, load, serving

SAVED = RESULTS / "speed.json"
QUESTION = "How much do data scientists earn?"
CLIENTS = (1, 4, 16)
NOT_COVERED = 3  # careers-qa ask's exit status for a question that isn't covered

Figures = dict[str, Any]


def build(inputs: Inputs, index: Path) -> Figures:
    """From nothing, then again with nothing changed: seconds and memory of the process."""
    shutil.rmtree(index, ignore_errors=True)
    command = ["build", str(inputs.corpus), "--index", str(index), "--quiet"]
    return {"first": _timed(command), "again": _timed(command)}


def cold_start(index: Path, times: int) -> list[Figures]:
    """``careers-qa ask``, from the process's start to its end."""
    return [_timed(["ask", QUESTION, "--index", str(index)], (0, NOT_COVERED)) for _ in range(times)]


def stages(index: Path, inputs: Inputs, work: Path) -> Figures:
    out = work / "stages.json"
    command = [sys.executable, "-m", "benchmarks.stages", str(index), str(inputs.questions), str(out)]
    subprocess.run(command, check=True)
    found: Figures = json.loads(out.read_text(encoding="utf-8"))
    return found


def serve(index: Path, times: int) -> Figures:
    """From the process's start to the chat page, and the server's memory then."""
    starts, memory = [], []
    for _ in range(times):
        with serving(index) as server:
            starts.append(server.started_s)
            memory.append(server.memory_mb())
    return {"seconds": starts, "mb": memory}


def requests(index: Path, inputs: Inputs) -> Figures:
    """Requests a second over HTTP, and the server's memory afterwards.

    Each number of clients gets a server of its own: a server keeps what it found for earlier questions.
    """
    lines = inputs.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    found, memory = [], []
    for clients in CLIENTS:
        with serving(index) as server:
            if not has_api(server.port):
                return {"skipped": "the server has no POST /api/v1/ask"}
            load(server.port, [QUESTION] * 20, 1)
            began = time.perf_counter()
            spent = load(server.port, questions, clients)
            found.append({"clients": clients, "whole_s": time.perf_counter() - began, "seconds": spent})
            memory.append(server.memory_mb())
    return {"loads": found, "mb": max(memory)}


def _timed(command: list[str], statuses: tuple[int, ...] = (0,)) -> Figures:
    """Run the command line; seconds, and its own peak memory as the system counts it."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "qa.cli", *command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in statuses:
        raise RuntimeError(f"careers-qa {' '.join(command)} ended with status {process.returncode}.")
    return {"seconds": seconds, "peak_mb": usage.ru_maxrss / 1024}


def measure(inputs: Inputs, work: Path, times: int, saved: Path) -> None:
    """Take every measurement; one that fails is saved with its error."""
    index = work / "index"
    figures: Figures = {"machine": describe(), "pages": inputs.pages, "titles": inputs.titles}
    steps: dict[str, Callable[[], Any]] = {
        "build": lambda: build(inputs, index),
        "cold_start": lambda: cold_start(index, times),
        "stages": lambda: stages(index, inputs, work),
        "serve": lambda: serve(index, max(1, times // 3)),
        "requests": lambda: requests(index, inputs),
    }
    for name, step in steps.items():
        print(f"Measuring {name}", file=sys.stderr)
        try:
            figures[name] = step()
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            print(error, file=sys.stderr)
            figures[name] = {"error": str(error)}
        saved.parent.mkdir(parents=True, exist_ok=True)
        saved.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure careers-qa over the handbook.")
    parser.add_argument("--pages", type=int, help="the first pages of the handbook only, to try")
    parser.add_argument("--titles", type=int, default=300, help="job titles to ask")
    parser.add_argument("--times", type=int, default=10, help="cold starts to measure")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the index")
    parser.add_argument("--render", action="store_true", help="write the page from the saved figures, without a run")
    given = parser.parse_args()
    trial, work = given.pages is not None, given.work.resolve()
    saved = work / "speed.json" if trial else SAVED
    if not given.render:
        measure(handbook(work, given.pages, given.titles), work, given.times, saved)
    print(render(json.loads(saved.read_text(encoding="utf-8")), to_page=not trial))


if __name__ == "__main__":
    main()
