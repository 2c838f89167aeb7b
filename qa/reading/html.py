"""Saved web pages, read with selectolax: the content without the site around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qa.errors import ReadError
from qa.reading.blocks import Piece, Reading
from qa.reading.job_data import job_pieces

_SKIPPED = (
    "script, style, noscript, template, svg, canvas, iframe, object, video, audio, nav, footer, form, button, "
    "select, dialog, input, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog], "
    "[class*=breadcrumb], [class*=cookie], [class*=skiplink], [aria-hidden=true]"
)
# What sites name the boxes around an article by; "social-work" and "promotion" are content.
_CLUTTER = re.compile(
    r"(?:^|\s)(?:[\w-]*newsletter|promo|related|adverts?|advertisement|subscribe|share|sharing|sidebar|toc|feedback[-_]\w+|"
    r"social[-_](?:media|share|sharing|links|icons|buttons))(?:[-_][\w-]*)?(?:\s|$)",
    re.IGNORECASE,
)
_DATA = 'script[type="application/ld+json"]'
_MAIN = "main, [role=main]"
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer header "
    "hgroup html legend li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
) | frozenset(_HEADINGS)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_DEEPEST_LIST = 8
_DEEPEST_NESTING = 120  # elements; what lies deeper is taken as plain text
_DEEPEST_PAGE = 5000  # elements; browsers stop at 512, and each search of a page goes through all of them
# A box of links, most of whose text is links, leads elsewhere.
_LINK_SHARE, _LEAST_LINKS = 0.8, 3


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
    for node in page.css(_SKIPPED):
        node.decompose()
    root = page.css_first(_MAIN) or _only_article(page) or page.body
    if root is None:
        return Reading(job_pieces(data, title, [], _html_pieces), title, url)
    article = _only_article(root)
    for node in root.css("[class], header, aside, [role=complementary]"):
        if node.css_first("h1") is None and _is_around(node, root, article):
            node.decompose()
    _drop_hidden(root)
    for node in root.css("h1 a, h2 a, h3 a, h4 a, h5 a, h6 a"):
        if _is_heading_tool(node):
            node.decompose()
    before_title = True
    for node in root.css("div, p, ul, ol, h1"):
        if node.tag == "h1":
            before_title = False
        elif _is_link_box(node, 1 if before_title and root.css_first("h1") is not None else _LEAST_LINKS):
            node.decompose()
    pieces = _walked(root)
    return Reading(pieces + job_pieces(data, title, pieces, _html_pieces), title, url)


def html_within(text: str) -> list[Piece]:
    """The pieces of HTML that stands in a text of another kind: no site is around it, so its asides are content.

    Raises ReadError as read_html.
    """
    page = _parsed(text)
    for node in page.css(_SKIPPED):
        node.decompose()
    if page.body is None:
        return []
    _drop_hidden(page.body)
    return _walked(page.body)


def _html_pieces(text: str) -> list[Piece]:
    return read_html(text).pieces


def _parsed(text: str) -> LexborHTMLParser:
    page = LexborHTMLParser(text)
    if text.count("<") > _DEEPEST_PAGE and _is_deep(page):
        raise ReadError(f"its elements are nested more than {_DEEPEST_PAGE} deep: save the page anew")
    return page


def _drop_hidden(root: LexborNode) -> None:
    for node in root.css("[style], [hidden]"):
        if _is_hidden(node):
            node.decompose()


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
    if heading is not None and (name := _line(heading.text())):
        return name
    named = page.css_first('meta[property="og:title"]')
    if named is not None and (name := _line(named.attributes.get("content") or "")):
        return name
    title = page.css_first("title")
    return _line(title.text()) if title is not None else ""


def _canonical(page: LexborHTMLParser) -> str:
    link = page.css_first("link[rel=canonical]")
    href = (link.attributes.get("href") or "") if link is not None else ""
    return href if href.startswith(("http://", "https://")) else ""


def _is_around(node: LexborNode, root: LexborNode, article: LexborNode | None) -> bool:
    """Whether an element of ``root`` is a box around what the page is about."""
    if _CLUTTER.search(node.attributes.get("class") or ""):
        return True
    if node.tag != "aside" and node.attributes.get("role") != "complementary":
        return node.tag == "header" and root.tag == "body"
    if article is None or article.css_first("h1") is None:
        return root.tag == "body"
    while node.parent is not None and node != article:
        node = node.parent
    return node != article


def _only_article(page: LexborHTMLParser | LexborNode) -> LexborNode | None:
    articles = page.css("article")
    return articles[0] if len(articles) == 1 else None


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not ("hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")):
        return False
    return not _is_pane(node)


def _is_pane(node: LexborNode) -> bool:
    """Whether a hidden element is one of several panes shown in turn."""
    if node.attributes.get("role") == "tabpanel":
        return True
    parent = node.parent
    name = re.sub(r"\d+", "", node.attributes.get("id") or "")
    classes = set((node.attributes.get("class") or "").split())
    if parent is None or not (name or classes):
        return False
    for other in parent.iter():
        if other.tag != node.tag or _HIDDEN.search(other.attributes.get("style") or ""):
            continue
        if "hidden" in other.attributes:
            continue
        if name and re.sub(r"\d+", "", other.attributes.get("id") or "") == name:
            return True
        if classes & set((other.attributes.get("class") or "").split()):
            return True
    return False


def _is_heading_tool(link: LexborNode) -> bool:
    """Whether a link in a heading is a help or anchor sign beside its name."""
    heading = link.parent
    inside = (link.attributes.get("href") or "").startswith("#")
    return inside and heading is not None and _line(heading.text()) != _line(link.text())


def _is_link_box(node: LexborNode, least_links: int) -> bool:
    links = node.css("a[href]")
    if len(links) < least_links:
        return False
    inside = all((a.attributes.get("href") or "").startswith("#") for a in links)
    if node.tag in ("ul", "ol") and not inside and least_links > 1:
        return False  # a list of links is a list; one of places in the page is its contents
    if node.tag == "div" and node.css_first("p, li, table, h1, h2, h3") is not None:
        return False
    linked = sum(len(_line(a.text())) for a in links)
    whole = len(re.sub(r"[\s|·•/>-]+", " ", node.text()).strip())
    return whole > 0 and linked >= _LINK_SHARE * whole


def _line(text: str) -> str:
    return " ".join(text.split())


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
        elif tag in _HEADINGS:
            self.flush()
            if name := _line(node.text()):
                anchor = node.attributes.get("id") or ""
                self.pieces.append(Piece("heading", name, _HEADINGS[tag], anchor=anchor if len(anchor) < 100 else ""))
        elif tag in ("ul", "ol"):
            self.list(node, ordered=tag == "ol")
        elif tag == "table":
            self.flush()
            self.table(node)
        elif tag == "dt":
            self.flush()
            self.term = _line(node.text())
        elif tag == "dd" and self.term and node.css_first("p, ul, ol, dl, table, br") is None:
            self.pieces.append(Piece("row", f"{self.term} | {_line(node.text())}".strip(" |")))
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
        text = _line("".join(self.run))
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
            if name := _line(caption.text()):
                self.pieces.append(Piece("paragraph", name))
        for row in _rows(node):
            cells = [c for c in row.iter() if c.tag in ("td", "th")]
            texts = [_line(c.text()) for c in cells]
            header = bool(cells) and all(c.tag == "th" for c in cells)
            if len(cells) == 1 and texts[0] and cells[0].css_first("p, ul, table, h1, h2, h3") is not None:
                self.children(cells[0])  # a table used for layout
                self.flush()
            elif any(texts):
                self.pieces.append(Piece("row", " | ".join(texts).strip(" |"), header=header))
