from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qa.assistant import Assistant
from qa.retrieval.hybrid import _normalised


def test_the_right_section_is_first(assistant: Assistant) -> None:
    hits = assistant.search("How much does a nurse earn?")
    assert hits[0].section_id == "health/nurse#pay"
    assert hits[0].passage == "Nurses earned a median wage of $93,600 a year."


def test_scores_fall_and_sections_come_once(assistant: Assistant) -> None:
    hits = assistant.search("data scientist skills and pay", k=50)
    scores = [h.score for h in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({h.section_id for h in hits}) == len(hits)
    assert 0 <= scores[-1] < scores[0] <= 1


def test_a_search_within_one_guide(assistant: Assistant) -> None:
    hits = assistant.search("How much does a nurse earn?", k=50, document="data-scientist")
    assert {h.document.id for h in hits} == {"data-scientist"}
    assert hits[0].section.anchor == "pay"


def test_aliases_lead_to_their_guide(assistant: Assistant) -> None:
    assert assistant.search("analytics scientist")[0].document.id == "data-scientist"


@given(arrays(np.float32, st.integers(1, 300), elements=st.floats(-1, 30, width=32)))
def test_normalised_scores_keep_their_order(scores: np.ndarray) -> None:
    found = _normalised(scores)
    assert found.shape == scores.shape
    assert ((found >= 0) & (found <= 1)).all()
    order = np.argsort(scores, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    if len(scores) and scores.max() > 0:
        assert found.max() == 1
