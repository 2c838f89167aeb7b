"""Where sentences begin and end, by the sentencex library."""

from __future__ import annotations

from collections.abc import Iterator

from sentencex import segment


def sentence_spans(text: str, offset: int = 0) -> list[tuple[int, int]]:
    """The (start, end) of each sentence, without the space around it.

    ``offset`` is added to every place. A break inside a word ("ASP.NET") or
    before a lower-case word ("40 hrs. per week") isn't a sentence's end.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _raw_spans(text):
        if spans and not _may_break(text, spans[-1][1], start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [(offset + start, offset + end) for start, end in spans]


def _raw_spans(text: str) -> Iterator[tuple[int, int]]:
    place = 0
    for sentence in segment("en", text):
        body = sentence.strip()
        if not body:
            continue
        start = text.find(body, place)
        if start < 0:  # the splitter changed the text; keep the rest whole
            break
        place = start + len(body)
        yield start, place
    rest = text[place:].strip()
    if rest:
        start = text.index(rest, place)
        yield start, start + len(rest)


def _may_break(text: str, end: int, start: int) -> bool:
    return start > end and not text[start].islower()
