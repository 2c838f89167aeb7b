"""Follow-up questions and what they were taken to be about."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from qa.answering.followups import in_context
from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from tests.conftest import write_guides
from tests.fakes import open_fake, prepare_fake


def understood(assistant: Assistant, question: str, *history: str) -> tuple[str, str]:
    found = assistant._understood(question, history)
    return found.about, found.question


@pytest.mark.parametrize(
    ("history", "question", "about", "searched"),
    [
        (["What does a nurse do?"], "And the pay?", "Nurse", "Nurse: And the pay?"),
        (["What does a nurse do?"], "do they need a degree?", "Nurse", "Nurse: do they need a degree?"),
        (["What does a nurse do?", "ok", "thanks!"], "ok and the pay?", "Nurse", "Nurse: and the pay?"),
        (["nurses' pay?"], "What about data scientists?", "Data Scientist", "Data Scientist' pay?"),
        (["nurse pay"], "developers?", "Software Developer", "Software Developer pay"),
        (["nurse pay", "and for developers?"], "data scientists", "Data Scientist", "Data Scientist pay"),
        (["how do I become a nurse?"], "how long does it take?", "Nurse",
         "Nurse: becoming one, how long does it take?"),
        (["nurse pay"], "really?", "Nurse", "nurse pay: really?"),
        (["nurse pay", "asdfgh"], "and the skills?", "Nurse", "Nurse: and the skills?"),
        # What stands alone is left as it is.
        (["What do data scientists do?"], "How much do nurses earn?", "", "How much do nurses earn?"),
        (["nurse pay"], "what does a data scientist do", "", "what does a data scientist do"),
        (["nurse pay"], "difference between a nurse and a developer", "", "difference between a nurse and a developer"),
        ([], "And the pay?", "", "And the pay?"),
        (["hello"], "And the pay?", "", "And the pay?"),
    ],
)  # fmt: skip
def test_what_a_question_is_about(
    assistant: Assistant, history: list[str], question: str, about: str, searched: str
) -> None:
    assert understood(assistant, question, *history) == (about, searched)


def test_a_topic_that_no_name_gives_is_found_by_retrieval(assistant: Assistant) -> None:
    assert understood(assistant, "and the pay?", "who needs a degree in nursing")[0] == "Nurse"


def test_the_answer_says_what_was_understood(assistant: Assistant) -> None:
    answer = assistant.ask("and the pay?", ["What do nurses do?"])
    assert answer.understood is not None
    assert answer.understood.about == "Nurse"
    assert {c.document_id for c in answer.citations} == {"health/nurse"}
    assert assistant.ask("and the pay?").understood is None


def test_several_careers_stay_the_topic(assistant: Assistant) -> None:
    assert understood(assistant, "and the pay?", "skills of nurses and developers")[0] == "Nurse and Software Developer"


def _rows(path: Path) -> list[dict[str, list[str] | str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.model
def test_full_questions_start_afresh(bundled: Settings) -> None:
    """The bundled questions mean the same after any other question."""
    path = bundled.corpus / "questions.jsonl"
    if not path.is_file():
        pytest.skip(f"no question set at {path}")
    questions = [str(r["question"]) for r in _rows(path) if r["relevant"] and not r.get("history")]
    assistant = Assistant.open(settings=bundled)
    draw = random.Random(7)
    kept = sum(not understood(assistant, q, draw.choice(questions))[0] for q in questions)
    assert kept / len(questions) >= 0.95


@pytest.mark.model
@pytest.mark.parametrize(
    ("history", "question", "about"),
    [
        (["What does an AI governance consultant do?"], "And the salary?", "AI Governance Senior Consultant"),
        (["How much does a data scientist earn?"], "What about juniors?", "Junior AI/ML Engineer"),
        (["What is a DBA?"], "how many jobs are there", "Database Administrator"),
        (["how much do web developers earn"], "and nurses?", "nurses"),
        (["how much do DBAs earn"], "What is PySpark?", ""),
        (["How do I become an astronaut?"], "and the salary?", "Astronaut"),
        (["what is the capital of France"], "and the hours?", ""),
        (["Which job uses maths to improve logistics?"], "what does it pay?", "Operations Research Analyst"),
        (["compare actuaries and web developers"], "and DBAs?", "Actuary and Web Developer and Database Administrator"),
        # Careers that no guide is about, and nothing at all, aren't what was talked about.
        (["What does a junior AI/ML engineer do?"], "How much do nurses earn?", ""),
        (["What does a junior AI/ML engineer do?"], "electrician salary", ""),
        (["compare data scientists and actuaries"], "What qualifications does a pilot need?", ""),
        (["What does a junior AI/ML engineer do?"], "asdfgh", ""),
        # Words with the form of one for people.
        (["What does an actuary do?"], "is maths important?", "Actuary"),
        (["What does an actuary do?"], "do I need to pass exams?", "Actuary"),
        # A capital changes nothing.
        (["What does an actuary do?"], "They work in which kinds of large public offices?", "Actuary"),
        (["What does an actuary do?"], "Does that involve a lot of statistics and programming?", "Actuary"),
        (["What does a junior AI/ML engineer do?"], "which tools?", "Junior AI/ML Engineer"),
        (["What does an actuary do?", "asdfgh"], "and the pay?", "Actuary"),
        (["What does an actuary do?", "How much do nurses earn?"], "and the hours?", "Nurses"),
    ],
)
def test_follow_ups_over_the_bundled_guides(bundled: Settings, history: list[str], question: str, about: str) -> None:
    assert understood(Assistant.open(settings=bundled), question, *history)[0] == about


@pytest.mark.model
def test_what_isnt_covered_stays_so(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    assert not assistant.ask("And the salary?", ["What does an AI governance consultant do?"]).answered
    assert not assistant.ask("and nurses?", ["how much do web developers earn"]).answered


@pytest.mark.model
def test_what_the_talks_guides_dont_cover_is_asked_of_all(bundled: Settings) -> None:
    guides = Assistant.open(settings=bundled)._guides
    history, question = ["What does an actuary do?"], "which programming languages?"
    within = in_context(question, history, guides)
    assert (within.about, within.question) == ("Actuary", f"Actuary: {question}")
    alone = in_context(question, history, guides, lambda understood: False)
    assert (alone.about, alone.question) == ("", question)
    assert [topic.topic for topic in alone.talk] == ["Actuary"]


@pytest.mark.model
def test_what_points_back_is_not_answered_by_another_careers_guide(bundled: Settings) -> None:
    answer = Assistant.open(settings=bundled).ask("do they build websites", ["What does an actuary do?"])
    assert answer.understood is not None
    assert answer.understood.about == "Actuary"
    assert {c.document_id for c in answer.citations} <= {"actuary"}


@pytest.mark.model
@pytest.mark.parametrize("question", ["which pays more?", "so which one is harder to get into", "compare them"])
def test_careers_that_were_talked_of_one_by_one_are_set_side_by_side(bundled: Settings, question: str) -> None:
    assistant = Assistant.open(settings=bundled)
    answer = assistant.ask(question, ["What does an actuary do?", "and a data scientist?"])
    assert answer.comparison is not None
    assert [career.title for career in answer.comparison.careers] == ["Actuary", "Data Scientist"]
    assert understood(assistant, question, "What does an actuary do?")[0] in ("Actuary", "")
    assert assistant.ask(question, ["What does an actuary do?"]).comparison is None
    assert understood(assistant, "which degree is best?", "actuary pay", "data scientist pay")[0] == "Data Scientist"


@pytest.mark.model
@pytest.mark.parametrize(
    ("history", "question", "searched"),
    [
        (["how much does an actuary earn?"], "and an experienced data scientist?",
         "how much does an experienced Data Scientist earn?"),
        (["actuary pay"], "statistician", "Statistician pay"),
        (["anything about pilots?"], "ok what about actuaries then", "Actuary"),
        (["how much do vets earn"], "ok actuary then", "Actuary: how much do earn"),
    ],
)  # fmt: skip
def test_another_career_gets_the_last_question(
    bundled: Settings, history: list[str], question: str, searched: str
) -> None:
    found = understood(Assistant.open(settings=bundled), question, *history)[1]
    assert " ".join(found.split()) == searched


@pytest.mark.model
def test_what_is_nearest_to_a_question_that_isnt_covered_is_no_topic(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    assert not assistant.ask("police officer requirements").answered
    assert not assistant._understood("and what grades?", ["police officer requirements"]).topics


def test_a_word_may_mean_a_career_or_a_matter_of_the_talk(tmp_path: Path) -> None:
    guides = {
        "senior.md": "# Senior Data Engineer\n\n## Pay\n\nThey earn $9.\n",
        "junior.md": "# Junior Data Engineer\n\n## Pay\n\nThey earn $1.\n",
        "hr.md": "# HR Business Partner\n\n## Pay\n\nThey earn $5.\n",
        "leave.md": "# Parental leave\n\n## Main carer\n\nA year.\n\n## Partner leave\n\nPartners get weeks.\n",
    }
    settings = Settings(corpus=write_guides(tmp_path / "g", guides), index=tmp_path / "i")
    build(settings, progress=False, prepare=prepare_fake)
    assistant = Assistant.open(settings=settings, open_encoder=open_fake)
    assert understood(assistant, "and a junior one?", "senior data engineer pay") == (
        "Junior Data Engineer",
        "Junior Data Engineer pay",
    )
    assert understood(assistant, "what about business?", "senior data engineer pay")[0] == "HR Business Partner"
    assert understood(assistant, "what about partners?", "how long is parental leave?")[0] == "Parental leave"
    assert understood(assistant, "what about partners?", "senior data engineer pay")[0] == "HR Business Partner"


@pytest.mark.model
def test_a_talk_within_a_guide_stays_in_it(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    answer = assistant.ask("what skills do they need?", ["How much do they earn?"], document="data-scientist")
    assert answer.answered
    assert {c.document_id for c in answer.citations} == {"data-scientist"}
    assert all(assistant.ask(q, document="data-scientist").answered for q in answer.suggestions)
    both = assistant.ask("How much do they earn and what skills do they need?", document="data-scientist")
    assert [c.anchor for c in both.citations] == ["salary", "skills-and-qualities"]


@pytest.mark.model
def test_words_of_other_guides_alone_are_asked_of_the_talk_where_nothing_else_covers_them(bundled: Settings) -> None:
    guides = Assistant.open(settings=bundled)._guides
    history, question = ["What does an actuary do?"], "PySpark challenges"
    assert in_context(question, history, guides).about == ""
    assert in_context(question, history, guides, lambda understood: bool(understood.about)).about == "Actuary"
    assert in_context(question, history, guides, lambda understood: False).about == ""
