from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.errors import CitationError, IndexFolderError, QuestionError
from qa.types import Citation
from tests.fakes import open_fake, prepare_fake

QUESTIONS = [
    "How much do data scientists earn?",
    "nurse education",
    "What tasks do developers do?",
    "pay",
    "?!",
    "data",
]


def test_an_answer_quotes_its_guide(assistant: Assistant) -> None:
    answer = assistant.ask("How much do data scientists earn?")
    assert answer.answered
    first = answer.citations[0]
    assert (first.document_id, first.anchor, first.headings) == ("data-scientist", "pay", ("Pay",))
    assert first.url == "https://example.org/data-scientist"
    assert answer.answer.startswith(f"{first.quote} [1]")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_at_its_place(assistant: Assistant, question: str) -> None:
    for citation in assistant.ask(question).citations:
        document = assistant.library.get(citation.document_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.passage in document.text


def test_a_question_that_is_not_covered(settings: Settings, assistant: Assistant) -> None:
    strict = Assistant.open(settings=settings.model_copy(update={"min_confidence": 1.0}), open_encoder=open_fake)
    answer = strict.ask("How much do data scientists earn?")
    assert not answer.answered
    assert answer.citations == ()
    assert answer.answer == ""
    assert answer.related[0].document_id == "data-scientist"


def test_the_contract_of_json(assistant: Assistant) -> None:
    values = json.loads(json.dumps(assistant.ask("What skills do data scientists need?").to_dict()))
    assert list(values) == [
        "question", "answered", "confidence", "answer", "citations", "related", "elapsed_ms",
        "kind", "understood", "comparison", "suggestions",
    ]  # fmt: skip
    assert list(values["citations"][0]) == [
        "number", "document_id", "document_title", "headings", "anchor", "url", "passage", "quote", "start", "end",
        "score", "figures", "note", "lead", "page", "source_url",
    ]  # fmt: skip
    assert list(values["related"][0]) == [
        "document_id", "document_title", "headings", "anchor", "url", "source_url",
    ]  # fmt: skip


def test_history_and_document(assistant: Assistant) -> None:
    answer = assistant.ask("and the pay?", history=["What do nurses do?"])
    assert answer.citations[0].document_id == "health/nurse"
    answer = assistant.ask("How much do nurses earn?", document="data-scientist")
    assert {c.document_id for c in answer.citations} <= {"data-scientist"}


@pytest.mark.parametrize(
    ("question", "document", "message"),
    [
        ("", None, "empty"),
        (" \n ", None, "empty"),
        ("x" * 10_000, None, "10000 characters"),
        ("pay", "no-such-guide", "no-such-guide"),
        ("what \udcff pay", None, "UTF-8"),
    ],
)
def test_bad_questions(assistant: Assistant, question: str, document: str | None, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        assistant.ask(question, document=document)


def test_another_model_is_refused(settings: Settings, assistant: Assistant) -> None:
    other = Settings(**{**settings.model_dump(), "model": "another-model"})
    with pytest.raises(IndexFolderError, match="another-model"):
        Assistant.open(settings=other, open_encoder=open_fake)


def test_a_quote_outside_its_section_is_refused(assistant: Assistant) -> None:
    hit = assistant.search("nurse pay")[0]
    with pytest.raises(CitationError, match="health/nurse#pay"):
        Citation.of(1, hit, hit.section.start, hit.section.end + 1)


def test_data_is_frozen(assistant: Assistant) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        assistant.ask("pay").citations[0].quote = "x"  # type: ignore[misc]


def test_a_heading_as_long_as_a_page_is_no_question(settings: Settings) -> None:
    heading = "long " * 800
    (settings.corpus / "long.md").write_text(f"# Guide\n\n## {heading}\n\nWelders earn $50 an hour.\n")
    build(settings, progress=False, prepare=prepare_fake)
    assistant = Assistant.open(settings=settings, open_encoder=open_fake)
    assert assistant.ask("Welders earn?").citations[0].quote == "Welders earn $50 an hour."
    assert all(len(q) < 200 for q in assistant.starters(10))


def test_any_question_can_be_the_one_that_stands_for_a_career(assistant: Assistant) -> None:
    assert assistant.ask("What they are and what they do").kind == "answer"


def test_starters_are_answered(assistant: Assistant) -> None:
    starters = assistant.starters()
    assert len(starters) == 3  # one a guide
    assert all(assistant.ask(q).answered for q in starters)


def test_many_threads_get_the_same_answers(assistant: Assistant) -> None:
    """From a cold start, so that the caches are filled while they are read."""
    asked = [(q, ["What do nurses do?"] if n % 2 else []) for n, q in enumerate([*QUESTIONS, "and the pay?", "hi"] * 8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda a: assistant.ask(*a), asked))
    for (question, history), answer in zip(asked, answers, strict=True):
        alone = assistant.ask(question, history)
        assert dataclasses.replace(answer, elapsed_ms=0) == dataclasses.replace(alone, elapsed_ms=0)


@pytest.mark.model
def test_a_rare_word_alone_is_looked_up(bundled: Settings) -> None:
    assistant = Assistant.open(settings=bundled)
    answer = assistant.ask("GDPR?")
    assert answer.answered
    assert "GDPR" in answer.citations[0].quote
    assert not assistant.ask("Kubernetes").answered  # and none this
