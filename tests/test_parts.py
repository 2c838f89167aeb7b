"""Several questions in one."""

from __future__ import annotations

import pytest

from qa.answering.names import Mention, Name
from qa.answering.parts import parts_of
from qa.assistant import Assistant


def nurse(text: str) -> list[Mention]:
    start = text.lower().find("nurse")
    return [Mention(start, start + 5, Name("Nurse", "Nurse", "nurse"))] if start >= 0 else []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What does a nurse do and how much do they earn?",
         ["What does a nurse do", "how much do they earn?"]),
        ("How do I become a nurse? And what is the pay?", ["How do I become a nurse", "what is the pay?"]),
        ("Do nurses get paid, and how do I start?", ["Do nurses get paid", "how do I start?"]),
        ("nurse pay and hours", ["Nurse: pay", "Nurse: hours"]),
        ("What skills and qualifications does a nurse need?",
         ["Nurse: What skills", "Nurse: qualifications does a   need"]),
    ],
)  # fmt: skip
def test_questions_in_one(text: str, parts: list[str]) -> None:
    assert parts_of(text, nurse(text)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "What does a nurse do?",
        "I have a degree and what can I do with it?",
        "hello! could you tell me what nurses earn?",
        "pros and cons of being a nurse",
        "health and safety training for nurses",
        "pay and hours",
        "and what do they earn?",
        "",
    ],
)
def test_one_question(text: str) -> None:
    assert parts_of(text, nurse(text)) == [text]


def test_each_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask("How much do data scientists earn and what skills do they need?")
    assert answer.kind == "answer"
    assert [(c.number, c.document_id, c.anchor) for c in answer.citations] == [
        (1, "data-scientist", "pay"),
        (2, "data-scientist", "skills"),
    ]
    found = assistant.retrieve("How much do data scientists earn and what skills do they need?")
    assert [h.section.anchor for h in found[:2]] == ["pay", "skills"]
