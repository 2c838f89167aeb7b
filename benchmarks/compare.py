"""Careers-qa beside LlamaIndex, txtai, Haystack and LangChain, in one run.

    python -m benchmarks.compare                        the whole comparison, about 25 minutes
    python -m benchmarks.compare --pages 20 --titles 20   a try
    python -m benchmarks.compare --render               the page again, from the saved figures

Same model, same sections, same questions; each system in an environment of
its own, in processes of its own. Builds run one after another, careers-qa's
first and last; answering is repeated in rounds over all systems, so that
noise is shared. A system that fails is named with its error, and the others
go on. Figures are saved after every step.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.environments import python_of
from benchmarks.inputs import RESULTS, WORK, Inputs, handbook, write_passages
from benchmarks.machine import describe
from benchmarks.report_peers import render
from benchmarks.tables import percentile

PEERS = Path(__file__).parent / "peers"
SAVED = RESULTS / "peers.json"
TIME_LIMIT = 1800  # seconds that one process may take

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class System:
    """A system, its folder under peers/ and the ways it is asked."""

    name: str
    folder: str
    modes: tuple[str, ...]


SYSTEMS = (
    System("careers-qa", "careers_qa", ("search", "answer")),
    System("LlamaIndex", "llamaindex", ("FAISS", "hybrid")),
    System("txtai", "txtai", ("hybrid",)),
    System("Haystack", "haystack", ("hybrid",)),
    System("LangChain", "langchain", ("FAISS", "hybrid")),
)
OWN = SYSTEMS[0]


class Run:
    """One comparison: what to run it with, and its figures so far."""

    def __init__(self, work: Path, inputs: Inputs, saved: Path) -> None:
        self.work = work
        self.inputs = inputs
        self.saved = saved
        self.pythons: dict[str, Path] = {}
        self.figures: Figures = {
            "machine": describe(),
            "pages": inputs.pages,
            "titles": inputs.titles,
            "systems": {s.name: {"builds": [], "answers": {m: [] for m in s.modes}} for s in SYSTEMS},
        }
        self.passages = work / "passages.jsonl"
        self.figures["sections"] = write_passages(inputs.corpus, self.passages)

    def save(self) -> None:
        self.saved.parent.mkdir(parents=True, exist_ok=True)
        self.saved.write_text(json.dumps(self.figures, indent=1), encoding="utf-8")

    def install(self, system: System) -> None:
        if system is OWN:
            self.pythons[system.name] = Path(sys.executable)
            return
        try:
            requirements = PEERS / system.folder / "requirements.txt"
            self.pythons[system.name] = python_of(self.work / "venvs" / system.folder, requirements)
        except subprocess.CalledProcessError as error:
            self.fail(system, f"can't be installed: {_last_line(error.stderr)}")

    def build(self, system: System) -> None:
        """Build from nothing; the time runs from the process's start to the saved index."""
        shutil.rmtree(self._store(system), ignore_errors=True)
        self._store(system).mkdir(parents=True)
        started = time.time()
        found = self._process(system, "build", ",".join(system.modes))
        if found:
            saved_at = found.pop("saved_at")
            found["build_s"] = {mode: saved_at[mode] - started for mode in system.modes}
            self.figures["systems"][system.name]["builds"].append(found)
        self.save()

    def answer(self, system: System, mode: str) -> None:
        """Open the saved index in a new process and ask it every question."""
        started = time.time()
        found = self._process(system, "answer", mode)
        if found:
            spent = found.pop("seconds")
            found["cold_start_s"] = found.pop("first_answer_at") - started
            found |= {"p50_s": percentile(spent, 50), "p95_s": percentile(spent, 95)}
            self.figures["systems"][system.name]["answers"][mode].append(found)
        self.save()

    def fail(self, system: System, why: str) -> None:
        print(f"{system.name} {why}", file=sys.stderr)
        self.figures["systems"][system.name]["error"] = why
        self.pythons.pop(system.name, None)
        self.save()

    def _process(self, system: System, task: str, modes: str) -> Figures | None:
        if system.name not in self.pythons:
            return None
        out = self.work / "out.json"
        out.unlink(missing_ok=True)
        from qa.reading.sentence_transformers import bundled_folder

        work = {
            "model": str(bundled_folder()),
            "store": str(self._store(system)),
            "passages": str(self.passages),
            "questions": str(self.inputs.questions),
            "corpus": str(self.inputs.corpus),
        }
        script = PEERS / system.folder / "run.py"
        inputs = ["--work", json.dumps(work), "--modes", modes, "--out", str(out)]
        command = [str(self.pythons[system.name]), str(script), task, *inputs]
        try:
            subprocess.run(
                command, check=True, timeout=TIME_LIMIT, env=_environment(system), cwd=self.work, capture_output=True
            )
        except subprocess.CalledProcessError as error:
            self.fail(system, f"failed to {task} ({modes}): {_last_line(error.stderr)}")
        except subprocess.TimeoutExpired:
            self.fail(system, f"took more than {TIME_LIMIT} s to {task} ({modes})")
        else:
            found: Figures = json.loads(out.read_text(encoding="utf-8"))
            return found
        return None

    def _store(self, system: System) -> Path:
        return self.work / "stores" / system.folder


