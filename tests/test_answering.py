"""Quotes, abstention and follow-ups."""

from __future__ import annotations

import pytest

from qa.answering.abstention import confidence
from qa.answering.followups import in_context
from qa.answering.names import Names
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


NAMES = Names({"Data Scientist": "Data Scientist", "DBA": "Database Administrator", "Nurse": "Nurse"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What do data scientists do?", ["Data Scientist"]),
        ("dba or nurse", ["Database Administrator", "Nurse"]),
        ("Is data safe?", []),
    ],
)
def test_names(text: str, found: list[str]) -> None:
    assert NAMES.found_in(text) == found


@pytest.mark.parametrize(
    ("question", "history", "searched"),
    [
        ("And the salary?", ["What does a nurse do?"], "Nurse: And the salary?"),
        ("do I need a degree for that", ["What does a nurse do?", "hours?"], "Nurse: do I need a degree for that"),
        ("What about data scientists?", ["How much do nurses earn?"], "data scientists: How much do earn?"),
        ("How much do nurses earn?", ["What do data scientists do?"], "How much do nurses earn?"),
        ("Which careers suit somebody who likes mathematics and statistics best", ["What do nurses do?"], None),
        ("And the salary?", [], None),
    ],
)
def test_follow_ups(question: str, history: list[str], searched: str | None) -> None:
    assert in_context(question, history, NAMES.found_in, lambda _: "") == (searched or question)


def test_a_career_without_a_name_is_found_by_retrieval() -> None:
    found = in_context("and the pay?", ["who cares for ill people"], NAMES.found_in, lambda q: f"topic of {q}")
    assert found == "topic of who cares for ill people: and the pay?"
