"""The chat's functions, and the mounted application over real HTTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.errors import StoreError
from qa.feedback import Feedback
from qa.server.app import create_app
from qa.server.conversation import EVERY_GUIDE, message_text, reply_alone, reply_everywhere, vote
from qa.server.conversation import reply as replied
from qa.server.holder import Holder
from qa.server.opening import Opening, Openings
from qa.server.render import answer_markdown, band, entities, passages_markdown
from qa.server.service import Service
from qa.types import (
    NOT_STATED,
    Answer,
    Career,
    Cell,
    Citation,
    Comparison,
    Figures,
    Row,
    Understanding,
)
from tests.conftest import write_guides
from tests.fakes import open_fake, prepare_fake

Messages = list[dict[str, Any]]
HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:alert(1)) ![i](http://evil.example/i.png) `c` $x$ {{y}}"


def service_of(assistant: Assistant) -> Service:
    return Service.of(Holder(assistant), assistant.settings)


def reply(assistant: Assistant, message: str, history: Messages, document: str | None = None) -> tuple[Messages, str]:
    turn = asyncio.run(replied(service_of(assistant), message, history, document))
    return turn.messages, turn.passages


@given(st.text(max_size=200))
def test_escaped_text_is_never_mark_up(text: str) -> None:
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(f"a{entities(text)}b")
    assert set(re.findall(r"<(\w+)", rendered)) <= {"p", "br"}


def test_an_answer_shows_quotes_with_links(assistant: Assistant) -> None:
    shown = answer_markdown(assistant.ask("How much do data scientists earn?"))
    assert "“Data scientists earned a median of &#36;112&#44;590 a year in 2024&#46;" in shown
    assert re.search(r"\]\(/source/data-scientist\?mark=\d+-\d+#pay\)", shown)


def test_passages_mark_the_quote(assistant: Assistant) -> None:
    shown = passages_markdown(assistant.ask("How much do data scientists earn?"))
    assert "<mark>Data scientists earned" in shown
    # It is drawn from that page, which may say it in other words.
    assert "[source](https://example.org/data-scientist)" in shown
    own = replace(shown_answer().citations[0], url="https://example.org/nurse#pay")
    assert "[original page](https://example.org/nurse#pay:~:text=Nurses%20earn%20%2493%2C600.)" in passages_markdown(
        shown_answer(citations=(own,))
    )


def test_a_question_after_spaces_is_no_code(assistant: Assistant) -> None:
    messages, _ = reply(assistant, "    nurse pay", [])
    assert MarkdownIt().render(messages[0]["content"]) == "<p>nurse pay</p>\n"


def test_what_names_the_host_goes_into_the_log(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise StoreError("http://secret:19530 is down: start it.")

    monkeypatch.setattr(Assistant, "ask", fails)
    messages, _ = reply(assistant, "nurse pay", [])
    assert message_text(messages[-1]) == "The guides can't be read just now: try again later."
    assert [r.careers_qa_fields["reason"] for r in caplog.records if r.getMessage() == "failed"] == [  # type: ignore[attr-defined]
        "http://secret:19530 is down: start it."
    ]


def test_not_covered(settings: Settings, assistant: Assistant) -> None:
    strict = Assistant.open(settings=settings.model_copy(update={"min_confidence": 1.0}), open_encoder=open_fake)
    shown = answer_markdown(strict.ask("How much do data scientists earn?"))
    assert shown.startswith("**The guides don't cover this question.**")
    assert "(/source/data-scientist#pay)" in shown


def test_the_conversation_goes_on(assistant: Assistant) -> None:
    history, _ = reply(assistant, "What do nurses do?", [])
    history, passages = reply(assistant, "and the pay?", history)
    assert [m["role"] for m in history] == ["user", "assistant"] * 2
    assert "Nurse › Pay" in passages
    assert message_text(history[0]) == "What do nurses do?"


@pytest.mark.parametrize("message", ["", "   ", "x" * 10_000])
def test_bad_questions_get_a_sentence(assistant: Assistant, message: str) -> None:
    history, _ = reply(assistant, message, [])
    assert history[-1]["content"].startswith("The question ")
    assert len(history[0]["content"]) <= assistant.settings.max_question


@pytest.mark.parametrize("history", [[{}], [{"role": "user"}], [{"role": "user", "content": [3, {"text": 5}]}]])
def test_a_forged_history_does_no_harm(assistant: Assistant, history: Messages) -> None:
    shown, _ = reply(assistant, "nurse pay", history)
    assert "93&#44;600" in shown[-1]["content"]


def test_hostile_guides_show_as_text(settings: Settings) -> None:
    told = HOSTILE.replace("<", "&lt;")  # a tag itself would be read as HTML
    write_guides(settings.corpus, {"evil.md": f"---\ntitle: <b>Evil</b> career\n---\n# A\n\n## Pay {told}\n\n{told}\n"})
    build(settings, progress=False, prepare=prepare_fake)
    answer = Assistant.open(settings=settings, open_encoder=open_fake).ask("evil pay alert bold", document="evil")
    assert answer.answered
    for shown in (answer_markdown(answer), passages_markdown(answer)):
        rendered = MarkdownIt("commonmark", {"html": True}).render(shown)
        assert set(re.findall(r"<(\w+)", rendered)) <= {"p", "a", "br", "h3", "blockquote", "mark", "ul", "li", "span"}
        links = re.findall(r'href="([^"]*)"', rendered)
        assert all(link.startswith("/source/evil") for link in links)


def shown_answer(text: str = "Nurses earn $93,600.", **changed: Any) -> Answer:
    """An answer with every part that can be shown, all of it one hostile or plain text."""
    citation = Citation(
        number=1,
        document_id="nurse",
        document_title=text,
        headings=(text,),
        anchor="pay",
        url="",
        passage=text,
        quote=text,
        start=0,
        end=len(text),
        score=1.0,
        figures=Figures(text, "", "USD"),
        note=text,
        lead=text,
    )
    values: dict[str, Any] = {
        "question": "q",
        "answered": True,
        "confidence": 0.95,
        "citations": (citation,),
        "related": (),
        "elapsed_ms": 1.0,
        "understood": Understanding(text, "q"),
        "suggestions": (text,),
    }
    return Answer(**values | changed)


def compared(text: str = "Nurses earn $93,600.") -> Answer:
    careers = (Career(text, "nurse"), Career("Actor", "actor"))
    rows = (Row(text, (Cell(1, text), Cell(None, NOT_STATED))),)
    return shown_answer(text, kind="comparison", comparison=Comparison(careers, rows))


def plain(rendered: str) -> list[str]:
    """The lines that a reader sees."""
    html = MarkdownIt("commonmark", {"html": True}).render(rendered)
    return [line.strip() for line in unescape(re.sub(r"<[^>]*>", "\n", html)).split("\n") if line.strip()]


def test_lead_figures_note_and_band_stand_apart_from_the_quote() -> None:
    lines = plain(answer_markdown(shown_answer("Line")))
    assert lines == ["about: Line", "Line", "“Line”", "[1] Line", "Figures: Line, USD", "Line", "Clear match"]
    shown = answer_markdown(shown_answer())
    for kind in ("about", "lead", "figures", "note", "band"):
        assert shown.count(f'<span class="{kind}">') == 1
    assert "95" not in shown.replace("95&#", "")


def test_confidence_is_words() -> None:
    assert [band(c) for c in (1.0, 0.9, 0.89, 0.7, 0.5, 0.0)] == [
        "Clear match",
        "Clear match",
        "Likely match",
        "Likely match",
        "Loose match: check the guide",
        "Loose match: check the guide",
    ]


def test_a_comparison_is_a_table_with_a_citation_in_each_cell() -> None:
    shown = answer_markdown(compared())
    assert shown.count("<td>") == 2
    assert '<a href="/prefix/source/nurse?mark=0-20#pay">[1]</a>' in answer_markdown(compared(), "/prefix")
    assert f'<span class="absent">{NOT_STATED}</span>' in shown
    assert plain(shown)[:4] == ["about: Nurses earn $93,600.", "Nurses earn $93,600.", "Actor", "Nurses earn $93,600."]
    assert "match" not in shown  # the surest cell would speak for all


def test_a_greeting_is_its_reply() -> None:
    greeting = shown_answer(kind="greeting", citations=(), understood=None, reply="Hello. There are <b>3</b> guides.")
    assert plain(answer_markdown(greeting)) == ["Hello. There are <b>3</b> guides."]


@pytest.mark.parametrize("make", [shown_answer, compared])
def test_hostile_text_is_text_in_every_part(make: Callable[[str], Answer]) -> None:
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(answer_markdown(make(HOSTILE)))
    allowed = {"p", "a", "br", "span", "table", "thead", "tbody", "tr", "th", "td"}
    assert set(re.findall(r"<(\w+)", rendered)) <= allowed
    assert all(h.startswith("/source/nurse") for h in re.findall(r'href="([^"]*)"', rendered))


class TestContext:
    """What a question may draw on: the chip that is taken off, the guide asked within."""

    def test_the_chip_is_named_and_taken_off(self, assistant: Assistant) -> None:
        service = service_of(assistant)
        first = asyncio.run(replied(service, "What do nurses do?", []))
        assert first.about == ""
        second = asyncio.run(replied(service, "and the pay?", first.messages))
        assert second.about == "Nurse"
        alone = asyncio.run(reply_alone(service, second.messages))
        assert alone.about == ""
        asked = [m for m in alone.messages if m["role"] == "user"]
        assert [message_text(m) for m in asked] == ["What do nurses do?", "and the pay?"]
        assert [m["metadata"].get("id") for m in asked] == ["0:", "0:"]
        # What comes next draws on the question that stood alone, not on those before it.
        third = asyncio.run(replied(service, "and the hours?", alone.messages))
        assert third.messages[-2]["metadata"]["id"] == "1:"

    def test_nothing_to_take_off(self, assistant: Assistant) -> None:
        assert asyncio.run(reply_alone(service_of(assistant), [])).messages == []

    def test_within_a_guide(self, assistant: Assistant) -> None:
        messages, passages = reply(assistant, "pay", [], "health/nurse")
        assert "Nurse" in passages
        assert "Data Scientist" not in passages
        messages, _ = reply(assistant, "pay", messages, "no\ud800ne")
        assert messages[-1]["content"].startswith("The index has no document")

    def test_what_one_guide_lacks_is_asked_of_all(self, settings: Settings, assistant: Assistant) -> None:
        strict = Assistant.open(settings=settings.model_copy(update={"min_confidence": 1.0}), open_encoder=open_fake)
        messages, _ = reply(strict, "How much do data scientists earn?", [], "health/nurse")
        assert messages[-1]["content"].startswith("**The guide Nurse doesn't cover this question.**")
        assert messages[-1]["options"][0] == {"value": EVERY_GUIDE}
        again = asyncio.run(reply_everywhere(service_of(assistant), messages)).messages
        assert [m["metadata"].get("id") for m in again] == ["0:", None]
        assert "112&#44;590" in again[-1]["content"]
        assert asyncio.run(reply_everywhere(service_of(assistant), None)).messages == []

    def test_suggestions_are_of_the_last_answer_alone(self, assistant: Assistant) -> None:
        messages, _ = reply(assistant, "How much do nurses earn?", [])
        assert messages[-1]["options"]
        again, _ = reply(assistant, messages[-1]["options"][0]["value"], messages)
        assert "options" not in again[1]


class TestVotes:
    def kept(self, assistant: Assistant) -> list[dict[str, Any]]:
        assert assistant.settings.feedback
        return list(Feedback(assistant.settings.feedback).question_set())

    def test_a_vote_keeps_what_was_shown(self, assistant: Assistant) -> None:
        service = service_of(assistant)
        messages, _ = reply(assistant, "What do nurses do?", [])
        messages, _ = reply(assistant, "and the pay?", messages)
        receipt = asyncio.run(vote(service, messages, 3, "down"))
        asyncio.run(vote(service, messages, 3, "down", "Too short", receipt))
        (row,) = self.kept(assistant)
        assert (row["question"], row["history"]) == ("and the pay?", ["What do nurses do?"])
        assert (row["down"], row["reasons"]) == (1, ["Too short"])
        assert row["shown"][0] == "health/nurse#pay"

    def test_a_second_click_changes_the_vote(self, assistant: Assistant) -> None:
        service = service_of(assistant)
        messages, _ = reply(assistant, "What do nurses do?", [])
        messages, _ = reply(assistant, "and the pay?", messages)
        receipts = ""
        for place, liked in ((3, "down"), (1, "up"), (3, "up"), (3, "down")):
            receipts = asyncio.run(vote(service, messages, place, liked, "", receipts))  # type: ignore[arg-type]
        assert [(r["question"], r["up"], r["down"]) for r in self.kept(assistant)] == [
            ("and the pay?", 0, 1),
            ("What do nurses do?", 1, 0),
        ]
        # Where the chip was taken off, another answer stands in the same place.
        alone = asyncio.run(reply_alone(service, messages)).messages
        asyncio.run(vote(service, alone, 3, "up", "", receipts))
        assert sum(r["up"] + r["down"] for r in self.kept(assistant)) == 3

    @pytest.mark.parametrize("receipts", ["", "x", "[]", '{"0::What do nurses do?": 3}', "[" * 10_000])
    def test_receipts_that_are_none(self, assistant: Assistant, receipts: str) -> None:
        messages, _ = reply(assistant, "What do nurses do?", [])
        assert asyncio.run(vote(service_of(assistant), messages, 1, "up", "", receipts))
        assert self.kept(assistant)[0]["up"] == 1

    def test_a_vote_on_nothing_is_none(self, assistant: Assistant) -> None:
        service = service_of(assistant)
        for messages, place in (([], 0), ([{"role": "assistant", "content": "x"}], 0), ([], -1), (None, 10**9)):
            assert asyncio.run(vote(service, messages, place, "up")) == ""
        assert self.kept(assistant) == []


def test_the_opening_follows_a_swap(small: Assistant, assistant: Assistant) -> None:
    holder = Holder(small)
    openings = Openings(Service.of(holder, small.settings))
    first = asyncio.run(openings.current())
    assert asyncio.run(openings.current()) is first
    assert [title for title, _ in first.guides] == ["Data Scientist", "Nurse", "Software Developer"]
    assert first.guides[1] == ("Nurse", "health/nurse")
    assert first.starters
    holder.swap(assistant)
    assert asyncio.run(openings.current()) is not first


def test_starting_asks_nothing(small: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the start waits for an answer")

    monkeypatch.setattr(Assistant, "ask", never)
    monkeypatch.setattr(Opening, "of", never)
    assert TestClient(create_app(Holder(small), small.settings)).get("/").status_code == 200


@pytest.fixture(scope="module")
def client(small: Assistant) -> TestClient:
    return TestClient(create_app(Holder(small), small.settings))


class TestMounted:
    def test_page_and_source(self, client: TestClient) -> None:
        page = client.get("/")
        assert page.status_code == 200
        assert "Career guide assistant" in page.text
        source = client.get("/source/health/nurse?mark=0-5")
        assert "<mark>Nurse</mark>" in source.text
        assert '<a href="/">Ask the guides</a>' in source.text  # the way back
        assert client.get("/source/none").status_code == 404
        assert client.get("/source/health/nurse?mark=x").status_code == 200

    @pytest.mark.parametrize(
        "path", ["/gradio_api/file=/etc/passwd", "/gradio_api/file=README.md", "/file=/etc/passwd", "/docs"]
    )
    def test_no_file_of_the_host_is_given_away(self, client: TestClient, path: str) -> None:
        assert client.get(path).status_code in (403, 404)
