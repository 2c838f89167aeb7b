"""An evaluation: a question set asked of an index, with every figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from qa.assistant import Assistant
from qa.engines import in_use
from qa.evaluation.coverage import Point, curve
from qa.evaluation.judging import Judge
from qa.evaluation.measures import MEASURES, Figure, area_under_curve, figures, measure, share
from qa.evaluation.questions import Question
from qa.evaluation.running import Outcome, run
from qa.evaluation.slices import Slice, slices

Values = dict[str, dict[str, float]]

# What can be bounded, with what it is.
FIGURES = {
    "Success@1": "a relevant section is first",
    "Success@5": "a relevant section is among the first five",
    "Recall@5": "share of the relevant sections among the first five",
    "RR@10": "1 / rank of the first relevant section",
    "nDCG@10": "gain of the first ten, of the best possible",
    "Answered": "covered questions answered",
    "Mistaken": "questions that aren't covered, answered by mistake",
    "AUC": "a covered question's confidence is above another's",
    "Quote": "a shown quote holds the answer's text",
    "Passage": "a shown passage holds the answer's text",
    "p50": "milliseconds an answer, median",
    "p95": "milliseconds an answer, 95th percentile",
}
# Settings that have no part in finding or answering.
_ASIDE = {"corpus", "index", "host", "port", "title", "feedback", "milvus_uri", "milvus_token", "reload_token"}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A question set's outcomes; ``values`` maps a measure to each covered question's value."""

    name: str
    index: dict[str, Any]
    settings: dict[str, Any]
    outcomes: tuple[Outcome, ...]
    values: Values
    figures: dict[str, Figure]
    curve: tuple[Point, ...]
    slices: tuple[tuple[Slice, dict[str, Figure]], ...]
    expected_texts: dict[str, str]

    @property
    def judged(self) -> dict[str, int]:
        """How many questions were judged by what."""
        return dict(Counter(o.judgement.by for o in self.outcomes))

    @property
    def ranked(self) -> list[Outcome]:
        """The questions, failures first: those not found, those found late, those wrongly (not) answered."""
        far = 10**6
        place = {o.question.id: n for n, o in enumerate(self.outcomes)}

        def severity(outcome: Outcome) -> tuple[bool, int, int]:
            rank = (outcome.rank or far) if outcome.covered else 0
            return not outcome.reasons, -rank, place[outcome.question.id]

        return sorted(self.outcomes, key=severity)

    @property
    def failures(self) -> list[Outcome]:
        return [o for o in self.ranked if o.reasons]

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as JSON-ready values, which ``--compare`` reads again."""
        return {
            "format": 1,
            "questions": self.name,
            "index": self.index,
            "settings": self.settings,
            "count": len(self.outcomes),
            "judged_by": self.judged,
            "figures": {name: figure.to_dict() for name, figure in self.figures.items()},
            "curve": [asdict(point) for point in self.curve],
            "slices": [
                {
                    "kind": part.kind,
                    "name": part.name,
                    "count": len(part.outcomes),
                    "figures": {name: figure.to_dict() for name, figure in found.items()},
                }
                for part, found in self.slices
            ],
            "rows": [self._row(outcome) for outcome in self.ranked],
        }

    def _row(self, outcome: Outcome) -> dict[str, Any]:
        question, judgement = outcome.question, outcome.judgement
        return {
            "id": question.id,
            "question": question.text,
            "history": list(question.history),
            "category": question.category,
            "document": question.document,
            "judged_by": judgement.by,
            "relevant": dict(judgement.relevant),
            "not_indexed": list(judgement.missing),
            "rank": outcome.rank,
            "values": {n: of[question.id] for n, of in self.values.items() if question.id in of},
            "reasons": list(outcome.reasons),
            "answered": outcome.answered,
            "confidence": outcome.confidence,
            "quotes": list(outcome.quotes),
            "found": [asdict(found) for found in outcome.found],
            "elapsed_ms": outcome.elapsed_ms,
        }


def evaluate(
    assistant: Assistant,
    questions: Sequence[Question],
    name: str = "questions",
    allow_missing: bool = False,
    progress: bool = False,
) -> Evaluation:
    """Ask the questions of a set and measure what comes.

    Raises QuestionSetError, which names the place, for a question that can't
    be judged or asked; ``allow_missing`` counts relevant sections that the
    index lacks as not found instead.
    """
    judge = Judge(assistant.library)
    judgements = [judge.judge(question, allow_missing) for question in questions]
    outcomes = run(assistant, questions, judgements, progress)
    values = values_of(outcomes)
    parts = [(part, retrieval_figures(part.outcomes, values)) for part in slices(outcomes, assistant.library)]
    _, manifest = in_use(assistant.settings)
    named = [n for o in outcomes if len(o.judgement.relevant) <= _TEXTS for n in o.judgement.relevant]
    return Evaluation(
        name=name,
        index={k: v for k, v in asdict(manifest).items() if k not in ("files", "settings", "format")},
        settings={**assistant.settings.model_dump(mode="json", exclude=_ASIDE), **manifest.settings},
        outcomes=tuple(outcomes),
        values=values,
        figures={**retrieval_figures(outcomes, values), **_answer_figures(outcomes)},
        curve=tuple(curve(outcomes)),
        slices=tuple(parts),
        expected_texts={n: text for n in named if (text := judge.text(n))},
    )


_TEXTS = 5  # relevant sections of a question whose text is shown beside what came


def values_of(outcomes: Sequence[Outcome]) -> Values:
    """Each measure's value for every covered question."""
    qrels = {o.question.id: o.judgement.relevant for o in outcomes}
    return measure(qrels, {o.question.id: o.ranking for o in outcomes})


def retrieval_figures(outcomes: Sequence[Outcome], values: Values) -> dict[str, Figure]:
    """Figures of the covered questions, and what shares of all were answered."""
    found = means(values, [o.question.id for o in outcomes if o.covered])
    found["Answered"] = share([o.answered for o in outcomes if o.covered])
    found["Mistaken"] = share([o.answered for o in outcomes if not o.covered])
    return found


def means(values: Values, names: Sequence[str]) -> dict[str, Figure]:
    """Each measure's mean over some of the questions."""
    samples = np.array([[values[m][n] for n in names] for m in MEASURES], dtype=np.float64)
    return dict(zip(MEASURES, figures(samples.reshape(len(MEASURES), len(names))), strict=True))


def _answer_figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    covered = [o.confidence for o in outcomes if o.covered]
    others = [o.confidence for o in outcomes if not o.covered]
    told = [o for o in outcomes if o.covered and o.question.answers]
    p50, p95 = np.percentile([o.elapsed_ms for o in outcomes], (50, 95))
    return {
        "AUC": Figure(area_under_curve(covered, others), None, None, len(outcomes)),
        "Quote": share([o.quote_holds for o in told]),
        "Passage": share([o.passage_holds for o in told]),
        "p50": Figure(float(p50), None, None, len(outcomes)),
        "p95": Figure(float(p95), None, None, len(outcomes)),
    }
