"""What a search asks, answered by the collections of a generation in Milvus."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import StoreError
from qa.reading.encoder import Vectors
from qa.stores.engine import Best
from qa.stores.milvus_layout import (
    PASSAGES,
    SECTIONS,
    VectorIndex,
    among,
    between,
    codes,
    collection_of,
    owners,
    parts,
    read_signs,
)
from qa.stores.milvus_store import Milvus
from qa.stores.tokens import Signs
from qa.stores.vectors import Ids, Nearest, Scores
from qa.stores.words import Scheme, hashes

FREQUENCIES = "frequencies.npz"  # the tables of an index
_PASSAGES = 8  # passages of a section that are asked for, on average
_AT_ONCE = 16  # calls at the same time, of all questions together


def _ordered(found: Sequence[tuple[float, Mapping[str, Any]]]) -> Nearest:
    rows = np.array([row["id"] for _, row in found], dtype=np.int64)
    scores = np.array([score for score, _ in found], dtype=np.float32)
    order = np.lexsort((rows, -scores))
    return Nearest(rows[order], scores[order])


def _scores_of(rows: Ids, found: Nearest) -> tuple[Scores, NDArray[np.bool_]]:
    """The scores of rows among those found, 0 for the others, and which were found."""
    order = np.argsort(found.rows)
    have, scores = found.rows[order], found.scores[order]
    places = np.searchsorted(have, rows)
    hit = places < len(have)
    hit[hit] = have[places[hit]] == rows[hit]
    values = np.zeros(len(rows), dtype=np.float32)
    values[hit] = scores[places[hit]]
    return values, hit


class MilvusVectors:
    """The vectors of a collection, as a VectorStore whose rows are ids."""

    def __init__(self, milvus: Milvus, collection: str, index: VectorIndex, size: int) -> None:
        self.milvus = milvus
        self.collection = collection
        self.index = index
        self.size = size

    def search(self, vector: Vectors, k: int, within: tuple[int, int] | None = None) -> Nearest:
        rows = between("id", within) if within else ""
        search = self.index.filtered if within else self.index.search
        return _ordered(self.milvus.nearest(self.collection, vector.tolist(), k, within=rows, search=search))

    def scores(self, vector: Vectors, rows: Ids) -> Scores:
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        found = self.milvus.nearest(
            self.collection, vector.tolist(), len(rows), within=among("id", rows), search=self.index.filtered
        )
        scores, hit = _scores_of(rows, _ordered(found))
        if not hit.all():  # the index passed some by
            missed = self.milvus.rows(self.collection, among("id", rows[~hit]), ("id", "vector"))
            own = [(float(np.asarray(r["vector"], dtype=np.float32) @ vector), r) for r in missed]
            scores[~hit] = _scores_of(rows[~hit], _ordered(own))[0]
        return scores


class MilvusPassages:
    """The passages of a generation."""

    def __init__(
        self, milvus: Milvus, generation: str, index: VectorIndex, passages: int, sections: int, dim: int
    ) -> None:
        self.milvus = milvus
        self._dim = dim
        self.passages = MilvusVectors(milvus, collection_of(generation, PASSAGES), index, passages)
        self.sections = MilvusVectors(milvus, collection_of(generation, SECTIONS), index, sections)

    def near(self, vector: Vectors, k: int, document: int | None = None) -> Ids:
        within = None
        if document is not None:
            first, last = parts(document)
            within = parts(first)[0], parts(last)[0]
        return np.unique(owners(self.passages.search(vector, k, within).rows))

    def best(self, vector: Vectors, sections: Ids) -> Best:
        starts, ends = np.zeros((2, len(sections)), dtype=np.int64)
        scores = np.full(len(sections), -2, dtype=np.float32)
        found = self.milvus.nearest(
            self.passages.collection,
            vector.tolist(),
            _PASSAGES * len(sections),
            within=among("section", sections),
            search=self.passages.index.filtered,
            output=("id", "start", "end"),
        )
        missing = {*sections.tolist()} - {row["id"] >> 16 for _, row in found}
        if missing:  # the index passed them by
            rows = self.milvus.rows(
                self.passages.collection, among("section", sorted(missing)), ("id", "start", "end", "vector")
            )
            found += [(float(np.asarray(r["vector"], dtype=np.float32) @ vector), r) for r in rows]
        places = {number: n for n, number in enumerate(sections.tolist())}
        for score, row in sorted(found, key=lambda entry: (-entry[0], entry[1]["id"])):
            n = places[row["id"] >> 16]
            if scores[n] == -2:
                starts[n], ends[n], scores[n] = row["start"], row["end"], score
        return Best(starts, ends, scores)

    def whole(self, vector: Vectors, sections: Ids) -> Scores:
        return self.sections.scores(vector, sections)

    def tokens(self, sections: Ids) -> list[Signs]:
        # A generation doesn't change any more once it is searched: nothing to wait for.
        rows = self.milvus.rows(self.sections.collection, among("id", sections), ("id", "signs"), "Bounded")
        found = {row["id"]: read_signs(row["signs"], self._dim) for row in rows}
        if len(found) < len(sections):
            raise StoreError(
                f"Sections are missing in Milvus's collection {self.sections.collection}: "
                "build the index again with careers-qa build."
            )
        return [found[number] for number in sections.tolist()]

    def section_vectors(self) -> NDArray[np.float16]:
        rows = list(self.milvus.each(self.sections.collection, ("id", "vector")))
        rows.sort(key=lambda row: row["id"])
        return np.array([row["vector"] for row in rows], dtype=np.float16)


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many texts each word occurs: ``terms`` are hashes in order,
    ``counts`` shape (terms,)."""

    terms: NDArray[np.uint64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[Collection[str]]) -> Frequencies:
        """Counted over texts, each given as its different words."""
        found = [hashes(words) for words in texts]
        terms, counts = np.unique(np.concatenate(found) if found else np.zeros(0, np.uint64), return_counts=True)
        return cls(terms, counts.astype(np.int64))

    @classmethod
    def sum(cls, tables: Sequence[Frequencies]) -> Frequencies:
        terms, places = np.unique(np.concatenate([t.terms for t in tables]), return_inverse=True)
        counts = np.zeros(len(terms), dtype=np.int64)
        np.add.at(counts, places, np.concatenate([t.counts for t in tables]))
        return cls(terms, counts)

    def counted(self, words: Sequence[str]) -> list[int]:
        if not len(self.terms):
            return [0] * len(words)
        asked = hashes(words)
        places = np.minimum(np.searchsorted(self.terms, asked), len(self.terms) - 1)
        found = np.where(self.terms[places] == asked, self.counts[places], 0)
        return [int(n) for n in found]

    @staticmethod
    def write(file: Path | IO[bytes], tables: Mapping[str, Frequencies]) -> None:
        arrays = {f"{name}_{part}": getattr(t, part) for name, t in tables.items() for part in ("terms", "counts")}
        np.savez(file, **arrays)

    @classmethod
    def read(cls, file: Path | IO[bytes], name: str) -> Frequencies:
        with np.load(file, allow_pickle=False) as tables:
            return cls(tables[f"{name}_terms"], tables[f"{name}_counts"])


