"""Hybrid search: meaning and words of passages, sections and guides, fused.

Each signal is min-max normalised over its best, and the signals are summed
with fixed weights: the convex combination of Bruch, Gai and Ingber, "An
Analysis of Fusion Functions for Hybrid Retrieval", 2022.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.reading.encoder import Encoder, Vectors
from qa.retrieval.rerank import DEPTH, Reranker, reranked
from qa.stores.library import Library
from qa.stores.vectors import VectorStore
from qa.stores.words import WordStore, best_rows
from qa.types import Hit

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

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


@dataclass(frozen=True, slots=True)
class Weights:
    """``dense`` against BM25, 0 to 1, and what headings add to both."""

    dense: float
    headings: float


@dataclass(frozen=True, slots=True)
class Focus:
    """What a question asks of the careers that it names.

    ``vector``, shape (dim,), is the question's without their names: in a
    career's own guide its name tells no section from another. ``sections``
    are those of their guides.
    """

    vector: Vectors
    sections: Ids


@dataclass(frozen=True, slots=True)
class Fields:
    """BM25 over sections, over their names, and over whole guides."""

    words: WordStore
    headings: WordStore
    guides: WordStore


class HybridSearch:
    """Searches sections by the meaning and the words of their parts.

    ``section_vectors`` is shape (sections, dim): each section as a whole, as
    far as the model reads.
    """

    def __init__(
        self,
        library: Library,
        vectors: VectorStore,
        section_vectors: NDArray[np.float16],
        fields: Fields,
        encoder: Encoder,
        weights: Weights,
        reranker: Reranker | None = None,
    ) -> None:
        self.library = library
        self.vectors = vectors
        self.section_vectors = section_vectors
        self.fields = fields
        self.encoder = encoder
        self.weights = weights
        self.reranker = reranker

    def knows(self, stem: str) -> bool:
        """Whether a stemmed word occurs in the guides."""
        return self.fields.guides.frequencies([stem]) != [0]

    def is_word(self, word: str) -> bool:
        """Whether the model reads a word whole, as it does the common ones of its language."""
        word_length, shortest = self.encoder.count_tokens([word, "a"])
        return word_length <= shortest

    def rarity(self, stems: Sequence[str]) -> list[float]:
        """How rare each stemmed word is among sections: BM25's inverse document
        frequency (Robertson's, in Lucene's form), above 0."""
        return _rarity(self.fields.words, stems)

    def guide_rarity(self, stems: Sequence[str]) -> list[float]:
        """How rare each stemmed word is among guides, likewise."""
        return _rarity(self.fields.guides, stems)

    def search(
        self,
        question: str,
        k: int,
        document: int | None = None,
        vector: Vectors | None = None,
        focus: Focus | None = None,
    ) -> list[Hit]:
        """The k best sections, best first, within one document if given.

        ``vector`` is the question's, shape (dim,), where it is known already.
        Equal scores are ordered by place in the index, so that the same
        question always gets the same list.
        """
        vector = self.encoder.encode([question], query=True)[0] if vector is None else vector
        within = None if document is None else self.library.sections_of(document)
        nearest = self.vectors.search(vector, _PASSAGES, None if within is None else self.library.passages_of(within))
        words, headings = self.fields.words.scores(question), self.fields.headings.scores(question)
        by_words, by_headings = best_rows(words, _DEPTH, within), best_rows(headings, _DEPTH, within)
        found = [self.library.passage_table[nearest.rows, 0], by_words, by_headings]
        if focus:
            own = focus.sections
            found.append(own if within is None else own[(own >= within[0]) & (own < within[1])])
        sections: Ids = np.unique(np.concatenate(found)).astype(np.int64)
        if not len(sections):
            return []
        rows, meaning, dense = self._meaning(vector, sections)
        lexical = _OWN_WORDS * _normalised(words[sections]) + _GUIDE_WORDS * self._guides(question, sections)
        weights = self.weights
        fused = weights.dense * dense + (1 - weights.dense) * lexical
        fused = (fused + weights.headings * _normalised(headings[sections])) / (1 + weights.headings)
        if focus and (named := np.isin(sections, focus.sections)).any():
            # The order within these guides changes, their place among all others doesn't.
            best = fused[named].max()
            fused[named] += _FOCUS * self._meaning(focus.vector, sections[named])[2]
            fused[named] = np.maximum(fused[named] + best - fused[named].max(), 0)
        hits: list[Hit] = []
        wanted = max(k, DEPTH) if self.reranker else k
        for n in np.argsort(-fused, kind="stable")[:wanted].tolist():
            _, start, end = self.library.passage_table[rows[n]].tolist()
            owner, section = self.library.section(int(sections[n]))
            score = float(fused[n])
            hits.append(Hit(owner, section, start, end, score, float(meaning[n]), float(words[sections[n]])))
        return reranked(question, hits, self.reranker)[:k] if self.reranker else hits

    def _meaning(self, vector: Vectors, sections: Ids) -> tuple[Ids, Floats, Floats]:
        """Each section's best passage, its cosine, and what it and the whole section make, 0 to 1."""
        rows, cosines = self._best_passages(vector, sections)
        whole = self.section_vectors[sections].astype(np.float32) @ vector
        return rows, cosines, _PASSAGE * _normalised(cosines) + _SECTION * _normalised(whole)

    def _best_passages(self, vector: Vectors, sections: Ids) -> tuple[Ids, Floats]:
        """Each section's best passage: its row, and its cosine."""
        firsts, lasts = self.library.passage_bounds(sections)
        rows = np.concatenate([np.arange(a, b) for a, b in zip(firsts, lasts, strict=True)])
        cosines = self.vectors.scores(vector, rows)
        owners = np.repeat(np.arange(len(sections)), lasts - firsts)
        order = np.lexsort((rows, -cosines, owners))
        best = order[np.searchsorted(owners, np.arange(len(sections)))]
        return rows[best], cosines[best]

    def _guides(self, question: str, sections: Ids) -> Floats:
        scores = self.fields.guides.scores(question)
        best = best_rows(scores, _DEPTH)
        floor = float(scores[best[-1]]) if len(best) == _DEPTH else 0.0
        return _scaled(scores[self.library.section_document[sections]], floor, float(scores.max()))


def _rarity(store: WordStore, stems: Sequence[str]) -> list[float]:
    return [math.log(1 + (store.size - n + 0.5) / (n + 0.5)) for n in store.frequencies(stems)]


def _normalised(scores: Floats) -> Floats:
    """Min-max normalise over the best _DEPTH scores; what is below gets 0."""
    floor = float(np.partition(scores, -_DEPTH)[-_DEPTH]) if len(scores) > _DEPTH else float(scores.min())
    return _scaled(scores, floor, float(scores.max()))


def _scaled(scores: Floats, floor: float, top: float) -> Floats:
    if top <= floor:  # all alike: each is as good as the best, if that is any good
        return np.full_like(scores, float(top > 0))
    scaled: Floats = np.clip((scores - floor) / (top - floor), 0, 1).astype(np.float32)
    return scaled
