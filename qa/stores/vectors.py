"""The vector store: which passages are nearest to a question's vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.reading.encoder import Vectors

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

# What both engines go by. Up to so many vectors a search is exact: with 384
# dimensions it takes 1.7 ms on one core, about what encoding the question takes.
EXACT_UP_TO = 30_000
# Above, the lists of an inverted file for each square root of the size, and how many
# of them a search looks into; benchmarks/size.py measures the recall that they give.
LISTS, PROBES = 4, 192


@dataclass(frozen=True, slots=True)
class Nearest:
    """Rows found and their cosines, best first: both shape (n,)."""

    rows: Ids
    scores: Scores


class VectorStore(Protocol):
    """Rows of unit vectors, searched by inner product (their cosine)."""

    @property
    def size(self) -> int: ...

    def search(self, vector: Vectors, k: int, within: tuple[int, int] | None = None) -> Nearest:
        """The k rows nearest to ``vector``, shape (dim,), best first.

        ``within`` limits the search to rows from its first up to, and not
        including, its second number.
        """
        ...

    def scores(self, vector: Vectors, rows: Ids) -> Scores:
        """The cosines of ``vector`` with the given rows, shape (n,)."""
        ...
