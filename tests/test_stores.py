"""The vector store's contract, against exact numpy, and the other stores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.reading.encoder import Vectors
from qa.stores.faiss_store import FaissStore
from qa.stores.library import Library
from qa.stores.vectors import VectorStore
from qa.stores.words import WordStore, terms
from qa.types import Document, Passage, Section


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    found = np.random.default_rng(7).standard_normal((500, 24)).astype(np.float32)
    unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


@pytest.fixture(params=["built", "loaded"])
def store(request: pytest.FixtureRequest, vectors: Vectors, tmp_path: Path) -> VectorStore:
    built = FaissStore.build(vectors)
    if request.param == "built":
        return built
    built.save(tmp_path / "v")
    return FaissStore.load(tmp_path / "v")


@pytest.mark.parametrize("within", [None, (0, 500), (100, 140), (499, 500)])
@pytest.mark.parametrize("k", [1, 10, 600])
def test_as_exact_numpy(store: VectorStore, vectors: Vectors, k: int, within: tuple[int, int] | None) -> None:
    first, last = within or (0, 500)
    for question in vectors[:5]:
        exact = vectors @ question
        rows = np.argsort(-exact[first:last], kind="stable")[:k] + first
        found = store.search(question, k, within)
        assert found.rows.tolist() == rows.tolist()
        np.testing.assert_allclose(found.scores, exact[rows], atol=1e-5)
    assert store.size == 500


def test_words_are_stemmed_without_stop_words() -> None:
    assert terms("Are the Data Scientists paid?") == ["data", "scientist", "paid"]


def test_word_scores(tmp_path: Path) -> None:
    texts = ["data scientists earn much", "nurses care", "", "the data of nurses"]
    built = WordStore.build(texts)
    built.save(tmp_path / "w")
    for store in (built, WordStore.load(tmp_path / "w", len(texts))):
        scores = store.scores("What do data scientists earn?")
        assert scores.argmax() == 0
        assert scores[1] == scores[2] == 0 < scores[3] < scores[0]
        assert not store.scores("of the").any()
        assert not store.scores("zebra").any()


def test_library_keeps_documents(tmp_path: Path) -> None:
    documents = [
        Document(
            id=f"d{n}",
            title=f"Title {n}",
            text="abc def",
            sections=(Section("a", ("A",), "T", 0, 3), Section("b", (), "T", 4, 7)),
            blocks=(),
            aliases=("x",),
            metadata={"k": "v"},
        )
        for n in range(3)
    ]
    Library.write(tmp_path, documents, [[Passage(0, 0, 3), Passage(1, 4, 7)]] * 3)
    library = Library(tmp_path)
    assert [library.document(n) for n in range(3)] == documents
    assert library.section(3) == (documents[1], documents[1].sections[1])
    assert library.sections_of(1) == (2, 4)
    assert library.passages_of((2, 4)) == (2, 4)
    assert library.get("d2") == documents[2]
    assert library.get("none") is None
