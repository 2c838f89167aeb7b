"""Whether the guides cover a question: a calibrated confidence, 0 to 1.

A logistic model over a few features of the question and of what was found.
Its weights are fitted on a question set (qa.evaluation.calibration); those
below were fitted on several corpora together, for guides without a set.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.answering.followups import matter_of
from qa.errors import IndexFolderError
from qa.stores.words import terms
from qa.types import Hit

FEATURES = ("meaning", "words", "gap", "covered", "quoted", "unknown", "missing")
_FILE = "calibration.json"
# How many of the best sections are looked at for the question's words.
_SECTIONS = 3

Rarity = Callable[[Sequence[str]], list[float]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a question being covered; each from 0 to 1, but for gap.

    ``meaning`` is the best cosine, ``words`` the best section's BM25 score as
    a share of what a section with every word could have, ``gap`` how far the
    best cosine is above the last found; ``covered`` and ``quoted`` the share
    of the question's words, by rarity, that the best of the first sections,
    and the quote under its headings, hold; ``unknown`` the share that no
    guide holds; ``missing`` the rarest word that the best section lacks.
    """

    meaning: float
    words: float
    gap: float
    covered: float
    quoted: float
    unknown: float
    missing: float

    def values(self) -> list[float]:
        return [getattr(self, name) for name in FEATURES]


def evidence(question: str, hits: Sequence[Hit], quote: str, rarity: Rarity, known: Callable[[str], bool]) -> Evidence:
    """The evidence for a question; ``hits`` are the found sections, best first."""
    asked = list(dict.fromkeys(matter_of(question))) or list(dict.fromkeys(terms(question)))
    if not asked or not hits:
        return Evidence(max((h.meaning for h in hits), default=0.0), 0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
    weights = dict(zip(asked, rarity(asked), strict=True))
    whole = sum(weights.values()) or 1.0
    rarest = rarity([""])[0]

    def share(text: str) -> float:
        held = set(terms(text))
        return sum(w for term, w in weights.items() if term in held) / whole

    texts = [
        f"{h.section.path}\n{' '.join(h.document.aliases)}\n{h.document.section_text(h.section)}"
        for h in hits[:_SECTIONS]
    ]
    shares = [share(text) for text in texts]
    best = max(range(len(texts)), key=shares.__getitem__)
    held = set(terms(texts[best]))
    return Evidence(
        meaning=max(h.meaning for h in hits),
        words=min(1.0, max(h.words for h in hits) / whole),
        gap=max(h.meaning for h in hits) - min(h.meaning for h in hits),
        covered=shares[best],
        quoted=share(f"{hits[0].section.path}\n{' '.join(hits[0].document.aliases)}\n{quote}"),
        unknown=sum(w for term, w in weights.items() if not known(term)) / whole,
        missing=max((w for term, w in weights.items() if term not in held), default=0.0) / rarest,
    )


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model: a weight for each of FEATURES, and a bias.

    ``fitted_on`` says what it was fitted on, with how many questions that
    are covered and that aren't; ``fitted_at`` is the date.
    """

    weights: tuple[float, ...]
    bias: float
    fitted_on: str
    covered: int
    not_covered: int
    fitted_at: str

    def confidence(self, found: Evidence) -> float:
        """How sure it is that the guides cover the question, 0 to 1; 0.5 is the place to answer from."""
        total = self.bias + sum(w * v for w, v in zip(self.weights, found.values(), strict=True))
        return round(1 / (1 + math.exp(-max(-60.0, min(60.0, total)))), 4)

    def write(self, folder: Path) -> None:
        (folder / _FILE).write_text(json.dumps({"features": FEATURES, **asdict(self)}, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Calibration:
        """The calibration of an index. Raises IndexFolderError when it can't be used."""
        try:
            values = json.loads((folder / _FILE).read_text(encoding="utf-8"))
            if tuple(values.pop("features")) != FEATURES or len(values["weights"]) != len(FEATURES):
                raise ValueError("other features")
            return cls(**{**values, "weights": tuple(map(float, values["weights"]))})
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise IndexFolderError(
                f"The calibration in {folder} can't be used: build the index again with careers-qa build."
            ) from error


DEFAULT = Calibration(
    weights=(8.0, 1.0, 0.0, 2.0, 2.0, -3.0, -1.0),
    bias=-5.0,
    fitted_on="",
    covered=0,
    not_covered=0,
    fitted_at="",
)
