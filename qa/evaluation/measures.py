"""Retrieval measures, by ir-measures, and their intervals.

MacAvaney, Macdonald and Ounis, "Streamlining Evaluation with ir-measures",
2022. Every question that is judged has a value for every measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ir_measures import RR, R, Success, iter_calc, nDCG
from numpy.typing import NDArray
from scipy import stats

Values = NDArray[np.float64]

MEASURES: dict[str, Any] = {
    "Success@1": Success @ 1,
    "Success@5": Success @ 5,
    "Recall@5": R @ 5,
    "RR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}
_RESAMPLES = 9999
_BATCH = 200  # resamples at a time, so that memory stays small
_SEED = 20240


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean of ``count`` values with its 95 % interval; None where there is none."""

    value: float | None
    low: float | None
    high: float | None
    count: int

    def to_dict(self) -> dict[str, float | int | None]:
        return {"value": self.value, "low": self.low, "high": self.high, "count": self.count}


def scores_of(ranking: Sequence[str]) -> dict[str, float]:
    """Scores that fall strictly from rank to rank.

    Evaluation tools sort by score and break ties by id, which would reorder
    what was ranked. Whole numbers stay apart in any float.
    """
    return {name: float(len(ranking) - rank) for rank, name in enumerate(ranking)}


def measure(
    qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """The value of every measure for each question of ``qrels``.

    ``qrels`` maps a question's id to its relevant ids and their grades,
    ``rankings`` to what was found, best first. A question without a ranking
    counts as 0. Questions whose qrels are empty have no value: they go past
    trec_eval, which would lend them those of other questions.
    """
    judged = {name: dict(relevant) for name, relevant in qrels.items() if relevant}
    run = {name: scores_of(rankings[name]) for name in judged if rankings.get(name)}
    named = {str(of): name for name, of in MEASURES.items()}
    values = {name: dict.fromkeys(judged, 0.0) for name in MEASURES}
    if run:
        for found in iter_calc(list(MEASURES.values()), judged, run):
            values[named[str(found.measure)]][found.query_id] = float(found.value)
    return values


def figures(samples: Values) -> list[Figure]:
    """Means of rows with 95 % percentile bootstrap intervals (Efron, 1979).

    ``samples`` has shape (measures, questions). The seed is fixed, so that
    the same values always give the same interval.
    """
    count = samples.shape[1]
    if count == 0:
        return [Figure(None, None, None, 0)] * len(samples)
    means = samples.mean(axis=1)
    if count == 1:
        return [Figure(float(mean), None, None, 1) for mean in means]
    interval = stats.bootstrap(
        (samples,),
        np.mean,
        axis=-1,
        n_resamples=_RESAMPLES,
        batch=_BATCH,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    lows, highs = np.asarray(interval.low), np.asarray(interval.high)
    return [
        Figure(float(mean), float(low), float(high), count) for mean, low, high in zip(means, lows, highs, strict=True)
    ]


def share(values: Sequence[bool]) -> Figure:
    """The share of what is true, with its interval."""
    return figures(np.array([values], dtype=np.float64))[0]


def area_under_curve(covered: Sequence[float], others: Sequence[float]) -> float | None:
    """How often a covered question's confidence is above another's, ties as half.

    It is the area under the ROC curve (Hanley and McNeil, 1982), from the
    Mann-Whitney statistic; None where either is missing.
    """
    if not covered or not others:
        return None
    statistic = float(stats.mannwhitneyu(covered, others, method="asymptotic").statistic)
    return statistic / (len(covered) * len(others))
