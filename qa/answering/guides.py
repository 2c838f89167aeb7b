"""The guides of an index as answering asks them: by career, by nearness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.answering.matter import matter_of
from qa.answering.names import Mention, Name, Names, titled, without_names
from qa.answering.people import People
from qa.answering.usual import CAREER, ENTRY, USUAL, matter_under, usual
from qa.reading.encoder import Vectors
from qa.retrieval.hybrid import Focus, HybridSearch, Query
from qa.stores.words import WORD, terms
from qa.types import Hit

# Sections looked through for those of one topic in a guide that has several.
_DEPTH = 60
# A word is rare that at most so many guides have, or this share of them.
_FEW, _FEW_SHARE = 2, 0.05
# One that is looked up alone may be in this share of them.
_RARE_SHARE = 0.2
# From this cosine on a guide may be about what is asked, such as a career under another name: a "vet tech".
ALIKE = 0.45
# So many of the best sections are put in order by their headings.
_FIRST = 8
# The share of another's score from which a section under the heading that is asked for, or in the guide of the career
# that is named, goes before it.
LITTLE = 0.75
# Found sections that are kept: the questions of some talks; of the last of these their vectors too.
_KEPT, _ASKED = 512, 64


class Guides:
    """Finds sections within a career, and careers in a text.

    Safe to use from several threads: what it holds is only read, and the
    memory of found sections is a cache that may be filled twice.
    """

    def __init__(self, search: HybridSearch, names: Names) -> None:
        self.library = search.library
        self._search = search
        self._names = names
        self._people = People(search.encoder)
        self.query = lru_cache(maxsize=_ASKED)(self._query)
        self.find = lru_cache(maxsize=_KEPT)(self._find)
        self._mentions = lru_cache(maxsize=_KEPT)(names.mentions)

    def search(self, question: str, k: int, document: int | None = None, query: Query | None = None) -> list[Hit]:
        """The k best sections; ``query`` is the question as ``queries`` gives it, where that is known already."""
        query = query or self.query(question)
        # The first ones are the same however many are asked for.
        return self._usual_first(question, self._search.search(question, max(k, _FIRST), document, query))[:k]

    def _usual_first(self, question: str, hits: list[Hit]) -> list[Hit]:
        """Found sections, those under a heading of the usual matter that is asked of a career before others of its
        guides that are little better."""
        mentions = [m for m in self.mentions(question) if m.full]
        phrase = usual(without_names(question, mentions)) if mentions and hits else ""
        named = self.guides_of(m.name for m in mentions) if phrase else {}
        if not hits or hits[0].document.id not in named:
            return hits
        least = LITTLE * hits[0].score

        def on_it(hit: Hit) -> bool:
            matters = [matter_under(heading, hit.section.topic) for heading in hit.section.headings[-1:]]
            # What stands right under a title tells what it is about.
            return hit.document.id in named and hit.score >= least and phrase in (matters or [CAREER])

        before = [replace(hit, score=hits[0].score) for hit in hits if on_it(hit)]
        return before + [hit for hit in hits if not on_it(hit)]

    def queries(self, questions: Sequence[str]) -> list[Query]:
        """Questions as they are searched, their texts encoded together."""
        named = [(q, self.mentions(q)) for q in questions]
        texts = [(q, titled(q, mentions), _apart(q, mentions)) for q, mentions in named]
        every = dict.fromkeys(t for three in texts for t in three if t and (t not in USUAL or t in questions))
        encoded, read = self._search.encoder.read(list(every), query=True)
        vectors, tokens = dict(zip(every, encoded, strict=True)), dict(zip(every, read, strict=True))
        vectors |= self._usual
        return [
            Query(
                vectors[q],
                tokens[q],
                vectors[full] if full != q else None,
                self._focus(_aim(vectors, apart, full), mentions) if apart else None,
                self._names.looks_for_career(q, mentions),
                " ".join(dict.fromkeys((q, full, apart))) if apart in USUAL else "",
                _asked(q, mentions),
            )
            for (q, full, apart), (_, mentions) in zip(texts, named, strict=True)
        ]

    def _find(self, question: str, k: int, document: str | None = None, topic: str | None = None) -> tuple[Hit, ...]:
        """The k best sections, within a document, or a topic of it, or of all guides with that topic, if given."""
        number = None if document is None else self.library.number_of[document]
        if topic is None:
            return tuple(self.search(question, k, number))
        if number is None:
            guides = self.guides_of([Name(topic, topic, "")])
            every = self.search(question, _DEPTH)
            return tuple([h for h in every if h.section.topic in guides.get(h.document.id, ())][:k])
        several = len({s.topic for s in self.library.document(number).sections}) > 1
        hits = self.search(question, _DEPTH if several else k, number)
        own = [h for h in hits if h.section.topic == topic or not several]
        return tuple(own[:k])

    def within(self, question: str, k: int, name: Name | None) -> tuple[Hit, ...]:
        """The k best sections of a career, or of all guides."""
        if name is None:
            return self.find(question, k)
        several = len(self._names.same(name)) > 1
        return self.find(question, k, None if several else name.document, name.topic)

    def guides_of(self, names: Iterable[Name]) -> dict[str, set[str]]:
        """The guides that are about careers, with their topics that are."""
        found: dict[str, set[str]] = {}
        for name in names:
            for same in self._names.same(name):
                found.setdefault(same.document, set()).add(same.topic)
        return found

    @cached_property
    def _usual(self) -> dict[str, Vectors]:
        return dict(zip(USUAL, self._search.encoder.encode(USUAL, query=True), strict=True))

    def _query(self, question: str) -> Query:
        return self.queries([question])[0]

    def _focus(self, vector: Vectors, mentions: Sequence[Mention]) -> Focus:
        full = [m.name for m in mentions if m.full]
        return Focus(vector, self._sections([m.name for m in mentions]), self._sections(full))

    def _sections(self, names: Sequence[Name]) -> NDArray[np.int64]:
        """The numbers of the careers' sections in the index, ascending."""
        every = (same for name in dict.fromkeys(names) for same in self._names.same(name))
        numbers = [self._sections_of(name) for name in dict.fromkeys(every)]
        return np.unique(np.concatenate(numbers)) if numbers else np.empty(0, dtype=np.int64)

    def _sections_of(self, name: Name) -> NDArray[np.int64]:
        number = self.library.number_of[name.document]
        first, _ = self.library.sections_of(number)
        own = [n for n, s in enumerate(self.library.document(number).sections) if s.topic == name.topic]
        return first + np.array(own, dtype=np.int64)

    def mentions(self, text: str, near: Sequence[str] = ()) -> list[Mention]:
        """The careers named in a text; ``near`` are topics that are being talked about.

        A page of advice is named in full alone, and not beside careers: "criminal record" is what is asked of one.
        """
        found = self._mentions(text, tuple(near))
        careers = [m for m in found if self._names.is_career(m.name)]
        return careers or [m for m in found if m.full]

    def has_stranger(self, text: str, mentions: Sequence[Mention], hit: Hit) -> bool:
        """Whether a text names a career that isn't among the guides' names, or has a word for people that neither
        the names in it nor the section found for it have."""
        if self._names.has_stranger(text, mentions):
            return True
        career = Name(hit.section.topic, hit.section.topic, hit.document.id)
        names = (hit.document.title, *hit.document.aliases, *self._names.of(career))
        own = terms(" ".join((*names, hit.section.path, hit.document.section_text(hit.section))))
        return self._people.beyond(without_names(text, mentions), frozenset(own))

    def is_of_other_level(self, text: str) -> bool:
        """Whether a text names a career of the guides with a level that none of them has."""
        return self._names.is_of_other_level(text, self.mentions(text))

    def beside(self, word: str, topics: Sequence[Name]) -> Name | None:
        """The career that a word alone means after talk of others: one that it tells apart from these, or the only
        one that has it, where the guides of these haven't."""
        for topic in topics:
            if topic.document and (found := self._names.beside(topic.topic, word)):
                return found
        found = self._names.alone_with(word)
        return found if found and not self._have(self.guides_of(topics), word) else None

    def have_headed(self, text: str, topics: Sequence[Name]) -> bool:
        """Whether the guides of careers have a section under a heading with all words of a text."""
        words = set(terms(text))
        documents = (self.library.get(name) for name in self.guides_of(t for t in topics if t.document))
        sections = (section for document in documents if document for section in document.sections)
        return bool(words) and any(words.issubset(terms(" ".join(section.headings[-1:]))) for section in sections)

    def is_of_career(self, name: Name) -> bool:
        """Whether a guide's topic is a career, not a matter."""
        return self._names.is_career(name)

    def is_career(self, phrase: str) -> bool:
        """Whether a phrase without a known name means a career, not a matter."""
        return self._people.are(phrase)

    def unknown_career_in(self, text: str) -> str:
        """The career that the first words of a text without a known name mean and no guide comes near to, or ""."""
        career = self._people.first_in(text)
        return career if career and self.nearness(career, None)[0] < ALIKE else ""

    def people_in(self, text: str) -> list[str]:
        """The words of a text without a known name that mean people of a career."""
        return self._people.in_text(text)

    def knows(self, text: str) -> bool:
        """Whether the guides have any word of a text that says what is asked."""
        return any(map(self._search.knows, matter_of(text)))

    def are_words(self, text: str) -> bool:
        """Whether the words of a text that say what is asked are words of the model's language."""
        return all(self._search.is_word(word) for word in WORD.findall(text.lower()) if matter_of(word))

    def has_foreign_word(self, text: str, topics: Sequence[Name]) -> bool:
        """Whether a text has a word that few guides or none have, those of the topics not among them."""
        few = max(_FEW, _FEW_SHARE * len(self.library.ids))
        about = self.guides_of(t for t in topics if t.document)
        guides = self._search.fields.guides
        return any(
            sum(guides.frequencies(terms(word))) <= few and not self._have(about, word)
            for word in WORD.findall(text.lower())
            if matter_of(word)
        )

    def are_of_others(self, word: str, document: str) -> bool:
        """Whether other guides have a word, and one has not."""
        return any(self._search.fields.guides.frequencies(terms(word))) and not self._have([document], word)

    def _have(self, documents: Iterable[str], word: str) -> bool:
        """Whether any of some guides has a word."""
        own = np.array(sorted(self.library.number_of[name] for name in documents), dtype=np.int64)
        return bool(self._search.fields.guides.asked(word).of(own).any())

    def is_rare(self, stem: str, text: str) -> bool:
        """Whether few guides have a stemmed word, the only one of a text that says what is asked, not for people."""
        few = max(_FEW, _RARE_SHARE * len(self.library.ids))
        return self._search.fields.guides.frequencies([stem])[0] <= few and not self.people_in(text)

    def nearness(self, question: str, topic: Name | None) -> tuple[float, Name | None]:
        """The best section's cosine, and its topic; within one topic if given."""
        hits = self.within(question, 5, topic)
        if not hits:
            return 0.0, None
        best = hits[0]
        return max(h.meaning for h in hits), Name(best.section.topic, best.section.topic, best.document.id)


def _aim(vectors: Mapping[str, Vectors], apart: str, question: str) -> Vectors:
    """The vector of what is asked apart from careers. Usual words say little of one guide's sections
    alone, so there the question, with the career's name, counts as much."""
    if apart not in (CAREER, ENTRY):
        return vectors[apart]
    both = vectors[apart] + vectors[question]
    aim: Vectors = both / np.linalg.norm(both)
    return aim


def _asked(question: str, mentions: Sequence[Mention]) -> frozenset[int]:
    """Where the words of a question begin that say what it asks apart from the careers that it names."""
    named = {place for m in mentions for place in range(m.start, m.end)}
    words = (found for found in WORD.finditer(question) if found.start() not in named)
    return frozenset(found.start() for found in words if matter_of(found[0]))


def _apart(question: str, mentions: Sequence[Mention]) -> str:
    """What a question asks apart from the careers that it names, "" where it names none."""
    if not mentions:
        return ""
    apart = without_names(question, mentions)
    return usual(apart) or apart
