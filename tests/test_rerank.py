"""The second look at the best sections: its order, its scores, a real CrossEncoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import ModelError
from qa.reading.models import open_reranker
from qa.retrieval import rerank
from qa.retrieval.rerank import reranked
from qa.types import Hit
from tests.fakes import open_fake
from tests.tiny import save_tokenizer


class Longest:
    """Likes long passages."""

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array([len(p) for p in passages], dtype=np.float32)


class Alike:
    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros(len(passages), dtype=np.float32)


@pytest.fixture
def hits(small: Assistant) -> list[Hit]:
    return small.search("pay of data scientists", 6)


def shown(hit: Hit) -> int:
    return len(f"{hit.section.path}\n{hit.passage}")


def test_the_first_are_ordered_anew_the_rest_stay(hits: list[Hit], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerank, "DEPTH", 4)
    found = reranked("pay", hits, Longest())
    assert [h.section_id for h in found[4:]] == [h.section_id for h in hits[4:]]
    assert [shown(h) for h in found[:4]] == sorted((shown(h) for h in hits[:4]), reverse=True)
    scores = [h.score for h in found]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0


def test_equal_scores_keep_the_order(hits: list[Hit]) -> None:
    assert [h.section_id for h in reranked("pay", hits, Alike())] == [h.section_id for h in hits]
    assert reranked("pay", [], Alike()) == []


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A CrossEncoder of one small layer, its weights random."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("cross")
    size = save_tokenizer(folder / "bert", "pay data scientists nurses earn work a the of".split())
    config = BertConfig(
        vocab_size=size,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder / "bert")
    CrossEncoder(str(folder / "bert"), device="cpu").save_pretrained(str(folder / "model"))
    return str(folder / "model")


@pytest.mark.model
def test_a_cross_encoder_orders_the_answers_sections(cross_encoder: str, assistant: Assistant) -> None:
    own = assistant.settings.model_copy(update={"reranker": cross_encoder})
    assert Assistant.open(settings=assistant.settings, open_encoder=open_fake).search("pay")
    reranker = open_reranker(cross_encoder)
    assert reranker is not None
    found = Assistant.open(settings=own, open_encoder=open_fake).search("What do data scientists earn?", 5)
    texts = [f"{h.section.path}\n{h.passage}" for h in found]
    scores = reranker.scores("What do data scientists earn?", texts)
    assert scores.shape == (5,)
    assert list(scores) == sorted(scores, reverse=True)
    answer = Assistant.open(settings=own, open_encoder=open_fake).ask("How much do data scientists earn?")
    for citation in answer.citations:
        document = assistant.library.get(citation.document_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote


def test_a_reranker_that_is_none_is_named(tmp_path: Path, assistant: Assistant) -> None:
    assert open_reranker("") is None
    own = Settings(**{**assistant.settings.model_dump(), "reranker": str(tmp_path / "nothing")})
    with pytest.raises(ModelError, match=r"The reranker .*nothing can't be loaded"):
        Assistant.open(settings=own, open_encoder=open_fake)
