"""The vector store's contract, against exact numpy, and the other stores."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import bm25s
import numpy as np
import pytest
import Stemmer

from qa import builder
from qa.config import Settings
from qa.reading.encoder import Vectors
from qa.stores import faiss_store, folder
from qa.stores.faiss_store import FaissStore
from qa.stores.library import Library
from qa.stores.vectors import VectorStore
from qa.stores.words import WordStore, best_rows, terms
from qa.types import Document, Passage, Section
from tests.fakes import prepare_fake

ROUNDING = 0.01  # an approximate store's scores are this near to the exact cosines: docs/size.md


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """As a build gives them, rounded to float16."""
    found = np.random.default_rng(7).standard_normal((500, 24)).astype(np.float32)
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)
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


@pytest.fixture(scope="module")
def many() -> Vectors:
    """Vectors in groups, as passages are, each in the group of its row // 100."""
    rng = np.random.default_rng(8)
    centres = np.repeat(rng.standard_normal((60, 32)), 100, axis=0)
    found = centres + 0.5 * rng.standard_normal(centres.shape)
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(params=["built", "loaded"])
def approximate(request: pytest.FixtureRequest, many: Vectors, tmp_path: Path) -> FaissStore:
    built = FaissStore.build(many, exact_up_to=1000)
    if request.param == "built":
        return built
    built.save(tmp_path / "v")
    return FaissStore.load(tmp_path / "v")


def test_a_flat_store_keeps_two_bytes_a_number(store: FaissStore, vectors: Vectors, tmp_path: Path) -> None:
    store.save(tmp_path / "again")
    assert (tmp_path / "again").stat().st_size < 2 * vectors.size + 1000
    np.testing.assert_array_equal(store.index.reconstruct_n(0, store.size), vectors)


def test_the_index_is_chosen_by_size(many: Vectors) -> None:
    assert FaissStore.build(many[:1000], exact_up_to=1000).exact
    assert not FaissStore.build(many[:1001], exact_up_to=1000).exact
    assert FaissStore.build(many).exact


def test_an_approximate_store_finds_nearly_all(approximate: FaissStore, many: Vectors) -> None:
    assert approximate.size == len(many)
    hits = []
    for question in many[::50]:
        exact = many @ question
        found = approximate.search(question, 10)
        assert (np.diff(found.scores) <= 0).all()
        np.testing.assert_allclose(found.scores, exact[found.rows], atol=ROUNDING)
        hits.append(len({*found.rows.tolist()} & {*np.argsort(-exact)[:10].tolist()}) / 10)
    assert np.mean(hits) >= 0.97


@pytest.mark.parametrize("few", [0, 1000], ids=["by lists", "by rows"])
@pytest.mark.parametrize("within", [(0, 6000), (310, 350), (5999, 6000), (0, 700), (4000, 4000)])
def test_a_filter_of_an_approximate_store_misses_none(
    approximate: FaissStore, many: Vectors, within: tuple[int, int], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss_store, "_FEW", few)
    rounded = approximate.index.reconstruct_n(0, approximate.size)
    first, last = within
    for question in many[::1500]:  # of other groups than the filter's, too
        scores = rounded @ question
        rows = np.argsort(-scores[first:last], kind="stable")[:20] + first
        found = approximate.search(question, 20, within)
        assert {*found.rows.tolist()} <= {*range(first, last)}
        np.testing.assert_allclose(found.scores, scores[rows], atol=1e-5)
        np.testing.assert_allclose(scores[found.rows], found.scores, atol=1e-5)
        np.testing.assert_allclose(found.scores, (many @ question)[found.rows], atol=ROUNDING)


def test_the_same_vectors_give_the_same_index(many: Vectors, tmp_path: Path) -> None:
    for name in "ab":
        FaissStore.build(many, exact_up_to=0).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_words_are_stemmed_without_stop_words() -> None:
    assert terms("Are the Data Scientists paid?") == ["data", "scientist", "paid"]


def test_words_are_those_of_bm25s() -> None:
    for path in sorted(Path("corpus").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        expected = bm25s.tokenize(text, stemmer=Stemmer.Stemmer("english"), return_ids=False, show_progress=False)
        assert terms(text) == expected[0]


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


@pytest.mark.parametrize("within", [None, (20, 60), (7, 7)])
@pytest.mark.parametrize("k", [1, 10, 200])
def test_best_rows_as_a_stable_sort(k: int, within: tuple[int, int] | None) -> None:
    scores = np.random.default_rng(1).integers(0, 9, 100).astype(np.float32)  # with ties, and rows that don't score
    first, last = within or (0, 100)
    order = np.argsort(-scores[first:last], kind="stable") + first
    assert best_rows(scores, k, within).tolist() == [n for n in order.tolist() if scores[n] > 0][:k]


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


def test_a_rebuild_keeps_the_vectors_that_an_approximate_store_rounds(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FaissStore, "build", partial(FaissStore.build, exact_up_to=0))
    kept = []
    for _ in range(3):
        summary = builder.build(settings, progress=False, prepare=prepare_fake)
        generation, _ = folder.current(settings.index)
        assert not FaissStore.load(generation / folder.VECTORS).exact
        kept.append(np.load(generation / folder.KEPT))
    assert summary.encoded == 0
    assert (kept[0] == kept[1]).all()
    assert (kept[1] == kept[2]).all()
    np.testing.assert_allclose(np.linalg.norm(kept[2].astype(np.float32), axis=1), 1, atol=1e-3)


def test_an_index_is_the_same_from_new_and_from_kept_vectors(settings: Settings) -> None:
    built = []
    for encoded in (True, False):
        summary = builder.build(settings, progress=False, prepare=prepare_fake)
        assert bool(summary.encoded) is encoded
        built.append(folder.current(settings.index)[1].files)
    assert built[0] == built[1]
