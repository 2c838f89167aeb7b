"""Files and documents in a collection of Milvus, so that a server needs no disk of its own.

Each is compressed and cut into rows that hold its name, the number of the
part and its content as text.
"""

from __future__ import annotations

import base64
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from qa.errors import StoreError
from qa.stores.library import document_of
from qa.stores.milvus_layout import FILES, among_texts, between, collection_of, owners, parts
from qa.stores.milvus_store import Milvus, Row
from qa.stores.vectors import Ids
from qa.types import Document, Section

FIELDS = frozenset({"id", "name", "part", "content"})
_PART = 60_000  # characters of a row
_AT_ONCE = 200  # files asked for together; a guide has one row or two
_PAGE = 500  # rows of a file that are read together: 30 MB
_KEPT = 4096  # documents that are kept in memory
_GUIDES = "guides.npz"


def _cut(name: str, data: bytes) -> list[Row]:
    text = base64.b64encode(zlib.compress(data)).decode()
    pieces = [text[n : n + _PART] for n in range(0, len(text), _PART)]
    return [
        {"id": f"{name}@{n}", "name": name, "part": n, "content": piece, "vector": [0.0, 0.0]}
        for n, piece in enumerate(pieces)
    ]


class Files:
    """The files of a generation by their names."""

    def __init__(self, milvus: Milvus, generation: str) -> None:
        self.milvus = milvus
        self.collection = collection_of(generation, FILES)

    def put(self, files: Mapping[str, bytes]) -> None:
        self.milvus.write(self.collection, [row for name, data in files.items() for row in _cut(name, data)])

    def get(self, names: Sequence[str]) -> dict[str, bytes]:
        """Those of the named files that are there, whole; small ones, which are read together."""
        found: dict[str, bytes] = {}
        for first in range(0, len(names), _AT_ONCE):
            within = among_texts("name", names[first : first + _AT_ONCE])
            pieces: dict[str, dict[int, str]] = defaultdict(dict)
            for row in self.milvus.rows(self.collection, within, ("name", "part", "content")):
                pieces[row["name"]][row["part"]] = row["content"]
            found |= {name: self._whole(name, those) for name, those in pieces.items()}
        return found

    def read(self, name: str) -> bytes:
        """One file of any size. Raises StoreError when it isn't there, or isn't whole."""
        pieces: dict[int, str] = {}
        while True:
            page = (len(pieces), len(pieces) + _PAGE)
            within = f"{among_texts('name', [name])} and {between('part', page)}"
            rows = self.milvus.rows(self.collection, within, ("part", "content"))
            pieces |= {row["part"]: row["content"] for row in rows}
            if len(rows) < _PAGE:
                return self._whole(name, pieces)

    def _whole(self, name: str, pieces: Mapping[int, str]) -> bytes:
        try:
            return zlib.decompress(base64.b64decode("".join(pieces[n] for n in range(len(pieces)))))
        except (KeyError, ValueError, zlib.error) as error:
            raise StoreError(
                f"The file {name} in Milvus's collection {self.collection} isn't whole: "
                "build the index again with careers-qa build."
            ) from error


def document_name(number: int) -> str:
    """The name of the file that holds a document."""
    return f"document/{number}"


class MilvusLibrary:
    """The documents of a generation; their ids and numbers are at hand, the rest is fetched when asked for."""

    def __init__(self, files: Files, numbers: Sequence[int], ids: Sequence[str], sections: int) -> None:
        self.numbers = numbers
        self.ids = ids
        self.number_of: Mapping[str, int] = dict(zip(ids, numbers, strict=True))
        self.sections = sections
        self._files = files
        self._fetched: dict[int, Document] = {}
        self._lock = Lock()

    @staticmethod
    def write(folder: Path, numbers: Sequence[int], ids: Sequence[str]) -> None:
        np.savez(folder / _GUIDES, numbers=np.array(numbers, dtype=np.int64), ids=np.array(ids, dtype=np.str_))

    @classmethod
    def read(cls, folder: Path, files: Files, sections: int) -> MilvusLibrary:
        with np.load(folder / _GUIDES, allow_pickle=False) as table:
            return cls(files, table["numbers"].tolist(), [str(i) for i in table["ids"]], sections)

    def fetch(self, documents: Ids) -> None:
        wanted = sorted({int(n) for n in documents})
        with self._lock:
            wanted = [n for n in wanted if n not in self._fetched]
        if not wanted:
            return
        found = self._files.get([document_name(n) for n in wanted])
        for number in wanted:
            if document_name(number) not in found:
                raise StoreError(
                    f"The guide number {number} isn't in Milvus's collection {self._files.collection}: "
                    "build the index again with careers-qa build."
                )
        with self._lock:
            for number in wanted:
                self._fetched[number] = document_of(found[document_name(number)])
            while len(self._fetched) > _KEPT:
                del self._fetched[next(iter(self._fetched))]

    def document(self, number: int) -> Document:
        while True:
            with self._lock:
                if number in self._fetched:
                    return self._fetched[number]
            self.fetch(np.array([number]))

    def get(self, document_id: str) -> Document | None:
        number = self.number_of.get(document_id)
        return None if number is None else self.document(number)

    def section(self, number: int) -> tuple[Document, Section]:
        document = int(owners(np.array(number)))
        found = self.document(document)
        return found, found.sections[number - parts(document)[0]]

    def ready(self) -> None:
        """Raises StoreError when the server, or the collection, isn't there any more."""
        self._files.milvus.fields(self._files.collection, brief=True)

    def documents_of(self, sections: Ids) -> Ids:
        return owners(sections)

    def sections_of(self, document: int) -> tuple[int, int]:
        return parts(document)
