"""Whether the guides cover a question: a calibrated confidence, 0 to 1.

A logistic model over a few features of the question and of what was found.
Its weights are fitted on a question set (qa.evaluation.calibration); those
below were fitted on several corpora together, for guides without a set.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from qa.answering.matter import matter_of
from qa.answering.names import Mention
from qa.errors import IndexFolderError
from qa.stores.words import terms
from qa.types import Hit

FEATURES = ("meaning", "words", "covered", "quoted", "subject", "missing", "named", "foreign", "stranger")
_FILE = "calibration.json"
_PROPER = re.compile(r"(?<=[\w,;] )[A-Z][\w'’-]+")
# How many of the best sections are looked at for the question's words.
_SECTIONS = 3


class Guides(Protocol):
    """What weighing evidence asks of the guides."""

    def rarity(self, stems: Sequence[str]) -> list[float]:
        """How rare each stemmed word is among sections, from 0 up."""
        ...

    def guide_rarity(self, stems: Sequence[str]) -> list[float]:
        """How rare each stemmed word is among guides, from 0 up."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a question being covered; each from 0 to 1, but for named.

    ``meaning`` is the best cosine, ``words`` the best section's BM25 score as
    a share of what a section with every word could have. ``covered`` and
    ``quoted`` are the shares of the question's words, by rarity, that the
    best of the first sections, and the quote under its headings, hold. What
    few guides have tells what a question is about: ``subject`` is the share
    of it that the best section holds, ``missing`` the rarest part that it
    lacks. ``named`` is 1 where the question names the career that was found,
    -1 where it names others alone, 0 where it names none. ``foreign`` is 1
    where it names a place, company or the like that the best sections don't
    have; ``stranger`` where it names a career that no guide is about.
    """

    meaning: float
    words: float
    covered: float
    quoted: float
    subject: float
    missing: float
    named: float
    foreign: float
    stranger: float

    def values(self) -> list[float]:
        return [getattr(self, name) for name in FEATURES]


NONE = Evidence(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)  # where nothing was found


def evidence(
    question: str, hits: Sequence[Hit], quote: str, guides: Guides, mentions: Sequence[Mention], stranger: bool
) -> Evidence:
    """The evidence for a question.

    ``hits`` are the found sections, best first and at least one; ``mentions``
    the careers that the question names: their words count as held by the
    sections of their guides, whatever the name used.
    """
    first = hits[0]
    asked = list(dict.fromkeys(matter_of(question))) or list(dict.fromkeys(terms(question)))
    weights = dict(zip(asked, guides.rarity(asked), strict=True))
    subject = dict(zip(asked, guides.guide_rarity(asked), strict=True))
    rarest = guides.guide_rarity([""])[0]
    meaning = max(h.meaning for h in hits)

    def said_of(hit: Hit) -> list[str]:
        own = (m for m in mentions if m.name.document == hit.document.id or m.name.topic == hit.section.topic)
        return [question[m.start : m.end] for m in own]

    named = 1.0 if said_of(first) else -1.0 if mentions else 0.0
    if not asked:
        return Evidence(meaning, 0.0, 0.0, 0.0, 0.0, 1.0, named, 0.0, float(stranger))

    def held(hit: Hit, text: str) -> set[str]:
        return set(terms(" ".join((hit.section.path, *hit.document.aliases, *said_of(hit), text))))

    found = [held(h, h.document.section_text(h.section)) for h in hits[:_SECTIONS]]
    best = max(found, key=lambda words: _share(weights, words))
    return Evidence(
        meaning=meaning,
        words=min(1.0, max(h.words for h in hits) / (sum(weights.values()) or 1.0)),
        covered=_share(weights, best),
        quoted=_share(weights, held(first, quote)),
        subject=_share(subject, found[0]),
        missing=max((w for term, w in subject.items() if term not in best), default=0.0) / rarest,
        named=named,
        foreign=float(any(not set(terms(name)) & set().union(*found) for name in _proper_names(question, mentions))),
        stranger=float(stranger),
    )


def _proper_names(question: str, mentions: Sequence[Mention]) -> list[str]:
    """Words with a capital inside a sentence that name no career of the guides."""
    if question.isupper() or question.istitle():
        return []
    taken = {place for m in mentions for place in range(m.start, m.end)}
    return [f[0] for f in _PROPER.finditer(question) if f.start() not in taken and terms(f[0])]


def _share(weights: dict[str, float], held: set[str]) -> float:
    whole = sum(weights.values())
    return sum(w for term, w in weights.items() if term in held) / whole if whole else 1.0


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


# From benchmarks/abstention.py.
DEFAULT = Calibration(
    weights=(5.179, 1.645, 0.96, 1.042, 1.407, 0.0, 0.458, -0.2, -1.029),
    bias=-4.997,
    fitted_on="the bundled guides, the handbook and three public collections",
    covered=2920,
    not_covered=1327,
    fitted_at="2026-11-25",
)
