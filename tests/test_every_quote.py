"""Over every collection there is: what is cited stands in its document, to the letter."""

from __future__ import annotations

import json
import shutil
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.types import Citation
from tests.conftest import ROOT
from tests.fakes import open_fake, prepare_fake

pytestmark = pytest.mark.data
SETS = ("bundled", "seed", "ooh/markdown", "ooh/html", "scifact", "xquad-en", "squad2", "feedbackqa-valid")
_FILES, _ROWS, _QUESTIONS = 20, 200, 80  # of each set: files evenly, rows and questions the first


@pytest.fixture(scope="module", params=SETS)
def collection(
    request: pytest.FixtureRequest, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Assistant, list[str]]:
    """A part of a collection, indexed so that every question gets quotes, and its own questions."""
    folder = tmp_path_factory.mktemp("every")
    source = ROOT / "corpus" if request.param == "bundled" else data / request.param
    corpus, questions = _part(source, folder / "corpus")
    of_it = Settings(corpus=corpus, index=folder / "index", min_confidence=0.0, file_seconds=0)
    build(of_it, progress=False, prepare=prepare_fake)
    return Assistant.open(settings=of_it, open_encoder=open_fake), questions


def _part(source: Path, corpus: Path) -> tuple[Path, list[str]]:
    corpus.mkdir()
    if (source / "corpus.jsonl").is_file():
        with (source / "corpus.jsonl").open(encoding="utf-8") as rows:
            (corpus / "corpus.jsonl").write_text("".join(islice(rows, _ROWS)), encoding="utf-8")
        with (source / "queries.jsonl").open(encoding="utf-8") as rows:
            return corpus, [json.loads(row)["text"] for row in islice(rows, _QUESTIONS)]
    files = [p for p in sorted(source.iterdir()) if p.is_file() and p.suffix != ".jsonl"]
    for path in files[:: -(-len(files) // _FILES)]:
        shutil.copy(path, corpus)
    kept = source / "questions.jsonl" if source.name == "corpus" else source.parent / "job-titles.jsonl"
    if not kept.is_file():
        return corpus, ["What do they do?", "How much is paid?", "Which skills are needed?"]
    with kept.open(encoding="utf-8") as rows:
        return corpus, [json.loads(row)["question"] for row in islice(rows, _QUESTIONS)]


def _stands(assistant: Assistant, citation: Citation) -> None:
    document = assistant.library.get(citation.document_id)
    assert document is not None
    assert document.text[citation.start : citation.end] == citation.quote
    assert citation.quote.strip()
    section = next(s for s in document.sections if s.anchor == citation.anchor)
    assert section.start <= citation.start < citation.end <= section.end
    assert citation.passage in document.text


def test_quotes_of_a_collections_own_questions(collection: tuple[Assistant, list[str]]) -> None:
    assistant, questions = collection
    cited = [c for question in questions for c in assistant.ask(question).citations]
    assert cited
    for citation in cited:
        _stands(assistant, citation)


@settings(max_examples=60, deadline=None)
@given(draw=st.data())
def test_quotes_of_any_words_of_a_document(collection: tuple[Assistant, list[str]], draw: st.DataObject) -> None:
    assistant, _ = collection
    document = assistant.library.document(draw.draw(st.integers(0, len(assistant.library.ids) - 1)))
    start = draw.draw(st.integers(0, len(document.text)))
    asked = document.text[start : start + draw.draw(st.integers(1, 200))]
    if not asked.strip():
        return
    for citation in assistant.ask(asked).citations:
        _stands(assistant, citation)
