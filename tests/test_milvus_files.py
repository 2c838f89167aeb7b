from __future__ import annotations

import uuid

import numpy as np
import pytest

from qa.config import Settings
from qa.errors import StoreError
from qa.stores import milvus_files
from qa.stores.library import document_bytes
from qa.stores.milvus_files import Files, MilvusLibrary, document_name
from qa.stores.milvus_layout import FILES
from qa.stores.milvus_store import Milvus
from qa.types import Block, Document, Section


@pytest.fixture
def files(milvus_uri: str) -> Files:
    milvus = Milvus(Settings(milvus_uri=milvus_uri))
    found = Files(milvus, f"files_{uuid.uuid4().hex[:12]}")
    milvus.create(found.collection, FILES, 2)
    milvus.complete(found.collection)
    return found


def test_files_come_back_as_they_were(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_files, "_PART", 100)
    monkeypatch.setattr(milvus_files, "_PAGE", 7)
    noise = np.random.default_rng(1).bytes(4200)  # 57 parts, several pages
    given = {"a/b.bin": noise, "empty": b"", "c.json": "Ünïcode\n".encode()}
    files.put(given)
    assert files.get([*given, "nonesuch"]) == given
    assert {name: files.read(name) for name in given} == given
    files.put({"c.json": b"another"})
    assert files.read("c.json") == b"another"


def test_a_file_that_lacks_a_part_is_named(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_files, "_PART", 100)
    files.put({"a": np.random.default_rng(1).bytes(400)})
    files.milvus.call("delete", files.collection, ids=["a@1"])
    for read in (lambda: files.get(["a"]), lambda: files.read("a"), lambda: files.read("nonesuch")):
        with pytest.raises(StoreError, match="isn't whole: build the index again"):
            read()


def test_documents_by_number_and_id(files: Files) -> None:
    documents = {
        n: Document(
            id=f"d{n}",
            title=f"Title {n}",
            text="abc def",
            sections=(Section("a", ("A",), "T", 0, 3), Section("b", (), "T", 4, 7)),
            blocks=(Block("paragraph", 0, 3),),
            aliases=("x",),
            metadata={"k": "v"},
        )
        for n in (0, 3, 4)
    }
    files.put({document_name(n): document_bytes(d) for n, d in documents.items()})
    library = MilvusLibrary(files, [0, 3, 4], ["d0", "d3", "d4"], 6)
    first, last = library.sections_of(3)
    assert library.section(first + 1) == (documents[3], documents[3].sections[1])
    assert library.documents_of(np.array([first, last - 1])).tolist() == [3, 3]
    assert library.get("d4") == documents[4]
    assert library.get("d1") is None
    library.ready()
    with pytest.raises(StoreError, match="guide number 1 isn't in"):
        library.document(1)
    files.milvus.drop(files.collection)
    with pytest.raises(StoreError):
        library.ready()
    assert library.document(3) == documents[3]  # it was read before
