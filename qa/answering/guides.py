"""The guides of an index as answering asks them: by career, by nearness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched: its vector, shape (dim,), what it asks of the careers that it names, if any,
    and whether it only looks for a career, whose guide may be any."""

    vector: Vectors
    focus: Focus | None
    looks_for_career: bool


class Guides:
    """Finds sections within a career, and careers in a text.

    Safe to use from several threads: what it holds is only read, and the
    memory of found sections is a cache that may be filled twice.
    """

    def __init__(self, search: HybridSearch, names: Names) -> None:
        self.library = search.library
        self._search = search
        self._names = names
        self.asked = lru_cache(maxsize=_KEPT)(self._asked)
        self.find = lru_cache(maxsize=_KEPT)(self._find)

    def search(self, question: str, k: int, document: int | None = None, asked: Asked | None = None) -> list[Hit]:
        """The k best sections; ``asked`` is the question as ``all_asked`` gives it, where that is known already."""
        asked = asked or self.asked(question)
        return self._search.search(question, k, document, asked.vector, asked.focus, asked.looks_for_career)

    def all_asked(self, questions: Sequence[str]) -> list[Asked]:
        """Questions as they are searched, their texts encoded together."""
        named = [self._apart(q) for q in questions]
        texts = dict.fromkeys(t for q, (apart, _) in zip(questions, named, strict=True) for t in (q, apart) if t)
        vectors = dict(zip(texts, self._search.encoder.encode(list(texts), query=True), strict=True))
        return [
            Asked(
                vectors[q],
                self._focus(vectors[apart], mentions) if apart else None,
                self._names.looks_for_career(q, mentions),
            )
            for q, (apart, mentions) in zip(questions, named, strict=True)
        ]

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

    def _asked(self, question: str) -> Asked:
        return self.all_asked([question])[0]

    def _apart(self, question: str) -> tuple[str, list[Mention]]:
        """What a question asks apart from the careers that it names ("" for none, or no more than these), and these."""
        mentions = self._names.mentions(question)
        apart = without_names(question, mentions)
        return apart if mentions and _WORD.search(apart) else "", mentions

    def _focus(self, vector: Vectors, mentions: Sequence[Mention]) -> Focus:
        full = [m.name for m in mentions if m.full]
        return Focus(vector, self._sections([m.name for m in mentions]), self._sections(full))

    def _sections(self, names: Sequence[Name]) -> NDArray[np.int64]:
        """The numbers of the careers' sections in the index, ascending."""
        numbers = [self._sections_of(name) for name in dict.fromkeys(names)]
        return np.unique(np.concatenate(numbers)) if numbers else np.empty(0, dtype=np.int64)

    def _sections_of(self, name: Name) -> NDArray[np.int64]:
        number = self.library.number_of[name.document]
        first, _ = self.library.sections_of(number)
        own = [n for n, s in enumerate(self.library.document(number).sections) if s.topic == name.topic]
        return first + np.array(own, dtype=np.int64)

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
