from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from threadpoolctl import threadpool_info

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.reading.blocks import assemble
from qa.reading.markdown import read_markdown
from qa.retrieval import hybrid
from qa.retrieval.headings import plainer
from qa.retrieval.hybrid import _normalised
from tests.conftest import write_guides
from tests.fakes import open_fake, prepare_fake


def test_the_right_section_is_first(assistant: Assistant) -> None:
    hits = assistant.search("How much does a nurse earn?")
    assert hits[0].section_id == "health/nurse#pay"
    assert hits[0].passage == "Nurses earned a median wage of $93,600 a year."


def test_a_questions_products_take_one_thread(assistant: Assistant) -> None:
    assert assistant.search("pay", 1)
    threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert threads and set(threads) == {1}


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


def test_the_plain_section_goes_before_one_that_says_more_than_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (
        "# Nurse\n\nNurses care.\n\n## Pay by industry\n\nThe median pay of nurses in hospitals was $99,000.\n\n"
        "## Pay\n\nThe pay of nurses in the middle was $93,600.\n\n## Hours\n\nLong ones."
    )
    settings = Settings(corpus=write_guides(tmp_path / "guides", {"nurse.md": guide}), index=tmp_path / "index")
    build(settings, progress=False, prepare=prepare_fake)
    assistant = Assistant.open(settings=settings, open_encoder=open_fake)

    def first(question: str) -> list[str]:
        hits = assistant.search(question)
        assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
        return [h.section.anchor for h in hits][:2]

    assert first("median pay of nurses") == ["pay", "pay-by-industry"]
    assert first("median pay of nurses by industry") == ["pay-by-industry", "pay"]
    monkeypatch.setattr(hybrid, "_PLAINER", 2)
    assert first("median pay of nurses") == ["pay-by-industry", "pay"]


def test_a_guide_counts_what_its_sections_do_together() -> None:
    owners = np.array([0, 0, 0, 1, 1, 2, 3])
    scores = np.array([0.4, 1, 0.8, 0.6, 0.9, 1, 0])
    found = hybrid._spread(scores, owners)
    best = 0.6 * np.array([1 + 0.4 * 0.8 + 0.16 * 0.4, 0.9 + 0.4 * 0.6, 1, 0])
    np.testing.assert_allclose(found[[1, 4, 5, 6]], best)  # the guide of three comes before the equal one of one
    np.testing.assert_allclose(found[[2, 0, 3]], best[[0, 0, 1]] * [0.4 * 0.8, 0.16 * 0.4, 0.4 * 0.6 / 0.9])


def test_a_name_that_no_guide_has_shows_several_guides(small: Assistant) -> None:
    best: dict[str, float] = {}
    for hit in small.search("nursing developer", k=50):
        assert hit.score <= 0.41 * best.get(hit.document.id, 3)
        best[hit.document.id] = hit.score
    assert len(best) == 3
    assert len({h.document.id for h in small.search("data developer", k=2, document="developer")}) == 1


def test_what_is_plainer() -> None:
    document = assemble(
        "a", read_markdown("# Nurse\n\n## Pay\n\na\n\n## Pay by state\n\nb\n\n## Nurse pay\n\nc\n\n## Hours\n\nd")
    )
    plain, by_state, named, hours = document.sections
    assert plainer({"pay"}, document, by_state) == [0, 2]
    assert plainer({"pay", "state"}, document, by_state) == []
    assert (
        plainer({"pay"}, document, plain) == plainer({"pay"}, document, named) == plainer(set(), document, hours) == []
    )
