"""Bounds on figures: a gate for a portal's CI."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.errors import QuestionSetError
from qa.evaluation.evaluation import FIGURES
from qa.evaluation.measures import Figure

_TIMES = ("p50", "p95")  # milliseconds; all other figures are shares


@dataclass(frozen=True, slots=True)
class Bound:
    """The least a figure may be, or with ``most`` the most."""

    name: str
    value: float
    most: bool = False


def parse_bound(text: str, most: bool = False) -> Bound:
    """A bound such as "nDCG@10=0.6". Raises QuestionSetError, which says what there is."""
    option = "--max" if most else "--min"
    given, _, number = text.partition("=")
    name = next((n for n in FIGURES if n.lower() == given.strip().lower()), None)
    if name is None:
        raise QuestionSetError(f"{option} {text} names no figure: choose one of {', '.join(FIGURES)}.")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise QuestionSetError(f"{option} {text} has no number: write it as {option} {name}=0.6.")
    if name not in _TIMES and not 0 <= value <= 1:
        percent = f", such as {name}={value / 100:g} for {value:g} %" if 1 < value <= 100 else ""
        raise QuestionSetError(f"{option} {text} can't be meant, as {name} is a share: give 0 to 1{percent}.")
    return Bound(name, value, most)


def missed(bounds: Sequence[Bound], figures: Mapping[str, Figure]) -> list[str]:
    """A sentence for every bound that isn't kept.

    Raises QuestionSetError for a figure that the question set can't give.
    """
    sentences = []
    for bound in bounds:
        value = figures[bound.name].value
        if value is None:
            raise QuestionSetError(
                f"{bound.name} ({FIGURES[bound.name]}) can't be bounded: the question set has no questions for it."
            )
        if (value > bound.value) if bound.most else (value < bound.value):
            side = "above the most allowed" if bound.most else "below the least allowed"
            sentences.append(f"{bound.name} is {value:.4f}, {side}, {bound.value:g}.")
    return sentences
