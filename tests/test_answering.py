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
    assert 0 < one.near < 1


def test_a_line_that_repeats_the_title_is_no_quote(tmp_path: Path) -> None:
    guides = {
        "audiologist.md": "# Audiologist\n\n## Training\n\nAudiologists\n\nAudiologists need a doctoral degree.\n"
    }
    settings = Settings(corpus=write_guides(tmp_path / "g", guides), index=tmp_path / "i", min_confidence=0.0)
    build(settings, progress=False, prepare=prepare_fake)
    answer = Assistant.open(settings=settings, open_encoder=open_fake).ask("How do I become an audiologist?")
    assert [c.quote for c in answer.citations] == ["Audiologists need a doctoral degree."]


@pytest.mark.model
@pytest.mark.parametrize("question", ["What training is needed?", "How much does it pay?", "what skills do you need"])
def test_a_question_within_a_guide_is_about_its_career(bundled: Settings, question: str) -> None:
    assistant = Assistant.open(settings=bundled)
    guides = ["actuary", "data-scientist", "web-developer", "database-administrator"]
    answers = [assistant.ask(question, document=guide) for guide in guides]
    assert all(a.answered and a.understood is None for a in answers)
    assert not any(assistant.ask("What is the capital of France?", document=guide).answered for guide in guides)


@pytest.mark.model
def test_pay_of_a_career_whose_guide_states_none_isnt_answered(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    assert assistant.ask("How much does an actuary earn?").answered
    for question in ("How much does a senior AI engineer earn?", "salary of an ai governance consultant"):
        assert not assistant.ask(question).answered


@pytest.mark.model
def test_another_guides_heading_doesnt_answer_for_a_career_that_is_named(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    assert not assistant.ask("What skills does an AI data engineer need?").answered  # its guide doesn't say
    skills = assistant.ask("What skills does a senior AI/ML engineer need?")
    assert skills.answered
    assert skills.citations[0].document_id == "senior-ai-ml-engineer"


@pytest.mark.model
def test_within_a_guide_another_career_isnt_answered_for(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    assert not assistant.ask("How much do data scientists earn?", document="actuary").answered
    assert assistant.ask("How much do actuaries earn?", document="actuary").answered


@pytest.mark.model
@pytest.mark.parametrize("career", ["actuary", "statistician", "data scientist", "web developer"])
def test_how_to_become_something_leads_to_its_training(bundled: Settings, career: str) -> None:
    answer = Assistant.open(settings=bundled).ask(f"How do I become a {career}?")
    assert answer.answered
    said = " ".join(answer.citations[0].headings).lower()
    assert any(word in said for word in ("become", "education", "training", "degree", "certif", "qualif"))


def test_another_name_means_as_much_as_the_title(tmp_path: Path) -> None:
    guide = "---\naliases: [Wordsmith]\n---\n# Clear Writer\n\n## Pay\n\nClear writers earn $1.\n"
    settings = Settings(corpus=write_guides(tmp_path / "g", {"writer.md": guide}), index=tmp_path / "i")
    build(settings, progress=False, prepare=prepare_fake)
    assistant = Assistant.open(settings=settings, open_encoder=open_fake)
    by_title, by_name = assistant.search("clear writer pay")[0], assistant.search("wordsmith pay")[0]
    assert by_name.meaning == pytest.approx(by_title.meaning)


@pytest.mark.parametrize(
    ("guide", "question", "quote"),
    [
        ("What is your weakness?\n\nA real one.", "what is a weakness", "What is your weakness?\n\nA real one."),
        ("Pay was:\n\n| A | Pay |\n| --- | --- |\n| All | $1 |", "what was said", "Pay was:\n\nA | Pay\nAll | $1"),
        ("Four to six weeks.\n\nYou learn much.", "course", "Four to six weeks."),  # the opening, where no word tells
        ("Bring shoes.\n\nYou must\n\n- swim\n- run", "what must I do", "You must\n\n- swim\n- run"),
        ("| Pay | Sum |\n| --- | --- |\n| New | $1 |\n| Old | $2 |", "course pay", "New | $1\nOld | $2"),
        ("| Pay | A year |\n| --- | --- |\n| New | $1 |\n| Old | $2 |", "pay of an old one", "Old | $2"),
        ("We asked 64. Half of them swim.\n\nThe rest run.", "who was asked", "We asked 64. Half of them swim."),
        ("$1 new\n\n$2 old\n\nSome earn more.", "course pay", "$1 new\n\n$2 old"),
        ("$3\n\n$4\n\nThe median was $3.", "course pay", "The median was $3."),
        ("Courses are said to pay.\n\nYou get $1.", "how much does the course pay", "You get $1."),
        ("It helps.\n\nThe course of a course is a course.", "course", "It helps."),
        ("An allowance of $9 comes with the pay.\n\nThey get $1.", "course pay", "They get $1."),
        ("Sums by post:\n\n| Post | $ |\n| --- | --- |\n| All | 95 |\n\nPerks:\n\n- a van\n- a phone", "sums by post",
         "Sums by post:\n\nPost | $\nAll | 95"),
        ("They get $1.\n\nThe bonus is 5 %.", "what bonus comes with the course", "The bonus is 5 %."),
        ("| Post | Pay ($) |\n| --- | --- |\n| All | 95 |\n\nA fee of $2.", "pay for the course", "All | 95"),
        ("- They swim.\n- Rest.\n\nNo. Nobody need dive.", "must one dive", "No. Nobody need dive."),
        ("Must one dive?\n\nNo. They swim.", "must one dive", "Must one dive?\n\nNo. They swim."),
        ("Also called class, unit.\n\nYou swim.", "what is a class", "You swim."),
        ("Sums are also called figures.\n\nYou swim.", "what are sums", "Sums are also called figures."),
        ("Also called class, unit.\n\nYou swim.", "what else is it called", "Also called class, unit."),
        ("$8 at the top.\n\nThe least is $1.", "course wages", "$8 at the top."),  # of sums the first
    ],
)  # fmt: skip
def test_a_quote_is_whole(tmp_path: Path, guide: str, question: str, quote: str) -> None:
    settings = Settings(corpus=write_guides(tmp_path / "g", {"g.md": f"# Course\n\n{guide}\n"}), index=tmp_path / "i")
    build(settings, progress=False, prepare=prepare_fake)
    hit = Assistant.open(settings=settings, open_encoder=open_fake).search(question)[0]
    found = best_quote(question, hit, rarity, lambda _: True)
    assert hit.document.text[found.start : found.end] == quote


def test_pay_of_a_place_that_only_other_guides_have_isnt_answered(tmp_path: Path) -> None:
    guides = {
        "nurse.md": "# Nurse\n\n## Pay\n\nNurses earn $1 in Leeds.\n",
        "chef.md": "# Chef\n\n## Pay\n\nChefs earn $2 in Dublin.\n",
    }
    settings = Settings(corpus=write_guides(tmp_path / "g", guides), index=tmp_path / "i")
    build(settings, progress=False, prepare=prepare_fake)
    assistant = Assistant.open(settings=settings, open_encoder=open_fake)
    assert assistant.ask("what does a nurse earn in Leeds?").answered
    assert not assistant.ask("what does a nurse earn in Dublin?").answered
    assert assistant.ask("what does a nurse earn in Oz?").answered  # which may be another name for it
