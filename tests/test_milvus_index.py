"""The stores' contract over Milvus, against exact numpy and the word store."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from qa.config import Settings
from qa.errors import StoreError
from qa.reading.encoder import Vectors
from qa.stores.milvus_index import Frequencies, MilvusPassages, MilvusVectors, MilvusWords
from qa.stores.milvus_layout import (
    GUIDES,
    PASSAGES,
    SECTIONS,
    VectorIndex,
    codes,
    kept_codes,
    numbered,
    owners,
    vector_index,
    written_signs,
)
from qa.stores.milvus_store import Milvus
from qa.stores.tokens import Signs
from qa.stores.vectors import VectorStore
from qa.stores.words import Scheme, WordStore

SCHEMES = {"words": Scheme(k1=0.9, b=0.4, pairs=True), "headings": Scheme()}
DIM = 24
ROUNDING = 0.01  # an approximate index's scores are this near to the exact cosines
WORDS = "pay hours skills degree nurse nurses data scientist tools outlook growth care of the 2024".split()


@pytest.fixture(scope="module")
def milvus(milvus_uri: str) -> Milvus:
    return Milvus(Settings(milvus_uri=milvus_uri))


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    found = np.random.default_rng(7).standard_normal((500, DIM)).astype(np.float32)
    unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def texts() -> list[str]:
    rng = np.random.default_rng(3)
    return [" ".join(rng.choice(WORDS, rng.integers(0, 30))) for _ in range(500)]


def signs_of(section: int, vectors: Vectors) -> Signs:
    """A section's words: up to three, or none."""
    return np.packbits(vectors[section : section + section % 4] > 0, axis=1)


@pytest.fixture(scope="module")
def filled(milvus: Milvus, vectors: Vectors, texts: list[str]) -> str:
    """Sections 0 to 499, each with one passage or two."""
    generation = f"contract_{uuid.uuid4().hex[:12]}"
    index = vector_index("FLAT", 500)
    milvus.create(f"{generation}_{SECTIONS}", SECTIONS, DIM, SCHEMES)
    milvus.create(f"{generation}_{PASSAGES}", PASSAGES, DIM)
    milvus.write(
        f"{generation}_{SECTIONS}",
        [
            {"id": n, "key": str(n), "vector": v.tolist(), "signs": written_signs(signs_of(n, vectors))}
            | {name: kept_codes(t, s) for name, s in SCHEMES.items()}
            for n, (v, t) in enumerate(zip(vectors, texts, strict=True))
        ],
    )
    rows = [
        {"id": numbered(n, m, "section"), "section": n, "start": m, "end": 5, "key": "", "vector": vectors[p].tolist()}
        for n in range(500)
        for m, p in enumerate([n, (n * 7) % 500][: 1 + n % 2])
    ]
    milvus.write(f"{generation}_{PASSAGES}", rows)
    for kind in (SECTIONS, PASSAGES):
        milvus.index_vectors(f"{generation}_{kind}", index)
        milvus.complete(f"{generation}_{kind}")
    return generation


@pytest.fixture
def store(filled: str, milvus: Milvus) -> VectorStore:
    return MilvusVectors(milvus, f"{filled}_{SECTIONS}", VectorIndex("FLAT"), 500)


@pytest.mark.parametrize("within", [None, (0, 500), (100, 140), (499, 500)])
@pytest.mark.parametrize("k", [1, 10, 600])
def test_as_exact_numpy(store: VectorStore, vectors: Vectors, k: int, within: tuple[int, int] | None) -> None:
    first, last = within or (0, 500)
    for question in vectors[:3]:
        exact = vectors @ question
        rows = np.argsort(-exact[first:last], kind="stable")[:k] + first
        found = store.search(question, k, within)
        assert found.rows.tolist() == rows.tolist()
        np.testing.assert_allclose(found.scores, exact[rows], atol=1e-5)
    assert store.size == 500


def test_scores_of_given_rows(store: VectorStore, vectors: Vectors) -> None:
    rows = np.array([400, 3, 17, 3])
    np.testing.assert_allclose(store.scores(vectors[9], rows), vectors[rows] @ vectors[9], atol=1e-5)


@pytest.mark.parametrize("field", SCHEMES)
def test_words_score_as_in_the_word_store(filled: str, milvus: Milvus, texts: list[str], field: str) -> None:
    exact = WordStore.build(texts, SCHEMES[field])
    words = MilvusWords(milvus, f"{filled}_{SECTIONS}", field, SCHEMES[field], len(texts))
    some = np.array([7, 499, 7, 0, 250])
    for question in ("What do data scientists earn?", "nurse skills, nurse pay", "zebra", "of the", "data data hours"):
        own, other = exact.asked(question), words.asked(question)
        for within in (None, (20, 60), (7, 7)):
            best, found = own.best(30, within), other.best(30, within)
            np.testing.assert_allclose(found.scores, best.scores, atol=1e-5)
            np.testing.assert_allclose(own.of(found.rows), found.scores, atol=1e-5)
            if len(np.unique(np.round(best.scores, 4))) == len(best.scores):
                assert found.rows.tolist() == best.rows.tolist()
        np.testing.assert_allclose(other.of(some), own.of(some), atol=1e-5)


