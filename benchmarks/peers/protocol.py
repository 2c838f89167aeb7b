"""What every system in the comparison is asked to do, and how it reports.

Standard library only: this runs in each system's own environment. A system is
a script with a list of libraries and two functions:

    LIBRARIES                           imported first; the time is given on its own too
    build(work, modes) -> Iterator      index work["passages"]; yield each mode as it is saved
    open_index(work, mode) -> Search    open what was saved

``Search`` takes a question and gives the pages of the five sections that the
system shows first. ``work`` names the inputs: "model" (folder), "store"
(folder to save in), "passages" and "questions" (JSON Lines), "corpus".
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

SHOWN = 5  # sections that a system shows for a question
CANDIDATES = 10  # that each signal of a hybrid puts forward before fusion, where the caller chooses

Search = Callable[[str], list[str]]
Work = dict[str, str]


def passages(work: Work) -> list[dict[str, str]]:
    """The sections to index: "id", "page" and "text"."""
    return _lines(Path(work["passages"]))


def main(
    libraries: Iterable[str],
    build: Callable[[Work, list[str]], Iterator[str]],
    open_index: Callable[[Work, str], Search],
    packages: Iterable[str],
) -> None:
    """Run one task of the comparison and write its figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["build", "answer"])
    parser.add_argument("--work", required=True, help="JSON object of the inputs")
    parser.add_argument("--modes", required=True, help="comma-separated; one for answer")
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    work: Work = json.loads(given.work)
    began = time.perf_counter()
    for library in libraries:
        import_module(library)
    found: dict[str, Any] = {"import_s": time.perf_counter() - began}
    if given.task == "build":
        found["saved_at"] = {mode: time.time() for mode in build(work, given.modes.split(","))}
    else:
        found |= _answer(open_index(work, given.modes), _lines(Path(work["questions"])))
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["versions"] = {name: version(name) for name in packages}
    given.out.write_text(json.dumps(found), encoding="utf-8")


def _answer(search: Search, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Ask each question once; the first is asked before and counts as start."""
    search(questions[0]["question"])
    first_answer_at = time.time()
    seconds, hits = [], 0
    for row in questions:
        began = time.perf_counter()
        pages = search(row["question"])
        seconds.append(time.perf_counter() - began)
        hits += bool(set(pages) & set(row["relevant"]))
    return {"first_answer_at": first_answer_at, "seconds": seconds, "hit@5": hits / len(questions)}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
