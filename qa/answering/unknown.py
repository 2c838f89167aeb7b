"""Careers that no guide goes by, set against one that has a guide."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.guides import Guides
from qa.answering.names import Mention, Name

# What says that careers are set against each other.
CUE = re.compile(r"\b(?:compar\w+|dif+e?r(?:s|ed|ing|en\w+)?|versus|vs)\b\.?", re.IGNORECASE)
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
# "Who earns more, a welder or an astronaut?"
_OR = re.compile(
    r"^(?=.*\bor\b)(?=.*\b(?:more|most|less|least|better|best|higher|highest|easier|harder|safer)\b)", re.IGNORECASE
)
_PLACE = "\0"
# What parts the careers of a comparison.
_PARTS = re.compile(r"[^\w\s'’\0-]+|\b(?:and|or|vs|versus|than|with|to|from|between|of)\b|$", re.IGNORECASE)


def compares(question: str) -> bool:
    """Whether a question says that it sets careers against each other."""
    return bool(CUE.search(question) or _THAN.search(question))


def unknown(career: str) -> Name:
    """A career that no guide is about, by the words of a question."""
    title = f"{career[:1].upper()}{career[1:]}"
    return Name(title, title, "")


def without_guides(question: str, mentions: Sequence[Mention], guides: Guides) -> list[Mention]:
    """The careers that no guide goes by which a question sets against those of its ``mentions``."""
    if not (compares(question) or _OR.search(question)):
        return []
    text = question
    for mention in mentions:
        text = text[: mention.start] + _PLACE * (mention.end - mention.start) + text[mention.end :]
    found: dict[str, Mention] = {}
    start = 0
    for between in _PARTS.finditer(text):
        part = text[start : between.start()]
        if _PLACE not in part and (career := guides.unknown_career_in(part)):
            place = start + part.index(career)
            found.setdefault(career.lower(), Mention(place, place + len(career), unknown(career)))
        start = between.end()
    return list(found.values())
