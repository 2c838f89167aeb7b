"""Passages in a folder: FAISS for the nearest, the library's tables for whose they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa.reading.encoder import Vectors
from qa.stores.engine import Best
from qa.stores.library import Library
from qa.stores.tokens import Signs, TokenStore
from qa.stores.vectors import Ids, Scores, VectorStore


class LocalPassages:
    """The passages of an index folder.

    ``section_vectors`` is shape (sections, dim): each section as a whole, as
    far as the model reads.
    """

    def __init__(
        self, library: Library, vectors: VectorStore, section_vectors: NDArray[np.float16], tokens: TokenStore
    ) -> None:
        self.library = library
        self.vectors = vectors
        self._section_vectors = section_vectors
        self._tokens = tokens

    def near(self, vector: Vectors, k: int, document: int | None = None) -> Ids:
        library = self.library
        within = None if document is None else library.passages_of(library.sections_of(document))
        found = self.vectors.search(vector, k, within)
        return np.unique(library.passage_table[found.rows, 0]).astype(np.int64)

    def best(self, vector: Vectors, sections: Ids) -> Best:
        firsts, lasts = self.library.passage_bounds(sections)
        counts = lasts - firsts
        owners = np.repeat(np.arange(len(sections)), counts)
        rows = np.arange(len(owners)) + np.repeat(firsts - np.cumsum(counts) + counts, counts)
        cosines = self.vectors.scores(vector, rows)
        order = np.lexsort((rows, -cosines, owners))
        best = order[np.searchsorted(owners, np.arange(len(sections)))]
        places = self.library.passage_table[rows[best]]
        return Best(places[:, 1], places[:, 2], cosines[best])

    def whole(self, vector: Vectors, sections: Ids) -> Scores:
        found: Scores = self._section_vectors[sections].astype(np.float32) @ vector
        return found

    def tokens(self, sections: Ids) -> list[Signs]:
        return self._tokens.of(sections)

    def section_vectors(self) -> NDArray[np.float16]:
        return self._section_vectors
