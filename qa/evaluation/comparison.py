"""An evaluation against an earlier one: paired differences, and what was won and lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from qa.errors import QuestionSetError
from qa.evaluation.evaluation import Evaluation
from qa.evaluation.judging import holds
from qa.evaluation.measures import MEASURES, Values, figures
from qa.evaluation.running import Reason

_RESAMPLES = 9999
_BATCH = 200
_SEED = 20241
_DECIDES = "nDCG@10"  # the measure by which a question is won or lost
_EQUAL = 1e-9
_UNSHOWN: Reason = "answer not shown"  # of an answered question: no passage that was shown holds it


@dataclass(frozen=True, slots=True)
class Change:
    """A measure before and after over shared questions.

    ``low`` and ``high`` are the difference's 95 % bootstrap interval, ``p``
    the chance of a difference as large if before and after were alike.
    """

    before: float
    after: float
    difference: float
    low: float | None
    high: float | None
    p: float


@dataclass(frozen=True, slots=True)
class Turned:
    """A question that went better or worse, with its ranks (None: not found)."""

    id: str
    question: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``shared`` covered questions, and ``others`` that aren't covered, are in both
    runs with the same words; the rest is left out."""

    earlier: str
    shared: int
    others: int
    left_out: int
    changes: dict[str, Change]
    won: tuple[Turned, ...]
    lost: tuple[Turned, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_run(path: Path) -> dict[str, dict[str, Any]]:
    """The rows of an earlier ``evaluate --json`` by question id.

    Raises QuestionSetError when the file isn't one.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        rows = {str(row["id"]): row for row in values["rows"]}
        for row in rows.values():
            row["rank"], row["question"], row["answered"] + row["confidence"], row["reasons"][:], "".join(row["quotes"])
            if any(not isinstance(v, int | float) for v in row["values"].values()) or row["values"].keys() - MEASURES:
                raise ValueError("values")
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it isn't one"
        raise QuestionSetError(
            f"The earlier run {path} can't be read ({why}): name a file that careers-qa evaluate --json wrote."
        ) from error
    return rows


def compare(evaluation: Evaluation, earlier: Mapping[str, Mapping[str, Any]], name: str) -> Comparison:
    """Compare with an earlier run's rows, question by question.

    The randomisation test swaps before and after of each question at random
    (Smucker, Allan and Carterette, "A comparison of statistical significance
    tests for information retrieval evaluation", 2007). Raises
    QuestionSetError when no covered question is in both.
    """
    now = {str(row["id"]): row for row in evaluation.to_dict()["rows"]}
    answers = {o.question.id: o.question.answers for o in evaluation.outcomes}
    same = [n for n, row in now.items() if n in earlier and earlier[n]["question"] == row["question"]]
    covered = [n for n in same if all(run[n]["values"].keys() == MEASURES.keys() for run in (now, earlier))]
    others = [n for n in same if not now[n]["values"] and not earlier[n]["values"]]
    told = [n for n in covered if answers[n]]
    if not covered:
        raise QuestionSetError(f"The earlier run {name} shares no covered question: compare runs of one question set.")

    def change(names: Sequence[str], value: Callable[[Mapping[str, Any]], float]) -> Change:
        return _change(*np.array([[[float(value(run[n])) for n in names]] for run in (earlier, now)]))

    changes = {m: change(covered, lambda row, m=m: row["values"][m]) for m in MEASURES}  # type: ignore[misc]
    changes["Answered"] = change(covered, lambda row: row["answered"])
    if others:
        changes["Mistaken"] = change(others, lambda row: row["answered"])
        sure = np.array([[float(run[n]["confidence"]) for n in (*covered, *others)] for run in (earlier, now)])
        changes["AUC"] = _area_change(sure[0], sure[1], len(covered))
    if told:
        changes["Quote"] = change(told, lambda row: any(holds(q, answers[str(row["id"])]) for q in row["quotes"]))
        changes["Passage"] = change(told, lambda row: row["answered"] and _UNSHOWN not in row["reasons"])
    gains = {n: now[n]["values"][_DECIDES] - earlier[n]["values"][_DECIDES] for n in covered}
    turned = {n: Turned(n, now[n]["question"], earlier[n]["rank"], now[n]["rank"]) for n in covered}
    return Comparison(
        earlier=name,
        shared=len(covered),
        others=len(others),
        left_out=len(now.keys() | earlier.keys()) - len(covered) - len(others),
        changes=changes,
        won=tuple(turned[n] for n in sorted(covered, key=lambda n: -gains[n]) if gains[n] > _EQUAL),
        lost=tuple(turned[n] for n in sorted(covered, key=lambda n: gains[n]) if gains[n] < -_EQUAL),
    )


def _change(before: Values, after: Values) -> Change:
    """The change of a mean over questions, each of shape (1, questions)."""
    (interval,) = figures(after - before)
    means = float(before.mean()), float(after.mean())
    return Change(*means, float((after - before).mean()), interval.low, interval.high, _chance(before, after))


def _area_change(before: Values, after: Values, covered: int) -> Change:
    """The change of the area under the curve; confidences of shape (questions,), the covered first.

    Its interval is the percentile bootstrap's, covered and other questions drawn apart.
    """
    rng, count = np.random.default_rng(_SEED), len(before)
    drawn: list[float] = []
    swapped: list[float] = []
    for _ in range(-(-_RESAMPLES // _BATCH)):
        places = [rng.integers(low, high, (_BATCH, high - low)) for low, high in ((0, covered), (covered, count))]
        draw = np.concatenate(places, axis=1)
        drawn += (_areas(after[draw], covered) - _areas(before[draw], covered)).tolist()
        swap = rng.random((_BATCH, count)) < 0.5
        swapped += (
            _areas(np.where(swap, before, after), covered) - _areas(np.where(swap, after, before), covered)
        ).tolist()
    low, high = np.percentile(drawn, (2.5, 97.5))
    first, last = float(_areas(before, covered)), float(_areas(after, covered))
    extreme = int((np.abs(swapped) >= abs(last - first) - _EQUAL).sum())
    return Change(first, last, last - first, float(low), float(high), (extreme + 1) / (len(swapped) + 1))


def _areas(confidences: Values, covered: int) -> Values:
    """Areas under the ROC curve along the last axis, as area_under_curve has it."""
    above = stats.rankdata(confidences, axis=-1)[..., :covered].sum(axis=-1) - covered * (covered + 1) / 2
    return np.asarray(above / (covered * (confidences.shape[-1] - covered)), dtype=np.float64)


def _chance(before: Values, after: Values) -> float:
    """The two-sided chance of a mean difference, each of shape (1, questions)."""
    if before.shape[1] < 2:
        return 1.0
    result = stats.permutation_test(
        (after, before),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_RESAMPLES,
        batch=_BATCH,
        axis=-1,
        rng=np.random.default_rng(_SEED),
    )
    return float(result.pvalue[0])
