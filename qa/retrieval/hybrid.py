"""Hybrid search: meaning and words, fused per section.

Fusion is the convex combination of min-max normalised scores (Bruch, Gai and
Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2022), with a
further field for the words of title and headings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.reading.encoder import Encoder
from qa.stores.library import Library
from qa.stores.vectors import VectorStore
from qa.stores.words import WordStore
from qa.types import Hit

Floats = NDArray[np.float32]

# Scores are normalised over each signal's best, as many as this.
_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Weights:
    """``dense`` against BM25, 0 to 1, and what headings add to both."""

    dense: float
    headings: float


class HybridSearch:
    """Searches sections by their best passage's meaning and by their words."""

    def __init__(
        self,
        library: Library,
        vectors: VectorStore,
        words: WordStore,
        headings: WordStore,
        encoder: Encoder,
        weights: Weights,
    ) -> None:
        self.library = library
        self.vectors = vectors
        self.words = words
        self.headings = headings
        self.encoder = encoder
        self.weights = weights

    def search(self, question: str, k: int, document: int | None = None) -> list[Hit]:
        """The k best sections, best first, within one document if given.

        Equal scores are ordered by place in the index, so that the same
        question always gets the same list.
        """
        vector = self.encoder.encode([question], query=True)[0]
        count = len(self.library.section_document)
        first, last = (0, count) if document is None else self.library.sections_of(document)
        within = None if document is None else self.library.passages_of((first, last))
        # Sections have a few passages each: so many are needed for _DEPTH sections.
        nearest = self.vectors.search(vector, 4 * _DEPTH, within)
        owners = self.library.passage_table[nearest.rows, 0]
        sections, firsts = np.unique(owners, return_index=True)  # rows are best first
        meaning = nearest.scores[firsts]
        best_row = nearest.rows[firsts]

        words, headings = self.words.scores(question), self.headings.scores(question)
        mask = np.zeros(count, dtype=bool)
        mask[first:last] = True
        words, headings = np.where(mask, words, 0), np.where(mask, headings, 0)
        dense = np.zeros(count, dtype=np.float32)
        dense[sections] = _normalised(meaning)
        fused = (
            self.weights.dense * dense
            + (1 - self.weights.dense) * _normalised(words)
            + self.weights.headings * _normalised(headings)
        )
        fused /= 1 + self.weights.headings
        order = np.argsort(-fused, kind="stable")[: k + 1]
        place = dict(zip(sections.tolist(), range(len(sections)), strict=True))
        hits: list[Hit] = []
        for number in order.tolist():
            if not mask[number] or fused[number] <= 0 or len(hits) == k:
                continue
            if number in place:
                row, cosine = int(best_row[place[number]]), float(meaning[place[number]])
            else:
                row, cosine = self._best_passage(vector, number)
            _, start, end = self.library.passage_table[row].tolist()
            owner, section = self.library.section(number)
            hits.append(Hit(owner, section, start, end, float(fused[number]), cosine, float(words[number])))
        return hits

    def _best_passage(self, vector: Floats, section: int) -> tuple[int, float]:
        found = self.vectors.search(vector, 1, self.library.passages_of((section, section + 1)))
        return int(found.rows[0]), float(found.scores[0])


def _normalised(scores: Floats) -> Floats:
    """Min-max normalise over the best _DEPTH scores; what is below gets 0."""
    if len(scores) == 0 or (top := float(scores.max())) <= 0:
        return np.zeros_like(scores)
    depth = min(_DEPTH, len(scores))
    floor = float(np.partition(scores, -depth)[-depth])
    if top <= floor:
        return (scores >= top).astype(np.float32)
    normalised: Floats = np.clip((scores - floor) / (top - floor), 0, 1).astype(np.float32)
    return normalised
