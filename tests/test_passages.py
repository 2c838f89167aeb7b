from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reading.blocks import assemble
from qa.reading.markdown import read_markdown
from qa.reading.passages import encoded_text, passages_of
from tests.fakes import FakeEncoder

count = FakeEncoder().count_tokens


def cut(text: str, words: int = 8, tokens: int = 40) -> list[str]:
    document = assemble("d", read_markdown(text))
    return [document.text[p.start : p.end] for p in passages_of(document, words, tokens, count)]


def test_sentences_items_and_rows_stay_whole() -> None:
    text = (
        "# T\n\nOne two three four five. Six seven eight nine ten.\n\n- a long item of seven words indeed\n- second\n"
    )
    assert cut(text) == [
        "One two three four five.",
        "Six seven eight nine ten.",
        "- a long item of seven words indeed",
        "- second",
    ]


def test_short_units_are_packed() -> None:
    assert cut("# T\n\nOne two. Three four.\n\n- five\n- six\n") == ["One two. Three four.\n\n- five\n- six"]


def test_a_long_item_is_cut_at_sentences_then_words() -> None:
    found = cut("# T\n\n- " + "word " * 50 + "end. Then more.\n", tokens=20)
    assert len(found) > 2
    assert " ".join(found).split()[-2:] == ["Then", "more."]


def test_the_heading_path_is_encoded_but_not_quoted() -> None:
    document = assemble("d", read_markdown("# Nurse\n\n## Pay\n\nMuch money.\n"))
    passage = passages_of(document, 60, 64, count)[0]
    section = document.sections[passage.section]
    assert encoded_text(document, section, passage.start, passage.end) == "Nurse > Pay\nMuch money."
    assert document.text[passage.start : passage.end] == "Much money."


@pytest.mark.parametrize("heading", ["word " * 400, "職" * 400, "x" * 5000])
def test_headings_longer_than_the_model_reads_leave_room_for_words(heading: str) -> None:
    assert cut(f"# T\n\n## {heading}\n\nOne two three. Four five six.\n", tokens=64) == [
        "One two three. Four five six."
    ]


TEXTS = st.lists(
    st.one_of(
        st.from_regex(r"#{1,3} [A-Za-z ]{1,20}", fullmatch=True),
        st.from_regex(r"- [A-Za-z0-9,. ]{1,60}", fullmatch=True),
        st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=120),
        st.just(""),
    ),
    max_size=12,
).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(10, 60))
def test_passages_are_the_sections_words_and_fit(text: str, words: int) -> None:
    document = assemble("d", read_markdown(text.replace("---", "")))
    passages = passages_of(document, words, 80, count)
    for number, section in enumerate(document.sections):
        own = [p for p in passages if p.section == number]
        joined = "".join(document.text[p.start : p.end] for p in own)
        assert "".join(joined.split()) == "".join(document.section_text(section).split())
        for p in own:
            assert section.start <= p.start < p.end <= section.end
            assert count([encoded_text(document, section, p.start, p.end)])[0] <= 80


@pytest.mark.parametrize("number", ["$112,590", "3.5", "2024–34"])
def test_numbers_stay_whole(number: str) -> None:
    found = cut("# T\n\n" + f"It is {number} now and so on. " * 6, words=3)
    assert all(number in passage for passage in found)
    assert all(re.search(rf"(?<!\S){re.escape(number)}(?!\S)", passage) for passage in found)
