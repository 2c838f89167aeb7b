"""The API's answers and errors, over the application's own client."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import IndexFolderError, QAError, StoreError
from qa.feedback import Feedback
from qa.server import schemas
from qa.server.app import create_app
from qa.server.holder import Holder
from qa.server.logs import JsonFormatter
from qa.stores.engine import DocumentStore
from qa.types import Document
from tests.fakes import open_fake

QUESTION = "How much do data scientists earn?"


def opened(assistant: Assistant, **changed: object) -> TestClient:
    app = create_app(Holder(assistant), assistant.settings.model_copy(update={"rate_limit": "", **changed}))
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client(small: Assistant) -> TestClient:
    return opened(small)


@pytest.fixture(scope="module")
def settings(small: Assistant) -> Settings:
    return small.settings


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["detail"].endswith(".")
    return body


def test_an_answer_is_the_contracts(client: TestClient, small: Assistant) -> None:
    response = client.post("/api/v1/ask", json={"question": QUESTION})
    assert response.status_code == 200
    own = small.ask(QUESTION).to_dict()
    assert {**response.json(), "elapsed_ms": 0} == {**own, "elapsed_ms": 0}
    assert response.headers["cache-control"] == "no-store"


def test_history_and_document_count(client: TestClient) -> None:
    followed = client.post("/api/v1/ask", json={"question": "And the pay?", "history": ["What do nurses do?"]})
    assert followed.json()["citations"][0]["document_id"] == "health/nurse"
    within = client.post("/api/v1/ask", json={"question": "pay", "document": "health/nurse"})
    assert {c["document_id"] for c in within.json()["citations"]} == {"health/nurse"}


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ({}, "#/question", "it is missing: send it"),
        ({"question": ""}, "#/question", "it is empty: type a question"),
        ({"question": " \t"}, "#/question", "it is empty: type a question"),
        ({"question": 3}, "#/question", "it isn't text: write it in quotes"),
        ({"question": "pay", "extra": 1}, "#/extra", "there is none of this name: mend the name or leave it out"),
        ({"question": "pay", "history": [""]}, "#/history/0", "it is empty: type a question"),
        ({"question": "pay", "history": "pay"}, "#/history", "it isn't a list: write it in square brackets"),
        ([], "#", "it isn't a JSON object: send one, with the header Content-Type: application/json"),
    ],
)
def test_what_is_wrong_is_pointed_at(client: TestClient, body: object, pointer: str, detail: str) -> None:
    found = problem(client.post("/api/v1/ask", json=body), 422, "invalid")
    assert found["errors"][0] == {"pointer": pointer, "detail": detail}


@pytest.mark.parametrize("body", [b"{", b'{"question": "pay"', b"nurse pay"])
def test_a_body_that_isnt_json_is_told_so(client: TestClient, body: bytes) -> None:
    sent = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    told = problem(sent, 422, "invalid")
    said = "it isn't JSON: send a JSON object, as /api/docs describes it"
    assert told["detail"] == f"The request's body can't be taken: {said}."
    assert told["errors"] == [{"pointer": "#", "detail": said}]


def test_lengths_are_checked(client: TestClient, settings: Settings) -> None:
    longest = settings.max_question
    assert client.post("/api/v1/ask", json={"question": "p" * longest}).status_code == 200
    problem(client.post("/api/v1/ask", json={"question": "p" * (longest + 1)}), 422, "question")
    problem(client.post("/api/v1/ask", json={"question": "pay", "history": ["p" * (longest + 1)]}), 422, "question")


@pytest.mark.parametrize("most", [0, 1])
def test_only_the_last_of_a_history_count(small: Assistant, most: int) -> None:
    strict = Assistant.open(settings=small.settings.model_copy(update={"max_history": most}), open_encoder=open_fake)
    asked = {"question": "And the pay?", "history": ["What do data scientists do?", "What do nurses do?"]}
    understood = opened(strict).post("/api/v1/ask", json=asked).json()["understood"]
    assert (understood and understood["about"]) == ("Nurse" if most else None)


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"question": "\\ud800"}', b"[" * 100_000, b""])
def test_any_bytes_get_a_problem(client: TestClient, body: bytes) -> None:
    response = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_without_its_type_is_told_of_it(client: TestClient) -> None:
    for sent in ({"content": b'{"question": "pay"}'}, {"json": ["pay"]}):
        told = problem(client.post("/api/v1/ask", **sent), 422, "invalid")
        assert told["detail"] == (
            "The request's body can't be taken: it isn't a JSON object: send one, "
            "with the header Content-Type: application/json."
        )


def test_every_field_of_an_answer_is_described(small: Assistant) -> None:
    answer = small.ask(QUESTION).to_dict()
    assert set(schemas.Answer.model_fields) == set(answer)
    assert set(schemas.Citation.model_fields) == set(answer["citations"][0])
    schemas.Answer.model_validate(answer)
    schemas.Answer.model_validate(small.ask("hello").to_dict())
    compared = small.ask("Compare the pay of a nurse and a data scientist").to_dict()
    assert compared["kind"] == "comparison"
    assert schemas.Answer.model_validate(compared).comparison


class TestFeedback:
    """Votes over the API."""

    def opened(self, small: Assistant, tmp_path: Path, **changed: object) -> TestClient:
        return opened(small, feedback=tmp_path / "votes.sqlite3", **changed)

    def kept(self, tmp_path: Path) -> list[dict[str, Any]]:
        return list(Feedback(tmp_path / "votes.sqlite3").question_set())

    def test_it_is_kept_with_what_was_shown(self, small: Assistant, tmp_path: Path) -> None:
        client = self.opened(small, tmp_path)
        asked = {"question": "and the pay?", "history": ["What do nurses do?"]}
        assert client.post("/api/v1/ask", json=asked).headers["link"] == '<feedback>; rel="feedback"'
        response = client.post("/api/v1/feedback", json={**asked, "vote": "up"})
        assert response.status_code == 200
        assert "set-cookie" not in response.headers
        (row,) = self.kept(tmp_path)
        assert (row["question"], row["history"], row["up"]) == (asked["question"], asked["history"], 1)
        assert row["shown"][0] == "health/nurse#pay"

    def test_a_receipt_changes_a_vote(self, small: Assistant, tmp_path: Path) -> None:
        client = self.opened(small, tmp_path)
        vote = {"question": QUESTION, "vote": "up"}
        receipt = client.post("/api/v1/feedback", json=vote).json()["receipt"]
        changed = {**vote, "vote": "down", "reason": "Old", "receipt": receipt}
        assert client.post("/api/v1/feedback", json=changed).json() == {"receipt": receipt}
        (row,) = self.kept(tmp_path)
        assert (row["up"], row["down"], row["reasons"]) == (0, 1, ["Old"])

    @pytest.mark.parametrize("receipt", ["1", "1-", "1-00", "²-x", "1-ü", "9" * 40 + "-0", "-"])
    def test_a_forged_receipt_changes_nothing(self, small: Assistant, tmp_path: Path, receipt: str) -> None:
        client = self.opened(small, tmp_path)
        client.post("/api/v1/feedback", json={"question": QUESTION, "vote": "up"})
        client.post("/api/v1/feedback", json={"question": QUESTION, "vote": "down", "receipt": receipt})
        (row,) = self.kept(tmp_path)
        assert (row["up"], row["down"]) == (1, 1)

    @pytest.mark.parametrize(
        ("changed", "pointer"),
        [
            ({"vote": "sideways"}, "#/vote"),
            ({"vote": None}, "#/vote"),
            ({"question": " "}, "#/question"),
            ({"reason": "x" * 1001}, "#/reason"),
            ({"reason": "\ud800"}, "#/reason"),
            ({"receipt": "x" * 101}, "#/receipt"),
            ({"shown": [["nurse#pay", "Nurses are rich."]]}, "#/shown"),
        ],
    )
    def test_what_is_wrong_is_pointed_at(
        self, small: Assistant, tmp_path: Path, changed: dict[str, Any], pointer: str
    ) -> None:
        client = self.opened(small, tmp_path)
        body = json.dumps({"question": QUESTION, "vote": "up", **changed})
        response = client.post("/api/v1/feedback", content=body, headers={"Content-Type": "application/json"})
        assert problem(response, 422, "invalid")["errors"][0]["pointer"] == pointer
        assert self.kept(tmp_path) == []

    def test_lengths_and_guides_are_checked(self, small: Assistant, tmp_path: Path) -> None:
        client = self.opened(small, tmp_path)
        vote = {"question": QUESTION, "vote": "up"}
        problem(client.post("/api/v1/feedback", json={**vote, "document": "none"}), 404, "no-such-document")
        long = "p" * (small.settings.max_question + 1)
        problem(client.post("/api/v1/feedback", json={**vote, "question": long}), 422, "question")

    def test_off(self, small: Assistant) -> None:
        client = opened(small, feedback=None)
        assert "link" not in client.post("/api/v1/ask", json={"question": QUESTION}).headers
        problem(client.post("/api/v1/feedback", json={"question": QUESTION, "vote": "up"}), 404, "feedback-off")

    def test_a_file_that_cant_be_used(self, small: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.WARNING, logger="careers_qa"):
            client = opened(small, feedback=tmp_path / "none" / "votes.sqlite3")
        assert client.post("/api/v1/ask", json={"question": QUESTION}).status_code == 200
        problem(client.post("/api/v1/feedback", json={"question": QUESTION, "vote": "up"}), 404, "feedback-off")
        assert "feedback-off" in caplog.text
        client = self.opened(small, tmp_path)
        (tmp_path / "votes.sqlite3").write_bytes(b"no database" * 1000)
        response = client.post("/api/v1/feedback", json={"question": QUESTION, "vote": "up"})
        assert str(tmp_path) not in problem(response, 503, "busy")["detail"]

    def test_it_is_rate_limited(self, small: Assistant, tmp_path: Path) -> None:
        client = self.opened(small, tmp_path, rate_limit="2/minute")
        votes = [client.post("/api/v1/feedback", json={"question": QUESTION, "vote": "up"}) for _ in range(3)]
        assert [v.status_code for v in votes] == [200, 200, 429]


def test_search(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"question": QUESTION, "k": 2}).json()
    assert found["hits"][0]["anchor"] == "pay"
    assert len(found["hits"]) == 2
    assert found["hits"][0]["score"] >= found["hits"][1]["score"]
    few = problem(client.get("/api/v1/search", params={"question": QUESTION, "k": 0}), 422, "invalid")
    assert few["detail"] == "The request's k can't be taken: it is less than 1: give 1 or more."
    problem(client.get("/api/v1/search", params={"question": QUESTION, "top": 1}), 422, "invalid")
    problem(client.get("/api/v1/search", params={"question": QUESTION, "document": "x"}), 404, "no-such-document")


def test_documents(client: TestClient) -> None:
    listed = client.get("/api/v1/documents").json()
    assert listed["total"] == 3
    assert [d["id"] for d in listed["documents"]] == ["data-scientist", "developer", "health/nurse"]
    assert client.get("/api/v1/documents?offset=2&limit=5").json()["documents"][0]["title"] == "Nurse"
    guide = client.get("/api/v1/documents/health/nurse").json()
    section = next(s for s in guide["sections"] if s["anchor"] == "pay")
    assert "93,600" in guide["text"][section["start"] : section["end"]]
    problem(client.get("/api/v1/documents/none"), 404, "no-such-document")


@pytest.mark.parametrize("path", ["/api/v1/documents/health/nurse", "/source/health/nurse"])
def test_guides_are_read_beside_the_event_loop(
    client: TestClient, small: Assistant, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    threads: list[str] = []
    get = type(small.library).get

    def seen(library: DocumentStore, name: str) -> Document | None:
        threads.append(threading.current_thread().name)
        return get(library, name)

    monkeypatch.setattr(type(small.library), "get", seen)
    assert client.get(path).status_code == 200
    assert [name.partition("_")[0] for name in threads] == ["answers"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/documents",
        "/api/v1/documents/health/nurse",
        "/api/v1/search?question=pay",
        "/source/health/nurse",
        "/widget.js",
        "/api/docs",
    ],
)
def test_what_can_be_kept_is_asked_for_once(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["cache-control"]
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_text_is_compressed(client: TestClient) -> None:
    for path in (
        "/",
        "/api/v1/documents/data-scientist",
        "/widget.js",
        "/source/data-scientist",
        "/api/docs/swagger-ui.css",
    ):
        assert client.get(path, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip", path


def test_unknown_paths_and_methods(client: TestClient) -> None:
    problem(client.get("/api/v1/none"), 404, "not-found")
    response = client.delete("/api/v1/ask")
    problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"
    page = client.get("/source/none", headers={"Accept": "text/html,*/*"})
    assert page.status_code == 404
    assert "<h1>Not Found</h1>" in page.text
    assert '<a href="/">' in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]


def test_faults_are_problems_and_tell_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(Assistant, "ask", fails)
    response = client.post("/api/v1/ask", json={"question": "pay"})
    problem(response, 500, "internal-server-error")
    assert "secret" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("error", "status", "code"), [(IndexFolderError, 500, "index"), (StoreError, 503, "store")])
def test_what_names_the_host_goes_into_the_log(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[QAError],
    status: int,
    code: str,
) -> None:
    def fails(*_: object) -> None:
        raise error("/secret/path isn't there: mend it.")

    monkeypatch.setattr(Assistant, "ask", fails)
    with caplog.at_level(logging.INFO, logger="careers_qa"):
        detail = problem(client.post("/api/v1/ask", json={"question": "pay"}), status, code)["detail"]
    assert detail == "The guides can't be read just now: try again later."
    (line,) = [json.loads(JsonFormatter().format(r)) for r in caplog.records if r.getMessage() == "failed"]
    assert line["reason"] == "/secret/path isn't there: mend it."


def test_without_an_assistant_it_isnt_ready(small: Assistant, settings: Settings) -> None:
    holder = Holder(small)
    client = TestClient(create_app(holder, settings))
    assert client.get("/readyz").json() == {"status": "ready", "documents": 3}
    holder._assistant = None
    problem(client.get("/readyz"), 503, "not-ready")
    problem(client.post("/api/v1/ask", json={"question": "pay"}), 503, "not-ready")
    assert client.get("/healthz").json() == {"status": "ok"}
    holder.swap(small)
    assert client.get("/readyz").status_code == 200


def test_metrics_and_logs_hold_no_question(small: Assistant, caplog: pytest.LogCaptureFixture) -> None:
    client = opened(small)
    with caplog.at_level(logging.INFO, logger="careers_qa"):
        client.post("/api/v1/ask", json={"question": "nurse pay"})
        client.get("/api/v1/search?question=nurse")
        client.get("/nothing/secret-path")
    text = client.get("/metrics").text
    assert 'careers_qa_answers_total{face="api",outcome="answered"} 1.0' in text
    assert 'route="/api/v1/ask",status="200"' in text
    lines = [json.loads(JsonFormatter().format(r)) for r in caplog.records]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/api/v1/ask", 200),
        ("/api/v1/search", 200),
        ("other", 404),
    ]
    assert "nurse" not in text + json.dumps(lines)
    assert "secret" not in text + json.dumps(lines)


def test_questions_are_logged_when_switched_on(small: Assistant, caplog: pytest.LogCaptureFixture) -> None:
    client = opened(small, log_questions=True)
    with caplog.at_level(logging.INFO, logger="careers_qa"):
        client.post("/api/v1/ask", json={"question": "nurse pay"})
    assert [r.careers_qa_fields["question"] for r in caplog.records if r.getMessage() == "question"] == ["nurse pay"]  # type: ignore[attr-defined]


def test_the_document_describes_it(client: TestClient, settings: Settings) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/v1/ask",
        "/api/v1/feedback",
        "/api/v1/search",
        "/api/v1/documents",
        "/api/v1/documents/{document_id}",
    }
    asked = described["components"]["schemas"]["AskRequest"]
    assert asked["properties"]["question"]["maxLength"] == settings.max_question
    assert asked["examples"]
    assert set(described["paths"]["/api/v1/ask"]["post"]["responses"]) >= {"200", "422", "413", "429", "503", "500"}
    page = client.get("/api/docs").text
    assert "://" not in page
    for part in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert f"docs/{part}" in page
        assert client.get(f"/api/docs/{part}").status_code == 200
    problem(client.get("/api/docs/redoc.standalone.js"), 404, "no-such-file")
