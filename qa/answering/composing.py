"""What an answer is made of: quotes, each cited, alone or side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date

from qa.answering.abstention import headed
from qa.answering.comparisons import Compared, asked_of, on_matter, stated
from qa.answering.confidence import Confidence
from qa.answering.figures import asks_amount, asks_money, freshness, has_money
from qa.answering.guides import Guides
from qa.answering.names import Name
from qa.answering.quotes import Quote, best_quote, same_fact
from qa.config import Settings
from qa.retrieval.hybrid import HybridSearch
from qa.types import NO_GUIDE, NOT_STATED, Answer, Career, Cell, Citation, Comparison, Hit, Row

# A further section is quoted whose score is this near to the first's.
_NEAR = 0.65
# ... and whose quote fits the question nearly as well.
_FIT = 0.5


def since(started: float) -> float:
    """Milliseconds since a reading of ``time.perf_counter``."""
    return round((time.perf_counter() - started) * 1000, 2)


class Composer:
    """Quotes sections, and sets what several careers' guides state side by side."""

    def __init__(
        self,
        search: HybridSearch,
        guides: Guides,
        confidence: Confidence,
        settings: Settings,
        today: Callable[[], date],
    ) -> None:
        self._search = search
        self._guides = guides
        self._confidence = confidence
        self._settings = settings
        self._today = today

    def compared(self, question: str, compared: Compared, started: float) -> Answer | None:
        """The careers side by side, or None where no guide states the matter."""
        citations: list[Citation] = []
        surest = 0.0
        rows = []
        for matter in compared.matters:
            cells = []
            for career in compared.careers:
                found = self._stated(matter.asked, career, len(citations) + 1) if career.document else None
                if found and len(compared.matters) > 1 and not on_matter(matter, found[0]):
                    found = None
                if found is None:
                    cells.append(Cell(None, NOT_STATED if career.document else NO_GUIDE))
                    continue
                citation, sure = found
                citations.append(citation)
                surest = max(surest, sure)
                cells.append(Cell(citation.number, citation.quote))
            if any(cell.citation for cell in cells):
                rows.append(Row(matter.label, tuple(cells)))
        if not rows:
            return None
        careers = tuple(Career(c.topic, c.document) for c in compared.careers)
        return Answer(
            question=question,
            answered=True,
            confidence=surest,
            citations=tuple(citations),
            related=(),
            elapsed_ms=since(started),
            kind="comparison",
            comparison=Comparison(careers, tuple(rows)),
        )

    def _stated(self, matter: str, career: Name, number: int) -> tuple[Citation, float] | None:
        """What a career's guide states of a matter, with how sure it is."""
        asked = asked_of(career, matter)
        least = self._settings.min_confidence
        sure = self._confidence.of(asked, self._guides.within(asked, self._settings.max_citations, career), least)
        if sure < least or not stated(matter, career, self._guides):
            return None
        cell = self.cell(matter, career)
        return (self._citation(*cell, number), sure) if cell else None

    def cell(self, matter: str, career: Name) -> tuple[Hit, Quote] | None:
        """The section, and its quote, that a career's guide has for a matter."""
        asked = asked_of(career, matter)
        for hit in self._guides.within(asked, self._settings.max_citations, career):
            quote = best_quote(asked, hit, self._search.rarity, self._search.knows)
            if _has_money(hit, quote) or not asks_money(matter):
                return hit, quote
        return None

    def cite(self, question: str, hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """Quote the best section, and the next ones as far as they add to it: near in score and fit, of the
        career that was asked for, with a sum where only that answers, under headings that have what is asked if the
        first's have, and no fact twice."""
        first = hits[0]
        mentions = self._guides.mentions(question)
        asked = self._guides.guides_of(m.name for m in mentions)
        on_heading = headed(first, question, mentions)
        near = [
            hit
            for hit in hits[: self._settings.max_citations]
            if hit.score >= _NEAR * first.score
            and (hit.document.id in asked or first.document.id not in asked)
            and (headed(hit, question, mentions) or not on_heading)
        ]
        quotes = [(hit, best_quote(question, hit, self._search.rarity, self._search.knows)) for hit in near]
        if asks_amount(question):
            quotes = [(h, q) for h, q in quotes if _has_money(h, q)] or quotes
        cited: list[Citation] = []
        fit = 0.0
        for hit, quote in quotes:
            if cited and quote.fit < _FIT * fit:
                continue
            citation = self._citation(hit, quote, len(cited) + 1)
            if not any(same_fact(citation.quote, c.quote) for c in cited):
                cited.append(citation)
                fit = max(fit, quote.fit)
        return tuple(cited)

    def _citation(self, hit: Hit, quote: Quote, number: int) -> Citation:
        text = hit.document.text[quote.start : quote.end]
        figures, note = freshness(hit.document, text, self._today(), self._settings.review_days, _header(hit, quote))
        return Citation.of(number, hit, quote.start, quote.end, figures, note, quote.lead)


def _header(hit: Hit, quote: Quote) -> str:
    """What a quote is read under: its section's headings, and its lead."""
    return f"{hit.section.path}\n{hit.document.text[slice(*quote.lead)] if quote.lead else ''}"


def _has_money(hit: Hit, quote: Quote) -> bool:
    return has_money(hit.document.text[quote.start : quote.end], _header(hit, quote))
