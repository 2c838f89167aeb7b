"""Date, region and currency of figures, and guides that weren't reviewed."""

from __future__ import annotations

from datetime import date

import pytest

from qa.answering.figures import asks_amount, freshness, has_money, has_pay, has_sum, is_beside_pay
from qa.assistant import Assistant
from qa.reading.blocks import assemble
from qa.reading.markdown import read_markdown
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


@pytest.mark.parametrize(
    "text",
    [
        "$5", "€ 38,000", "38 000 € a year", "45.000 EUR", "Median | 48940 USD per year", "30,000 SEK", "45 000 kr",
        "Rs. 50,000", "35 000 zł", "18 dollars", "38000 euro", "CHF 5'000", "¥400",
        "KSh 20,000 a month", "RM4,500", "₦150 000", "GH₵ 900", "250 zł",
        "R38,000 a month", "R13 000", "₹4.5 LPA", "5 lakh",
    ],
)  # fmt: skip
def test_sums_of_money(text: str) -> None:
    assert has_money(text)


@pytest.mark.parametrize("text", ["33,600 jobs", "in 2024", "20 percent", "12 months", "R2 D2", "5 cadets", "90 krona"])
def test_numbers_that_are_no_sums(text: str) -> None:
    assert not has_money(text)


def test_a_rows_currency_may_stand_in_the_header() -> None:
    assert has_money("Chef | 26 – 29", "Post | Pay (NZ$ an hour)")
    assert not has_money("Chef | 26 – 29", "Post | Tables")
    assert not has_money("Chef | runs a kitchen", "Post | Pay (NZ$ an hour)")
    assert has_sum("Chef | 26", "Pay, euros")
    document = assemble("a", read_markdown("# A\n\n| Post | Wage (€) |\n| --- | --- |\n| New | 26.50 |\n"))
    assert has_pay(document, document.sections[0])


@pytest.mark.parametrize(
    ("text", "beside"), [("An allowance of $5", True), ("a bonus of 5 %", True), ("They earn $5", False)]
)
def test_what_is_paid_beside_wages(text: str, beside: bool) -> None:
    assert is_beside_pay(text) is beside


def test_pay_needs_no_sign_that_is_known() -> None:
    guide = assemble("a", read_markdown("# A\n\n## Pay\n\nZlatniks 31 000\n\n## Jobs\n\n31,000 of them"))
    assert [has_pay(guide, section) for section in guide.sections] == [True, False]


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("How much do actuaries earn?", True),
        ("what does a youth worker earn", True),
        ("what can I earn as a radiographer", True),
        ("do welders earn well?", True),
        ("how much do they get", True),
        ("baker salary", True),
        ("welder pay", True),
        ("How do I claim sick pay?", False),
        ("Is training paid?", False),
        ("How do I earn a degree?", False),
        ("do apprentices earn while they learn", False),
        ("how much training do they get in college", False),
        ("What do bakers make?", False),
    ],
)
def test_what_only_a_sum_answers(question: str, amount: bool) -> None:
    assert asks_amount(question) is amount


def test_citations_carry_them(assistant: Assistant) -> None:
    answer = assistant.ask("How much do data scientists earn?")
    assert answer.citations[0].figures == Figures("2024", "", "")
    values = answer.to_dict()["citations"][0]
    assert (values["figures"], values["note"]) == ({"date": "2024", "region": "", "currency": ""}, "")
