"""What a search asks of an engine, whichever it is: FAISS and files, or Milvus.

Passages, sections and documents go by numbers that grow with their place in
the corpus. What else a number means is for the engine to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.reading.encoder import Vectors
from qa.stores.tokens import Signs
from qa.stores.vectors import Ids, Nearest, Scores
from qa.types import Document, Section

_AT_ONCE = 200  # documents fetched together


@dataclass(frozen=True, slots=True)
class Best:
    """The best passage of each of n sections: where it starts and ends in
    its document's text, and its cosine; each of shape (n,)."""

    starts: Ids
    ends: Ids
    scores: Scores


class DocumentStore(Protocol):
    """The documents, in the order of the corpus, with their sections.

    ``numbers`` are those of the documents, ``ids`` their ids in the same
    order, ``number_of`` leads from one to the other; ``sections`` counts all.
    """

    numbers: Sequence[int]
    ids: Sequence[str]
    number_of: Mapping[str, int]
    sections: int

    def document(self, number: int) -> Document: ...

    def get(self, document_id: str) -> Document | None: ...

    def section(self, number: int) -> tuple[Document, Section]:
        """A section by its number, with its document."""
        ...

    def documents_of(self, sections: Ids) -> Ids:
        """The numbers of the documents that sections are of, shape (n,)."""
        ...

    def sections_of(self, document: int) -> tuple[int, int]:
        """The numbers of a document's sections: all from the first up to, and not including, the second."""
        ...

    def ready(self) -> None:
        """Raises StoreError when nothing could be read just now."""
        ...

    def fetch(self, documents: Ids) -> None:
        """Have documents at hand that are read one by one next."""
        ...


class PassageStore(Protocol):
    """The vectors of passages, of sections as wholes, and of the words of these."""

    def near(self, vector: Vectors, k: int, document: int | None = None) -> Ids:
        """The sections that the k passages nearest to ``vector``, shape (dim,), are of; each once, in order."""
        ...

    def best(self, vector: Vectors, sections: Ids) -> Best:
        """The passage of each section that is nearest to ``vector``."""
        ...

    def whole(self, vector: Vectors, sections: Ids) -> Scores:
        """The cosines of ``vector`` with sections as wholes, shape (n,)."""
        ...

    def tokens(self, sections: Ids) -> list[Signs]:
        """The signs of the vectors of each section's words."""
        ...

    def section_vectors(self) -> NDArray[np.float16]:
        """Those of all sections, shape (sections, dim), for building."""
        ...


class Asked(Protocol):
    """The BM25 scores of one question."""

    def best(self, k: int, within: tuple[int, int] | None = None) -> Nearest:
        """The k texts of the highest scores above 0, best first, equals by number."""
        ...

    def of(self, rows: Ids) -> Scores:
        """The scores of the given texts, from 0 up, shape (n,)."""
        ...


class Words(Protocol):
    """BM25 over texts, ``size`` of them."""

    @property
    def size(self) -> int: ...

    def asked(self, question: str) -> Asked: ...

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many texts each stemmed word occurs."""
        ...


def each_section(documents: DocumentStore) -> Iterator[tuple[Document, Section]]:
    """Every section with its document, in order."""
    for document in each_document(documents):
        for section in document.sections:
            yield document, section


def each_document(documents: DocumentStore) -> Iterator[Document]:
    """Every document, in order."""
    for first in range(0, len(documents.numbers), _AT_ONCE):
        numbers = documents.numbers[first : first + _AT_ONCE]
        documents.fetch(np.array(numbers))
        yield from map(documents.document, numbers)
