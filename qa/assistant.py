"""The Assistant: opens an index, searches it, answers from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from qa.answering.abstention import confidence
from qa.answering.followups import in_context
from qa.answering.names import Names
from qa.answering.quotes import best_quote
from qa.config import Settings, load_settings
from qa.errors import IndexFolderError, QuestionError
from qa.reading.encoder import Encoder
from qa.reading.models import open_encoder
from qa.retrieval.fields import GUIDES, HEADINGS, WORDS
from qa.retrieval.hybrid import Fields, HybridSearch, Weights
from qa.starters import read_starters
from qa.stores import folder
from qa.stores.library import Library
from qa.types import Answer, Citation, Hit, Related


class Assistant:
    """Answers questions with quotes from the guides of one index."""

    def __init__(
        self, library: Library, search: HybridSearch, settings: Settings, names: Names, starters: Sequence[str]
    ) -> None:
        self.library = library
        self.settings = settings
        self._search = search
        self._names = names
        self._starters = starters

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
        model can't be loaded.
        """
        settings = settings or load_settings(index=index)
        where = Path(index) if index is not None else settings.index
        generation, manifest = folder.require_whole(where)
        if "model" in settings.model_fields_set and settings.model != manifest.model:
            raise IndexFolderError(
                f"The index in {where} was built with the model {manifest.model}, the settings name "
                f"{settings.model}: build it again with careers-qa build."
            )
        encoder = open_encoder(generation / "encoder")
        from qa.stores.faiss_store import FaissStore
        from qa.stores.words import WordStore

        library = Library(generation)
        fields = Fields(
            WordStore.load(generation / "words", manifest.sections, WORDS),
            WordStore.load(generation / "headings", manifest.sections, HEADINGS),
            WordStore.load(generation / "guides", manifest.documents, GUIDES),
        )
        search = HybridSearch(
            library,
            FaissStore.load(generation / "vectors.faiss"),
            np.load(generation / "sections.npy", mmap_mode="r", allow_pickle=False),
            fields,
            encoder,
            Weights(settings.dense_weight, settings.heading_weight),
        )
        return cls(library, search, settings, Names.read(generation), read_starters(generation))

    def search(self, question: str, k: int = 5, document: str | None = None) -> list[Hit]:
        """The k best sections with their scores, whatever the confidence.

        Raises QuestionError when the question is empty or too long, or the
        document isn't in the index.
        """
        return self._search.search(self._checked(question), k, self._number(document))

    def retrieve(
        self, question: str, history: Sequence[str] = (), k: int = 100, document: str | None = None
    ) -> list[Hit]:
        """What ``search`` finds for a question as ``ask`` understands it after its history.

        Raises QuestionError as search does.
        """
        return self._search.search(self._in_context(question, history), k, self._number(document))

    def ask(self, question: str, history: Sequence[str] = (), document: str | None = None) -> Answer:
        """Answer a question, given the visitor's earlier ones, oldest first.

        Raises QuestionError as search does.
        """
        started = time.perf_counter()
        asked = self._in_context(question, history)
        hits = self._search.search(
            asked, self.settings.max_citations + self.settings.max_related, self._number(document)
        )
        sure = confidence(hits)
        answered = sure >= self.settings.min_confidence and bool(hits)
        cited = self._cite(asked, hits) if answered else ()
        quoted = {(c.document_id, c.anchor) for c in cited}
        related = [Related.of(h) for h in hits if (h.document.id, h.section.anchor) not in quoted]
        return Answer(
            question=question,
            answered=answered,
            confidence=sure,
            citations=cited,
            related=tuple(related[: self.settings.max_related]),
            elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def starters(self, count: int = 4) -> list[str]:
        """Questions to start with, taken from the corpus, each answered."""
        answered = (q for q in self._starters if self.ask(q).answered)
        return list(islice(answered, count))

    def _cite(self, question: str, hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """Quote the best section, and the next ones as far as they are near it."""
        near = [h for h in hits[: self.settings.max_citations] if h.score >= 0.6 * hits[0].score]
        citations: list[Citation] = []
        for hit in near:
            quote = best_quote(question, hit, self._search.encoder)
            citations.append(Citation.of(len(citations) + 1, hit, quote.start, quote.end))
        return tuple(citations)

    def _in_context(self, question: str, history: Sequence[str]) -> str:
        asked = self._checked(question)
        earlier = [self._checked(q) for q in list(history)[-self.settings.max_history :]]
        return in_context(asked, earlier, self._names.found_in, self._topic)

    def _checked(self, question: str) -> str:
        if not isinstance(question, str) or not question.strip():
            raise QuestionError("The question is empty: type one, such as: What does a data scientist do?")
        longest = self.settings.max_question
        if len(question) > longest:
            raise QuestionError(
                f"The question has {len(question)} characters, more than the {longest} allowed: shorten it."
            )
        return " ".join(question.split())

    def _topic(self, question: str) -> str:
        hits = self._search.search(question, 1)
        return hits[0].section.topic if hits else ""

    def _number(self, document: str | None) -> int | None:
        if document is None:
            return None
        number = self.library.number_of.get(document)
        if number is None:
            raise QuestionError(f"The index has no document {document}: careers-qa documents lists those that it has.")
        return number
