"""The guides as an index keeps them: documents, sections and passages.

Sections and passages are numbered through the whole index; the tables say
which document a section is of, and which passages are of a section. Documents
are read from their file when they are first asked for.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from qa.types import Block, BlockKind, Document, Passage, Section

_DOCUMENTS = "documents.jsonl"
_TABLES = "tables.npz"
# Documents that are kept once read: one of ten pages takes 60 kB, and 0.3 ms to read.
_AT_HAND = 512
_VALUES = {kind: attrgetter(*(f.name for f in fields(kind))) for kind in (Document, Section, Block)}
# One string for all the blocks of a kind, where JSON has one for each.
_KINDS: dict[str, BlockKind] = {kind: kind for kind in get_args(BlockKind)}


def document_of(line: bytes) -> Document:
    """A document from the form that document_bytes gives it."""
    name, title, text, sections, blocks, url, source_url, aliases, metadata, pages = json.loads(line)
    return Document(
        name,
        title,
        text,
        tuple(Section(anchor, tuple(headings), *rest) for anchor, headings, *rest in sections),
        tuple(Block(_KINDS[kind], *values) for kind, *values in blocks),
        url,
        source_url,
        tuple(aliases),
        metadata,
        tuple(pages),
    )


def document_bytes(document: Document) -> bytes:
    """A document as JSON on one line: its fields' values in their order, without
    their names, which would take more time to read than the values."""
    return json.dumps(document, default=lambda part: _VALUES[type(part)](part), ensure_ascii=False).encode()


class Library:
    """Documents by number and id, with the tables of sections and passages.

    ``section_document`` has shape (sections,); ``passage_table`` has shape
    (passages, 3): the passage's section, its start and its end.
    """

    def __init__(self, folder: Path) -> None:
        with np.load(folder / _TABLES, allow_pickle=False) as tables:
            self.section_document: NDArray[np.int64] = tables["section_document"]
            self.passage_table: NDArray[np.int64] = tables["passage_table"]
            self._offsets: NDArray[np.int64] = tables["offsets"]
            self.ids: Sequence[str] = [str(i) for i in tables["ids"]]
        self.numbers: Sequence[int] = range(len(self.ids))
        self.number_of: Mapping[str, int] = {name: n for n, name in enumerate(self.ids)}
        self.sections = len(self.section_document)
        # Kept open, so that it can be read even when a newer index has replaced it. Not
        # mapped: what was read once would count as this process's memory from then on.
        self._file = os.open(folder / _DOCUMENTS, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._first_section = np.searchsorted(self.section_document, np.arange(len(self.ids) + 1))
        self._first_passage = np.searchsorted(self.passage_table[:, 0], np.arange(len(self.section_document) + 1))
        self.document = lru_cache(maxsize=_AT_HAND)(self._read)

    @staticmethod
    def write(folder: Path, documents: Sequence[Document], passages: Sequence[Sequence[Passage]]) -> None:
        """Save documents, each with its passages."""
        offsets = [0]
        sections: list[int] = []
        rows: list[tuple[int, int, int]] = []
        with (folder / _DOCUMENTS).open("wb") as file:
            for number, (document, cut) in enumerate(zip(documents, passages, strict=True)):
                file.write(document_bytes(document) + b"\n")
                offsets.append(file.tell())
                rows += [(len(sections) + p.section, p.start, p.end) for p in cut]
                sections += [number] * len(document.sections)
        np.savez(
            folder / _TABLES,
            section_document=np.array(sections, dtype=np.int64),
            passage_table=np.array(rows, dtype=np.int64).reshape(-1, 3),
            offsets=np.array(offsets, dtype=np.int64),
            ids=np.array([d.id for d in documents], dtype=np.str_),
        )

    def _read(self, number: int) -> Document:
        start, end = int(self._offsets[number]), int(self._offsets[number + 1])
        return document_of(os.pread(self._file, end - start, start))

    def get(self, document_id: str) -> Document | None:
        number = self.number_of.get(document_id)
        return None if number is None else self.document(number)

    def section(self, number: int) -> tuple[Document, Section]:
        """A section by its number in the index, with its document."""
        document = int(self.section_document[number])
        found = self.document(document)
        return found, found.sections[number - int(self._first_section[document])]

    def documents_of(self, sections: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of the documents that sections are of, shape (n,)."""
        return self.section_document[sections]

    def ready(self) -> None:
        """Nothing: the files were checked when they were opened."""

    def fetch(self, documents: NDArray[np.int64]) -> None:
        """Nothing: they lie in a file at hand."""

    def sections_of(self, document: int) -> tuple[int, int]:
        """The numbers of a document's sections: first, and one past the last."""
        return int(self._first_section[document]), int(self._first_section[document + 1])

    def passages_of(self, sections: tuple[int, int]) -> tuple[int, int]:
        """The rows of passages of a range of sections, likewise."""
        return int(self._first_passage[sections[0]]), int(self._first_passage[sections[1]])

    def passage_bounds(self, sections: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first row of passages of each section, and one past its last."""
        return self._first_passage[sections], self._first_passage[sections + 1]
