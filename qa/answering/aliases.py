"""Other names of a career that its guide states in its opening lines.

Portals rarely list them apart: they write "Alternative titles for this job
include ...", "Also known as ...", or put the abbreviation in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from qa.answering.matter import ARTICLE
from qa.stores.words import terms
from qa.types import Document

_OPENING = 800  # characters of a career's first section that are looked at, and of its first rows in others
_LONGEST = 4  # words of a name
_LISTED = re.compile(
    r"(?:^|(?<=[.\n]))\s*(?:(?:alternative|alternate|other) (?:job )?(?:titles?|names?)"
    r"(?: (?:for|of) th(?:is|e) (?:job|role|career|occupation))?(?: include| are)?|"
    r"(?:(?P<who>[^.,;:\n|]{2,60}) (?:is|are) )?"
    r"(?:also|sometimes|often) (?:known as|called|referred to as|advertised as))\b(?:\s*[:|])?\s*"
    r"(?P<names>[^.;:\n()|]{2,160})",
    re.IGNORECASE,
)
# Whom such a sentence names, if not the career by its title.
_OF_CAREER = re.compile(
    r"(?:they|these \w+|(?:in [\w ]+ )?(?:the|this) (?:job|role|career|position|post))$", re.IGNORECASE
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


def states_names(line: str) -> bool:
    """Whether a line does no more than name a career otherwise."""
    found = _LISTED.match(line)
    return found is not None and not found["who"]


def stated_aliases(document: Document, topic: str) -> list[str]:
    """The other names of a career, ``topic`` of a guide, that its first section or that one's headings state."""
    sections = [s for s in document.sections if s.topic == topic]
    if not sections:
        return []
    section, *others = sections
    end = section.start + _OPENING
    opening = document.text[section.start : min(section.end, end)]
    own = [heading for heading in section.headings if heading != topic]
    rows = [
        document.text[block.start : block.end]
        for later in others
        for block in document.blocks_within(later.start, later.end)
        if block.kind == "row" and block.end <= end
    ]
    texts = (*own, opening, *rows)
    listed = [name for text in texts for name in _listed(text, topic)]
    short = [name for text in texts for name in _abbreviated(text, (topic, *listed))]
    return list(dict.fromkeys(name for name in (*listed, *short) if name.casefold() != topic.casefold()))


def _listed(text: str, topic: str) -> Iterator[str]:
    for found in _LISTED.finditer(text):
        who = found["who"]
        if who and not _OF_CAREER.match(who.strip()) and terms(who) != terms(topic):
            continue
        parts = _PARTS.split(found["names"].strip())
        names = [ARTICLE.sub("", p.strip(" \"'‘’“”")) for p in (parts if len(parts) > 1 else _AND.split(parts[0]))]
        names = [*takewhile(lambda name: not _GOES_ON.match(name), names)]
        if all(len(name.split()) <= _LONGEST for name in names):  # else it is a sentence of another kind
            yield from (name for name in names if len(name) > 1)


def _abbreviated(text: str, names: Sequence[str]) -> Iterator[str]:
    """Abbreviations whose letters are those that the words of a career's name begin with."""
    initials = {"".join(word[0] for word in re.findall(r"\w+", name)).upper() for name in names}
    for found in (*_SHORT.finditer(text), *_BRACKETED.finditer(text)):
        short = next(group for group in found.groups() if group)
        if short in initials:
            yield short
