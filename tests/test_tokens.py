"""The signs of words' vectors: what is kept, and how near it comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.engines import in_use
from qa.reading.encoder import NO_TOKENS, Tokens
from qa.reading.models import open_encoder
from qa.reading.sentence_transformers import SentenceTransformerEncoder
from qa.stores.folder import ENCODER
from qa.stores.tokens import TokenStore, nearest_words, of_words, signs
from qa.stores.words import spans_of_terms
from tests.fakes import FakeEncoder

RNG = np.random.default_rng(5)


def test_tokens_are_of_the_words_that_they_stand_in() -> None:
    text = "The nurse's pay"  # [CLS] the nur se ' s pay [SEP]
    spans = np.array([(0, 0), (0, 3), (4, 7), (7, 9), (9, 10), (10, 11), (12, 15), (0, 0)])
    tokens = Tokens(np.ones((8, 4), dtype=np.float32), spans)
    assert of_words(spans_of_terms(text)[0], tokens).tolist() == [-1, -1, 0, 0, -1, -1, 1, -1]
    assert len(signs(text, tokens)) == 3


def test_a_token_may_begin_with_a_space() -> None:
    tokens = Tokens(np.ones((3, 4), dtype=np.float32), np.array([(0, 5), (5, 11), (11, 12)]))
    assert of_words(spans_of_terms("Nurse wages.")[0], tokens).tolist() == [0, 1, -1]


def test_of_a_long_text_the_first_words_are_kept() -> None:
    tokens = Tokens(np.ones((2000, 384), dtype=np.float32), np.array([(5 * n, 5 * n + 4) for n in range(2000)]))
    assert signs("word " * 2000, tokens).shape == (1000, 48)


def test_a_text_without_words_keeps_all_its_tokens() -> None:
    assert len(signs("of the", Tokens(np.ones((2, 4), dtype=np.float32), np.array([(0, 2), (3, 6)])))) == 2
    assert len(signs("anything", NO_TOKENS)) == 0


@given(st.text(max_size=60))
def test_any_text_has_a_word_for_each_token_or_none(text: str) -> None:
    _, (tokens,) = FakeEncoder().read([text])
    found = of_words(spans_of_terms(text)[0], tokens)
    assert found.shape == (len(tokens.spans),)
    assert len(signs(text, tokens)) in (len(tokens.spans), int((found >= 0).sum()))


def test_the_nearest_word_of_each_text() -> None:
    dim, asked = 21, RNG.standard_normal((3, 21)).astype(np.float32)
    vectors = [RNG.standard_normal((n, dim)) for n in (4, 0, 1)]
    kept = [np.packbits(v > 0, axis=1) for v in vectors]
    found = nearest_words(asked, kept)
    for row, own in zip(found, vectors, strict=True):
        wanted = (asked @ np.where(own > 0, 1, -1).T / np.sqrt(dim)).max(axis=1) if len(own) else np.zeros(3)
        np.testing.assert_allclose(row, wanted, atol=1e-5)
    assert nearest_words(asked[:0], kept).shape == (3, 0)
    assert nearest_words(asked, []).shape == (0, 3)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    kept = [RNG.integers(0, 256, (n, 6), dtype=np.uint8) for n in (2, 0, 5)]
    TokenStore.write(tmp_path / "tokens", kept)
    for found, wanted in zip(
        TokenStore(tmp_path / "tokens").of(np.array([2, 0, 1])), [kept[n] for n in (2, 0, 1)], strict=True
    ):
        np.testing.assert_array_equal(found, wanted)


def test_none_at_all_is_read(tmp_path: Path) -> None:
    TokenStore.write(tmp_path / "tokens", [signs("a nurse", NO_TOKENS)] * 2)
    assert [len(s) for s in TokenStore(tmp_path / "tokens").of(np.array([0, 1]))] == [0, 0]


@pytest.mark.model
def test_the_model_reads_words_in_their_sense(bundled: Settings) -> None:
    encoder = open_encoder(in_use(bundled, whole=True)[0] / ENCODER)
    texts = ["They earn a wage of $90,000.", "They work at night.", "They like dogs."]
    vectors, tokens = encoder.read(texts)
    np.testing.assert_allclose(vectors, encoder.encode(texts), atol=1e-6)
    for text, of_text in zip(texts, tokens, strict=True):
        np.testing.assert_allclose(np.linalg.norm(of_text.vectors, axis=1), 1, atol=1e-2)
        assert "".join(text[a:b] for a, b in of_text.spans) == text.replace(" ", "")
    _, (question,) = encoder.read(["salary"], query=True)
    near = nearest_words(question.vectors, [signs(t, of) for t, of in zip(texts, tokens, strict=True)])
    assert near.mean(axis=1).argmax() == 0


@pytest.mark.model
def test_the_converted_model_reads_as_sentence_transformers_does(bundled: Settings) -> None:
    texts = ["They earn a wage of $90,000.", "Night work", ""]
    encoder, original = open_encoder(in_use(bundled, whole=True)[0] / ENCODER), SentenceTransformerEncoder()
    for (vectors, tokens), wanted in zip(
        (encoder.read(texts), original.read(texts)), (encoder.encode(texts), original.encode(texts)), strict=True
    ):
        np.testing.assert_allclose(vectors, wanted, atol=1e-6)
        assert [len(t.vectors) for t in tokens] == [len(t.spans) for t in tokens]
    for own, other in zip(encoder.read(texts)[1], original.read(texts)[1], strict=True):
        np.testing.assert_array_equal(own.spans, other.spans)
        assert np.sum(own.vectors * other.vectors, axis=1).min() > 0.99


@pytest.mark.model
def test_near_words_count_as_far_as_the_settings_say(bundled: Settings) -> None:
    question = "Is it a well paid job, being a data scientist?"
    with_words = Assistant.open(settings=bundled).search(question, 20)
    without = Assistant.open(settings=bundled.model_copy(update={"late_weight": 0.0})).search(question, 20)
    assert {h.section_id: h.score for h in with_words} != {h.section_id: h.score for h in without}
