"""Several questions in one: "what does a vet do and how much do they earn?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.matter import matter_of
from qa.answering.names import Mention, without_names
from qa.answering.usual import CAREER, usual

MOST = 3
_ASKS = r"(?:what|how|where|when|who|which|why|do|does|is|are|can|could|will|would|should)\b"
# A further question begins with a word that asks, after "and" or a question mark; the first one does so too.
_FURTHER = re.compile(
    rf"(?:\s*,?\s+(?:and|also|plus)(?:\s+also)?\s+|\?\s+(?:(?:and|also)\s+)?)(?={_ASKS})", re.IGNORECASE
)
_OPENS = re.compile(rf"\W*(?:(?:so|and|but|please|hi|hello|hey|okay|ok)\b\W*)*{_ASKS}", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:,|/|&|\band\b)+\s*", re.IGNORECASE)


def parts_of(question: str, mentions: Sequence[Mention]) -> list[str]:
    """The questions that one is made of, in its order; itself alone where it is one.

    They are either asked one after the other, or are usual matters that are
    listed of one career: "prison officer pay and hours".
    """
    asked = [part.strip() for part in _FURTHER.split(question)]
    if 1 < len(asked) <= MOST and _OPENS.match(asked[0]) and all(matter_of(part) or usual(part) for part in asked):
        return asked
    careers = list({mention.name.topic for mention in mentions})
    if len(careers) != 1:
        return [question]
    matters = [part.strip(" ?.!") for part in _LISTED.split(without_names(question, mentions))]
    phrases = [usual(matter) for matter in matters]
    if 1 < len(matters) <= MOST and all(p and p != CAREER for p in phrases) and len(set(phrases)) == len(phrases):
        return [f"{careers[0]}: {matter}" for matter in matters]
    return [question]
