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
# How deep lists may be nested before their items count as one level.
_DEEPEST_LIST = 8


def read_markdown(text: str) -> Reading:
    """Read a Markdown file.

    Where the file isn't wrapped to a width, a line break inside a paragraph
    is the author's: each line is then a paragraph, and a line with cells
    between bars a table row, as many exports write them.

    Raises ReadError when the front matter can't be read.
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
                self.paragraph(token.content.strip("\n"), token)
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
            self.cells.append(text.strip())
        else:
            self.paragraph(text, token)

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
    for child in token.children or ():
        if child.type in ("text", "code_inline", "html_inline"):
            out.append(child.content)
        elif child.type == "softbreak":
            out.append(softbreak)
        elif child.type == "hardbreak":
            out.append("\n")
        elif child.type == "image":
            out.append(child.content)
    return "".join(out)
