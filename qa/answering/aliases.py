"""Other names of a career that its guide states in its opening lines.

Portals rarely list them apart: they write "Alternative titles for this job
include ...", "Also known as ...", or put the abbreviation in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from qa.answering.matter import ARTICLE
from qa.types import Document

_OPENING = 800  # characters of a career's first section that are looked at
_LONGEST = 4  # words of a name
_LISTED = re.compile(
    r"(?:^|(?<=[.\n]))\s*(?:(?:alternative|alternate|other) (?:job )?(?:titles?|names?)"
    r"(?: (?:for|of) th(?:is|e) (?:job|role|career|occupation))?(?: include| are)?|"
    r"(?:also|sometimes|often) (?:known as|called|referred to as))\b:?\s*(?P<names>[^.;:\n()]{2,160})",
    re.IGNORECASE,
)
# "Hair and make-up designer" is one among names parted by commas.
_PARTS = re.compile(r"\s*,\s*(?:(?:or|and)\s+)?|\s+or\s+", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
# "Sometimes called theatre aides, they hand over tools."
_GOES_ON = re.compile(r"(?:they|you|we|he|she|it|who|which|that|this|these)\b", re.IGNORECASE)
_SHORT = re.compile(
    r"\b(?:shortened to|(?:known|called|referred to) as|or)\s+(?:an? )?([A-Z]{2,6})s?\b|\b([A-Z]{2,6})s? for short\b"
)
_BRACKETED = re.compile(r"\(([A-Z]{2,6})s?\)")


def stated_aliases(document: Document, topic: str) -> list[str]:
    """The other names of a career, ``topic`` of a guide, that its first section or that one's headings state."""
    section = next((s for s in document.sections if s.topic == topic), None)
    if section is None:
        return []
    opening = document.text[section.start : min(section.end, section.start + _OPENING)]
    own = [heading for heading in section.headings if heading != topic]
    found = [name for text in (*own, opening) for name in (*_listed(text), *_abbreviated(text, topic))]
    return list(dict.fromkeys(name for name in found if name.casefold() != topic.casefold()))


def _listed(text: str) -> Iterator[str]:
    for found in _LISTED.finditer(text):
        parts = _PARTS.split(found["names"].strip())
        names = [ARTICLE.sub("", p.strip(" \"'‘’“”")) for p in (parts if len(parts) > 1 else _AND.split(parts[0]))]
        names = [*takewhile(lambda name: not _GOES_ON.match(name), names)]
        if all(len(name.split()) <= _LONGEST for name in names):  # else it is a sentence of another kind
            yield from (name for name in names if len(name) > 1)


def _abbreviated(text: str, topic: str) -> Iterator[str]:
    """Abbreviations whose letters are those that the career's words begin with."""
    initials = "".join(word[0] for word in re.findall(r"\w+", topic)).upper()
    for found in (*_SHORT.finditer(text), *_BRACKETED.finditer(text)):
        short = next(group for group in found.groups() if group)
        if short == initials:
            yield short
