"""An evaluation against an earlier one: paired differences, and what was won and lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from qa.errors import QuestionSetError
from qa.evaluation.evaluation import Evaluation
from qa.evaluation.measures import MEASURES, figures

_RESAMPLES = 9999
_BATCH = 200
_SEED = 20241
_DECIDES = "nDCG@10"  # the measure by which a question is won or lost
_EQUAL = 1e-9


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
    """``shared`` questions are in both runs with the same words; the others are left out."""

    earlier: str
    shared: int
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
            row["rank"], row["question"], row["answered"] + 0
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
    now = {o.question.id: o for o in evaluation.outcomes}
    same = [n for n, o in now.items() if n in earlier and earlier[n]["question"] == o.question.text]
    shared = [n for n in same if all(n in evaluation.values[m] and m in earlier[n]["values"] for m in MEASURES)]
    if not shared:
        raise QuestionSetError(f"The earlier run {name} shares no covered question: compare runs of one question set.")
    before = np.array([[float(earlier[n]["values"][m]) for n in shared] for m in MEASURES])
    after = np.array([[evaluation.values[m][n] for n in shared] for m in MEASURES])
    intervals = figures(after - before)
    chances = _chances(before, after)
    changes = {
        m: Change(float(before[row].mean()), float(after[row].mean()), float((after - before)[row].mean()),
                  intervals[row].low, intervals[row].high, float(chances[row]))
        for row, m in enumerate(MEASURES)
    }  # fmt: skip
    row = list(MEASURES).index(_DECIDES)
    gains = dict(zip(shared, (after - before)[row], strict=True))
    turned = {n: Turned(n, now[n].question.text, earlier[n]["rank"], now[n].rank) for n in shared}
    return Comparison(
        earlier=name,
        shared=len(shared),
        left_out=len(now.keys() | earlier.keys()) - len(shared),
        changes=changes,
        won=tuple(turned[n] for n in sorted(shared, key=lambda n: -gains[n]) if gains[n] > _EQUAL),
        lost=tuple(turned[n] for n in sorted(shared, key=lambda n: gains[n]) if gains[n] < -_EQUAL),
    )


def _chances(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two-sided chances of each row's mean difference, shape (measures,)."""
    if before.shape[1] < 2:
        return np.ones(len(before))
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
    return np.asarray(result.pvalue, dtype=np.float64)
