from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.sentences import sentence_spans


@pytest.mark.parametrize(
    "sentences",
    [
        ["The U.S. Bureau of Labor Statistics predicts 23% growth.", "Pay is $26.03 billion, e.g. in 2023."],
        ["Many hold a Ph.D. in physics.", "Is it so?", "Yes!"],
        ["Tools are Node.js and ASP.NET for the web.", "Nurses work 40 hrs. per week."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[a:b] for a, b in sentence_spans(text)] == sentences


@given(st.text(max_size=300), st.integers(0, 50))
def test_spans_cover_every_letter_in_order(text: str, offset: int) -> None:
    spans = sentence_spans(text, offset)
    joined = "".join(text[a - offset : b - offset] for a, b in spans)
    assert "".join(joined.split()) == "".join(text.split())
    places = [p for span in spans for p in span]
    assert places == sorted(places)
