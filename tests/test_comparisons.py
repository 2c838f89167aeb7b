"""The same matter from several guides, side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.answering.comparisons import comparison_in
from qa.answering.followups import in_context
from qa.answering.names import Names
from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.types import NO_GUIDE, NOT_STATED
from tests.conftest import write_guides
from tests.fakes import open_fake, prepare_fake


@pytest.mark.parametrize(
    ("question", "careers", "labels"),
    [
        ("compare nurse and developer pay", ["Nurse", "Software Developer"], ["Pay"]),
        ("Nurse or data scientist: who earns more?", ["Nurse", "Data Scientist"], ["Pay"]),
        ("nurse vs developer vs data scientist, pay and skills",
         ["Nurse", "Software Developer", "Data Scientist"], ["Pay", "Skills"]),
        ("How much do nurses earn compared to developers?", ["Nurse", "Software Developer"], ["Pay"]),
        ("I like people. Nurse or developer, what hours do they work?",
         ["Nurse", "Software Developer"], ["What hours do they work"]),
        ("compare the education of nurses and developers", ["Nurse", "Software Developer"], ["Education and training"]),
        ("nurse or developer, who needs more patience?", ["Nurse", "Software Developer"], ["Who needs more patience"]),
        ("diffrence between nurses and developers", ["Nurse", "Software Developer"],
         ["What they do", "Pay", "Education and training", "Job outlook"]),
    ],
)  # fmt: skip
def test_what_is_compared(assistant: Assistant, question: str, careers: list[str], labels: list[str]) -> None:
    understood = in_context(question, (), assistant._guides)
    compared = comparison_in(understood, assistant._guides)
    assert compared is not None
    assert [c.topic for c in compared.careers] == careers
    assert [m.label for m in compared.matters] == labels


@pytest.mark.parametrize(
    "question",
    ["Can a nurse become a data scientist?", "nurse pay", "Do nurses work on software that developers write?"],
)
def test_two_names_alone_are_no_comparison(assistant: Assistant, question: str) -> None:
    understood = in_context(question, (), assistant._guides)
    assert comparison_in(understood, assistant._guides) is None


def test_parts_of_headlines_are_no_careers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Names, "is_career", lambda self, name: True)  # whatever a model makes of them
    guides = {
        "a.md": "# Guidance for those who give unpaid care to their friends\n\nRest.",
        "b.md": "# What companies say of the future of work with other families\n\nMuch.",
        "c.md": "# Web Developer\n\nPages.",
    }
    settings = Settings(corpus=write_guides(tmp_path / "guides", guides), index=tmp_path / "index")
    build(settings, progress=False, prepare=prepare_fake)
    guides_of = Assistant.open(settings=settings, open_encoder=open_fake)._guides
    for question, compared in (
        ("May I visit friends and families?", False),
        ("Do friends differ from families in pay?", False),
        ("Do developers or friends earn more?", True),
    ):
        assert len(guides_of.mentions(question)) == 2
        understood = in_context(question, (), guides_of)
        assert bool(comparison_in(understood, guides_of)) is compared


def test_cells_quote_their_guides(assistant: Assistant) -> None:
    answer = assistant.ask("compare nurse and data scientist pay")
    assert (answer.kind, answer.answered) == ("comparison", True)
    assert answer.comparison is not None
    (row,) = answer.comparison.rows
    for career, cell in zip(answer.comparison.careers, row.cells, strict=True):
        citation = next(c for c in answer.citations if c.number == cell.citation)
        document = assistant.library.get(citation.document_id)
        assert document is not None
        assert citation.document_id == career.document_id
        assert document.text[citation.start : citation.end] == citation.quote == cell.text
        assert f"{cell.text} [{cell.citation}]" in answer.answer


def test_what_a_guide_doesnt_state(assistant: Assistant) -> None:
    answer = assistant.ask("compare nurse and developer pay")
    values = json.loads(json.dumps(answer.to_dict()))["comparison"]
    assert values["careers"][1] == {"title": "Software Developer", "document_id": "developer"}
    assert values["rows"][0]["cells"][1] == {"citation": None, "text": NOT_STATED}
    assert values["rows"][0]["cells"][0]["citation"] == 1


def test_one_named_before(assistant: Assistant) -> None:
    answer = assistant.ask("compare that with data scientists", ["How much do nurses earn?"])
    assert answer.comparison is not None
    assert [c.title for c in answer.comparison.careers] == ["Nurse", "Data Scientist"]


@pytest.mark.model
def test_over_the_bundled_guides(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    answer = assistant.ask("Junior or senior AI/ML engineer: who needs more experience?")
    assert answer.comparison is not None
    assert [c.title for c in answer.comparison.careers] == ["Junior AI/ML Engineer", "Senior AI/ML Engineer"]
    assert all(cell.citation for cell in answer.comparison.rows[0].cells)
    answer = assistant.ask("compare data scientist and AI governance consultant pay")
    assert answer.comparison is not None
    assert [bool(cell.citation) for cell in answer.comparison.rows[0].cells] == [True, False]


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "history", "titles"),
    [
        ("compare data scientists and astronauts", (), ["Data Scientist", "Astronauts"]),
        ("Do nurses earn more than data scientists?", (), ["Nurses", "Data Scientist"]),
        ("data scientist or welder: who earns more?", (), ["Data Scientist", "Welder"]),
        ("And more than pilots?", ("How much do data scientists earn?",), ["Data Scientist", "Pilots"]),
        ("And the outlook?", ("How much do data scientists earn?", "compare with chefs"), ["Data Scientist", "Chefs"]),
        ("and the outlook?", ("compare data scientists and astronauts",), ["Data Scientist", "Astronauts"]),
        ("Do nurses earn more than they do?", ("What skills do data scientists need?",), ["Data Scientist", "Nurses"]),
        ("Compare nurses and data scientists: do nurses earn more?", (), ["Nurses", "Data Scientist"]),
    ],
)
def test_a_career_without_a_guide(
    bundled: Settings, question: str, history: tuple[str, ...], titles: list[str]
) -> None:
    answer = Assistant.open(settings=bundled).ask(question, history)
    assert answer.comparison is not None
    assert [c.title for c in answer.comparison.careers] == titles
    for career, cell in zip(answer.comparison.careers, answer.comparison.rows[0].cells, strict=True):
        assert bool(career.document_id) is bool(cell.citation)
        assert (cell.text == NO_GUIDE) is not bool(career.document_id)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "Do data scientists need more than a bachelor's degree?",
        "Do data scientists earn more than 100,000 dollars?",
        "Compare data scientist pay with the national average",
        "Do data scientists manage more than five people?",
        "Are data scientists smarter than others?",
        "Do women earn less than men as data scientists?",
        "data scientists vs graphic designers",  # a guide comes near to these
    ],
)
def test_no_career_without_a_guide(bundled: Settings, question: str) -> None:
    assert Assistant.open(settings=bundled).ask(question).comparison is None


@pytest.mark.model
def test_a_comparison_asks_what_the_question_asks(bundled: Settings) -> None:
    talk = ["What is the outlook for data scientists?"]
    answer = Assistant.open(settings=bundled).ask("Do nurses earn more than they do?", talk)
    assert answer.comparison is not None
    assert [row.matter for row in answer.comparison.rows] == ["Pay"]


@pytest.mark.model
def test_after_a_comparison_with_a_career_without_a_guide(bundled: Settings) -> None:
    talk = ["How much do data scientists earn?", "compared to chefs?"]
    answer = Assistant.open(settings=bundled).ask("what about actuaries?", talk)
    assert answer.understood is not None
    assert answer.understood.about == "Data Scientist and Chefs and Actuary"
    assert answer.comparison is not None
    assert [c.document_id for c in answer.comparison.careers] == ["data-scientist", "", "actuary"]
    assert [row.matter for row in answer.comparison.rows] == ["Pay"]
    assert {c.document_id for c in answer.citations} == {"data-scientist", "actuary"}


def test_a_matter_that_nobody_asked_for_is_shown_where_it_is_stated(tmp_path: Path) -> None:
    guides = {
        f"{name}.md": f"# {name.title()}\n\n## Duties\n\nA {name} works.\n\n## Pay\n\nA {name} earns $1.\n\n"
        f"## Next\n\nA {name} becomes a head {name}.\n"
        for name in ("nurse", "chef")
    }
    settings = Settings(corpus=write_guides(tmp_path / "g", guides), index=tmp_path / "i", min_confidence=0.0)
    build(settings, progress=False, prepare=prepare_fake)
    answer = Assistant.open(settings=settings, open_encoder=open_fake).ask("compare nurse and chef")
    assert answer.comparison is not None
    assert [row.matter for row in answer.comparison.rows] == ["What they do", "Pay"]