@dataclass(frozen=True, slots=True)
class MilvusWords:
    """BM25 over a field of a collection, by Milvus's own function.

    Its scores are the word store's times k1 + 1, a factor that Lucene's form
    leaves out.
    """

    milvus: Milvus
    collection: str
    field: str
    scheme: Scheme
    size: int
    table: Frequencies | None = None

    def asked(self, question: str) -> MilvusAsked:
        return MilvusAsked(self, codes(question, self.scheme))

    def frequencies(self, words: Sequence[str]) -> list[int]:
        if self.table is None:
            raise NotImplementedError(f"no frequencies of {self.field} are kept")
        return self.table.counted(words)


@dataclass(frozen=True, slots=True)
class MilvusAsked:
    """The scores of one question."""

    words: MilvusWords
    codes: str

    def best(self, k: int, within: tuple[int, int] | None = None) -> Nearest:
        return self._search(k, between("id", within) if within else "")

    def of(self, rows: Ids) -> Scores:
        different = np.unique(rows)
        return _scores_of(rows, self._search(len(different), among("id", different)))[0]

    def _search(self, k: int, within: str) -> Nearest:
        if not k or not self.codes:
            return Nearest(np.zeros(0, np.int64), np.zeros(0, np.float32))
        words = self.words
        found = words.milvus.nearest(words.collection, self.codes, k, field=f"{words.field}_bm25", within=within)
        shown = _ordered(found)
        return Nearest(shown.rows, shown.scores / np.float32(words.scheme.k1 + 1))


_pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="milvus")


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What the calls give, made at the same time, since each waits for the server."""
    return [waiting.result() for waiting in [_pool.submit(call) for call in calls]]
