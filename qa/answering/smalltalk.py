"""Greetings, thanks and questions about the assistant itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAMED = 4  # guides that a reply names
# Courtesies are shorter; the patterns take the longer the more there is of them.
_LONGEST = 120

_WORDS = r"(?:there|again|all|everyone|so much|very much|a lot|a bunch|for (?:your|the|all your) help|bot|assistant)"
_GREETING = (
    r"(?:hi+|hello+|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|how are you(?: doing)?(?: today)?)"
)
_THANKS = (
    r"(?:thanks|thank you|thx|ty|cheers|much appreciated|that help(?:s|ed)|"
    r"(?:that'?s|that is|that was) (?:great|helpful|all|perfect))"
)
_BYE = r"(?:bye(?:-bye)?|goodbye|see you(?: later)?|good night|farewell|take care)"
_FILLER = (
    r"(?:ok(?:ay)?|great|wow|cool|nice|perfect|good|excellent|awesome|alright|right|oh|ah|hm+|well|sure|got it|"
    r"i see|please)"
)
_ABOUT = (
    r"(?:(?:so )?(?:what|how) (?:can|could|do) (?:you|i) (?:do|help|help me(?: with)?|ask(?: you)?(?: about)?|answer|"
    r"know(?: about)?|use (?:this|you))(?: here| for me)?|(?:how )?(?:can|could|do) you (?:please )?help(?: me)?|"
    r"(?:who|what) are you|are you (?:a |an )?(?:real )?(?:human|person|bot|robot|ai|chatbot|chatgpt|gpt)|help(?: me)?|"
    r"(?:list|show(?: me)?)(?: all)?(?: the)? (?:guides|careers|topics|jobs)|"
    r"what is this|what(?:'s| is) your name|how do(?:es)? (?:this|you) work|"
    r"(?:what|which) (?:guides|careers|topics|jobs) (?:do you (?:have|know|cover)|are (?:there|covered|here)))"
)


def _only(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{pattern})$", re.IGNORECASE)


# A text must be courtesies in one way alone ("good", "bye" or "goodbye"?), else trying all ways takes for ever.
_POLITE = rf"(?:(?:{_FILLER}|{_GREETING}|{_THANKS}|{_BYE}|{_WORDS})\b\s*)"
_KINDS = {
    "about": _only(rf"{_POLITE}*{_ABOUT}(?: please| then)?"),
    "bye": _only(rf"{_POLITE}*{_BYE}\s*{_POLITE}*"),
    "thanks": _only(rf"{_POLITE}*{_THANKS}\s*{_POLITE}*"),
    "greeting": _only(rf"{_POLITE}*{_GREETING}\s*{_POLITE}*"),
    "filler": _only(rf"{_FILLER}(?:\s+{_FILLER})*"),
}
_UNIT = rf"(?:{_FILLER}|{_THANKS}|hi+|hello+|hey+|good (?:morning|afternoon|evening))\b(?:\s+{_WORDS}\b)?"
_COURTESY = re.compile(
    rf"^\W*{_UNIT}(?:[\s,.!]+{_UNIT})*(?:\s*[,.!;:]+\s*|\s+[–-]+\s+|"
    r"\s+(?=(?:and|so|but|then|what|how|why|who|which|where|when)\b))",
    re.IGNORECASE,
)
_OPENINGS = {
    "greeting": "Hello.",
    "thanks": "You're welcome.",
    "bye": "Goodbye.",
    "about": "I answer questions about careers with the guides' own sentences, and show where each stands.",
    "filler": "",
}


def smalltalk(question: str) -> str | None:
    """The kind of courtesy that a whole question is, or None for a real one."""
    plain = " ".join(re.sub(r"[^\w' -]+", " ", question.replace("’", "'")).split())
    if len(plain) > _LONGEST:
        return None
    return next((kind for kind, pattern in _KINDS.items() if pattern.match(plain)), None)


def without_courtesy(question: str) -> str:
    """A question without what is said out of politeness before it; "" if it is nothing else."""
    if smalltalk(question):
        return ""
    found = _COURTESY.match(question)
    return question[found.end() :] if found and found.end() < len(question) else question


def reply(kind: str, titles: Sequence[str], count: int) -> str:
    """A short fixed reply that names what the guides cover: ``count`` guides, by the first ``titles``."""
    if kind == "bye":
        return _OPENINGS[kind]
    shown = ", ".join(titles[:NAMED])
    more = f" and {count - NAMED} more" if count > NAMED else ""
    guides = f"{count} guides" if count != 1 else "one guide"
    return f"{_OPENINGS[kind]} There {'are' if count != 1 else 'is'} {guides}: {shown}{more}.".strip()
