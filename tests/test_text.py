from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.reading.blocks import assemble
from qa.reading.text import looks_like_heading, read_text
from qa.types import Document


def read(text: str) -> Document:
    return assemble("guide", read_text(text))


def outline(document: Document) -> list[tuple[str, ...]]:
    return [s.headings for s in document.sections]


@pytest.mark.parametrize("line", ["Overview", "Salary Ranges (US Market, 2024)", "Day-to-day work", "Q&A for Nurses"])
def test_headings(line: str) -> None:
    assert looks_like_heading(line)


@pytest.mark.parametrize(
    "line", ["first image", "It pays well.", "• Python", "2. Apply", "$112,590", "Here are the key skills:", "---"]
)
def test_not_headings(line: str) -> None:
    assert not looks_like_heading(line)


def test_introductions_make_parents() -> None:
    document = read(
        "Baker\n\nOverview\n\nHere is an overview:\n\nTasks\n\n• Bake\n\nSkills\n\n• Care\n\n"
        "Pay\n\nThese are the figures:\n\nMedian\n\n$1 a year is the median.\n"
    )
    assert document.title == "Baker"
    assert outline(document) == [
        ("Overview",),
        ("Overview", "Tasks"),
        ("Overview", "Skills"),
        ("Pay",),
        ("Pay", "Median"),
    ]


def test_a_closing_paragraph_leaves_the_list() -> None:
    document = read(
        "Baker\n\nTasks\n\n  • Mix the dough\n  • Bake the bread By doing this well, bakers keep their guests.\n"
    )
    section = document.sections[0]
    assert document.section_text(section) == (
        "• Mix the dough\n• Bake the bread\n\nBy doing this well, bakers keep their guests."
    )


def test_nested_lists() -> None:
    document = read("Baker\n\nPaths\n\n  1. Shop\n    • Sells\n  2. Factory\n    • Makes\n")
    assert document.section_text(document.sections[0]) == "1. Shop\n  • Sells\n2. Factory\n  • Makes"


def test_text_with_marked_headings_is_markdown() -> None:
    assert outline(read("# Baker\n\n## Pay\n\nMuch.\n")) == [("Pay",)]


@pytest.fixture(scope="module")
def page(data: Path) -> Document:
    text = (data / "seed" / "machine-learning-scientist.txt").read_text(encoding="utf-8")
    return assemble("seed", read_text(text))


@pytest.mark.data
class TestSeedPage:
    def test_parents(self, page: Document) -> None:
        found = {s.headings[0] for s in page.sections if s.headings}
        assert found >= {
            "Overview", "Core Responsibilities", "Requirements", "Career Development", "Market Demand",
            "Salary Ranges (US Market, 2024)", "Essential Soft Skills", "Best Practices", "Common Challenges",
        }  # fmt: skip
        children = {s.headings[1] for s in page.sections if s.headings[:1] == ("Requirements",) and s.headings[1:]}
        assert children == {
            "Educational Background", "Technical Skills", "Research and Development Abilities",
            "Software Engineering and System Design", "Soft Skills", "Industry Experience", "Continuous Learning",
        }  # fmt: skip

    def test_the_trends_without_a_heading_leave_the_salaries(self, page: Document) -> None:
        trends = next(s for s in page.sections if s.headings == ("High Demand and Job Growth",))
        assert "36% growth" in page.section_text(trends)
        takeaways = next(s for s in page.sections if s.headings[-1:] == ("Key Takeaways",))
        assert "rapidly evolving landscape" not in page.section_text(takeaways)

    def test_each_of_the_four_careers_is_a_topic(self, page: Document) -> None:
        topics = list(dict.fromkeys(s.topic for s in page.sections))
        assert topics == [
            "Machine Learning Scientist", "AI Data Engineer Python PySpark", "AI Governance Senior Consultant",
            "AI ML Engineer Senior", "AI ML Engineer Junior",
        ]  # fmt: skip
        junior = [s.headings[-1] for s in page.sections if s.topic == "AI ML Engineer Junior"]
        assert junior == [
            "AI ML Engineer Junior", "Key Responsibilities", "Required Skills", "Educational Background",
            "Career Path and Growth", "Salary",
        ]  # fmt: skip

    def test_squeezed_lists_are_lists_again(self, page: Document) -> None:
        senior = next(s for s in page.sections if s.topic == "AI ML Engineer Senior")
        lines = page.section_text(senior).split("\n")
        assert "4. Education and Experience:" in lines
        assert "  - PhD can be beneficial" in lines
        assert lines[-1].startswith("The role of a Senior AI/ML Engineer is critical")

    def test_its_words_are_all_there(self, page: Document, data: Path) -> None:
        text = (data / "seed" / "machine-learning-scientist.txt").read_text(encoding="utf-8")
        lost = set(re.findall(r"\w+", text)) - set(re.findall(r"\w+", page.text))
        assert lost == {
            "logoAiPathly",
            "first",
            "second",
            "image",
            "python",
        }  # left of pictures; a code fence's language
