"""A corpus of a million passages grown from real ones.

A new passage stands between two real ones that are near each other, moved by
a displacement that real neighbours have too:

    x = (1 - t) a + t b + s (c - d),    t uniform in [0, 0.5]

where b is one of a's ten nearest, d one of c's ten nearest, and x is scaled
to unit length. So new passages lie where real ones lie, and spread in the
directions in which real ones differ. The spread s is calibrated: the median
cosine of a passage to its nearest other one grows with the logarithm of a
real collection's size, and s is chosen so that the grown collection's median
is what that trend gives at its size.

Its text takes sentences of a and of b in turn, as many words as a has, and
coined words as often as new words turn up in real text of that size (Heaps'
law, fitted on the real passages).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Grow = Callable[[Floats, int, float, int], Floats]

NEIGHBOURS = 10
_CHUNK = 50_000
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Parents:
    """The real passages a and b of each new one, shape (n,), and where between."""

    a: Rows
    b: Rows


def exact(vectors: Floats, questions: Floats, k: int) -> tuple[Floats, Rows]:
    """The k nearest rows of each question, by all cosines: both shape (q, k)."""
    found: tuple[Floats, Rows] = faiss.knn(questions, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
    return found


def neighbours(vectors: Floats) -> Rows:
    """Each row's nearest other rows, shape (n, NEIGHBOURS)."""
    _, rows = exact(vectors, vectors, NEIGHBOURS + 1)
    own = rows == np.arange(len(vectors))[:, None]
    own[~own.any(axis=1), -1] = True  # a duplicate took its place
    return rows[~own].reshape(-1, NEIGHBOURS)


def parents(near: Rows, count: int, seed: int) -> Parents:
    rng = np.random.default_rng(seed)
    a = rng.integers(len(near), size=count)
    return Parents(a, near[a, rng.integers(NEIGHBOURS, size=count)])


def grown(real: Floats, near: Rows, count: int, spread: float, seed: int) -> Floats:
    """``count`` new unit vectors, by the method above: float32, (count, dim)."""
    pairs, moves = parents(near, count, seed), parents(near, count, seed + 1)
    rng = np.random.default_rng(seed + 2)
    out = np.empty((count, real.shape[1]), dtype=np.float32)
    for at in _chunks(count):
        t = rng.uniform(0, 0.5, size=(at.stop - at.start, 1)).astype(np.float32)
        a, b = real[pairs.a[at]], real[pairs.b[at]]
        out[at] = unit(a + t * (b - a) + spread * (real[moves.a[at]] - real[moves.b[at]]))
    return out


def noisy(real: Floats, count: int, spread: float, seed: int) -> Floats:
    """For comparison: real passages with noise alike in all directions."""
    rng = np.random.default_rng(seed)
    out = np.empty((count, real.shape[1]), dtype=np.float32)
    for at in _chunks(count):
        noise = rng.standard_normal((at.stop - at.start, real.shape[1]), dtype=np.float32)
        out[at] = unit(real[rng.integers(len(real), size=len(noise))] + spread * noise / np.sqrt(real.shape[1]))
    return out


def blob(real: Floats, count: int, seed: int) -> Floats:
    """For comparison: one Gaussian with the mean and covariance of the real."""
    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(np.cov(real.T) + 1e-6 * np.eye(real.shape[1])).astype(np.float32)
    out = np.empty((count, real.shape[1]), dtype=np.float32)
    for at in _chunks(count):
        out[at] = unit(
            real.mean(0) + rng.standard_normal((at.stop - at.start, real.shape[1]), dtype=np.float32) @ root.T
        )
    return out


def nearest_cosine(vectors: Floats, sample: int = 200, seed: int = 0) -> float:
    """The median cosine of a passage to its nearest other one."""
    rows = np.random.default_rng(seed).permutation(len(vectors))[:sample]
    scores, found = exact(vectors, vectors[rows], 2)
    return float(np.median(np.where(found[:, 0] == rows, scores[:, 1], scores[:, 0])))


def trend(real: Floats, size: int, seed: int = 0) -> float:
    """The median nearest cosine that real collections' growth gives at ``size``."""
    order = np.random.default_rng(seed).permutation(len(real))
    counts = [len(real) // part for part in (16, 8, 4, 2, 1)]
    medians = [nearest_cosine(real[order[:n]], 2000) for n in counts]
    # In the logarithm of the angle, so that no size brings the cosine above 1.
    slope, start = np.polyfit(np.log(counts), np.log(np.arccos(medians)), 1)
    return float(np.cos(np.exp(start + slope * np.log(size))))


def calibrated(grow: Callable[[float], Floats], wanted: float, low: float = 0.1, high: float = 0.7) -> float:
    """The spread at which what ``grow`` gives has the wanted nearest cosine."""
    for _ in range(5):  # to a hundredth
        middle = (low + high) / 2
        low, high = (middle, high) if nearest_cosine(grow(middle)) > wanted else (low, middle)
    return (low + high) / 2


def grown_texts(texts: Sequence[str], pairs: Parents, new_words: float, seed: int) -> Iterator[str]:
    """The text of each new passage; ``new_words`` is how many it coins on average."""
    rng = np.random.default_rng(seed)
    cut = [[s for s in _SENTENCE.split(text) if s] for text in texts]
    coined = rng.poisson(new_words, size=len(pairs.a))
    number = 0
    for a, b, more in zip(pairs.a.tolist(), pairs.b.tolist(), coined.tolist(), strict=True):
        wanted, words, out = len(texts[a].split()), 0, []
        for turn in range(max(len(cut[a]), len(cut[b]))):
            source = cut[a] if turn % 2 == 0 else cut[b]
            if turn < len(source):
                out.append(source[turn])
                words += source[turn].count(" ") + 1
            if words >= wanted:
                break
        out += [f"coined{number + n:x}" for n in range(more)]
        number += more
        yield " ".join(out)


def heaps(texts: Sequence[str], size: int, terms: Callable[[str], list[str]]) -> float:
    """New words a passage between here and ``size``, by Heaps' law V = K n^b."""
    counts, seen, known = [], [], set[str]()
    for n, text in enumerate(texts, 1):
        known.update(terms(text))
        if n * 8 >= len(texts) and n % (len(texts) // 32) == 0:
            counts.append(n)
            seen.append(len(known))
    power, start = np.polyfit(np.log(counts), np.log(seen), 1)
    return float((np.exp(start + power * np.log(size)) - len(known)) / max(1, size - len(texts)))


def unit(vectors: Floats) -> Floats:
    out: Floats = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return out


def _chunks(count: int) -> Iterator[slice]:
    for first in range(0, count, _CHUNK):
        yield slice(first, min(first + _CHUNK, count))
