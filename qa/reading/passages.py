"""Sections cut into passages: at sentence ends, items and rows, never inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qa.errors import PassageError
from qa.reading.sentences import sentence_spans
from qa.types import Document, Passage, Section

CountTokens = Callable[[Sequence[str]], list[int]]
Span = tuple[int, int]

_PATH = 400  # characters of headings that are encoded at most


def encoded_text(document: Document, section: Section, start: int, end: int) -> str:
    """What is encoded for a passage: its heading path, the end of it if it is long, then its own words.

    The path goes into the vector only; offsets and quotes know nothing of it.
    """
    return f"{section.path[-_PATH:]}\n{document.text[start:end]}"


def passages_of(document: Document, words: int, max_tokens: int, count_tokens: CountTokens) -> list[Passage]:
    """Cut a document's sections into passages of about ``words`` words.

    ``max_tokens`` is the longest input of the model, its special tokens and
    the heading path included, as ``count_tokens`` counts it. Units (sentences,
    list items, table rows) stay whole; one that alone is too long is cut at
    sentence ends, then between words. Every passage's text is checked to
    stand at its offsets. Raises PassageError when a passage can't be made.
    """
    packed = [
        (number, span)
        for number, section in enumerate(document.sections)
        for span in _pack(list(_units(document, section)), document.text, words)
    ]
    # Counting in one call is cheap; few passages are too long for the model.
    lengths = count_tokens([encoded_text(document, document.sections[n], *span) for n, span in packed])
    passages = []
    for (number, packed_span), length in zip(packed, lengths, strict=True):
        section = document.sections[number]

        def fits(span: Span, section: Section = section) -> bool:
            own, length = count_tokens([document.text[slice(*span)], encoded_text(document, section, *span)])
            # Where headings take more than half of what the model reads, the words have a half all the same.
            return length <= max_tokens or (own <= max_tokens // 2 < length - own)

        spans = [packed_span] if length <= max_tokens else _shortened(document, section, packed_span, fits)
        for start, end in spans:
            if not section.start <= start < end <= section.end:
                raise PassageError(f"A passage at {start}:{end} leaves section {document.id}#{section.anchor}.")
            passages.append(Passage(number, start, end))
    return passages


def section_units(document: Document, section: Section) -> Iterator[Span]:
    """The sentences, list items, rows and code lines of a section, in order."""
    for block in document.blocks_within(section.start, section.end):
        if block.kind in ("paragraph", "code"):
            yield from sentence_spans(document.text[block.start : block.end], block.start)
        elif block.kind != "heading":
            yield block.start, block.end


def _units(document: Document, section: Section) -> Iterator[Span]:
    """What stays whole in a passage: sentences, and items and rows with their markers."""
    markers = {b.start: len(b.marker) for b in document.blocks_within(section.start, section.end)}
    for start, end in section_units(document, section):
        yield start - markers.get(start, 0), end


def _shortened(document: Document, section: Section, span: Span, fits: Callable[[Span], bool]) -> Iterator[Span]:
    """Cut a passage that is too long for the model at its units, and these where they must be."""
    current: Span | None = None
    for unit in (u for u in _units(document, section) if span[0] <= u[0] and u[1] <= span[1]):
        if current is not None and fits((current[0], unit[1])):
            current = (current[0], unit[1])
            continue
        if current is not None:
            yield current
        current = None
        if fits(unit):
            current = unit
            continue
        for sentence in sentence_spans(document.text[slice(*unit)], unit[0]):
            yield from [sentence] if fits(sentence) else _words(document.text, sentence, fits)
    if current is not None:
        yield current


def _words(text: str, span: Span, fits: Callable[[Span], bool]) -> Iterator[Span]:
    """Cut an overlong sentence between words, in halves until each fits."""
    start, end = span
    if fits(span):
        yield span
        return
    middle = (start + end) // 2
    gaps = [n for n in range(start + 1, end - 1) if text[n].isspace()]
    # A run of letters without a space that no model reads whole is cut anywhere.
    cut = min(gaps, key=lambda n: abs(n - middle)) if gaps else middle
    if end - start < 2:
        raise PassageError(f"The model reads too few tokens for the headings above character {start}.")
    left, right = text[start:cut], text[cut:end]
    yield from _words(text, (start, start + len(left.rstrip())), fits)
    yield from _words(text, (end - len(right.lstrip()), end), fits)


def _pack(units: list[Span], text: str, words: int) -> Iterator[Span]:
    """Join neighbouring units while they stay within the wanted length."""
    current: Span | None = None
    length = 0
    for start, end in units:
        more = len(text[start:end].split())
        if current is not None and length + more <= words:
            current = (current[0], end)
            length += more
            continue
        if current is not None:
            yield current
        current, length = (start, end), more
    if current is not None:
        yield current
