"""Quotes and abstention."""

from __future__ import annotations

import pytest

from qa.answering.abstention import confidence
from qa.answering.quotes import best_quote
from qa.assistant import Assistant
from tests.fakes import FakeEncoder


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("How much do data scientists earn?", "Data scientists earned a median of $112,590 a year in 2024."),
        ("How much does the top tenth earn?", "The top tenth earned more than $194,410."),
        ("statistics skills of data scientists", "Statistics"),
    ],
)
def test_the_sentence_that_fits(assistant: Assistant, question: str, quote: str) -> None:
    hit = assistant.search(question)[0]
    found = best_quote(question, hit, FakeEncoder())
    assert hit.document.text[found.start : found.end] == quote


def test_confidence_grows_with_evidence(assistant: Assistant) -> None:
    near = confidence(assistant.search("How much do data scientists earn?"))
    far = confidence(assistant.search("How deep is the sea?"))
    assert 0 <= far < near <= 1
    assert confidence([]) == 0
