"""Fits and checks the default confidence: python -m benchmarks.abstention [DATA].

Several corpora together, each weighing the same: the bundled guides, the
handbook and seven portals of benchmarks/portals with their question sets,
and three collections whose own questions are covered and the handbook's
aren't. Prints what each corpus would get from a fit on the others, squad2's
questions that were written to mislead, four further portals that are only checked,
and the weights that qa.answering.abstention has as its default.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.retrieval import questions_of
from qa.answering.abstention import Calibration, Evidence
from qa.assistant import Assistant
from qa.builder import build, is_current
from qa.config import Settings
from qa.evaluation.calibration import fit
from qa.evaluation.measures import area_under_curve
from qa.evaluation.questions import Question, read_questions
from qa.reading.beir import json_lines

ROOT = Path(__file__).parent.parent
HANDBOOK = ROOT / "benchmarks" / "handbook-questions.jsonl"
PORTALS = ROOT / "benchmarks" / "portals"
FITTED = ("trades", "university", "state", "profiles", "handbooks", "framework", "sectors")
HELD_OUT = ("ireland", "centre", "county", "coast")  # nothing was fitted on them
MOST = 800  # questions of a collection


@dataclass(frozen=True, slots=True)
class Row:
    """A question's evidence, its kind, and whether it is covered."""

    kind: str
    covered: bool
    found: Evidence


def rows_of(assistant: Assistant, questions: Sequence[Question]) -> Iterator[Row]:
    for question in questions:
        if not assistant.is_question(question.text):
            continue
        kind = question.category or ("covered" if question.relevant else "not covered")
        yield Row(kind, bool(question.relevant), assistant.evidence(question.text, question.history))


def collected(data: Path, work: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    handbook = [q for q in read_questions(HANDBOOK) if not q.history and q.category != "comparison"]
    strange = [q for q in handbook if q.relevant][:200] + [q for q in handbook if q.category == "far"]
    for name, corpus, questions in (
        ("bundled", ROOT / "corpus", ROOT / "corpus" / "questions.jsonl"),
        ("ooh", data / "ooh" / "markdown", HANDBOOK),
        *((n, PORTALS / n, PORTALS / n / "questions.jsonl") for n in (*FITTED, *HELD_OUT)),
        ("feedbackqa-valid", data / "feedbackqa-valid", None),
        ("xquad-en", data / "xquad-en", None),
        ("squad2", data / "squad2", None),
    ):
        settings = Settings(corpus=corpus, index=work / name)
        if not is_current(settings):
            build(settings, progress=sys.stderr.isatty())
        assistant = Assistant.open(settings=settings)
        own = questions_of(assistant, corpus, questions)
        if questions is None:
            random.Random(0).shuffle(own)
            rows = [Row("covered", True, assistant.evidence(q.text)) for q in own[:MOST]]
            rows += [Row("other set", False, assistant.evidence(q.text)) for q in strange]
        else:
            rows = list(rows_of(assistant, own))
        if name == "squad2":
            texts = [str(v["text"]) for _, v in json_lines(corpus / "unanswerable.jsonl")][:MOST]
            rows += [Row("misleading", False, assistant.evidence(text)) for text in texts]
        found[name] = rows
        print(f"{name}: {len(rows)} questions", file=sys.stderr)
    return found


def fitted(sets: dict[str, list[Row]]) -> Calibration:
    rows, counts = [], []
    for every in sets.values():
        own = [r for r in every if r.kind != "misleading"]
        sums = {c: sum(r.covered is c for r in own) for c in (True, False)}
        counts += [1 / sums[r.covered] for r in own]
        rows += own
    return fit([r.found for r in rows], [r.covered for r in rows], ", ".join(sets), counts, prior=None, strength=0.005)


def report(name: str, rows: Sequence[Row], calibration: Calibration) -> None:
    sure = {k: [calibration.confidence(r.found) for r in rows if r.kind == k and not r.covered] for k in
            sorted({r.kind for r in rows if not r.covered})}  # fmt: skip
    covered = [calibration.confidence(r.found) for r in rows if r.covered]
    usual = [s for kind, values in sure.items() if kind != "misleading" for s in values]
    kinds = ", ".join(
        f"{kind} {np.mean(np.array(values) >= 0.5):.3f} of {len(values)}" for kind, values in sure.items()
    )
    print(
        f"{name:<18} AUC {area_under_curve(covered, usual) or 0:.3f}  answered {np.mean(np.array(covered) >= 0.5):.3f}"
        f"  mistaken {np.mean(np.array(usual) >= 0.5):.3f}  ({kinds})"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path(os.environ.get("CAREERS_QA_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, default=ROOT / "benchmarks" / ".work" / "retrieval")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"There are no collections in {options.data}: give their folder, or set CAREERS_QA_DATA.")
        return 1
    sets = collected(options.data, options.work)
    held_out = {name: sets.pop(name) for name in HELD_OUT}
    print("Fitted on the others:")
    for name in sets:
        report(name, sets[name], fitted({k: v for k, v in sets.items() if k != name}))
    calibration = fitted(sets)
    print("Fitted on all:")
    for name in sets:
        report(name, sets[name], calibration)
    print("Never fitted on:")
    for name, rows in held_out.items():
        report(name, rows, calibration)
    print(calibration)
    return 0


if __name__ == "__main__":
    sys.exit(main())
