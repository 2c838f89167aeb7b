"""Hybrid search: meaning and words of passages, sections and guides, fused.

Each signal is min-max normalised over its best, and the signals are summed
with fixed weights: the convex combination of Bruch, Gai and Ingber, "An
Analysis of Fusion Functions for Hybrid Retrieval", 2022.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.reading.encoder import NO_TOKENS, Encoder, Tokens, Vectors
from qa.retrieval.headings import plainer
from qa.retrieval.rerank import DEPTH, Reranker, reranked
from qa.stores.engine import DocumentStore, PassageStore, Words
from qa.stores.tokens import nearest_words, of_words
from qa.stores.vectors import Ids, Scores
from qa.stores.words import spans_of_terms, terms
from qa.types import Hit

# Scores are normalised over each signal's best, as many as this.
_DEPTH = 100
# Sections have a few passages each: so many are found for _DEPTH sections.
_PASSAGES = 4 * _DEPTH
# Meaning is the best passage's, helped by the whole section's; words are the
# section's, helped by the guide's. benchmarks/retrieval.py compares others.
_PASSAGE, _SECTION = 0.65, 0.35
_OWN_WORDS, _GUIDE_WORDS = 0.67, 0.33
# Weight of the meaning of what is asked within the guides that are named.
_FOCUS = 0.4
# What a guide's sections gain where it is named in full.
_NAMED = 0.1
# Of so many of the best sections it is looked at how near their words come to the question's.
_LATE = 20
# Within these, the share of another's score from which a section with a plainer heading goes before it.
_PLAINER = 0.75
# What each further section of a guide counts where results are spread over the guides.
_SPREAD = 0.4


@dataclass(frozen=True, slots=True)
class Weights:
    """``dense`` against BM25, 0 to 1, and what headings, and then words that come near, add to both."""

    dense: float
    headings: float
    late: float


@dataclass(frozen=True, slots=True)
class Focus:
    """What a question asks of the careers that it names.

    ``vector``, shape (dim,), is the question's without their names: in a
    career's own guide its name tells no section from another. ``sections``
    are those of their guides, ``full`` those of the ones that are named in
    full, not by a part of their name.
    """

    vector: Vectors
    sections: Ids
    full: Ids


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched: its vector, shape (dim,), and its tokens.

    ``titled`` is that of the question with the titles of guides for their
    other names, where it has such: a model knows an undertaker, but not every
    name. ``spread`` shows several guides rather than several sections of one.
    ``words`` are what is looked up, where that isn't the question. ``asked``
    tells where the words begin that say what is asked, apart from careers.
    """

    vector: Vectors
    tokens: Tokens = NO_TOKENS
    titled: Vectors | None = None
    focus: Focus | None = None
    spread: bool = False
    words: str = ""
    asked: Set[int] = frozenset()

    def nearness(self, text: Vectors) -> float:
        """The cosine of a text's vector, shape (dim,), with the question's nearer one."""
        return max(float(v @ text) for v in (self.vector, self.titled) if v is not None)


@dataclass(frozen=True, slots=True)
class Fields:
    """BM25 over sections, over their names, and over whole guides."""

    words: Words
    headings: Words
    guides: Words


def one_by_one(*calls: Callable[[], Any]) -> list[Any]:
    """What the calls give, made one after the other."""
    return [call() for call in calls]