def _environment(system: System) -> dict[str, str]:
    """Offline, without any reporting of use; the protocol on the path."""
    path = [str(PEERS)]
    if system is OWN:
        path.append(str(PEERS.parent.parent))
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("CAREERS_QA_")},
        "PYTHONPATH": os.pathsep.join(path),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "ANONYMIZED_TELEMETRY": "false",
        "HAYSTACK_TELEMETRY_ENABLED": "false",
        "LANGCHAIN_TRACING_V2": "false",
        "LANGSMITH_TRACING": "false",
        "TOKENIZERS_PARALLELISM": "true",
    }


def _last_line(output: bytes | None) -> str:
    lines = (output or b"").decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "no message"


def summary(figures: Figures) -> list[Figures]:
    """One row a system and mode: medians over its builds and rounds."""
    rows = []
    for name, system in figures["systems"].items():
        for mode, answers in system["answers"].items():
            row: Figures = {"system": name, "mode": mode, "error": system.get("error", "")}
            if system["builds"]:
                row["build_s"] = median(b["build_s"][mode] for b in system["builds"])
                row["versions"] = system["builds"][-1]["versions"]
            if answers:
                for key in ("import_s", "cold_start_s", "p50_s", "p95_s", "hit@5", "peak_mb"):
                    row[key] = median(a[key] for a in answers)
            rows.append(row)
    return rows


def compare(run: Run, rounds: int) -> None:
    for system in SYSTEMS:
        run.install(system)
    for system in (*SYSTEMS, OWN):
        print(f"Building with {system.name}", file=sys.stderr)
        run.build(system)
    for number in range(rounds):
        for system in SYSTEMS:
            for mode in system.modes:
                print(f"Round {number + 1} of {rounds}: {system.name}, {mode}", file=sys.stderr)
                run.answer(system, mode)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare careers-qa with its peers.")
    parser.add_argument("--pages", type=int, help="the first pages of the handbook only, to try")
    parser.add_argument("--titles", type=int, default=300, help="job titles to ask")
    parser.add_argument("--rounds", type=int, default=3, help="times that each system is started and asked")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for environments and indexes")
    parser.add_argument("--render", action="store_true", help="write the page from the saved figures, without a run")
    given = parser.parse_args()
    trial = given.pages is not None
    saved = given.work / "peers.json" if trial else SAVED
    if not given.render:
        inputs = handbook(given.work.resolve(), given.pages, given.titles)
        compare(Run(given.work.resolve(), inputs, saved), given.rounds)
    figures = json.loads(saved.read_text(encoding="utf-8"))
    print(render(figures, summary(figures), to_page=not trial))


if __name__ == "__main__":
    main()
