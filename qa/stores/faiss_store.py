"""Vectors in FAISS: exact search where that is cheap, approximate above.

Up to EXACT_UP_TO vectors the index is flat: every cosine is computed, of
float16 vectors in float32. Above, it is an inverted file (Jégou, Douze and
Schmid, "Product Quantization for Nearest Neighbor Search", 2011) whose
vectors are kept as eight bits a dimension, relative to the centre of their
list. docs/size.md gives what both cost and what they find.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qa.errors import IndexFolderError
from qa.reading.encoder import Vectors
from qa.stores.vectors import EXACT_UP_TO, LISTS, PROBES, Ids, Nearest, Scores

_TRAINING, _ROUNDS = 40, 6  # vectors a list that the centres are learnt from, and rounds of k-means
# A filter of at most so many rows is searched row by row.
_FEW = 1000


class FaissStore:
    """A FAISS index over unit vectors, scored by inner product (their cosine).

    ``exact`` tells whether the scores are exact cosines of the vectors as
    they are kept, in float16, and none is missed, or cosines with vectors
    rounded further, and a search may miss some of the best. A filtered search
    misses none either way.
    """

    def __init__(self, index: Any) -> None:
        self.index = index
        self.exact = not isinstance(index, faiss.IndexIVF)
        # The flat index's own numbers, not a copy.
        size = index.ntotal * index.d * np.dtype(np.float16).itemsize
        codes = faiss.rev_swig_ptr(index.codes.data(), size) if self.exact and size else np.empty(0, dtype=np.uint8)
        self._rows: NDArray[np.float16] = codes.view(np.float16).reshape(-1, index.d)

    @classmethod
    def build(cls, vectors: Vectors, exact_up_to: int = EXACT_UP_TO) -> FaissStore:
        """Index vectors: float32, shape (n, dim), unit length; they are kept in float16, or eight bits a number.

        The same vectors always give the same index.
        """
        count, dim = vectors.shape
        if count <= exact_up_to:
            # Half the bytes of float32: the memory's speed bounds a scan, and the model shares the caches.
            flat = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
            flat.add(np.ascontiguousarray(vectors))
            return cls(flat)
        # A search may have set both to one.
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        threadpool_limits(os.cpu_count(), user_api="blas")
        lists = max(1, min(round(LISTS * math.sqrt(count)), count // _TRAINING))
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dim), dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, True
        )
        index.cp.niter = _ROUNDS
        index.cp.spherical = True
        sample = np.random.default_rng(0).permutation(count)[: _TRAINING * lists]
        index.train(vectors[np.sort(sample)])
        index.add(np.ascontiguousarray(vectors))
        index.make_direct_map()  # a row's own vector, for filters
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> FaissStore:
        """Map a saved index into memory. Raises IndexFolderError when FAISS can't.

        Call it on files that the manifest vouches for only: FAISS trusts
        what it reads.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise IndexFolderError(
                f"The vectors in {path} can't be read: build the index again with careers-qa build."
            ) from error

    def save(self, path: Path) -> None:
        """Write the index. Raises OSError when FAISS can't, as on a full disk."""
        try:
            faiss.write_index(self.index, str(path))
        except RuntimeError as error:
            raise OSError(f"FAISS can't write {path}") from error

    @property
    def size(self) -> int:
        return int(self.index.ntotal)

    def search(self, vector: Vectors, k: int, within: tuple[int, int] | None = None) -> Nearest:
        first, last = within or (0, self.size)
        chosen = None if within is None else faiss.IDSelectorRange(first, last)
        if self.exact:
            parameters = faiss.SearchParameters(sel=chosen) if chosen else None  # type: ignore[call-arg]
        elif chosen and last - first <= _FEW:
            return self._among(vector, k, first, last)
        else:
            probes = int(self.index.nlist) if chosen else PROBES
            parameters = faiss.SearchParametersIVF(sel=chosen, nprobe=probes)  # type: ignore[call-arg]
        if self.exact:  # so few vectors that sharing them out costs more than it brings
            faiss.omp_set_num_threads(1)
        scores, rows = self.index.search(vector.reshape(1, -1), min(k, self.size), params=parameters)
        found = rows[0] >= 0
        return Nearest(rows[0][found].astype(np.int64), scores[0][found])

    def scores(self, vector: Vectors, rows: Ids) -> Scores:
        kept = self._rows[rows].astype(np.float32) if self.exact else self.index.reconstruct_batch(rows)
        found: Scores = kept @ vector
        return found

    def _among(self, vector: Vectors, k: int, first: int, last: int) -> Nearest:
        """The k nearest of a few rows, by their own vectors."""
        rows = np.arange(first, last)
        scores = self.scores(vector, rows)
        order = np.argsort(-scores, kind="stable")[:k]
        return Nearest(rows[order], scores[order])
