"""What to ask next."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.answering.suggestions import MOST, phrased
from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from tests.conftest import write_guides
from tests.fakes import open_fake, prepare_fake


@pytest.mark.parametrize(
    ("topic", "heading", "question"),
    [
        ("Upholsterer", "Pay", "How much does an upholsterer earn?"),
        ("Urologist", "Pay", "How much does a urologist earn?"),
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


def test_a_guide_with_a_number_sign_in_its_name(tmp_path: Path) -> None:
    text = "# C# Developer\n\n## Pay\n\nC# developers earn $1.\n\n## Skills\n\nC# developers need patience.\n"
    settings = Settings(corpus=write_guides(tmp_path / "g", {"C# developer.md": text}), index=tmp_path / "i")
    settings = settings.model_copy(update={"min_confidence": 0.05, "max_citations": 1})
    build(settings, progress=False, prepare=prepare_fake)
    answer = Assistant.open(settings=settings, open_encoder=open_fake).ask("What does a C# developer earn?")
    assert [s.lower() for s in answer.suggestions] == ["what skills does a c# developer need?"]


def test_what_lacks_a_sum_isnt_suggested_as_pay(tmp_path: Path) -> None:
    text = "# {0}\n\n## Pay\n\n{0}s are paid {1}.\n\n## Skills\n\n{0}s need patience.\n"
    guides = {"baker.md": text.format("Baker", "by the hour"), "welder.md": text.format("Welder", "$9")}
    settings = Settings(corpus=write_guides(tmp_path / "g", guides), index=tmp_path / "i", min_confidence=0.05)
    build(settings, progress=False, prepare=prepare_fake)
    assistant = Assistant.open(settings=settings, open_encoder=open_fake)
    assert "How much does a baker earn?" not in assistant.ask("What skills does a baker need?").suggestions
    assert not assistant.ask("How much does a baker earn?").answered
    assert assistant.ask("How much does a welder earn?").answered


@pytest.mark.model
def test_suggestions_over_the_bundled_guides(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    for question in ("How much does an actuary earn?", "What is PySpark?", "Is web development growing?"):
        suggestions = assistant.ask(question).suggestions
        assert suggestions
        assert all(assistant.ask(s).answered for s in suggestions)
