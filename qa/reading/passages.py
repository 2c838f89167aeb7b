"""Sections cut into passages: at sentence ends, items and rows, never inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qa.errors import PassageError
from qa.reading.sentences import sentence_spans
from qa.types import Document, Passage, Section

CountTokens = Callable[[Sequence[str]], list[int]]
Span = tuple[int, int]


def encoded_text(document: Document, section: Section, start: int, end: int) -> str:
    """What is encoded for a passage: its heading path, then its own words.

    The path goes into the vector only; offsets and quotes know nothing of it.
    """
    return f"{section.path}\n{document.text[start:end]}"


def passages_of(document: Document, words: int, max_tokens: int, count_tokens: CountTokens) -> list[Passage]:
    """Cut a document's sections into passages of about ``words`` words.

    ``max_tokens`` is the longest input of the model, its special tokens and
    the heading path included, as ``count_tokens`` counts it. Units (sentences,
    list items, table rows) stay whole; one that alone is too long is cut at
    sentence ends, then between words. Every passage's text is checked to
    stand at its offsets. Raises PassageError when a passage can't be made.
    """
    passages = []
    for number, section in enumerate(document.sections):

        def fits(span: Span, section: Section = section) -> bool:
            return count_tokens([encoded_text(document, section, *span)])[0] <= max_tokens

        for start, end in _pack(list(_units(document, section, fits)), document.text, words, fits):
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


def _units(document: Document, section: Section, fits: Callable[[Span], bool]) -> Iterator[Span]:
    markers = {b.start: len(b.marker) for b in document.blocks_within(section.start, section.end)}
    for start, end in section_units(document, section):
        span = (start - markers.get(start, 0), end)
        if fits(span):
            yield span
            continue
        for sentence in sentence_spans(document.text[start:end], start):
            yield from [sentence] if fits(sentence) else _words(document.text, sentence, fits)


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


def _pack(units: list[Span], text: str, words: int, fits: Callable[[Span], bool]) -> Iterator[Span]:
    """Join neighbouring units while they stay within the wanted length."""
    current: Span | None = None
    length = 0
    for start, end in units:
        more = len(text[start:end].split())
        if current is not None and length + more <= words and fits((current[0], end)):
            current = (current[0], end)
            length += more
            continue
        if current is not None:
            yield current
        current, length = (start, end), more
    if current is not None:
        yield current
