from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from qa.reading.lines import is_hard_wrapped

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=60, max_size=120)


@given(WORDS, st.integers(50, 100))
def test_wrapped_text_is_known(words: list[str], width: int) -> None:
    assert is_hard_wrapped([textwrap.wrap(" ".join(words), width)])


def test_lines_of_their_own_are_known() -> None:
    assert not is_hard_wrapped([["Median pay", "$112,590", "A much longer line of text than the two before it"]])
    assert not is_hard_wrapped([["x" * 200, "y"]])
    assert not is_hard_wrapped([["one line"]])
