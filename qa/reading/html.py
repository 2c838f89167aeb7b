"""Saved web pages, read with selectolax: the content without the site around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qa.errors import ReadError
from qa.reading.blocks import Piece, Reading
from qa.reading.html_frame import ANY_HEADING, HEADINGS, drop_hidden, line, main_part, skip, without_frame
from qa.reading.job_data import job_pieces

_DATA = 'script[type="application/ld+json"]'
_BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer header "
    "hgroup html legend li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
) | frozenset(HEADINGS)
_LONGEST_ANCHOR = 100
_DEEPEST_LIST = 8
_DEEPEST_NESTING = 120  # elements; what lies deeper is taken as plain text
_DEEPEST_PAGE = 5000  # elements; browsers stop at 512, and each search of a page goes through all of them


def read_html(text: str) -> Reading:
    """Read a page: its main part where it marks one, else its body.

    Navigation, scripts, forms, banners, footers and hidden help texts stay
    out; the panes of tabs, of which all but one are hidden, stay in. What the
    page says of an occupation or a job for search engines alone comes last.

    Raises ReadError for a page nested deeper than any that people write.
    """
    page = _parsed(text)
    title, url = _title(page), _canonical(page)
    data = [node.text() for node in page.css(_DATA)]
    skip(page)
    root = main_part(page)
    if root is None:
        return Reading(job_pieces(data, title, [], _html_pieces), title, url)
    without_frame(root)
    pieces = _walked(root)
    return Reading(pieces + job_pieces(data, title, pieces, _html_pieces), title, url)


def html_within(text: str) -> list[Piece]:
    """The pieces of HTML that stands in a text of another kind: no site is around it, so its asides are content.

    Raises ReadError as read_html.
    """
    page = _parsed(text)
    skip(page)
    if page.body is None:
        return []
    drop_hidden(page.body)
    return _walked(page.body)


def _html_pieces(text: str) -> list[Piece]:
    return read_html(text).pieces


def _parsed(text: str) -> LexborHTMLParser:
    page = LexborHTMLParser(text)
    if text.count("<") > _DEEPEST_PAGE and _is_deep(page):
        raise ReadError(f"its elements are nested more than {_DEEPEST_PAGE} deep: save the page anew")
    return page


def _walked(root: LexborNode) -> list[Piece]:
    walk = _Walk()
    walk.children(root)
    walk.flush()
    return walk.pieces


def _is_deep(page: LexborHTMLParser) -> bool:
    node, depth = page.root, 0
    while node is not None:
        if node.child is not None:
            node, depth = node.child, depth + 1
            if depth > _DEEPEST_PAGE:
                return True
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None else None
    return False


def _title(page: LexborHTMLParser) -> str:
    heading = page.css_first("h1")
    if heading is not None and (name := line(heading.text())):
        return name
    named = page.css_first('meta[property="og:title"]')
    if named is not None and (name := line(named.attributes.get("content") or "")):
        return name
    title = page.css_first("title")
    return line(title.text()) if title is not None else ""


def _canonical(page: LexborHTMLParser) -> str:
    link = page.css_first("link[rel=canonical]")
    href = (link.attributes.get("href") or "") if link is not None else ""
    return href if href.startswith(("http://", "https://")) else ""


def _anchor(heading: LexborNode) -> str:
    """The name by which a page's address can lead to a heading: its own, that of a mark in it or right before it, or
    that of the part of the page which it opens; "" without one."""
    mark = heading.css_first("[id], a[name]")
    before = heading.prev
    while before is not None and before.tag == "-text" and not line(before.text()):
        before = before.prev
    named = [heading, mark, before if before is not None and not line(before.text()) else None]
    part = heading.parent
    while part is not None and part.tag not in ("body", "main") and part.css_first(ANY_HEADING) == heading:
        named.append(part)
        part = part.parent
    names = ((node.attributes.get("id") or node.attributes.get("name") or "") for node in named if node is not None)
    return next((name for name in names if 0 < len(name) < _LONGEST_ANCHOR and not re.search(r"\s", name)), "")


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    """A table's own rows, without those of tables within it."""
    for part in table.iter():
        if part.tag == "tr":
            yield part
        elif part.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in part.iter() if row.tag == "tr")


class _Walk:
    """Collects pieces in reading order; runs of inline text are paragraphs."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.run: list[str] = []
        self.depth = -1
        self.nesting = 0
        self.marker = ""
        self.term = ""

    def children(self, node: LexborNode) -> None:
        self.nesting += 1
        if self.nesting > _DEEPEST_NESTING:
            self.run.append(node.text())
        else:
            for child in node.iter(include_text=True):
                self.visit(child)
        self.nesting -= 1

    def visit(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self.run.append(node.text(deep=False))
        elif tag == "br":
            self.flush()
        elif tag in HEADINGS:
            self.flush()
            if name := line(node.text()):
                self.pieces.append(Piece("heading", name, HEADINGS[tag], anchor=_anchor(node)))
        elif tag in ("ul", "ol"):
            self.list(node, ordered=tag == "ol")
        elif tag == "table":
            self.flush()
            self.table(node)
        elif tag == "dt":
            self.flush()
            self.term = line(node.text())
        elif tag == "dd" and self.term and node.css_first("p, ul, ol, dl, table, br") is None:
            self.pieces.append(Piece("row", f"{self.term} | {line(node.text())}".strip(" |")))
            self.term = ""
        elif tag == "pre":
            self.flush()
            if code := node.text().strip("\n"):
                self.pieces.append(Piece("code", code))
        elif tag in _BLOCKS:
            self.flush()
            self.children(node)
            self.flush()
        elif not tag.startswith(("-", "_", "!")):
            self.children(node)

    def flush(self) -> None:
        if self.term:  # one that no line tells of
            self.pieces.append(Piece("paragraph", self.term))
            self.term = ""
        text = line("".join(self.run))
        self.run.clear()
        if not text:
            return
        if self.marker:
            self.pieces.append(Piece("item", text, max(self.depth, 0), self.marker))
            self.marker = ""
        else:
            self.pieces.append(Piece("paragraph", text))

    def list(self, node: LexborNode, ordered: bool) -> None:
        self.flush()
        self.depth = min(self.depth + 1, _DEEPEST_LIST)
        number = 0
        for child in node.iter():
            if child.tag != "li":
                self.visit(child)
                continue
            number += 1
            self.marker = "  " * self.depth + (f"{number}. " if ordered else "- ")
            self.children(child)
            self.flush()
            self.marker = ""
        self.depth -= 1

    def table(self, node: LexborNode) -> None:
        for caption in (c for c in node.iter() if c.tag == "caption"):
            if name := line(caption.text()):
                self.pieces.append(Piece("paragraph", name))
        for row in _rows(node):
            cells = [c for c in row.iter() if c.tag in ("td", "th")]
            texts = [line(c.text()) for c in cells]
            header = bool(cells) and all(c.tag == "th" for c in cells)
            if len(cells) == 1 and texts[0] and cells[0].css_first("p, ul, table, h1, h2, h3") is not None:
                self.children(cells[0])  # a table used for layout
                self.flush()
            elif any(texts):
                self.pieces.append(Piece("row", " | ".join(texts).strip(" |"), header=header))
