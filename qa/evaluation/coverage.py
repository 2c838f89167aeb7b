"""How well answering is told from staying silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.running import Outcome


@dataclass(frozen=True, slots=True)
class Point:
    """With answers given from ``threshold`` on: the share of covered questions
    answered, and the share of the others answered by mistake."""

    threshold: float
    answered: float
    mistaken: float


def curve(outcomes: Sequence[Outcome]) -> list[Point]:
    """Coverage against errors at every confidence that occurs, from the highest on.

    Empty where the set has no covered questions or none that aren't.
    """
    confidence = np.array([o.confidence for o in outcomes])
    covered = np.array([o.covered for o in outcomes], dtype=bool)
    if covered.all() or not covered.any():
        return []
    return [
        Point(
            float(threshold),
            float((confidence[covered] >= threshold).mean()),
            float((confidence[~covered] >= threshold).mean()),
        )
        for threshold in np.unique(confidence)[::-1]
    ]