def test_passages_of_sections(filled: str, milvus: Milvus, vectors: Vectors) -> None:
    passages = MilvusPassages(milvus, filled, VectorIndex("FLAT"), 750, 500, DIM)
    asked = vectors[11]
    exact = vectors @ asked
    of_section = [[n, (n * 7) % 500][: 1 + n % 2] for n in range(500)]
    cosines = sorted(((exact[p], n) for n, ps in enumerate(of_section) for p in ps), reverse=True)
    assert passages.near(asked, 20).tolist() == sorted({n for _, n in cosines[:20]})
    sections = np.array([3, 8, 11, 444])
    best = passages.best(asked, sections)
    np.testing.assert_allclose(best.scores, [max(exact[p] for p in of_section[n]) for n in sections], atol=1e-5)
    assert best.starts.tolist() == [int(np.argmax([exact[p] for p in of_section[n]])) for n in sections]
    assert (best.ends == 5).all()
    np.testing.assert_allclose(passages.whole(asked, sections), exact[sections], atol=1e-5)
    for number, found in zip(sections, passages.tokens(sections), strict=True):
        np.testing.assert_array_equal(found, signs_of(number, vectors))
    np.testing.assert_allclose(passages.section_vectors().astype(np.float32), vectors, atol=1e-3)


def test_an_index_that_passes_some_by_still_scores_the_rows_asked_for(
    filled: str, milvus: Milvus, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    nearest = Milvus.nearest
    monkeypatch.setattr(Milvus, "nearest", lambda *a, **k: nearest(*a, **k)[::2])
    passages = MilvusPassages(milvus, filled, VectorIndex("FLAT"), 750, 500, DIM)
    sections = np.arange(0, 500, 25)
    np.testing.assert_allclose(passages.whole(vectors[0], sections), (vectors @ vectors[0])[sections], atol=1e-5)
    assert (passages.best(vectors[0], sections).ends == 5).all()


@pytest.mark.parametrize("kind", ["IVF_FLAT", "IVF_SQ8", "HNSW"])
def test_an_approximate_index_finds_nearly_all(milvus: Milvus, vectors: Vectors, kind: str) -> None:
    collection, index = f"contract_{uuid.uuid4().hex[:12]}_{PASSAGES}", vector_index(kind, 500)
    milvus.create(collection, PASSAGES, DIM)
    rows = [
        {"id": n, "section": n, "start": 0, "end": 1, "key": "", "vector": v.tolist()} for n, v in enumerate(vectors)
    ]
    milvus.write(collection, rows)
    milvus.index_vectors(collection, index)
    milvus.complete(collection)
    store = MilvusVectors(milvus, collection, index, 500)
    hits = []
    for question in vectors[:20]:
        exact = vectors @ question
        found = store.search(question, 10)
        np.testing.assert_allclose(found.scores, exact[found.rows], atol=ROUNDING)
        hits.append(len({*found.rows.tolist()} & {*np.argsort(-exact)[:10].tolist()}) / 10)
        np.testing.assert_allclose(store.scores(question, np.arange(0, 500, 9)), exact[::9], atol=ROUNDING)
    assert np.mean(hits) >= 0.95


def test_numbers_keep_order_and_owner() -> None:
    section = numbered(2_000_000_000, 65_535, "guide")
    assert owners(np.array([section])).tolist() == [2_000_000_000]
    assert numbered(section, 0, "section") > numbered(section - 1, 65_535, "section")
    with pytest.raises(StoreError, match="split it"):
        numbered(1, 65_536, "guide")


def test_codes_are_words_of_letters_and_digits_and_fit_a_field() -> None:
    found = codes("Data scientists earn much", Scheme(pairs=True)).split()
    assert len(found) == len(set(found)) == 7  # data, scientist, earn, much, and three pairs
    assert all(len(c) == 7 and c.isalnum() and c.isascii() for c in found)
    assert found[0] == codes("data", Scheme())
    assert len(codes("pay " * 20_000, Scheme(pairs=True))) <= 65_535
    assert codes("of the", Scheme()) == ""
    assert kept_codes("of the", Scheme())


def test_frequencies_add_up() -> None:
    one, two = Frequencies.of([{"a", "b"}, {"a"}]), Frequencies.of([{"a", "c"}])
    assert Frequencies.sum([one, two]).counted(["a", "b", "c", "d"]) == [3, 1, 1, 0]
    assert Frequencies.sum([Frequencies.of([])]).counted(["a"]) == [0]


@pytest.mark.parametrize(("passages", "kind"), [(30_000, "FLAT"), (30_001, "IVF_SQ8")])
def test_the_index_is_chosen_by_size(passages: int, kind: str) -> None:
    assert vector_index("auto", passages).kind == kind


def test_another_kind_of_collection_is_refused(milvus: Milvus) -> None:
    name = f"contract_{uuid.uuid4().hex[:12]}_{GUIDES}"
    milvus.create(name, GUIDES, 24, {"words": Scheme()})
    assert "words_bm25" in milvus.fields(name)
    with pytest.raises(StoreError, match=r"refused a call \(.+\): see its log"):
        milvus.write(name, [{"id": 1, "nonesuch": 2}])
