"""The guides of an index as answering asks them: by career, by nearness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.answering.matter import matter_of
from qa.answering.names import Mention, Name, Names, without_names
from qa.reading.encoder import Vectors
from qa.retrieval.hybrid import Focus, HybridSearch
from qa.stores.words import terms
from qa.types import Hit

_WORD = re.compile(r"\w\w+")
# Sections looked through for those of one topic in a guide that has several.
_DEPTH = 60
# A word is rare that at most so many guides have, or this share of them.
_FEW, _FEW_SHARE = 2, 0.05
# Found sections that are kept: the questions of some talks.
_KEPT = 512


class Guides:
    """Finds sections within a career, and careers in a text.

    Safe to use from several threads: what it holds is only read, and the
    memory of found sections is a cache that may be filled twice.
    """

    def __init__(self, search: HybridSearch, names: Names) -> None:
        self.library = search.library
        self._search = search
        self._names = names
        self._vectors = lru_cache(maxsize=_KEPT)(self._encoded)
        self.find = lru_cache(maxsize=_KEPT)(self._find)

    def search(self, question: str, k: int, document: int | None = None, vectors: Vectors | None = None) -> list[Hit]:
        """The k best sections, with what the question asks of the careers that it names.

        ``vectors`` are those of ``encoded``, where they are known already.
        """
        vectors = self._vectors(question) if vectors is None else vectors
        apart, names = self._apart(question)
        focus = Focus(vectors[-1], np.unique(np.concatenate([self._sections(n) for n in names]))) if apart else None
        return self._search.search(question, k, document, vectors[0], focus)

    def encoded(self, questions: Sequence[str]) -> list[Vectors]:
        """The vectors of each question, shape (1 or 2, dim): its own, and that of
        what it asks apart from the careers that it names, if it names any."""
        texts = [[q, *filter(None, [self._apart(q)[0]])] for q in questions]
        places = {text: n for n, text in enumerate(dict.fromkeys(t for ts in texts for t in ts))}
        vectors = self._search.encoder.encode(list(places), query=True)
        return [vectors[[places[t] for t in ts]] for ts in texts]

    def vector(self, question: str) -> Vectors:
        """A question's own vector, shape (dim,)."""
        own: Vectors = self._vectors(question)[0]
        return own

    def _find(self, question: str, k: int, document: str | None = None, topic: str | None = None) -> tuple[Hit, ...]:
        """The k best sections, within a document, or a topic of it, if given."""
        number = None if document is None else self.library.number_of[document]
        if number is None or topic is None:
            return tuple(self.search(question, k, number))
        several = len({s.topic for s in self.library.document(number).sections}) > 1
        hits = self.search(question, _DEPTH if several else k, number)
        own = [h for h in hits if h.section.topic == topic or not several]
        return tuple(own[:k])

    def within(self, question: str, k: int, name: Name | None) -> tuple[Hit, ...]:
        """The k best sections of a career, or of all guides."""
        return self.find(question, k, name.document, name.topic) if name else self.find(question, k)

    def _sections(self, name: Name) -> NDArray[np.int64]:
        """The numbers of a career's sections in the index."""
        number = self.library.number_of[name.document]
        first, _ = self.library.sections_of(number)
        own = [n for n, s in enumerate(self.library.document(number).sections) if s.topic == name.topic]
        return first + np.array(own, dtype=np.int64)

    def _encoded(self, question: str) -> Vectors:
        return self.encoded([question])[0]

    def _apart(self, question: str) -> tuple[str, list[Name]]:
        """What a question asks apart from the careers that it names ("" for none, or no more than these), and these."""
        mentions = self._names.mentions(question)
        apart = without_names(question, mentions)
        return apart if mentions and _WORD.search(apart) else "", list(dict.fromkeys(m.name for m in mentions))

    def mentions(self, text: str, near: Sequence[str] = ()) -> list[Mention]:
        return self._names.mentions(text, near)

    def has_stranger(self, text: str, mentions: Sequence[Mention]) -> bool:
        return self._names.has_stranger(text, mentions)

    def is_career(self, phrase: str) -> bool:
        return self._names.is_career(phrase, self._search.encoder.encode([phrase])[0])

    def has_foreign_word(self, text: str, topics: Sequence[Name]) -> bool:
        few = max(_FEW, _FEW_SHARE * len(self.library.ids))
        own = np.array(sorted({self.library.number_of[t.document] for t in topics if t.document}), dtype=np.int64)
        guides = self._search.fields.guides
        return any(
            sum(guides.frequencies(terms(word))) <= few and not guides.asked(word).of(own).any()
            for word in _WORD.findall(text.lower())
            if matter_of(word)
        )

    def nearness(self, question: str, topic: Name | None) -> tuple[float, Name | None]:
        hits = self.within(question, 5, topic)
        if not hits:
            return 0.0, None
        best = hits[0]
        return max(h.meaning for h in hits), Name(best.section.topic, best.section.topic, best.document.id)
