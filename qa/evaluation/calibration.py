"""Fitting the confidence on a question set: careers-qa calibrate.

A logistic model (Cox, "The Regression Analysis of Binary Sequences", 1958)
whose weights keep their direction and are drawn to a prior's, so that a small
set can mend them and not upset them. The bias is then moved to where the
confidence of 0.5 answers few questions that aren't covered, but nearly all
that are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from qa.answering.abstention import DEFAULT, FEATURES, Calibration, Evidence
from qa.errors import QuestionSetError

Floats = NDArray[np.float64]

# What may be answered by mistake, and what must be answered, at confidence 0.5.
MISTAKEN, ANSWERED = 0.05, 0.92
_LEAST = 10  # questions of each kind that a fit needs
# Evidence against: these weights are never above 0, all others never below.
_AGAINST = frozenset(("foreign", "stranger"))


def fit(
    found: Sequence[Evidence],
    covered: Sequence[bool],
    fitted_on: str,
    counts: Sequence[float] | None = None,
    prior: Calibration | None = DEFAULT,
    strength: float = 0.02,
) -> Calibration:
    """Fit the model to evidence of questions and whether each is covered.

    ``counts`` weighs each question, else both kinds weigh the same in all;
    ``strength`` is the pull towards the prior's weights. Raises
    QuestionSetError when there are too few of either kind.
    """
    known = np.array(covered, dtype=bool)
    if min(known.sum(), (~known).sum()) < _LEAST:
        raise QuestionSetError(
            f"{fitted_on} has {int(known.sum())} questions that are covered and {int((~known).sum())} that aren't: "
            f"a calibration needs at least {_LEAST} of each."
        )
    features = np.array([e.values() for e in found])
    share = np.where(known, 0.5 / known.sum(), 0.5 / (~known).sum()) if counts is None else np.array(counts)
    share = share / share.sum()
    signs = np.where(known, 1.0, -1.0)
    start = np.array(prior.weights) if prior else np.zeros(len(FEATURES))

    def loss(values: Floats) -> tuple[float, Floats]:
        weights, bias = values[:-1], values[-1]
        margins = signs * (features @ weights + bias)
        slopes = -share * signs / (1 + np.exp(np.clip(margins, -60, 60)))
        pull = strength * (weights - start) / len(FEATURES)
        value = float(share @ np.logaddexp(0, -margins) + 0.5 * pull @ (weights - start))
        return value, np.append(features.T @ slopes + pull, slopes.sum())

    bounds = [(None, 0.0) if name in _AGAINST else (0.0, None) for name in FEATURES]
    fitted = minimize(loss, np.append(start, 0.0), jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B").x
    totals = features @ fitted[:-1]
    return Calibration(
        weights=tuple(round(float(w), 3) for w in fitted[:-1]),
        bias=round(-threshold(totals[known], totals[~known]), 3),
        fitted_on=fitted_on,
        covered=int(known.sum()),
        not_covered=int((~known).sum()),
        fitted_at=date.today().isoformat(),
    )


def threshold(covered: Floats, others: Floats) -> float:
    """Where to answer from: few of the others above it, most of the covered.

    Where both can be had, it lies in the middle; else most of the covered
    come first, for silence on what is there is the worse fault.
    """
    low, high = float(np.quantile(others, 1 - MISTAKEN)), float(np.quantile(covered, 1 - ANSWERED))
    return (low + high) / 2 if low <= high else high
