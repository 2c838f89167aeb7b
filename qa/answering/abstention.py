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
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from qa.answering.figures import has_pay
from qa.answering.matter import matter_of
from qa.answering.names import Mention, without_names
from qa.answering.quotes import Rarity
from qa.answering.usual import AKIN, PAY, matter_under, of_term, usual
from qa.errors import IndexFolderError
from qa.stores.words import terms
from qa.types import Hit

FEATURES = ("meaning", "first", "matter", "share", "quote", "near", "covered", "quoted", "foreign", "stranger")
_FILE = "calibration.json"
_PROPER = re.compile(r"(?<=[\w,;] )[^\W\d_][\w'’-]+")
# How many of the best sections are looked at for the question's words.
_SECTIONS = 3
# Every question counts as having one word more, the rarest, which no section has: where
# it has but a common one ("what time is it"), that this is found tells little.
_MISSED = ""
_STEM = 4  # letters that words of one origin share
# No further is a quote's cosine from its passage's (of 5,000 questions, in 99 of 100 within 0.2).
_STRAYS = 0.3
# Where its guide comes less than this share as near to what is asked of a career as
# another guide does, the career's guide doesn't state it, however well the rest agrees.
_STATED, _UNSTATED = 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a question being covered; each from 0 to 1.

    Four cosines: ``meaning`` is the best passage's of all, ``first`` that of
    the first section, ``matter`` the first section's with what is asked apart
    from the careers that are named, ``quote`` that of the quote under its
    headings. ``share`` is how near the first section's guide comes to what is
    asked so, as a share of how near any guide comes; 1 where no career is
    named, or the section has all that is asked. ``near`` is how near the words
    that are asked come to some of the best of the first sections, 1 where the
    first's headings are for it; with a model that gives words no vectors,
    ``covered`` stands for it. ``covered`` and ``quoted`` are the shares of the question's
    words, by rarity, that the best of the first sections, and the quote under
    its headings, hold. ``foreign`` is 1 where it names a place, company or the
    like that the best sections don't have; ``stranger`` where it names a
    career that no guide is about.
    """

    meaning: float
    first: float
    matter: float
    share: float
    quote: float
    near: float
    covered: float
    quoted: float
    foreign: float
    stranger: float

    def values(self) -> list[float]:
        return [getattr(self, name) for name in FEATURES]


NONE = Evidence(*[0.0] * len(FEATURES))  # where nothing was found


def evidence(
    question: str, hits: Sequence[Hit], quote: str, rarity: Rarity, mentions: Sequence[Mention], stranger: bool
) -> Evidence:
    """The evidence for a question, with the first section's best passage for the cosine of its quote.

    ``hits`` are the found sections, best first and at least one; ``quote`` is
    what would be quoted; ``mentions`` are the careers that the question names:
    their words count as held by the sections of their guides, whatever the
    name used.
    """
    asked = [*dict.fromkeys(matter_of(question) or terms(question)), _MISSED]
    weights = dict(zip(asked, rarity(asked), strict=True))

    def held(hit: Hit, text: str) -> set[str]:
        said = (m for m in mentions if m.name.document == hit.document.id or m.name.topic == hit.section.topic)
        names = (question[m.start : m.end] for m in said)
        return set(terms(" ".join((hit.section.path, *hit.document.aliases, *names, text))))

    found = [held(h, h.document.section_text(h.section)) for h in hits[:_SECTIONS]]
    together = set().union(*found)
    covered = max(_share(weights, words) for words in found)
    on_heading = headed(hits[0], question, mentions)
    return Evidence(
        meaning=max(h.meaning for h in hits),
        first=hits[0].meaning,
        matter=hits[0].matter,
        share=1.0 if on_heading or _has_asked(hits[0], question, mentions) else hits[0].share,
        quote=hits[0].meaning,
        near=1.0 if on_heading else max(h.near for h in hits[:_SECTIONS]) or covered,
        covered=covered,
        quoted=_share(weights, held(hits[0], quote)),
        foreign=float(not all(_akin(name, together) for name in _proper_names(question, mentions))),
        stranger=float(stranger),
    )


def _has_asked(hit: Hit, question: str, mentions: Sequence[Mention]) -> bool:
    """Whether a section of a career that is named has every word that is asked of it."""
    if hit.document.id not in {m.name.document for m in mentions}:
        return False
    own = set(terms(f"{hit.section.path}\n{hit.document.section_text(hit.section)}"))
    # Of a usual matter any word for it states it, as a sum does pay.
    matters = {of_term(term) for term in own} | ({PAY} if has_pay(hit.document, hit.section) else set())
    asked = without_names(question, mentions)
    return usual(asked) in matters - {""} or all(t in own or (of_term(t) or t) in matters for t in matter_of(asked))


def headed(hit: Hit, question: str, mentions: Sequence[Mention]) -> bool:
    """Whether a section's headings have all that is asked of a career, or are for the usual matter that is asked."""
    asked = without_names(question, mentions)
    words = set(matter_of(asked))
    if bool(words) and words.issubset(terms(" ".join(hit.section.headings))):
        return True
    matters = {matter_under(heading, hit.section.topic) for heading in hit.section.headings}
    return bool(phrase := usual(asked)) and not matters.isdisjoint((phrase, *AKIN.get(phrase, ())))


def _proper_names(question: str, mentions: Sequence[Mention]) -> list[str]:
    """Words with a capital inside a sentence that name no career of the guides."""
    if question.isupper() or question.istitle():
        return []
    taken = {place for m in mentions for place in range(m.start, m.end)}
    words = (f for f in _PROPER.finditer(question) if f[0][0].isupper())
    return [f[0] for f in words if f.start() not in taken and terms(f[0])]


def _akin(name: str, held: set[str]) -> bool:
    """Whether a name, or a word that begins alike, is held: "Norwegian" where a guide has Norway."""
    return any(t == own or (len(t) > _STEM and t[:_STEM] == own[:_STEM]) for t in terms(name) for own in held)


def _share(weights: dict[str, float], held: set[str]) -> float:
    return sum(weight for term, weight in weights.items() if term in held) / sum(weights.values())


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
        sure = round(1 / (1 + math.exp(-max(-60.0, min(60.0, total)))), 4)
        return min(sure, _UNSTATED) if found.share < _STATED else sure

    def doubts(self, found: Evidence, least: float) -> bool:
        """Whether the quote's own cosine, for which its passage's stands, could tell if the confidence is
        at least ``least``; to encode the quote takes longer than the question."""
        lower, upper = (self.confidence(replace(found, quote=found.quote + by)) for by in (-_STRAYS, _STRAYS))
        return lower < least <= upper

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
    weights=(2.869, 2.273, 1.031, 3.196, 2.785, 2.775, 1.68, 2.03, -1.354, -0.804),
    bias=-9.731,
    fitted_on="the bundled guides, the handbook, small portals and public collections",
    covered=3942,
    not_covered=1461,
    fitted_at="2026-11-27",
)
