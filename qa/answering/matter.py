"""What a question asks, without the words that only ask."""

from __future__ import annotations

import re
from functools import lru_cache

from qa.stores.words import terms

ARTICLE = re.compile(r"^(?:an?|the)\s+", re.IGNORECASE)
# Words that ask, point or compare, and name no matter of their own.
_EMPTY = frozenset(
    terms(
        "what how which who whom whose where when why do does did done doing can could would should may might must "
        "shall have has had having am were been being i you we me my mine your our us he him his she her its them "
        "about from up out over under than more most less very also too just only so some any much many few both each "
        "either same other others else like get got getting gets need needs know tell say see want wants please now "
        "back again ok okay fine also really typically usually exactly there here one ones way thing things anything "
        "something "
        "job jobs role career become becomes becoming "
        "compare compared comparing comparison versus vs differ differs different difference between"
    )
)


# Not "user", "university" or "urologist", which begin with the sound of "you".
_VOWEL = re.compile(r"[aeio]|u(?!ni(?![nmd])|s[aei]|ro|til|k\b)", re.IGNORECASE)
# Words that ask after a career as a whole.
WHOLE = frozenset(("work", "day", "all", "every", "main", "similar", *terms("involve entail")))


def article(noun: str) -> str:
    """The article before a noun, by how it begins: "an usher", but "a university"; "an hour" isn't known."""
    return "an" if _VOWEL.match(noun) else "a"


@lru_cache(maxsize=1024)  # one answer asks this several times of the same texts
def matter_of(text: str) -> tuple[str, ...]:
    """The words of a text that say what is asked."""
    return tuple(t for t in terms(text) if t not in _EMPTY)
