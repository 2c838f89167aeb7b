"""Markdown guides, read with markdown-it-py (CommonMark with tables)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qa.reading.blocks import Piece, Reading
from qa.reading.front_matter import split_front_matter
from qa.reading.lines import is_hard_wrapped

_PARSER = MarkdownIt("commonmark").enable("table")
_SOURCE_LINE = re.compile(r"^Source: (https?://\S+)$")
_TAG = re.compile(r"<(/?\w+)")
# A raised digit keeps apart from the figure that a note is put to: $90,000<sup>1</sup> isn't $90,0001.
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# How deep lists may be nested before their items count as one level.
_DEEPEST_LIST = 8


def read_markdown(text: str) -> Reading:
    """Read a Markdown file.

    Where the file isn't wrapped to a width, a line break inside a paragraph
    is the author's: each line is then a paragraph, and a line with cells
    between bars a table row, as many exports write them. HTML is read as the
    HTML reader reads it; its comments are the author's own and stay out.

    Raises ReadError when the front matter can't be read, or HTML is nested too deep.
    """
    front, body = split_front_matter(text)
    lines = body.split("\n")
    tokens = _PARSER.parse(body)
    pieces = _Pieces(tokens, lines).read()
    source = next((m[1] for p in pieces[:4] if (m := _SOURCE_LINE.match(p.text))), "")
    return Reading(pieces, front.title, front.url, front.source_url or source, front.aliases, front.metadata)


class _Pieces:
    """Walks markdown-it's flat tokens and collects pieces."""

    def __init__(self, tokens: Sequence[Token], lines: list[str]) -> None:
        self.tokens = tokens
        self.lines = lines
        paragraphs = [lines[t.map[0] : t.map[1]] for t in tokens if t.type == "paragraph_open" and t.map]
        self.wrapped = is_hard_wrapped([[line.strip() for line in p] for p in paragraphs])
        self.pieces: list[Piece] = []
        self.lists: list[int | None] = []  # the next number of each open list; None for bullets
        self.marker = ""  # the marker that the next paragraph of an item takes
        self.kind = ""
        self.level = 0
        self.cells: list[str] = []
        self.header = False

    def read(self) -> list[Piece]:
        for token in self.tokens:
            name = token.type
            if name in ("fence", "code_block"):
                self.add("code", token.content.rstrip("\n"))
            elif name == "html_block":
                self.html(token.content)
            elif name == "heading_open":
                self.kind, self.level = "heading", int(token.tag[1])
            elif name in ("bullet_list_open", "ordered_list_open"):
                start = token.attrGet("start")
                ordered = name == "ordered_list_open"
                self.lists.append((int(start) if start is not None else 1) if ordered else None)
            elif name in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
            elif name == "list_item_open":
                self.open_item(token)
            elif name == "list_item_close":
                self.marker = ""  # of an item without text
            elif name == "paragraph_open":
                self.kind = "paragraph"
            elif name == "inline":
                self.inline(token)
            elif name == "tr_open":
                self.cells = []
            elif name == "thead_open":
                self.header = True
            elif name == "tr_close":
                self.pieces.append(Piece("row", " | ".join(self.cells).strip(" |"), header=self.header))
                self.header = False
            elif name in ("th_open", "td_open"):
                self.kind = "cell"
        return self.pieces

    def open_item(self, token: Token) -> None:
        depth = min(len(self.lists) - 1, _DEEPEST_LIST)
        number = self.lists[-1]
        mark = "- " if number is None else f"{number}{token.markup} "
        if number is not None:
            self.lists[-1] = number + 1
        self.marker = "  " * depth + mark

    def inline(self, token: Token) -> None:
        text = _visible(token, " " if self.wrapped else "\n")
        if self.kind == "heading":
            self.pieces.append(Piece("heading", text.replace("\n", " "), self.level))
        elif self.kind == "cell":
            self.cells.append(text.replace("\n", " ").strip())
        else:
            self.paragraph(text, token)

    def html(self, text: str) -> None:
        # Not above: html.py reads Markdown in turn, in which pages may write what they say of a job.
        from qa.reading.html import html_within

        for piece in html_within(text):
            if piece.kind == "paragraph":
                self.add("paragraph", piece.text)
            else:
                self.pieces.append(piece)

    def paragraph(self, text: str, token: Token) -> None:
        """Add a paragraph, line by line where line breaks mean something."""
        first_line = token.map[0] if token.map else 0
        for n, line in enumerate(text.split("\n")):
            if not line.strip():
                continue
            lazy = n > 0 and not self.lines[min(first_line + n, len(self.lines) - 1)].startswith((" ", "\t"))
            self.add("paragraph", line.strip(), outside=lazy)

    def add(self, kind: str, text: str, outside: bool = False) -> None:
        depth = len(self.lists) - 1
        if self.marker and not outside:
            self.pieces.append(Piece("item", text, min(depth, _DEEPEST_LIST), self.marker))
            self.marker = ""
        elif kind == "code":
            self.pieces.append(Piece("code", text))
        elif " | " in text:
            self.pieces.append(Piece("row", text))
        else:
            self.pieces.append(Piece("paragraph", text))


def _visible(token: Token, softbreak: str) -> str:
    """An inline token's text as a reader of the page sees it."""
    out: list[str] = []
    raised = False
    for child in token.children or ():
        if child.type == "html_inline":
            tag = found[1].lower() if (found := _TAG.match(child.content)) else "comment"
            raised = tag == "sup" or (raised and tag != "/sup")
            if tag == "br":
                out.append("\n")
            elif tag == "comment" and out:
                out[-1] = out[-1].rstrip(" ")  # the space that stood before it; one may follow
        elif child.type in ("text", "code_inline"):
            out.append(child.content.translate(_RAISED) if raised else child.content)
        elif child.type == "softbreak":
            out.append(softbreak)
        elif child.type == "hardbreak":
            out.append("\n")
        elif child.type == "image":
            out.append(child.content)
    return "".join(out).strip("\n")
