"""Quotes and abstention."""

from __future__ import annotations

import pytest

from qa.answering.quotes import best_quote
from qa.assistant import Assistant


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
