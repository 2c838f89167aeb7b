"""The word store: BM25 over texts, by bm25s."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN
from numpy.typing import NDArray

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
        index = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        # An empty text would be no row at all; a word that no question holds keeps its place.
        index.index([terms(text) or [""] for text in texts], show_progress=False)
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


class _OfThread(threading.local):
    """A stemmer has state of its own, so each thread has one."""

    def __init__(self) -> None:
        self.stemmer = Stemmer.Stemmer("english")


_of_thread = _OfThread()


def terms(text: str) -> list[str]:
    """A text's words in lower case, stemmed, without stop words."""
    tokens: list[list[str]] = bm25s.tokenize(
        text, stopwords=list(_STOP_WORDS), stemmer=_of_thread.stemmer, return_ids=False, show_progress=False
    )
    return tokens[0]