class HybridSearch:
    """Searches sections by the meaning and the words of their parts.

    ``together`` makes the calls of a round: one by one, or at the same time
    where each waits for a server.
    """

    def __init__(
        self,
        library: DocumentStore,
        passages: PassageStore,
        fields: Fields,
        encoder: Encoder,
        weights: Weights,
        reranker: Reranker | None = None,
        together: Callable[..., list[Any]] = one_by_one,
    ) -> None:
        self.library = library
        self.passages = passages
        self.fields = fields
        self.encoder = encoder
        self.weights = weights
        self.reranker = reranker
        self._together = together

    def knows(self, stem: str) -> bool:
        """Whether a stemmed word occurs in the guides."""
        return self.fields.guides.frequencies([stem]) != [0]

    def is_word(self, word: str) -> bool:
        """Whether the model reads a word whole, as it does the common ones of its language."""
        return self.encoder.count_tokens([word])[0] <= self._shortest

    @cached_property
    def _shortest(self) -> int:
        """Tokens of a text of one word that is read whole."""
        return self.encoder.count_tokens(["a"])[0]

    def rarity(self, stems: Sequence[str]) -> list[float]:
        """How rare each stemmed word is among sections: BM25's inverse document
        frequency (Robertson's, in Lucene's form), above 0."""
        words = self.fields.words
        return [math.log(1 + (words.size - n + 0.5) / (n + 0.5)) for n in words.frequencies(stems)]

    def search(self, question: str, k: int, document: int | None = None, query: Query | None = None) -> list[Hit]:
        """The k best sections, best first, within one document if given.

        ``query`` is the question as it is searched; without it, its vector is.
        Equal scores are ordered by place in the index, so that the same
        question always gets the same list.
        """
        query = query or self._query(question)
        vector, focus, titled = query.vector, query.focus, query.titled
        within = None if document is None else self.library.sections_of(document)
        fields = self.fields
        words, headings, guides = (
            f.asked(query.words or question) for f in (fields.words, fields.headings, fields.guides)
        )
        near, by_words, by_headings, by_guides = self._together(
            lambda: self.passages.near(vector, _PASSAGES, document),
            lambda: words.best(_DEPTH, within).rows,
            lambda: headings.best(_DEPTH, within).rows,
            lambda: guides.best(_DEPTH).scores,
        )
        found = [near, by_words, by_headings]
        if focus:
            own = focus.sections
            found.append(own if within is None else own[(own >= within[0]) & (own < within[1])])
        sections: Ids = np.unique(np.concatenate(found)).astype(np.int64)
        if not len(sections):
            return []
        owners = self.library.documents_of(sections)
        aim = focus.vector if focus else vector
        best, whole, own_words, own_headings, own_guides, *aimed = self._together(
            lambda: self.passages.best(vector, sections),
            lambda: self.passages.whole(vector, sections),
            lambda: words.of(sections),
            lambda: headings.of(sections),
            lambda: guides.of(owners),
            *([lambda: self.passages.best(aim, sections), lambda: self.passages.whole(aim, sections)] if focus else ()),
            *([] if titled is None else [lambda: self.passages.best(titled, sections)]),
        )
        meant = best.scores if titled is None else np.maximum(best.scores, aimed[-1].scores)
        matter = aimed[0].scores if focus else best.scores
        share = _share_of_best(matter, owners) if focus else np.ones_like(matter)
        dense = _meaning(best.scores, whole)
        lexical = _OWN_WORDS * _normalised(own_words) + _GUIDE_WORDS * _among(own_guides, by_guides)
        weights = self.weights
        fused = weights.dense * dense + (1 - weights.dense) * lexical
        fused = (fused + weights.headings * _normalised(own_headings)) / (1 + weights.headings)
        named = np.isin(sections, focus.sections if focus else ())
        if focus:
            fused = (fused + _NAMED * np.isin(sections, focus.full)) / (1 + _NAMED)
        if named.any():
            fused[named] = _focused(fused[named].astype(np.float32), _meaning(matter[named], aimed[1][named]))
        spread = query.spread and document is None
        first = np.argsort(-(_spread(fused, owners) if spread else fused), kind="stable")[:_LATE]
        scores, near_words = self._with_near_words(fused, sections, first, question, query)
        scores = _spread(scores, owners) if spread else scores
        order = np.argsort(-scores, kind="stable")[: max(k, DEPTH) if self.reranker else k]
        self.library.fetch(owners[order])
        placed = self._placed(order, scores, named, sections, owners, set(terms(question)))
        hits: list[Hit] = []
        for n, score in placed[: len(order)]:
            owner, section = self.library.section(int(sections[n]))
            start, end = int(best.starts[n]), int(best.ends[n])
            signals = (float(values[n]) for values in (meant, matter, share, near_words))
            hits.append(Hit(owner, section, start, end, score, *signals))
        return reranked(question, hits, self.reranker)[:k] if self.reranker else hits

    def _query(self, question: str) -> Query:
        vectors, tokens = self.encoder.read([question], query=True)
        return Query(vectors[0], tokens[0])

    def _with_near_words(
        self, fused: NDArray[np.floating], sections: Ids, best: Ids, question: str, query: Query
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Scores with how near each word of the question finds one in the best sections, the rarer the
        word the more (late interaction: Khattab and Zaharia, "ColBERT", 2020).

        And how near the words come that say what is asked, of each section: 0 where that isn't known.
        """
        late, tokens = self.weights.late, query.tokens
        asked = np.zeros_like(fused)
        if not len(tokens.vectors):
            return fused, asked
        spans, words = spans_of_terms(question)
        rarity = np.array([*self.rarity(words), 0.0], dtype=np.float32)
        counts = np.array([*(start in query.asked for start in spans[:, 0].tolist()), False])
        weights = np.stack([rarity, rarity * counts], axis=1)[of_words(spans, tokens)]
        weights[:, ~weights.any(axis=0)] = 1
        near = nearest_words(tokens.vectors, self.passages.tokens(sections[best])) @ (weights / weights.sum(axis=0))
        asked[best] = near[:, 1]
        found: NDArray[np.floating] = fused / (1 + late)
        found[best] += late / (1 + late) * _normalised(near[:, 0])
        return found, asked

    def _placed(
        self,
        order: Ids,
        scores: NDArray[np.floating],
        named: NDArray[np.bool_],
        sections: Ids,
        owners: Ids,
        asked: set[str],
    ) -> list[tuple[int, float]]:
        """Rows with their scores, best first; in a guide that is named those with a plainer heading first."""
        placed: dict[int, float] = {}
        for n in order.tolist():
            score = float(scores[n])
            for row in self._plainer(asked, sections, int(owners[n]), n) if named[n] else ():
                if scores[row] >= _PLAINER * score:
                    placed.setdefault(row, score)
            placed.setdefault(n, score)
        return list(placed.items())

    def _plainer(self, asked: set[str], sections: Ids, owner: int, row: int) -> list[int]:
        """The rows of found sections that a question means rather than the one in ``row``."""
        places = plainer(asked, *self.library.section(int(sections[row])))
        if not places:
            return []
        numbers = self.library.sections_of(owner)[0] + np.array(places)
        rows = np.minimum(np.searchsorted(sections, numbers), len(sections) - 1)
        found: list[int] = rows[sections[rows] == numbers].tolist()
        return found


def _focused(fused: Scores, meaning: Scores) -> Scores:
    """Scores of sections in the named guides with ``meaning``, that of what is asked of them.

    The order within these guides changes, their place among all others doesn't.
    """
    focused = fused + _FOCUS * meaning
    raised: Scores = np.maximum(focused + fused.max() - focused.max(), 0)
    return raised


def _share_of_best(scores: Scores, owners: Ids) -> Scores:
    """For each section the best score of its guide, as a share of the best of all."""
    _, guide = np.unique(owners, return_inverse=True)
    best = np.zeros(guide.max() + 1, dtype=np.float32)
    np.maximum.at(best, guide, scores)
    return _scaled(best, 0, float(best.max()))[guide]


def _spread(scores: NDArray[np.floating], owners: Ids) -> NDArray[np.floating]:
    """Scores that show several guides: a guide counts what its sections do together, each further one
    _SPREAD of the one before it, and its sections share in that likewise."""
    order = np.lexsort((-scores, owners))
    _, first, guide = np.unique(owners[order], return_index=True, return_inverse=True)
    own = scores[order] * _SPREAD ** (np.arange(len(order)) - first[guide])
    best = own[first]
    together = np.divide(np.add.reduceat(own, first), best, out=np.zeros_like(best), where=best > 0)
    spread = np.empty_like(own)
    spread[order] = own * (1 - _SPREAD) * together[guide]
    return spread


def _meaning(best: Scores, whole: Scores) -> Scores:
    """The best passages' and the whole sections' cosines in one, 0 to 1."""
    return _PASSAGE * _normalised(best) + _SECTION * _normalised(whole)


def _among(scores: Scores, best: Scores) -> Scores:
    """Scores normalised over the best _DEPTH of all, of which they needn't be."""
    floor = float(best[-1]) if len(best) == _DEPTH else 0.0
    return _scaled(scores, floor, float(best[0]) if len(best) else 0.0)


def _normalised(scores: Scores) -> Scores:
    """Min-max normalise over the best _DEPTH scores; what is below gets 0."""
    floor = float(np.partition(scores, -_DEPTH)[-_DEPTH]) if len(scores) > _DEPTH else float(scores.min())
    return _scaled(scores, floor, float(scores.max()))


def _scaled(scores: Scores, floor: float, top: float) -> Scores:
    if top <= floor:  # all alike: each is as good as the best, if that is any good
        return np.full_like(scores, float(top > 0))
    scaled: Scores = np.clip((scores - floor) / (top - floor), 0, 1).astype(np.float32)
    return scaled
