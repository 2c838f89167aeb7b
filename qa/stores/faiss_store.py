"""Vectors in FAISS: exact search by inner product."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from qa.errors import IndexFolderError
from qa.reading.encoder import Vectors
from qa.stores.vectors import Nearest


class FaissStore:
    """A flat FAISS index over unit vectors, so scores are exact cosines."""

    def __init__(self, index: faiss.Index) -> None:
        self.index = index

    @classmethod
    def build(cls, vectors: Vectors) -> FaissStore:
        """Index vectors: float32, shape (n, dim), unit length."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> FaissStore:
        """Read a saved index. Raises IndexFolderError when FAISS can't.

        Call it on files that the manifest vouches for only: FAISS trusts
        what it reads.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP))
        except RuntimeError as error:
            raise IndexFolderError(
                f"The vectors in {path} can't be read: build the index again with careers-qa build."
            ) from error

    def save(self, path: Path) -> None:
        faiss.write_index(self.index, str(path))

    @property
    def size(self) -> int:
        return int(self.index.ntotal)

    def search(self, vector: Vectors, k: int, within: tuple[int, int] | None = None) -> Nearest:
        parameters = None
        if within is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorRange(*within))  # type: ignore[call-arg]
        scores, rows = self.index.search(vector.reshape(1, -1), min(k, self.size), params=parameters)
        found = rows[0] >= 0
        return Nearest(rows[0][found].astype(np.int64), scores[0][found])
