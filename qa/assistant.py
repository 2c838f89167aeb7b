"""The Assistant: opens an index, searches it, answers from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from qa.answering.abstention import DEFAULT, Calibration, Evidence, headed
from qa.answering.comparisons import Compared, asked_of, comparison_in, stated
from qa.answering.composing import Composer, since
from qa.answering.confidence import Confidence, Found
from qa.answering.figures import asks_amount, has_sum
from qa.answering.followups import Understood, in_context
from qa.answering.guides import LITTLE, Guides
from qa.answering.names import Name, Names
from qa.answering.parts import parts_of
from qa.answering.smalltalk import NAMED, reply, smalltalk
from qa.answering.suggestions import MOST, Suggestions
from qa.config import Settings, load_settings
from qa.engines import in_use, open_search, place
from qa.errors import IndexFolderError, QuestionError
from qa.reading.encoder import Encoder
from qa.reading.files import is_whole
from qa.reading.models import open_encoder, open_reranker
from qa.retrieval.hybrid import HybridSearch
from qa.retrieval.spelling import Spelling
from qa.starters import read_starters
from qa.stores.folder import ENCODER
from qa.types import Answer, Hit, Related, Understanding

# Questions that a build asks together, so that their texts are encoded in bulk.
_AT_ONCE = 512


class Assistant:
    """Answers questions with quotes from the guides of one index.

    Safe to use from several threads at once: what an answer needs is only
    read, and the caches may be filled by any of them.
    """

    def __init__(
        self,
        search: HybridSearch,
        settings: Settings,
        names: Names,
        spelling: Spelling,
        suggestions: Suggestions | None = None,
        starters: Sequence[str] = (),
        calibration: Calibration = DEFAULT,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.library = search.library
        self.settings = settings
        self._search = search
        self._guides = Guides(search, names)
        self._spelling = spelling
        self._suggestions = suggestions
        self._starters = starters
        self._confidence = Confidence(search, self._guides, calibration)
        self._composer = Composer(search, self._guides, self._confidence, settings, today)

    @classmethod
    def open(
        cls,
        index: str | Path | None = None,
        *,
        settings: Settings | None = None,
        open_encoder: Callable[[Path], Encoder] = open_encoder,
    ) -> Assistant:
        """Open the index in use, every file checked against its manifest.

        Raises IndexFolderError when there is no whole index, or it was made
        with another model than the settings name, and ModelError when its
        model can't be loaded. numpy's products take one thread from then on.
        """
        settings = settings or load_settings(index=index)
        if index is not None:
            settings = settings.model_copy(update={"index": Path(index)})
        generation, manifest = in_use(settings, whole=True)
        if "model" in settings.model_fields_set and settings.model != manifest.model:
            raise IndexFolderError(
                f"The index in {place(settings)} was built with the model {manifest.model}, the settings name "
                f"{settings.model}: build it again with careers-qa build."
            )
        # A question's products are small, and threads that wait for more of them keep a core from the encoder.
        threadpool_limits(1, user_api="blas")
        encoder, reranker = open_encoder(generation / ENCODER), open_reranker(settings.reranker)
        search = open_search(generation, manifest, encoder, settings, reranker)
        return cls(
            search,
            settings,
            Names.read(generation),
            Spelling.read(generation, search.knows, search.is_word),
            Suggestions.read(generation, search.library),
            read_starters(generation),
            Calibration.read(generation),
        )

    def search(self, question: str, k: int = 5, document: str | None = None) -> list[Hit]:
        """The k best sections with their scores, whatever the confidence.

        Raises QuestionError when the question is empty or too long, or the
        document isn't in the index.
        """
        return self._guides.search(self._read(question), k, self._number(document))

    def retrieve(
        self, question: str, history: Sequence[str] = (), k: int = 100, document: str | None = None
    ) -> list[Hit]:
        """What ``search`` finds for a question as ``ask`` understands it after its history.

        The sections of the career that it is about come first; for a comparison
        the best one for each matter and career. Raises QuestionError as search does.
        """
        understood = self._of_guide(self._understood(question, history, document), document)
        if document is not None:
            return self._guides.search(understood.question, k, self._number(document))
        first: list[Hit] = []
        if compared := self._comparison(understood):
            cells = [self._composer.cell(m.asked, c) for m in compared.matters for c in compared.careers if c.document]
            first = list({hit.section_id: hit for hit, _ in filter(None, cells)}.values())
        elif parts := self._parts(question, understood, history):
            first = list({h.section_id: h for p in parts for h in self._found(p, document)[:1]}.values())
        elif career := _career(understood):
            first = list(self._guides.within(understood.question, k, career))
        seen = {h.section_id for h in first}
        others = (h for h in self._guides.search(understood.question, k) if h.section_id not in seen)
        return [*first, *others][:k]

    def ask(self, question: str, history: Sequence[str] = (), document: str | None = None) -> Answer:
        """Answer a question, given the visitor's earlier ones, oldest first.

        ``history=()`` takes the question as it stands; ``document`` answers
        from one guide alone. Raises QuestionError as search does.
        """
        started = time.perf_counter()
        self._number(document)
        if kind := smalltalk(self._checked(question)):
            return self._greeted(question, kind, started)
        understood = self._understood(question, history, document)
        compared = self._comparison(understood) if document is None else None
        answer = (
            (compared and self._composer.compared(question, compared, started))
            or self._in_parts(question, understood, history, document, started)
            or self._answered(question, understood, document, started)
        )
        return self._completed(answer, understood, (*history, question), started, document)

    def starters(self, count: int = 4) -> list[str]:
        """Questions to start with, taken from the corpus; the build saw each answered."""
        return list(self._starters[:count])

    def leads_to(self, pairs: Sequence[tuple[str, str]]) -> Iterator[float | None]:
        """For each question and id of a section how sure it is that the section
        answers it; None where it isn't among those that the answer is made of."""
        for first in range(0, len(pairs), _AT_ONCE):
            some = pairs[first : first + _AT_ONCE]
            led = []
            for (question, section), query in zip(some, self._guides.queries([q for q, _ in some]), strict=True):
                hits = self._guides.search(question, self.settings.max_citations, query=query)
                leads = section in {h.section_id for h in hits} and not self._confidence.lacks_amount(question, hits)
                led.append(Found(question, query, hits) if leads else None)
            sure = iter(self._confidence.each([found for found in led if found], self.settings.min_confidence))
            yield from (next(sure) if found else None for found in led)

    def _parts(
        self, question: str, understood: Understood, history: Sequence[str], document: str | None = None
    ) -> list[Understood]:
        """The questions that one is made of, as it stands or as it was understood, each after those before it."""
        understood = self._of_guide(understood, document)
        about = understood.topics[0].topic if understood.matter and len(understood.topics) == 1 else ""
        for text in (self._read(question), f"{about}: {understood.matter}" if about else understood.question):
            parts = parts_of(text, self._guides.mentions(text))
            if parts[1:]:
                return [self._understood(part, (*history, *parts[:n]), document) for n, part in enumerate(parts)]
        return []

    def _in_parts(
        self, question: str, understood: Understood, history: Sequence[str], document: str | None, started: float
    ) -> Answer | None:
        """The best quote for each of several questions in one, or None where it is one or a part isn't covered."""
        answers = [
            self._answered(p.question, p, document, started)
            for p in self._parts(question, understood, history, document)
        ]
        if not answers or not all(answer.citations for answer in answers):
            return None
        cited = {(c.section_id, c.start): c for answer in answers for c in answer.citations[:1]}
        if len(cited) < len(answers):
            return None
        quoted = {section for section, _ in cited}
        related = {f"{r.document_id}#{r.anchor}": r for answer in answers for r in answer.related}
        return replace(
            answers[0],
            question=question,
            confidence=min(answer.confidence for answer in answers),
            citations=tuple(replace(c, number=n) for n, c in enumerate(cited.values(), 1)),
            related=tuple(r for name, r in related.items() if name not in quoted)[: self.settings.max_related],
        )

    def _answered(self, question: str, understood: Understood, document: str | None, started: float) -> Answer:
        understood = self._of_guide(understood, document)
        asked = understood.question
        sure, hits = self._sure(understood, document)
        answered = bool(hits) and sure >= self.settings.min_confidence
        cited = self._composer.cite(asked, hits) if answered else ()
        if cited and asks_amount(asked) and not any(has_sum(c.quote, f"{c.headings}\n{c.lead}") for c in cited):
            sure, answered, cited = min(sure, self.settings.min_confidence / 2), False, ()
        quoted = {c.section_id for c in cited}
        related = [Related.of(h) for h in hits if h.section_id not in quoted]
        return Answer(
            question=question,
            answered=answered,
            confidence=sure,
            citations=cited,
            related=tuple(related[: self.settings.max_related]),
            elapsed_ms=since(started),
            kind="answer" if answered else "not_covered",
        )

    def _sure(self, understood: Understood, document: str | None) -> tuple[float, tuple[Hit, ...]]:
        """How sure it is that the guides, or one of them, cover what is asked, and the sections that were found."""
        asked, career = understood.question, understood.topics[0] if document else _career(understood)
        hits = self._found(understood, document)
        sure = self._confidence.of(asked, hits, self.settings.min_confidence)
        # The career's name stands over all of its guide: whether the guide has the matter shows without it.
        unstated = career and understood.matter and not stated(understood.matter, career, self._guides)
        # Within a guide, what is asked of another guide's career isn't this one's to answer.
        full = [m.name for m in self._guides.mentions(understood.matter) if m.full]
        others = document is not None and any(document not in self._guides.guides_of([name]) for name in full)
        lacks = self._confidence.lacks_amount(asked, hits) or self._confidence.lacks_place(asked, hits)
        if unstated or others or lacks or self._guides.is_of_other_level(asked):
            sure = min(sure, self.settings.min_confidence / 2)
        return sure, hits

    def _found(self, understood: Understood, document: str | None) -> tuple[Hit, ...]:
        """The sections to answer from: of one guide, of the career that a follow-up is about, or of all; those
        of careers that are named in full before another guide's that is little better, or whose headings have what is
        asked of these."""
        k = self.settings.max_citations + self.settings.max_related
        if document is not None:
            return self._guides.find(understood.question, k, document)
        hits = self._guides.within(understood.question, k, _career(understood))
        mentions = self._guides.mentions(understood.question)
        named = self._guides.guides_of(m.name for m in mentions if m.full)
        if not named or not hits or hits[0].document.id in named:
            return hits
        own = tuple(h for h in hits if h.document.id in named)
        if headed(hits[0], understood.question, mentions):
            own = own or self._guides.find(understood.question, 1, min(named))
        elif not own or own[0].score < LITTLE * hits[0].score:
            return hits
        return (*own, *(h for h in hits if h not in own))[:k]

    def _of_guide(self, understood: Understood, document: str | None) -> Understood:
        """What is asked within one guide, about whose career it is where it doesn't say so."""
        if document is None:
            return understood
        title = self.library.document(self.library.number_of[document]).title
        career = Name(title, title, document)
        if document in self._guides.guides_of(m.name for m in self._guides.mentions(understood.question)):
            return replace(understood, topics=(career,), matter="")
        return Understood(asked_of(career, understood.question), (career,), understood.about, understood.question)

    def _comparison(self, understood: Understood) -> Compared | None:
        return comparison_in(understood, self._guides)

    def evidence(self, question: str, history: Sequence[str] = (), document: str | None = None) -> Evidence:
        """What speaks for a question being covered; raises QuestionError as ask does."""
        understood = self._of_guide(self._understood(question, history, document), document)
        return self._confidence.evidence(understood.question, self._found(understood, document))

    def is_question(self, text: str) -> bool:
        """Whether a text asks the guides anything, rather than greets or thanks."""
        return not smalltalk(self._checked(text))

    def _greeted(self, question: str, kind: str, started: float) -> Answer:
        return Answer(
            question=question,
            answered=True,
            confidence=1.0,
            citations=(),
            related=(),
            elapsed_ms=since(started),
            kind="greeting",
            suggestions=() if kind == "bye" else tuple(self.starters(MOST)),
            reply=reply(kind, self._first_titles, len(self.library.ids)),
        )

    def _completed(
        self, answer: Answer, understood: Understood, asked: Sequence[str], started: float, document: str | None
    ) -> Answer:
        """The answer with what was understood, and what to ask next."""
        shown = [c.section_id for c in answer.citations]
        # Where nothing is cited, the career that was named may still have more to tell.
        if not shown and understood.topics:
            shown = [
                f"{r.document_id}#{r.anchor}" for r in answer.related if r.document_id == understood.topics[0].document
            ]
        following: tuple[str, ...] = ()
        if self._suggestions:
            questions = (*asked, understood.question)
            least = self.settings.min_confidence
            following = self._suggestions.after(shown, questions, least, elsewhere=document is None)
        return replace(
            answer,
            understood=Understanding(understood.about, understood.question) if understood.about else None,
            suggestions=following,
            elapsed_ms=since(started),
        )

    @cached_property
    def _first_titles(self) -> list[str]:
        return [self.library.document(n).title for n in self.library.numbers[:NAMED]]

    def _understood(self, question: str, history: Sequence[str], document: str | None = None) -> Understood:
        earlier = [self._read(q) for q in list(history)[-self.settings.max_history or len(history) :]]
        if earlier and document is not None:  # a talk within a guide is about its career from the start
            earlier = [self.library.document(self.library.number_of[document]).title, *earlier]
        return in_context(self._read(question), earlier, self._guides, partial(self._covers, document=document))

    def _covers(self, understood: Understood, document: str | None) -> bool:
        """Whether the guides of a question's careers, or one guide, cover it."""
        understood = self._of_guide(understood, document)
        compared = self._comparison(understood) if document is None else None
        if compared and self._composer.compared(understood.question, compared, 0.0):
            return True
        return self._sure(understood, document)[0] >= self.settings.min_confidence

    def _read(self, question: str) -> str:
        """A question without its misspellings, as it is searched."""
        return self._spelling.mended(self._checked(question))

    def _checked(self, question: str) -> str:
        if not isinstance(question, str) or not question.strip():
            raise QuestionError("The question is empty: type one, such as: What does a data scientist do?")
        if not is_whole(question):
            raise QuestionError("The question has bytes that are no text: send it as UTF-8.")
        longest = self.settings.max_question
        if len(question) > longest:
            raise QuestionError(
                f"The question has {len(question)} characters, more than the {longest} allowed: shorten it."
            )
        return " ".join(question.split())

    def _number(self, document: str | None) -> int | None:
        if document is None:
            return None
        number = self.library.number_of.get(document)
        if number is None:
            raise QuestionError(f"The index has no document {document}: careers-qa documents lists those that it has.")
        return number


def _career(understood: Understood) -> Name | None:
    """The one career that a follow-up is about, if it is."""
    return understood.topics[0] if understood.about and len(understood.topics) == 1 else None
