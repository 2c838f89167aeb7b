"""The data that flows through the program: documents, hits and answers.

Offsets are character offsets (Python string indices) into ``Document.text``.
Scores are floats; higher is better.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from qa.errors import CitationError

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document's layout: ``text[start:end]`` is its content.

    ``marker`` is the list marker with its indentation ("  - ", "1. ") that
    stands in the text right before ``start``; it is empty for all but items.
    ``level`` is the heading's level (1 to 6) or the item's depth (from 0).
    ``header`` is true for the header row of a table.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    marker: str = ""
    anchor: str = ""
    header: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, up to the next heading of any level.

    ``topic`` is what the section is about as a whole: the document's title,
    or the level-1 heading above it where a file holds several topics.
    """

    anchor: str
    headings: tuple[str, ...]
    topic: str
    start: int
    end: int

    @property
    def path(self) -> str:
        """Topic and headings as one line, as it is encoded with passages."""
        names = self.headings if self.topic in self.headings[:1] else (self.topic, *self.headings)
        return " > ".join(names)


@dataclass(frozen=True, slots=True)
class Document:
    """A guide: its text as read, its sections, and its layout in blocks.

    ``url`` is the guide's own page, whose anchors are the sections';
    ``source_url`` is the page that a guide without one is drawn from.
    """

    id: str
    title: str
    text: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    url: str = ""
    source_url: str = ""
    aliases: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)

    def section_text(self, section: Section) -> str:
        return self.text[section.start : section.end]

    def section_url(self, section: Section) -> str:
        """The outside address of a section, or "" where the guide names none."""
        return f"{self.url.split('#')[0]}#{section.anchor}" if self.url else self.source_url

    def blocks_within(self, start: int, end: int) -> list[Block]:
        return [b for b in self.blocks if b.start >= start and b.end <= end]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a section, at most as long as the model reads at once."""

    section: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that retrieval found, with its best passage.

    ``score`` is the fused score; ``meaning`` is the cosine of question and
    best passage (-1 to 1); ``words`` is the section's BM25 score (from 0).
    """

    document: Document
    section: Section
    passage_start: int
    passage_end: int
    score: float
    meaning: float
    words: float

    @property
    def passage(self) -> str:
        return self.document.text[self.passage_start : self.passage_end]

    @property
    def section_id(self) -> str:
        return f"{self.document.id}#{self.section.anchor}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote with its place: ``document.text[start:end] == quote``."""

    number: int
    document_id: str
    document_title: str
    headings: tuple[str, ...]
    anchor: str
    url: str
    passage: str
    quote: str
    start: int
    end: int
    score: float

    @classmethod
    def of(cls, number: int, hit: Hit, start: int, end: int) -> Citation:
        """Cite ``text[start:end]`` of the hit's section.

        Raises CitationError when the range isn't inside the section.
        """
        section, document = hit.section, hit.document
        if not section.start <= start < end <= section.end:
            raise CitationError(
                f"A quote at {start}:{end} lies outside section {hit.section_id} "
                f"({section.start}:{section.end}): build the index again with careers-qa build."
            )
        return cls(
            number=number,
            document_id=document.id,
            document_title=document.title,
            headings=section.headings,
            anchor=section.anchor,
            url=document.section_url(section),
            passage=hit.passage,
            quote=document.text[start:end],
            start=start,
            end=end,
            score=round(hit.score, 4),
        )


@dataclass(frozen=True, slots=True)
class Related:
    """A section near the question, named without a quote."""

    document_id: str
    document_title: str
    headings: tuple[str, ...]
    anchor: str
    url: str

    @classmethod
    def of(cls, hit: Hit) -> Related:
        return cls(
            document_id=hit.document.id,
            document_title=hit.document.title,
            headings=hit.section.headings,
            anchor=hit.section.anchor,
            url=hit.document.section_url(hit.section),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gets: quotes with citations, or "not covered"."""

    question: str
    answered: bool
    confidence: float
    citations: tuple[Citation, ...]
    related: tuple[Related, ...]
    elapsed_ms: float

    @property
    def answer(self) -> str:
        """The quotes, each followed by its [number]."""
        return "\n\n".join(f"{c.quote} [{c.number}]" for c in self.citations)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, the same on every face."""
        values = asdict(self)
        return {
            "question": values["question"],
            "answered": values["answered"],
            "confidence": values["confidence"],
            "answer": self.answer,
            "citations": [_listed(c) for c in values["citations"]],
            "related": [_listed(r) for r in values["related"]],
            "elapsed_ms": values["elapsed_ms"],
        }


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
