"""The data that flows through the program: documents, hits and answers.

Offsets are character offsets (Python string indices) into ``Document.text``.
Scores are floats; higher is better.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from qa.errors import CitationError

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]
AnswerKind = Literal["answer", "not_covered", "comparison", "greeting"]
NOT_STATED = "not stated in this guide"
NO_GUIDE = "no guide goes by this name"


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
    ``pages`` are the offsets at which the pages of a printed guide begin,
    ascending; it is empty for a guide without pages.
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
    pages: tuple[int, ...] = ()

    def section_text(self, section: Section) -> str:
        return self.text[section.start : section.end]

    def page_at(self, offset: int) -> int | None:
        """The page that the character at an offset stands on, from 1; None without pages."""
        return max(bisect_right(self.pages, offset), 1) if self.pages else None

    def section_url(self, section: Section, start: int | None = None) -> str:
        """The outside address of a section, or "" where the guide names none.

        In a guide with pages it is that of the page (RFC 8118, section 3) on
        which the section, or what begins at ``start``, stands.
        """
        page = self.page_at(section.start if start is None else start)
        place = section.anchor if page is None else f"page={page}"
        return f"{self.url.split('#')[0]}#{place}" if self.url else self.source_url

    @property
    def drawn_from(self) -> str:
        """The page that a guide without one of its own is drawn from, or ""."""
        return "" if self.url else self.source_url

    def blocks_within(self, start: int, end: int) -> list[Block]:
        """The blocks that lie in a range whole; all of them stand in the text's order."""
        first = bisect_left(self.blocks, start, key=lambda b: b.start)
        return list(self.blocks[first : bisect_right(self.blocks, end, key=lambda b: b.end)])


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
    best passage (-1 to 1), ``matter`` that of what is asked apart from the
    careers that the question names. ``share`` is how near the section's guide
    comes to the matter, as a share of how near any guide comes (0 to 1; 1
    where no career is named); ``near`` how near, in cosine, the words of the
    matter find others in the section, 0 where that isn't known.
    """

    document: Document
    section: Section
    passage_start: int
    passage_end: int
    score: float
    meaning: float
    matter: float
    share: float
    near: float

    @property
    def passage(self) -> str:
        return self.document.text[self.passage_start : self.passage_end]

    @property
    def section_id(self) -> str:
        return f"{self.document.id}#{self.section.anchor}"


@dataclass(frozen=True, slots=True)
class Figures:
    """When, where and in which currency a quote's figures hold, as its guide
    says; each may be "". ``str()`` gives them in a line: "May 2024, United States, USD"."""

    date: str
    region: str
    currency: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.date, self.region, self.currency) if part)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote with its place: ``document.text[start:end] == quote``; it stands in ``passage``.

    ``figures`` are given for a quote of pay, demand or a forecast, else None;
    ``lead`` is the guide's own line that the quote is read under, "" for none:
    a table's header, or the sentence that opens a list; ``note`` is a sentence
    to show beside it, "" for none: that the guide's review is older than the
    setting ``review_days``; ``page`` is the page on which the quote begins,
    from 1, None in a guide without pages. ``source_url`` is the page that a
    guide without one of its own is drawn from: ``url`` then leads there too,
    and the quote needn't stand on it.
    """

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
    figures: Figures | None = None
    note: str = ""
    lead: str = ""
    page: int | None = None
    source_url: str = ""

    @classmethod
    def of(
        cls,
        number: int,
        hit: Hit,
        start: int,
        end: int,
        figures: Figures | None = None,
        note: str = "",
        lead: tuple[int, int] | None = None,
    ) -> Citation:
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
            url=document.section_url(section, start),
            passage=document.text[slice(*_around(hit, start, end))],
            quote=document.text[start:end],
            start=start,
            end=end,
            score=round(hit.score, 4),
            figures=figures,
            note=note,
            lead=document.text[slice(*lead)] if lead else "",
            page=document.page_at(start),
            source_url=document.drawn_from,
        )

    @property
    def section_id(self) -> str:
        return f"{self.document_id}#{self.anchor}"


def _around(hit: Hit, start: int, end: int) -> tuple[int, int]:
    """The passage to show with a quote: the one that was found, widened to
    hold the quote where they overlap, else the quote itself."""
    if start < hit.passage_end and hit.passage_start < end:
        return min(start, hit.passage_start), max(end, hit.passage_end)
    return start, end


@dataclass(frozen=True, slots=True)
class Related:
    """A section near the question, named without a quote; ``source_url`` as a citation has it."""

    document_id: str
    document_title: str
    headings: tuple[str, ...]
    anchor: str
    url: str
    source_url: str = ""

    @classmethod
    def of(cls, hit: Hit) -> Related:
        return cls(
            document_id=hit.document.id,
            document_title=hit.document.title,
            headings=hit.section.headings,
            anchor=hit.section.anchor,
            url=hit.document.section_url(hit.section),
            source_url=hit.document.drawn_from,
        )


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a follow-up question was taken to be.

    ``about`` is what it left to the earlier questions, for a chip that can
    be taken off ("about: Actuary"); ``question`` is the question as it was
    searched. To take the chip off, ask again without a history.
    """

    about: str
    question: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one guide says of a matter: the number of a citation, or None
    with ``text`` NOT_STATED, or NO_GUIDE. ``text`` is the quote otherwise."""

    citation: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One matter, with a cell for each career in the order of the columns."""

    matter: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Career:
    """A column of a comparison: a career and its guide's id, "" where no guide goes by its name."""

    title: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same matters from the guides of two to four careers, side by side."""

    careers: tuple[Career, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gets: quotes with citations, or "not covered".

    ``kind`` says how to show it. "answer": quotes. "not_covered": the nearest
    sections, in ``related``. "comparison": a table, ``comparison``, whose
    cells name citations by number. "greeting": ``reply``, a short fixed text
    without citations ("answered" is true).

    ``understood`` is None unless earlier questions were drawn on.
    ``suggestions`` are up to three questions to ask next, each known to be
    answered: plain text for buttons.
    """

    question: str
    answered: bool
    confidence: float
    citations: tuple[Citation, ...]
    related: tuple[Related, ...]
    elapsed_ms: float
    kind: AnswerKind = "answer"
    understood: Understanding | None = None
    comparison: Comparison | None = None
    suggestions: tuple[str, ...] = ()
    reply: str = ""

    @property
    def answer(self) -> str:
        """The quotes, each followed by its [number]; the reply to a greeting."""
        return self.reply or "\n\n".join(f"{c.quote} [{c.number}]" for c in self.citations)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, the same on every face.

        After the keys that were there from the start come "kind",
        "understood" ({"about", "question"} or null), "comparison"
        ({"careers": [{"title", "document_id"}], "rows": [{"matter", "cells":
        [{"citation", "text"}]}]} or null) and "suggestions" (a list of
        texts). A citation has "figures" ({"date", "region", "currency"} or
        null), "note" (a text, "" for none), "lead" (likewise), "page" (a
        number or null) and "source_url" (an address, "" for none), which an
        entry of "related" has too.
        """
        values: dict[str, Any] = _plain(asdict(self))
        first = ("question", "answered", "confidence", "answer", "citations", "related", "elapsed_ms")
        values["answer"] = self.answer
        del values["reply"]
        return {key: values[key] for key in (*first, *(k for k in values if k not in first))}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value
