"""The word store: BM25 over texts, by bm25s."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np
import Stemmer
from numpy.typing import NDArray

from qa.stores.vectors import Nearest


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

_STOP_WORDS = frozenset(STOPWORDS_EN)
WORD = re.compile(r"\w\w+")  # of a text, as it is searched
_TERMS = "terms.npy"


@dataclass(frozen=True, slots=True)
class Scheme:
    """How texts are scored: BM25's saturation k1 and length normalisation b,
    and whether neighbouring words count as terms of their own as well."""

    k1: float = 1.5
    b: float = 0.75
    pairs: bool = False


class WordStore:
    """BM25 scores (Robertson's, in Lucene's form) of texts for a question.

    Terms are kept as hashes of eight bytes, sorted, in a file that is mapped:
    a vocabulary of millions opens at once. ``terms`` has shape (terms,); a
    term's place in it is its number in the index.
    """

    def __init__(self, index: bm25s.BM25, size: int, scheme: Scheme, terms: NDArray[np.uint64]) -> None:
        self.index = index
        self.size = size
        self.scheme = scheme
        self.terms = terms

    @classmethod
    def build(cls, texts: Sequence[str], scheme: Scheme = Scheme()) -> WordStore:
        # An empty text would be no row at all; a word that no question holds keeps its place.
        blank, numbers = 0, {"": 0}
        rows = [[numbers.setdefault(t, len(numbers)) for t in scored_terms(text, scheme)] for text in texts]
        hashed = hashes(numbers)
        terms, places = np.unique(hashed, return_inverse=True)
        index = bm25s.BM25(method="lucene", k1=scheme.k1, b=scheme.b)
        corpus = [places[row or [blank]].tolist() for row in rows]
        index.index((corpus, {str(n): n for n in range(len(terms))}), show_progress=False)
        return cls(index, len(texts), scheme, terms)

    @classmethod
    def load(cls, folder: Path, size: int, scheme: Scheme = Scheme()) -> WordStore:
        index = bm25s.BM25.load(str(folder), mmap=True, load_vocab=False)
        # Plain views of the mapped files: numpy's own class for these is slow to take single values from.
        index.scores.update((k, np.asarray(v)) for k, v in index.scores.items() if isinstance(v, np.memmap))
        return cls(index, size, scheme, np.asarray(np.load(folder / _TERMS, mmap_mode="r", allow_pickle=False)))

    def save(self, folder: Path) -> None:
        self.index.vocab_dict = {}  # the terms' file stands for it
        self.index.save(str(folder), show_progress=False)
        np.save(folder / _TERMS, self.terms)

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of every text: float32, shape (size,), from 0 up."""
        known = [number for number in self._numbers(scored_terms(question, self.scheme)) if number >= 0]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        return np.asarray(self.index.get_scores_from_ids(known), dtype=np.float32)

    def asked(self, question: str) -> AskedWords:
        return AskedWords(self.scores(question))

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many texts each stemmed word occurs."""
        starts = self.index.scores["indptr"]
        return [int(starts[n + 1] - starts[n]) if n >= 0 else 0 for n in self._numbers(words)]

    def _numbers(self, words: Sequence[str]) -> list[int]:
        """The words' numbers in the index, -1 for those that it hasn't."""
        if not words or not len(self.terms):
            return [-1] * len(words)
        hashed = hashes(words)
        places = np.minimum(np.searchsorted(self.terms, hashed), len(self.terms) - 1)
        numbers: list[int] = np.where(self.terms[places] == hashed, places, -1).tolist()
        return numbers


@dataclass(frozen=True, slots=True)
class AskedWords:
    """The scores of every text for one question: shape (size,)."""

    scores: NDArray[np.float32]

    def best(self, k: int, within: tuple[int, int] | None = None) -> Nearest:
        rows = best_rows(self.scores, k, within)
        return Nearest(rows, self.scores[rows])

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.scores[rows]


def hashes(words: Collection[str]) -> NDArray[np.uint64]:
    """Eight bytes that stand for each word, shape (n,)."""
    digests = (blake2b(word.encode(), digest_size=8).digest() for word in words)
    return np.fromiter((int.from_bytes(d, "little") for d in digests), dtype=np.uint64, count=len(words))


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


class _OfThread(threading.local):
    """A stemmer has state of its own, so each thread has one."""

    def __init__(self) -> None:
        self.stemmer = Stemmer.Stemmer("english")


_of_thread = _OfThread()


def terms(text: str) -> list[str]:
    """A text's words of two letters or more in lower case, stemmed, without stop words.

    They are what ``bm25s.tokenize`` gives, without what that does for many texts at once.
    """
    words = [word for word in WORD.findall(text.lower()) if word not in _STOP_WORDS]
    stemmed: list[str] = _of_thread.stemmer.stemWords(words)
    return stemmed


def spans_of_terms(text: str) -> tuple[NDArray[np.int64], list[str]]:
    """Where the words that ``terms`` gives stand in a text, shape (terms, 2), and these terms."""
    words = [found for found in WORD.finditer(text) if found[0].lower() not in _STOP_WORDS]
    stemmed: list[str] = _of_thread.stemmer.stemWords([word[0].lower() for word in words])
    return np.array([word.span() for word in words], dtype=np.int64).reshape(-1, 2), stemmed


def scored_terms(text: str, scheme: Scheme) -> list[str]:
    """What a scheme scores of a text: its terms, and pairs of neighbours if it has them."""
    found = terms(text)
    return found + [f"{a} {b}" for a, b in pairwise(found)] if scheme.pairs else found
