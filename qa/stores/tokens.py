"""The vectors of sections' words, each kept as the signs of its numbers.

A sign a dimension is what Yamada, Asai and Hajishirzi, "Efficient Passage
Retrieval with Hashing", 2021, keep of passages: asked with a whole vector,
its inner product orders nearly as the whole one does, in a 32nd of the space.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.reading.encoder import Tokens, Vectors
from qa.stores.vectors import Ids, Scores
from qa.stores.words import spans_of_terms

# Shape (words, dim / 8): a bit for each number of a vector, 1 where it is above 0.
Signs = NDArray[np.uint8]

_MOST = 48_000  # which Milvus keeps in one field, written as text
_SIGNS, _STARTS = "signs.bin", "starts.npz"


def of_words(spans: NDArray[np.int64], tokens: Tokens) -> NDArray[np.int64]:
    """For each token the number of the word, by their ``spans`` of ``spans_of_terms``, that it is of; -1 for others."""
    if not len(spans):
        return np.full(len(tokens.spans), -1, dtype=np.int64)
    starts, last = tokens.spans[:, 0], tokens.spans[:, 1] - 1  # some models' tokens begin with a space
    places = np.searchsorted(spans[:, 0], last, side="right") - 1
    inside = (places >= 0) & (starts <= last) & (last < spans[places, 1])
    return np.where(inside, places, -1)


def signs(text: str, tokens: Tokens) -> Signs:
    """What is kept of a text: the signs of its words' tokens, or of all tokens where it has no words; of a
    long text those of the first, _MOST bytes."""
    said = of_words(spans_of_terms(text)[0], tokens) >= 0
    kept: Signs = np.packbits(tokens.vectors[said if said.any() else slice(None)] > 0, axis=1)
    return kept[: _MOST // max(1, kept.shape[1])]


def nearest_words(vectors: Vectors, texts: Sequence[Signs]) -> Scores:
    """How near the nearest word of each of n texts comes to each of ``vectors``, shape (tokens, dim): (n, tokens).

    It is 0 for a text without any.
    """
    count, dim = vectors.shape
    found = np.zeros((len(texts), count), dtype=np.float32)
    have = [n for n, text in enumerate(texts) if len(text)]
    if not have or not count:
        return found
    bits = np.unpackbits(np.concatenate([texts[n] for n in have]), axis=1, count=dim)
    # A sign is 1 or -1, a bit 1 or 0.
    products = (2 * (bits.astype(np.float32) @ vectors.T) - vectors.sum(axis=1)) / np.float32(np.sqrt(dim))
    starts = np.cumsum([0, *(len(texts[n]) for n in have[:-1])])
    found[have] = np.maximum.reduceat(products, starts, axis=0)
    return found


class TokenStore:
    """The signs of every section's words, in one file.

    It is read, not mapped: what was read once would count as this process's
    memory from then on. It is kept open, so that it can be read even when a
    newer index has replaced it.
    """

    def __init__(self, folder: Path) -> None:
        with np.load(folder / _STARTS, allow_pickle=False) as table:
            self._starts: Ids = table["starts"]
            self._width = int(table["width"])
        self._file = os.open(folder / _SIGNS, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    @staticmethod
    def write(folder: Path, sections: Sequence[Signs]) -> None:
        folder.mkdir()
        width = max((text.shape[1] for text in sections), default=0)
        np.savez(folder / _STARTS, starts=np.cumsum([0, *map(len, sections)], dtype=np.int64), width=width)
        with (folder / _SIGNS).open("wb") as file:
            for text in sections:
                file.write(text.tobytes())

    def of(self, sections: Ids) -> list[Signs]:
        """Those of some sections, by their numbers."""
        return [self._read(int(self._starts[n]), int(self._starts[n + 1])) for n in sections]

    def _read(self, first: int, last: int) -> Signs:
        data = os.pread(self._file, (last - first) * self._width, first * self._width)
        return np.frombuffer(data, dtype=np.uint8).reshape(last - first, self._width)
