"""Settings compared on one question set, so that a team can choose for its own guides."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.assistant import Assistant
from qa.builder import build, corpus_fingerprint
from qa.config import Settings
from qa.engines import in_use
from qa.evaluation.evaluation import means
from qa.evaluation.judging import Judge
from qa.evaluation.measures import Figure, measure
from qa.evaluation.questions import Question
from qa.evaluation.running import retrieve

_WEIGHTS = (0.25, 0.5, 0.75)
_NEAR_WORDS = (0.0, 0.2, 0.5)
_LENGTHS = (30, 60, 120, 180)  # words


@dataclass(frozen=True, slots=True)
class Variant:
    """Settings under a name; ``rebuilds`` says that they need an index of their own."""

    name: str
    changes: dict[str, Any]
    rebuilds: bool = False


def variants(settings: Settings) -> list[Variant]:
    """Each signal alone, both at several weights with and without headings, near words, and passage lengths."""
    found = [
        Variant("as configured", {}),
        Variant("dense alone", {"dense_weight": 1.0, "heading_weight": 0.0, "late_weight": 0.0}),
        Variant("BM25 alone", {"dense_weight": 0.0, "heading_weight": 0.0, "late_weight": 0.0}),
    ]
    found += [
        Variant(
            f"hybrid, dense {weight:g}, headings {headings:g}", {"dense_weight": weight, "heading_weight": headings}
        )
        for weight in _WEIGHTS
        for headings in sorted({0.0, 0.2, settings.heading_weight})
    ]
    found += [Variant(f"near words {weight:g}", {"late_weight": weight}) for weight in _NEAR_WORDS]
    found += [Variant(f"passages of {n} words", {"passage_words": n}, True) for n in _LENGTHS]
    return found


def sweep(
    settings: Settings, questions: Sequence[Question], allow_missing: bool = False
) -> Iterator[tuple[Variant, dict[str, Figure] | None]]:
    """Figures of each variant, one after the other; None where the guides that
    the index was built from aren't there to cut them anew.

    Raises QuestionSetError as evaluate does, and what building raises.
    """
    _, manifest = in_use(settings)
    can_build = settings.corpus.is_dir() and corpus_fingerprint(settings.corpus) == manifest.corpus_fingerprint
    for variant in variants(settings):
        changed = settings.model_copy(update=variant.changes)
        if not variant.rebuilds:
            yield variant, _measured(changed, questions, allow_missing)
        elif not can_build:
            yield variant, None
        else:
            with tempfile.TemporaryDirectory(prefix="careers-qa-sweep-") as work:
                own = changed.model_copy(update={"index": Path(work), "model": manifest.model, "store": "faiss"})
                build(own, progress=False)
                yield variant, _measured(own, questions, allow_missing)


def _measured(settings: Settings, questions: Sequence[Question], allow_missing: bool) -> dict[str, Figure]:
    assistant = Assistant.open(settings=settings)
    judge = Judge(assistant.library)
    judgements = {q.id: judge.judge(q, allow_missing) for q in questions}
    covered = [q for q in questions if judgements[q.id].relevant]
    rankings = {q.id: judgements[q.id].items(retrieve(assistant, q, judgements[q.id])) for q in covered}
    values = measure({n: j.relevant for n, j in judgements.items()}, rankings)
    return means(values, [q.id for q in covered])
