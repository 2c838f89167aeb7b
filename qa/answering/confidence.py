"""How sure it is that what was found answers a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.abstention import NONE, Calibration, Evidence, evidence
from qa.answering.figures import asks_amount, has_pay
from qa.answering.guides import Guides
from qa.answering.matter import matter_of
from qa.answering.quotes import best_quote
from qa.reading.encoder import Vectors
from qa.reading.passages import encoded_text
from qa.retrieval.hybrid import HybridSearch, Query
from qa.stores.words import terms
from qa.types import Hit

_PLACE = re.compile(r"\b(?:in|at|near|around) (?:the )?([^\W\d_][\w'’-]+)")
# Characters of a quote that are encoded to tell whether it answers.
_ENCODED = 240
# How sure it is of a question that is no more than a rare word which the guides have.
_LOOKED_UP = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """A question as it is searched, and the sections found for it, best first, at least one."""

    question: str
    query: Query
    hits: Sequence[Hit]


class Confidence:
    """Weighs what was found for questions by an index's calibration."""

    def __init__(self, search: HybridSearch, guides: Guides, calibration: Calibration) -> None:
        self._search = search
        self._guides = guides
        self._calibration = calibration

    def evidence(self, question: str, hits: Sequence[Hit]) -> Evidence:
        """What speaks for a question being covered."""
        if not hits:
            return NONE
        found, full = self._weighed(question, hits)
        return _with_quote(found, self._guides.query(question), self._search.encoder.encode([full])[0])

    def of(self, question: str, hits: Sequence[Hit], least: float) -> float:
        """The confidence, 0 to 1, exact as far as it tells whether it is at least ``least``."""
        return self.each([Found(question, self._guides.query(question), hits)], least)[0] if hits else 0.0

    def each(self, asked: Sequence[Found], least: float) -> list[float]:
        """That of several questions; the quotes that are in doubt are encoded together."""
        weighed = [self._weighed(a.question, a.hits) for a in asked]
        found = [bare for bare, _ in weighed]
        doubted = [n for n, bare in enumerate(found) if self._calibration.doubts(bare, least)]
        if doubted:
            quotes = self._search.encoder.encode([weighed[n][1] for n in doubted])
            for n, quote in zip(doubted, quotes, strict=True):
                found[n] = _with_quote(found[n], asked[n].query, quote)
        sure = [self._calibration.confidence(whole) for whole in found]
        return [max(s, _LOOKED_UP) if self._looks_up(a) else s for s, a in zip(sure, asked, strict=True)]

    def _looks_up(self, asked: Found) -> bool:
        """Whether a question is no more than a rare word, not one for people, and the section found for it has it:
        of an abbreviation or a term the model knows nothing, but what the guides say of it is what is asked."""
        words = matter_of(asked.question)
        if len(words) != 1:
            return False
        hit = asked.hits[0]
        said = terms(f"{hit.section.path}\n{hit.document.section_text(hit.section)}")
        return words[0] in said and self._guides.is_rare(words[0], asked.question)

    def lacks_amount(self, question: str, hits: Sequence[Hit]) -> bool:
        """Whether a sum of money is asked of careers, and nothing found in their guides has one."""
        mentions = self._guides.mentions(question) if asks_amount(question) else []
        named = self._guides.guides_of(m.name for m in mentions)
        own = (h for h in hits if h.document.id in named)
        return bool(named) and not any(has_pay(h.document, h.section) for h in own)

    def lacks_place(self, question: str, hits: Sequence[Hit]) -> bool:
        """Whether a sum of money is asked for a place that other guides have, but not that of the first section."""
        named = (found[1] for found in _PLACE.finditer(question) if found[1][0].isupper())
        places = [*named] if asks_amount(question) else []
        return bool(hits) and any(self._guides.are_of_others(place, hits[0].document.id) for place in places)

    def _weighed(self, question: str, hits: Sequence[Hit]) -> tuple[Evidence, str]:
        """The evidence, its quote not encoded yet, and the quote's beginning with its headings, to be encoded."""
        hit = hits[0]
        best = best_quote(question, hit, self._search.rarity, self._search.knows)
        mentions = self._guides.mentions(question)
        stranger = self._guides.has_stranger(question, mentions, hit)
        quote = hit.document.text[best.start : best.end]
        full = encoded_text(hit.document, hit.section, best.start, min(best.end, best.start + _ENCODED))
        return evidence(question, hits, quote, self._search.rarity, mentions, stranger), full


def _with_quote(found: Evidence, question: Query, quote: Vectors) -> Evidence:
    """The evidence with the quote's own cosine, its vector of shape (dim,)."""
    return replace(found, quote=question.nearness(quote))
