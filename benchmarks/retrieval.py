"""Measures retrieval on every collection there is: python -m benchmarks.retrieval [DATA].

nDCG@10 of this program as configured, beside the targets that were set for
it, and what each part of it adds: every row of the second table leaves one
signal out, with the paired difference and its 95 % interval. DATA is a folder
with scifact, xquad-en and feedbackqa-valid in BEIR form and ooh/ (pages and
job titles); CAREERS_QA_DATA names it likewise. Indexes are kept in
benchmarks/.work/retrieval, or where --work says, and encoded once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np

from qa.assistant import Assistant
from qa.builder import build, is_current
from qa.config import Settings
from qa.evaluation.collection import read_collection
from qa.evaluation.judging import Judge
from qa.evaluation.measures import figures, measure
from qa.evaluation.questions import Question, read_questions
from qa.evaluation.running import retrieve
from qa.retrieval import hybrid
from qa.types import Hit

# set, its corpus and its questions in the data folder, target
SETS = (
    ("scifact", "scifact", None, 0.735),
    ("xquad-en", "xquad-en", None, 0.980),
    ("feedbackqa-valid", "feedbackqa-valid", None, 0.71),
    ("ooh/job-titles", "ooh/markdown", "ooh/job-titles.jsonl", 0.66),
)
# What is left out, as the settings or the module's weights that do it.
VARIANTS: dict[str, dict[str, float]] = {
    "dense alone": {"dense_weight": 1, "heading_weight": 0, "late_weight": 0},
    "BM25 alone": {"dense_weight": 0, "heading_weight": 0, "late_weight": 0},
    "without headings": {"heading_weight": 0},
    "without the focus on named guides": {"_FOCUS": 0},
    "without plain headings first": {"_PLAINER": 2},
    "without a gain for full names": {"_NAMED": 0},
    "without whole sections": {"_PASSAGE": 1, "_SECTION": 0},
    "without passages": {"_PASSAGE": 0, "_SECTION": 1},
    "without guides' words": {"_OWN_WORDS": 1, "_GUIDE_WORDS": 0},
    "without near words": {"late_weight": 0},
    "without sections' words": {"_OWN_WORDS": 0, "_GUIDE_WORDS": 1},
}


Order = Callable[[Assistant, Question, list[Hit]], list[Hit]]


def as_found(assistant: Assistant, question: Question, hits: list[Hit]) -> list[Hit]:
    return hits


@contextmanager
def changed(changes: dict[str, float], settings: Settings) -> Iterator[Settings]:
    """The settings, and the search module's weights, with changes for a while."""
    own = {k: v for k, v in changes.items() if not k.startswith("_")}
    with ExitStack() as stack:
        for name in changes.keys() - own:
            stack.enter_context(patch.object(hybrid, name, changes[name]))
        yield settings.model_copy(update=own)


def questions_of(assistant: Assistant, folder: Path, questions: Path | None) -> list[Question]:
    if questions:
        return read_questions(questions)
    return [q for q in read_collection(folder, "test", Judge(assistant.library).anchors) if q.relevant]


def built(corpus: Path, index: Path) -> Settings:
    """The settings of a corpus's index, which is built if it isn't there."""
    settings = Settings(corpus=corpus, index=index)
    if not is_current(settings):
        build(settings, progress=sys.stderr.isatty())
    return settings


def per_question(assistant: Assistant, questions: Sequence[Question], order: Order = as_found) -> np.ndarray:
    """nDCG@10 of each question, its sections put in ``order``, shape (questions,)."""
    judge = Judge(assistant.library)
    judgements = {q.id: judge.judge(q) for q in questions}
    rankings = {
        q.id: judgements[q.id].items(order(assistant, q, retrieve(assistant, q, judgements[q.id]))) for q in questions
    }
    values = measure({n: j.relevant for n, j in judgements.items()}, rankings)["nDCG@10"]
    return np.array([values[q.id] for q in questions])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path(os.environ.get("CAREERS_QA_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".work" / "retrieval")
    parser.add_argument("--only", action="append", help="A set, by name; give it several times.")
    parser.add_argument("--brief", action="store_true", help="The first table alone.")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"There are no collections in {options.data}: give their folder, or set CAREERS_QA_DATA.")
        return 1
    missed, rows = 0, []
    print(f"{'set':<18} {'questions':>9} {'nDCG@10':>8}  {'95 % interval':<16} {'target':>7}", flush=True)
    for name, corpus, questions, target in SETS:
        if options.only and name not in options.only:
            continue
        folder = options.data / corpus
        settings = built(folder, options.work / name.split("/")[0])
        assistant = Assistant.open(settings=settings)
        asked = questions_of(assistant, folder, options.data / questions if questions else None)
        values = per_question(assistant, asked)
        figure = figures(values[None])[0]
        missed += values.mean() < target
        verdict = "reached" if values.mean() >= target else "missed"
        interval = f"{figure.low:.3f} to {figure.high:.3f}"
        print(
            f"{name:<18} {len(values):>9} {values.mean():>8.4f}  {interval:<16} {target:>7.3f}  {verdict}", flush=True
        )
        for variant, changes in {} if options.brief else VARIANTS.items():
            with changed(changes, settings) as own:
                found = per_question(Assistant.open(settings=own), asked)
                rows.append((variant, name, figures((found - values)[None])[0]))
    for variant in VARIANTS if rows else ():
        print(f"\n{variant}, against as configured:")
        for _, name, figure in (row for row in rows if row[0] == variant):
            print(f"  {name:<18} {figure.value:>+8.4f}  ({figure.low:+.4f} to {figure.high:+.4f})")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
