"""Fits and checks the default confidence: python -m benchmarks.abstention [DATA].

Several corpora together, each weighing the same: the bundled guides, the
handbook and the three portals of benchmarks/portals with their question sets,
and three collections whose own questions are covered and the handbook's
aren't. A third kind is made of the covered questions of the first five with
the guides that answer them taken away, as far as no other guide answers.
Prints what each corpus would get from a fit on the others, squad2's questions
that were written to mislead, and the weights that qa.answering.abstention has
as its default.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.retrieval import questions_of
from qa.answering.abstention import Calibration, Evidence
from qa.assistant import Assistant
from qa.builder import build, is_current
from qa.config import Settings
from qa.evaluation.calibration import fit
from qa.evaluation.judging import holds
from qa.evaluation.measures import area_under_curve
from qa.evaluation.questions import Question, read_questions
from qa.reading.beir import json_lines
from qa.types import Hit

ROOT = Path(__file__).parent.parent
HANDBOOK = ROOT / "benchmarks" / "handbook-questions.jsonl"
PORTALS = ROOT / "benchmarks" / "portals"
MOST = 800  # questions of a collection
REMOVED = 0.5  # weight of a question whose guides were taken away


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
        if question.relevant and question.answers and not question.history and kind != "comparison":
            yield from _without_its_guides(assistant, question)


def _without_its_guides(assistant: Assistant, question: Question) -> Iterator[Row]:
    gone = {name.partition("#")[0] for name in question.relevant or {}}
    hits = [h for h in assistant.search(question.text, 60) if h.document.id not in gone]
    if len(hits) >= 7 and not any(holds(h.document.section_text(h.section), question.answers) for h in hits[:3]):
        # Its career is unknown then, and nothing can be set apart from it.
        left = max(h.meaning for h in hits)
        hits = [replace(h, matter=h.meaning, share=_nearest(h, hits) / left if left > 0 else 0) for h in hits]
        yield Row("removed", False, assistant.evidence_of(question.text, hits[:7], gone))


def _nearest(hit: Hit, hits: Sequence[Hit]) -> float:
    return max(0.0, *(h.meaning for h in hits if h.document.id == hit.document.id))


def collected(data: Path, work: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    handbook = [q for q in read_questions(HANDBOOK) if not q.history and q.category != "comparison"]
    strange = [q for q in handbook if q.relevant][:200] + [q for q in handbook if q.category == "far"]
    for name, corpus, questions in (
        ("bundled", ROOT / "corpus", ROOT / "corpus" / "questions.jsonl"),
        ("ooh", data / "ooh" / "markdown", HANDBOOK),
        ("trades", PORTALS / "trades", PORTALS / "trades" / "questions.jsonl"),
        ("university", PORTALS / "university", PORTALS / "university" / "questions.jsonl"),
        ("state", PORTALS / "state", PORTALS / "state" / "questions.jsonl"),
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
        weights = [REMOVED if r.kind == "removed" else 1.0 for r in own]
        sums = {c: sum(w for w, r in zip(weights, own, strict=True) if r.covered is c) for c in (True, False)}
        counts += [w / sums[r.covered] for w, r in zip(weights, own, strict=True)]
        rows += own
    return fit([r.found for r in rows], [r.covered for r in rows], ", ".join(sets), counts, prior=None)


def report(name: str, rows: Sequence[Row], calibration: Calibration) -> None:
    sure = {k: [calibration.confidence(r.found) for r in rows if r.kind == k and not r.covered] for k in
            sorted({r.kind for r in rows if not r.covered})}  # fmt: skip
    covered = [calibration.confidence(r.found) for r in rows if r.covered]
    usual = [s for kind, values in sure.items() if kind not in ("misleading", "removed") for s in values]
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
    print("Fitted on the others:")
    for name in sets:
        report(name, sets[name], fitted({k: v for k, v in sets.items() if k != name}))
    calibration = fitted(sets)
    print("Fitted on all:")
    for name in sets:
        report(name, sets[name], calibration)
    print(calibration)
    return 0


if __name__ == "__main__":
    sys.exit(main())
