from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from pathlib import Path

from qa.reading.blocks import assemble
from qa.reading.markdown import read_markdown
from qa.server.source import source_page, source_path

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;"


def tags(page: str) -> list[str]:
    found: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            found.append(tag)

    Parser().feed(page)
    return found


def test_the_quote_is_marked_across_blocks() -> None:
    document = assemble("d", read_markdown("# T\n\n- one two\n- three four\n"))
    start = document.text.index("two")
    page = source_page(document, (start, document.text.index("three") + 5))
    assert "one <mark>two</mark>" in page
    assert "<mark>three</mark> four" in page


def test_sections_have_their_anchors() -> None:
    document = assemble("d", read_markdown("# T\n\nIntro.\n\n## Pay\n\nMuch.\n\n| A | B |\n| - | - |\n| 1 | 2 |\n"))
    page = source_page(document)
    for section in document.sections:
        assert page.count(f'id="{section.anchor}"') == 1
    assert "<tr><th>A</th><th>B</th></tr>\n<tr><td>1</td><td>2</td></tr>" in page


def test_a_guides_mark_up_shows_as_text(tmp_path: Path) -> None:
    told = escape(HOSTILE)  # as a guide writes it to show it
    text = f"# {told}\n\n{told}\n\n## {told}\n\n- {told}\n\n```\n{HOSTILE}\n```\n\n{HOSTILE}\n"
    document = assemble("d", read_markdown(text))
    page = source_page(document, (0, len(document.text)))
    assert "script" not in tags(page)
    assert "img" not in tags(page)
    assert page.count("&lt;script&gt;") >= 5


def test_only_web_addresses_become_links() -> None:
    document = assemble("d", read_markdown("---\nsource_url: javascript:alert(1)\n---\n# T\n\nx\n"))
    assert source_page(document).count("href") == 1  # the way back to the chat
    assert "javascript" not in source_page(document)


def test_path() -> None:
    assert source_path("a/b c", "pay", 1, 2) == "source/a/b%20c?mark=1-2#pay"
