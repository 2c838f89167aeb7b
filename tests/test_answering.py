"""Quotes and abstention."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.answering.quotes import best_quote
from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from tests.conftest import write_guides
from tests.fakes import open_fake, prepare_fake


def rarity(words: object) -> list[float]:
    return [1.0 for _ in words]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("question", "section", "quote"),
    [
        ("How much do data scientists earn?", "pay", "Data scientists earned a median of $112,590 a year in 2024."),
        ("How much does the top tenth of data scientists earn?", "pay", "The top tenth earned more than $194,410."),
        ("statistics for data scientists", "skills", "Statistics"),
        ("What skills do data scientists need?", "skills", "- Python and other tools\n- Statistics\n- Clear writing"),
    ],
)
def test_the_sentence_that_fits(assistant: Assistant, question: str, section: str, quote: str) -> None:
    hit = next(h for h in assistant.search(question, k=50) if h.section_id == f"data-scientist#{section}")
    found = best_quote(question, hit, rarity, lambda _: True)
    assert quote in hit.document.text[found.start : found.end]


def test_confidence_grows_with_evidence(assistant: Assistant) -> None:
    near = assistant.ask("How much do data scientists earn?").confidence
    far = assistant.ask("How deep is the sea?").confidence
    assert 0 <= far < near <= 1


def test_one_common_word_found_tells_little(assistant: Assistant) -> None:
    # All that either asks is in the guides: of the first a single word, of the second three.
    one, more = assistant.evidence("what is statistics"), assistant.evidence("statistics, clear writing and Python")
    assert 0 < one.covered < more.covered < 1
    assert 0 < one.words < 1


def test_a_line_that_repeats_the_title_is_no_quote(tmp_path: Path) -> None:
    guides = {
        "audiologist.md": "# Audiologist\n\n## Training\n\nAudiologists\n\nAudiologists need a doctoral degree.\n"
    }
    settings = Settings(corpus=write_guides(tmp_path / "g", guides), index=tmp_path / "i", min_confidence=0.0)
    build(settings, progress=False, prepare=prepare_fake)
    answer = Assistant.open(settings=settings, open_encoder=open_fake).ask("How do I become an audiologist?")
    assert [c.quote for c in answer.citations] == ["Audiologists need a doctoral degree."]
