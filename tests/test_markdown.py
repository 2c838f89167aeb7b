from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.errors import ReadError
from qa.reading.blocks import assemble
from qa.reading.markdown import read_markdown
from qa.types import Document


def read(text: str) -> Document:
    return assemble("guide", read_markdown(text))


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, b.marker + document.text[b.start : b.end]) for b in document.blocks]


def test_inline_mark_up_is_resolved() -> None:
    document = read("# A *guide*\n\nSee **the** [page](https://x.org) and `code` &amp; ![a picture](p.png).\n")
    assert document.title == "A guide"
    assert document.section_text(document.sections[0]) == "See the page and code & a picture."


def test_lists_keep_their_nesting_and_numbers() -> None:
    document = read("# T\n\n3. three\n   - inner\n4. four\n")
    assert blocks(document)[1:] == [("item", "3. three"), ("item", "  - inner"), ("item", "4. four")]


def test_tables_are_rows() -> None:
    document = read("# T\n\n| Source | Pay |\n| --- | --- |\n| A | $1 |\n| B | $2 |\n")
    assert blocks(document)[1:] == [("row", "Source | Pay"), ("row", "A | $1"), ("row", "B | $2")]
    assert [b.header for b in document.blocks[1:]] == [True, False, False]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "# T\n\nThis paragraph was broken by an editor at a\nwidth of about fifty characters, as many are\nby hand.\n"
    )
    document = read(text)
    assert blocks(document)[1:] == [("paragraph", " ".join(text.split("\n")[2:]).strip())]


def test_lines_of_an_author_stay_apart() -> None:
    long = "A long line that no editor broke, since it goes on and on for many more words " * 2
    document = read(f"# T\n\n- an item\nMedian pay\n$1\n{long}\nName | Pay\n")
    kinds = [kind for kind, _ in blocks(document)]
    assert kinds == ["heading", "item", "paragraph", "paragraph", "paragraph", "row"]


def test_code_shows_as_text() -> None:
    document = read("# T\n\nUse `<br>`.\n\n```html\n<!-- a note -->\n```\n")
    assert blocks(document)[1:] == [("paragraph", "Use <br>."), ("code", "<!-- a note -->")]


def test_comments_stay_out() -> None:
    above = "# T <!-- a -->\n\n<!-- TODO\n\nsecret -->\n\nOne <!-- b --> two.<!-- c -->\n\n"
    document = read(f"{above}- <!-- d -->\n- item\n\n-\n\nEnd.\n")
    assert blocks(document) == [
        ("heading", "T"), ("paragraph", "One two."), ("item", "- item"), ("paragraph", "End."),
    ]  # fmt: skip


def test_inline_tags_leave_their_text() -> None:
    text = "Press <kbd>Ctrl</kbd>: $90,000<sup>1</sup>, the 1<sup>st</sup><br>next<br />\nlast"
    table = "| A | B |\n| - | - |\n| x<br>y | z |"
    assert [text for _, text in blocks(read(f"# T\n\n{text}\n\n{table}\n"))[1:]] == [
        "Press Ctrl: $90,000¹, the 1st", "next", "last", "A | B", "x y | z",
    ]  # fmt: skip


def test_html_is_read_as_pages_are() -> None:
    html = "<table>\n<tr><th>Job</th><th>Pay</th></tr>\n<tr><td>Nurse</td><td>$93,600</td></tr>\n</table>\n"
    folded = "<details>\n<summary>More</summary>\n\nThe **rest**.\n\n</details>\n"
    document = read(
        f"# T\n\n{html}\n{folded}\n<h2>Hours</h2>\n\n<aside>40 a week.</aside>\n\n<script>alert(1)</script>\n"
    )
    assert blocks(document)[1:] == [
        ("row", "Job | Pay"), ("row", "Nurse | $93,600"), ("paragraph", "More"), ("paragraph", "The rest."),
        ("heading", "Hours"), ("paragraph", "40 a week."),
    ]  # fmt: skip
    assert [s.headings for s in document.sections] == [(), ("Hours",)]
    assert [b.header for b in document.blocks[1:3]] == [True, False]


def test_front_matter_and_source() -> None:
    document = read(
        "---\ntitle: T\naliases: [A, B]\nsource_url: https://x.org/t\nreviewed: 2026-01-02\n---\n# T\n\nx\n"
    )
    assert (document.title, document.aliases, document.source_url) == ("T", ("A", "B"), "https://x.org/t")
    assert document.metadata == {"reviewed": "2026-01-02"}
    assert document.section_url(document.sections[0]) == "https://x.org/t"
    assert read("# T\n\nSource: https://x.org/s\n").source_url == "https://x.org/s"


@pytest.mark.parametrize("bad", ["---\na: [\n---\nx", "---\n- a\n---\nx", "---\na:\n  b: c\n---\nx"])
def test_bad_front_matter_is_one_error(bad: str) -> None:
    with pytest.raises(ReadError, match="front matter"):
        read(bad)


@pytest.mark.data
def test_no_letter_of_the_handbook_is_lost(data: Path) -> None:
    pages = sorted((data / "ooh" / "markdown").glob("*.md"))
    assert len(pages) == 342
    total = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        expected = re.sub(r"\s+", "", re.sub(r"(?m)^#+ ", "", text))
        document = read(text)
        assert re.sub(r"\s+", "", document.text) == expected, page.name
        inside = sum(len(re.sub(r"\s+", "", document.section_text(s))) for s in document.sections)
        headings = sum(
            len(re.sub(r"\s+", "", document.text[b.start : b.end])) for b in document.blocks if b.kind == "heading"
        )
        assert inside + headings == len(expected), page.name
        total += inside + headings
    assert total > 3_000_000


def test_a_page_of_its_own_has_the_anchors_and_a_source_has_not() -> None:
    own = read("---\nurl: https://x.org/t#top\nsource_url: https://y.org\n---\n# T\n\n## Pay\n\nx\n")
    drawn = read("---\nsource_url: https://y.org\n---\n# T\n\n## Pay\n\nx\n")
    assert own.section_url(own.sections[0]) == "https://x.org/t#pay"
    assert drawn.section_url(drawn.sections[0]) == "https://y.org"
