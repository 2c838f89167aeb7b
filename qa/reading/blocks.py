"""From a reader's pieces to a Document: text, offsets, anchors, sections."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qa.types import Block, BlockKind, Document, Section


@dataclass(frozen=True, slots=True)
class Piece:
    """What a reader found, in reading order, before offsets are known.

    ``untitled`` marks a piece that opens a section without a heading.
    ``page`` is the page that it begins on, from 1, or 0 in a file without
    pages; ``turns`` are the offsets in ``text`` at which further pages begin.
    """

    kind: BlockKind
    text: str
    level: int = 0
    marker: str = ""
    anchor: str = ""
    header: bool = False
    untitled: bool = False
    page: int = 0
    turns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A guide as a reader gives it.

    ``name`` tells it from the other guides of a file that holds several.
    """

    pieces: list[Piece]
    title: str = ""
    url: str = ""
    source_url: str = ""
    aliases: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


def slug(heading: str) -> str:
    """An anchor for a heading, formed as code-hosting sites form them."""
    kept = re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", heading).strip().lower())
    return kept.replace(" ", "-") or "section"


def free(wanted: str, taken: set[str]) -> str:
    """An id that isn't taken: the wanted one, else with a number."""
    document_id, n = wanted, 1
    while document_id in taken:
        n += 1
        document_id = f"{wanted}-{n}"
    return document_id


class _Anchors:
    """Gives each heading of a document an anchor of its own."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def give(self, wanted: str) -> str:
        anchor, n = wanted, 0
        while anchor in self.taken:
            n += 1
            anchor = f"{wanted}-{n}"
        self.taken.add(anchor)
        return anchor


def assemble(document_id: str, reading: Reading) -> Document:
    """Lay the pieces out as one text and cut it into sections.

    Blocks are separated by an empty line, items and rows of one list or
    table by a line break. The level-1 heading that carries the title opens
    no path of its own; any other level-1 heading is a topic.
    """
    pieces = [p for p in reading.pieces if p.text.strip()]
    title = reading.title or _first_heading(pieces) or document_id.rsplit("/", 1)[-1].replace("-", " ").title()
    anchors = _Anchors()
    parts: list[str] = []
    blocks: list[Block] = []
    pages: list[int] = []
    length = 0
    for n, piece in enumerate(pieces):
        if n:
            gap = "\n" if _tight(pieces[n - 1], piece) else "\n\n"
            parts.append(gap)
            length += len(gap)
        marker = piece.marker
        start = length + len(marker)
        end = start + len(piece.text)
        pages += [start] * (piece.page - len(pages)) + [start + turn for turn in piece.turns]
        anchor = ""
        if piece.kind == "heading":
            anchor = anchors.give(piece.anchor or slug(piece.text))
        elif piece.untitled:
            anchor = anchors.give(slug(" ".join(piece.text.split()[:6])))
        blocks.append(Block(piece.kind, start, end, piece.level, marker, anchor, piece.header))
        parts += [marker, piece.text]
        length = end
    text = "".join(parts)
    return Document(
        id=document_id,
        title=title,
        text=text,
        sections=tuple(_sections(text, title, blocks, anchors)),
        blocks=tuple(blocks),
        url=reading.url,
        source_url=reading.source_url,
        aliases=reading.aliases,
        metadata=dict(reading.metadata),
        pages=tuple(pages),
    )


def _first_heading(pieces: Iterable[Piece]) -> str:
    headings = [p for p in pieces if p.kind == "heading"]
    first = next((p for p in headings if p.level == 1), headings[0] if headings else None)
    return first.text if first else ""


def _same(heading: str, title: str) -> bool:
    """Whether a heading is the title, or has it or is in it."""
    one, other = heading.casefold(), title.casefold()
    return one in other or other in one


def _tight(before: Piece, piece: Piece) -> bool:
    return piece.kind in ("item", "row") and before.kind == piece.kind


def _sections(text: str, title: str, blocks: list[Block], anchors: _Anchors) -> Iterable[Section]:
    path: list[tuple[int, str]] = []
    topic = title
    anchor = ""
    title_seen = False
    # Of several headings of the highest level the first is a topic too where the guide has a title of another name.
    alone = sum(block.kind == "heading" and block.level == 1 for block in blocks) == 1
    body: list[Block] = []

    def close() -> Iterable[Section]:
        if body:
            headings = tuple(name for _, name in path)
            start = body[0].start - len(body[0].marker)
            name = anchor or anchors.give(slug(title))
            yield Section(name, headings, topic, start, body[-1].end)
            body.clear()

    for block in blocks:
        if block.kind == "heading":
            yield from close()
            name = text[block.start : block.end]
            anchor = block.anchor
            if block.level == 1 and not title_seen and (alone or _same(name, title)):
                title_seen, path, topic = True, [], title
            elif block.level == 1:
                path, topic = [(1, name)], name
            else:
                path = [p for p in path if p[0] < block.level] + [(block.level, name)]
            continue
        if block.anchor:  # opens a section that the page gives no heading
            yield from close()
            anchor = block.anchor
            path = [p for p in path if p[0] == 1]
        body.append(block)
    yield from close()
