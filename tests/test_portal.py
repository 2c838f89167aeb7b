"""A portal of mixed formats, built, asked and evaluated with the real model."""

from __future__ import annotations

from collections import defaultdict
from statistics import mean

import pytest

from qa import milvus_builder
from qa.assistant import Assistant
from qa.builder import Summary, build
from qa.config import Settings
from qa.evaluation.evaluation import Evaluation, evaluate
from qa.evaluation.questions import read_questions
from tests.portal import ADDRESS, Portal, write_portal

pytestmark = pytest.mark.model
Index = tuple[Summary, Assistant]
Built = tuple[Portal, Summary, Assistant]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    return write_portal(tmp_path_factory.mktemp("portal") / "guides")


@pytest.fixture(scope="module")
def in_files(portal: Portal) -> Index:
    settings = Settings(corpus=portal.folder, index=portal.folder.parent / "index")
    return build(settings, progress=False), Assistant.open(settings=settings)


@pytest.fixture(scope="module")
def in_milvus(portal: Portal, in_files: Index, milvus_uri: str) -> Index:
    """The same guides; what was encoded for the files isn't encoded again, nor are their suggestions asked again."""
    index = portal.folder.parent / "index"
    settings = Settings(
        corpus=portal.folder, index=index, store="milvus", milvus_uri=milvus_uri, milvus_collection="portal"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(milvus_builder, "SUGGESTED_UP_TO", 0)
        summary = build(settings, progress=False)
    return summary, Assistant.open(settings=settings)


@pytest.fixture(scope="module", params=["in_files", "in_milvus"])
def built(request: pytest.FixtureRequest, portal: Portal) -> Built:
    summary, assistant = request.getfixturevalue(request.param)
    return portal, summary, assistant


@pytest.fixture(scope="module")
def evaluation(built: Built) -> Evaluation:
    portal, _, assistant = built
    return evaluate(assistant, read_questions(portal.questions), portal.questions.name)


def test_every_guide_is_read_and_every_other_file_named(built: Built) -> None:
    portal, summary, assistant = built
    files = [
        p for p in portal.folder.rglob("*.*") if p.is_file() and not p.name.startswith((".", "questions", "sitemap"))
    ]
    assert len(files) - len(portal.left_out) >= 60
    assert set(assistant.library.ids) == set(portal.guides)
    assert {s.path for s in summary.skipped} == portal.left_out
    shown = "\n".join(summary.lines())
    assert "scan.pdf: it has no text" in shown
    assert "more.zip: it is an archive" in shown


def test_every_guide_has_its_sections_and_words(built: Built) -> None:
    portal, _, assistant = built
    for identifier, page in portal.guides.items():
        guide = assistant.library.get(identifier)
        assert guide is not None
        assert guide.title == page.title
        headings, names = [s.headings for s in guide.sections], [(name,) for name, _ in page.sections]
        if identifier.startswith("exports/"):  # their columns stand in one order, and the short ones in one table
            assert set(headings) <= {(), *names}, identifier
        else:
            assert headings == names, identifier
        # Spaces are left out: narrow cells of a PDF are broken within words.
        words = "".join(guide.text.replace("|", "").split())
        for _, parts in page.sections:
            for kind, content, _ in parts:
                for text in [c for row in content for c in row] if kind == "table" else [content]:
                    assert "".join(text.replace("|", "").split()) in words, (identifier, text)


def test_the_right_section_is_found_in_every_format(evaluation: Evaluation) -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    for outcome in evaluation.outcomes:
        found[str(outcome.question.category)].append(set(outcome.question.relevant or ()) <= set(outcome.ranking[:5]))
    assert {"md", "html", "pdf", "docx", "csv", "xlsx", "json", "jsonl"} == set(found)
    assert all(mean(hits) >= 0.6 for hits in found.values()), found
    assert mean(hit for hits in found.values() for hit in hits) >= 0.9


def test_answers_cite_the_guides_own_words_and_pages(built: Built) -> None:
    portal, _, assistant = built
    formats = set()
    for identifier, page in portal.guides.items():
        answer = assistant.ask(f"{page.title}: {page.sections[0][0]}?", document=identifier)
        for citation in answer.citations:
            guide = assistant.library.get(citation.document_id)
            assert guide is not None
            assert guide.text[citation.start : citation.end] == citation.quote
            kind = identifier.split("/")[0]
            formats.add(kind)
            assert (citation.page is not None) == (kind == "pdf")
            if kind == "pdf":
                assert citation.url == f"{ADDRESS}/{page.name}.pdf#page={citation.page}"
            elif kind == "html":
                assert citation.url == f"{ADDRESS}/{page.name}#{citation.anchor}"
    assert formats == {"md", "html", "pdf", "docx", "exports"}


def test_both_stores_cite_the_same(portal: Portal, in_files: Index, in_milvus: Index) -> None:
    cited = 0
    for question in read_questions(portal.questions):
        own, other = (assistant.ask(question.text).citations for _, assistant in (in_files, in_milvus))
        assert [(c.section_id, c.start, c.end) for c in own] == [(c.section_id, c.start, c.end) for c in other]
        cited += len(own)
    assert cited > 40
