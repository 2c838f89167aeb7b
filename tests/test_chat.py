"""The chat's functions, and the mounted application over real HTTP."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.server.app import create_app
from qa.server.conversation import message_text
from qa.server.conversation import reply as replied
from qa.server.holder import Holder
from qa.server.render import answer_markdown, entities, passages_markdown
from qa.server.service import Service
from tests.conftest import write_guides
from tests.fakes import open_fake, prepare_fake

Messages = list[dict[str, Any]]
HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:alert(1)) ![i](http://evil.example/i.png) `c` $x$ {{y}}"


def reply(assistant: Assistant, message: str, history: Messages) -> tuple[Messages, str]:
    service = Service.of(Holder(assistant), assistant.settings)
    return asyncio.run(replied(service, message, history))


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
    assert "(https://example.org/data-scientist#:~:text=Data%20scientists%20earned%20a," in shown


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
    write_guides(
        settings.corpus, {"evil.md": f"---\ntitle: <b>Evil</b> career\n---\n# A\n\n## Pay {HOSTILE}\n\n{HOSTILE}\n"}
    )
    build(settings, progress=False, prepare=prepare_fake)
    answer = Assistant.open(settings=settings, open_encoder=open_fake).ask("evil pay alert bold", document="evil")
    assert answer.answered
    for shown in (answer_markdown(answer), passages_markdown(answer)):
        rendered = MarkdownIt("commonmark", {"html": True}).render(shown)
        assert set(re.findall(r"<(\w+)", rendered)) <= {"p", "a", "br", "h3", "blockquote", "mark", "ul", "li"}
        links = re.findall(r'href="([^"]*)"', rendered)
        assert all(link.startswith("/source/evil") for link in links)


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
        assert client.get("/source/none").status_code == 404
        assert client.get("/source/health/nurse?mark=x").status_code == 200

    @pytest.mark.parametrize(
        "path", ["/gradio_api/file=/etc/passwd", "/gradio_api/file=README.md", "/file=/etc/passwd", "/docs"]
    )
    def test_no_file_of_the_host_is_given_away(self, client: TestClient, path: str) -> None:
        assert client.get(path).status_code in (403, 404)
