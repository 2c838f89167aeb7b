"""Date, region and currency of figures, and guides that weren't reviewed."""

from __future__ import annotations

from datetime import date

import pytest

from qa.answering.figures import freshness
from qa.assistant import Assistant
from qa.types import Document, Figures

KNOWN = {"figures_date": "May 2024", "region": "United States", "currency": "USD", "reviewed": "2025-01-10"}
GUIDE = Document("a", "A", "", (), (), metadata=KNOWN)


@pytest.mark.parametrize(
    ("quote", "line"),
    [
        ("They earned $125,770.", "May 2024, United States, USD"),
        ("Jobs should grow by 22 percent.", "May 2024, United States"),
        ("About 33,600 jobs.", "May 2024, United States"),
        ("Employment is projected to decline.", "May 2024, United States"),
        ("They need 3 years of experience.", ""),
        ("They work on projects.", ""),
    ],
)
def test_figures_of_a_quote(quote: str, line: str) -> None:
    figures, _ = freshness(GUIDE, quote, date(2025, 2, 1), 365)
    assert str(figures or "") == line


@pytest.mark.parametrize(
    ("today", "noted"), [(date(2026, 1, 10), False), (date(2026, 1, 11), True), (date(2024, 1, 1), False)]
)
def test_an_old_review_is_noted(today: date, noted: bool) -> None:
    _, note = freshness(GUIDE, "$1 a day", today, 365)
    assert ("2025-01-10" in note) is noted


def test_a_guide_that_says_nothing() -> None:
    assert freshness(Document("a", "A", "", (), ()), "$5", date(2025, 1, 1), 365) == (None, "")
    odd = Document("a", "A", "", (), (), metadata={"reviewed": "last spring"})
    assert freshness(odd, "$5", date(2025, 1, 1), 365) == (None, "")


def test_citations_carry_them(assistant: Assistant) -> None:
    answer = assistant.ask("How much do data scientists earn?")
    assert answer.citations[0].figures == Figures("2024", "", "")
    values = answer.to_dict()["citations"][0]
    assert (values["figures"], values["note"]) == ({"date": "2024", "region": "", "currency": ""}, "")
