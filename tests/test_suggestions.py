"""What to ask next."""

from __future__ import annotations

import pytest

from qa.answering.suggestions import MOST, phrased
from qa.assistant import Assistant
from qa.config import Settings
from tests.fakes import open_fake


@pytest.mark.parametrize(
    ("topic", "heading", "question"),
    [
        ("Actuary", "Salary (2024)", "How much does an actuary earn?"),
        ("Junior AI/ML Engineer", "Skills", "What skills does a junior AI/ML engineer need?"),
        ("Actuaries", "Job Outlook", "What is the job outlook for actuaries?"),
        ("Data Scientist", "Models and presentation", "Data Scientist: Models and presentation"),
        ("Mathematician and Statistician", "Pay", "Mathematician and Statistician: Pay"),
        ("Plumbers, Pipefitters, and Steamfitters", "Work Schedules",
         "What hours do plumbers, pipefitters, and steamfitters work?"),
        ("Nurse", "Pay by industry", "Nurse: Pay by industry"),
    ],
)  # fmt: skip
def test_questions_from_headings(topic: str, heading: str, question: str) -> None:
    assert phrased(topic, heading, lambda _: False)[0] == question


QUESTIONS = ["How much do data scientists earn?", "nurse education", "data scientist skills", "nurse pay"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_suggestions_lead_somewhere(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert len(answer.suggestions) <= MOST
    assert question not in answer.suggestions
    for suggestion in answer.suggestions:
        assert assistant.ask(suggestion).answered, suggestion


def test_the_neighbour_and_the_same_matter_elsewhere(settings: Settings, assistant: Assistant) -> None:
    one = settings.model_copy(update={"max_citations": 1})  # what is cited isn't suggested
    assistant = Assistant.open(settings=one, open_encoder=open_fake)
    answer = assistant.ask("How much do data scientists earn?")
    assert answer.suggestions == ("What skills does a data scientist need?", "How much does a nurse earn?")
    again = assistant.ask("How much do data scientists earn?", ["What skills does a data scientist need?"])
    assert "What skills does a data scientist need?" not in again.suggestions


@pytest.mark.model
def test_suggestions_over_the_bundled_guides(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    for question in ("How much does an actuary earn?", "What is PySpark?", "Is web development growing?"):
        suggestions = assistant.ask(question).suggestions
        assert suggestions
        assert all(assistant.ask(s).answered for s in suggestions)
