from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import qa.assistant
import qa.builder
import qa.server.run
from qa.cli import main
from qa.cli.ask import _shown
from qa.server.reload import Reloader
from tests.conftest import GUIDES, ROOT, write_guides
from tests.fakes import FakeEncoder, open_fake, prepare_fake
from tests.serving import free_port


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa.builder.build, "__defaults__", (True, prepare_fake))
    monkeypatch.setattr(
        qa.assistant.Assistant.open.__func__,  # type: ignore[attr-defined]
        "__kwdefaults__",
        {"settings": None, "open_encoder": open_fake},
    )
    monkeypatch.setenv("CAREERS_QA_MIN_CONFIDENCE", "0.05")
    monkeypatch.setattr(Reloader.__init__, "__defaults__", (open_fake,))
    monkeypatch.setattr(qa.server.run, "dictConfig", lambda _: None)  # other tests read what is logged


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture
def built() -> None:
    write_guides(Path("corpus"), {**GUIDES, "bad.md": "---\na: [\n---\n"})
    result = run("build")
    assert result.exit_code == 0, result.output
    assert "3 documents, 9 sections" in result.output
    assert "Skipped bad.md: its front matter isn't YAML" in result.output


@pytest.mark.usefixtures("built")
class TestWithAnIndex:
    def test_ask(self) -> None:
        result = run("ask", "How much do nurses earn?")
        assert result.exit_code == 0
        assert result.output.startswith("Nurses earned a median wage of $93,600 a year. [1]\n")
        assert "[1] Nurse > Pay" in result.output

    def test_a_quote_stands_below_its_lead(self) -> None:
        answer = json.loads(run("ask", "How much do nurses earn?", "--json").output)
        answer["citations"][0]["lead"] = "Pay | Year"
        first = answer["citations"][0]["quote"]
        assert _shown(answer).startswith(f"Pay | Year\n{first} [1]\n")
        compared = answer | {
            "comparison": {
                "careers": [{"title": "Nurse"}, {"title": "Cook"}],
                "rows": [{"matter": "Pay", "cells": [{"citation": 1, "text": first}, {"citation": None, "text": "-"}]}],
            }
        }
        assert _shown(compared).startswith(f"Pay\n  Nurse: Pay | Year\n    {first} [1]\n  Cook: -\n")

    def test_a_greeting_ends_with_its_words(self) -> None:
        assert re.fullmatch(r"Hello\.[^\n]+\n(\nAsk next:\n(  - [^\n]+\n)+)?", run("ask", "hello").output)

    def test_ask_as_json(self) -> None:
        result = run("ask", "And the pay?", "--history", "What do nurses do?", "--json")
        assert json.loads(result.output)["citations"][0]["document_id"] == "health/nurse"

    def test_not_covered_is_status_3(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CAREERS_QA_MIN_CONFIDENCE", "1")
        result = run("ask", "nurse")
        assert result.exit_code == 3
        assert "don't cover" in result.output

    def test_a_file_of_questions(self) -> None:
        Path("q.jsonl").write_text(
            '{"question": "nurse pay"}\n\n{"question": "and hours?", "history": ["nurse pay"]}\n'
        )
        result = run("ask", "--questions", "q.jsonl", "--json")
        assert [json.loads(line)["question"] for line in result.output.splitlines()] == ["nurse pay", "and hours?"]

    @pytest.mark.parametrize(("text", "message"), [('{"question": "a"}\nx', "Line 2"), ('{"id": 1}', "Line 1")])
    def test_a_bad_file_of_questions(self, text: str, message: str) -> None:
        Path("q.jsonl").write_text(text)
        result = run("ask", "--questions", "q.jsonl")
        assert result.exit_code == 1
        assert f"{message} of q.jsonl" in result.output

    def test_check_and_documents(self) -> None:
        assert "is whole: 3 documents" in run("check").output
        assert run("documents").output.splitlines()[0] == "data-scientist\tData Scientist"
        generation = Path("index") / Path("index/CURRENT").read_text()
        (generation / "names.json").write_text("{}")
        result = run("check")
        assert result.exit_code == 1
        assert "names.json" in result.output

    def test_serve_says_where_it_is_and_looks_up_no_model(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_HUB_OFFLINE", "0")
        offline: list[str] = []

        def opened(_: Path) -> FakeEncoder:
            offline.append(os.environ["HF_HUB_OFFLINE"])
            return FakeEncoder()

        monkeypatch.setattr(Reloader.__init__, "__defaults__", (opened,))
        monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
        port = free_port()
        assert run("serve", "--port", str(port)).output == f"The chat is at http://127.0.0.1:{port}/\n"
        assert offline == ["1"]

    @pytest.mark.parametrize(("name", "value"), [("RATE_LIMIT", "many"), ("TRUSTED_PROXIES", "proxy.example")])
    def test_a_setting_that_serve_cant_use(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
        monkeypatch.setattr("uvicorn.run", lambda *_, **__: pytest.fail("it is served"))
        monkeypatch.setenv(f"CAREERS_QA_{name}", value)
        result = run("serve", "--port", str(free_port()))
        assert result.exit_code == 1
        assert re.fullmatch(rf"Error: The setting {name.lower()} [^\n]+\.\n", result.output), result.output


def test_an_address_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run("serve", "--port", port)
    assert result.exit_code == 1
    assert re.fullmatch(
        rf"Error: The server can't listen on 127.0.0.1, port {port} \([\w ]+\): [^\n]+\.\n", result.output
    )


@pytest.mark.parametrize(
    "words",
    [
        ("build", "missing"),
        ("ask", "x"),
        ("ask",),
        ("check",),
        ("documents",),
        ("ask", "--questions", "missing.jsonl"),
        ("serve",),
    ],
)
def test_errors_are_one_sentence(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert re.fullmatch(r"Error: [^\n]+\.\n", result.output), result.output


def test_every_command_is_documented_with_an_example() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        assert f"careers-qa {name}" in (command.help or ""), name
        assert f"careers-qa {name}" in readme, name
