from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.blocks import Piece, Reading, assemble, slug
from qa.types import Block, Document


def sections(document: Document) -> list[tuple[str, tuple[str, ...], str]]:
    return [(s.anchor, s.headings, document.section_text(s)) for s in document.sections]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Job Outlook, 2024–34", "job-outlook-202434"),
        ("O*NET", "onet"),
        ("  Pay & hours ", "pay--hours"),
        ("Qué hacen", "qué-hacen"),
        ("***", "section"),
    ],
)
def test_slug(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_sections_end_where_the_next_heading_begins() -> None:
    document = assemble(
        "a",
        Reading(
            [
                Piece("heading", "Guide", 1),
                Piece("paragraph", "Intro."),
                Piece("heading", "Pay", 2),
                Piece("heading", "Range", 3),
                Piece("item", "low", 0, "- "),
                Piece("item", "high", 0, "- "),
                Piece("heading", "Pay", 2),
                Piece("paragraph", "Again."),
            ]
        ),
    )
    assert sections(document) == [
        ("guide", (), "Intro."),
        ("range", ("Pay", "Range"), "- low\n- high"),
        ("pay-1", ("Pay",), "Again."),
    ]
    assert document.title == "Guide"
    for block in document.blocks:
        assert document.text[block.start - len(block.marker) : block.start] == block.marker


def test_a_further_level_1_heading_is_a_topic_of_its_own() -> None:
    document = assemble(
        "a",
        Reading(
            [
                Piece("heading", "One", 1),
                Piece("paragraph", "x"),
                Piece("heading", "Two", 1),
                Piece("paragraph", "y"),
                Piece("heading", "Pay", 2),
                Piece("paragraph", "z"),
            ]
        ),
    )
    assert [(s.topic, s.path) for s in document.sections] == [("One", "One"), ("Two", "Two"), ("Two", "Two > Pay")]


def test_an_untitled_section_gets_an_anchor_from_its_words() -> None:
    document = assemble(
        "a",
        Reading(
            [
                Piece("heading", "One", 1),
                Piece("heading", "Pay", 2),
                Piece("paragraph", "x"),
                Piece("paragraph", "Here is what else there is:", untitled=True),
            ]
        ),
    )
    assert sections(document)[1] == ("here-is-what-else-there-is", (), "Here is what else there is:")


def test_the_anchor_of_a_page_is_kept() -> None:
    document = assemble("a", Reading([Piece("heading", "Pay", 2, anchor="tab-5"), Piece("paragraph", "x")]))
    assert document.sections[0].anchor == "tab-5"


class _Unscanned(tuple[Block, ...]):
    """Blocks that nobody may go through from end to end."""

    __slots__ = ()

    def __iter__(self) -> NoReturn:
        raise AssertionError("all blocks were looked at")


@given(st.lists(st.sampled_from(["word", "two words"]), max_size=8), st.integers(-1, 60), st.integers(-1, 60))
def test_blocks_within_a_range(texts: list[str], start: int, end: int) -> None:
    document = assemble("a", Reading([Piece("item", text, 0, "- ") for text in texts]))
    wanted = [b for b in document.blocks if b.start >= start and b.end <= end]
    assert replace(document, blocks=_Unscanned(document.blocks)).blocks_within(start, end) == wanted


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("", ["First", "Second"]),  # the first heading is the title
        ("First of all", ["First of all", "Second"]),
        ("A handbook", ["First", "Second"]),
    ],
)
def test_a_title_of_its_own_leaves_the_first_heading_a_topic(title: str, topics: list[str]) -> None:
    pieces = [p for name in ("First", "Second") for p in (Piece("heading", name, 1), Piece("paragraph", "Text."))]
    document = assemble("a", Reading(pieces, title))
    assert [s.topic for s in document.sections] == topics
    assert document.title == (title or "First")
