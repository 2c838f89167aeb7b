"""The word store: BM25 over texts, by bm25s."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray


@contextmanager
def _absent(*packages: str) -> Iterator[None]:
    """Packages that aren't loaded yet are found missing meanwhile."""
    hidden = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


# bm25s can do without scipy and its progress bars, whose import takes longer
# than the answer to a question.
with _absent("scipy", "tqdm"):
    import bm25s
    from bm25s.stopwords import STOPWORDS_EN

# Robertson's usual saturation, and full length normalisation as measured in
# the literature on short passages.
_K1, _B = 1.5, 0.75
_STOP_WORDS = frozenset(STOPWORDS_EN)


class WordStore:
    """BM25 scores (Robertson's, in Lucene's form) of texts for a question."""

    def __init__(self, index: bm25s.BM25, size: int) -> None:
        self.index = index
        self.size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> WordStore:
        tokens = _tokenized(texts, return_ids=True)
        # An empty text would be no row at all; a word that no question holds keeps its place.
        blank = tokens.vocab.setdefault("", len(tokens.vocab))
        index = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        index.index(([row or [blank] for row in tokens.ids], tokens.vocab), show_progress=False)
        return cls(index, len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> WordStore:
        return cls(bm25s.BM25.load(str(folder), mmap=True), size)

    def save(self, folder: Path) -> None:
        self.index.save(str(folder), show_progress=False)

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of every text: float32, shape (size,), from 0 up."""
        known = [t for t in terms(question) if t in self.index.vocab_dict]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        return np.asarray(self.index.get_scores(known), dtype=np.float32)


def best_rows(scores: NDArray[np.float32], k: int, within: tuple[int, int] | None = None) -> NDArray[np.int64]:
    """The k rows of the highest scores above 0, best first, equals by row.

    ``scores`` has shape (size,), as WordStore.scores gives it; ``within``
    limits the rows as VectorStore.search does. Only rows that score are
    sorted: of a million rows few do.
    """
    first, last = within or (0, len(scores))
    rows = np.flatnonzero(scores[first:last] > 0) + first
    found = scores[rows]
    if len(rows) > k:
        rows = rows[found >= np.partition(found, -k)[-k]]
    order: NDArray[np.int64] = rows[np.argsort(-scores[rows], kind="stable")[:k]]
    return order


_stemmer = Stemmer.Stemmer("english")


def _tokenized(texts: str | Sequence[str], return_ids: bool) -> Any:
    return bm25s.tokenize(
        texts, stopwords=list(_STOP_WORDS), stemmer=_stemmer, return_ids=return_ids, show_progress=False
    )


def terms(text: str) -> list[str]:
    """A text's words in lower case, stemmed, without stop words."""
    tokens: list[list[str]] = _tokenized(text, return_ids=False)
    return tokens[0]
