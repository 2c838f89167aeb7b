"""Comparisons: the same matter from the guides of two to four careers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.abstention import headed
from qa.answering.figures import asks_amount, has_pay
from qa.answering.followups import LEADS_ON, MOST_CAREERS, Understood, topics_of
from qa.answering.guides import Guides
from qa.answering.matter import ARTICLE, WHOLE, matter_of
from qa.answering.names import Mention, Name, without_names
from qa.answering.unknown import CUE, compares
from qa.answering.usual import AKIN, EDUCATION, OUTLOOK, PAY, of_term, usual
from qa.stores.words import terms
from qa.types import Citation

# What stands between two careers that are set against each other, one of these words among it.
_SETS_AGAINST = re.compile(r"[,/&]|\b(?:and|or|vs|versus|than|compared|as)\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"^(?:'s|’s)?[\s,/&:]*(?:(?:and|or|vs\.?|versus|than|compared (?:to|with)|as|an?|the|for|to be|being|do|does|more|"
    r"less)\b[\s,/&]*)*$",
    re.IGNORECASE,
)
_PLACE = "\0"
_SHORT = 4  # words of a name
_ROUND_A_NAME = re.compile(
    r"(?:(?:\b(?:difference between|between|of|for|as|an?|the|in|than|or|and|vs\.?|versus|compared (?:to|with)|both)\b"
    rf"|[,/&])\s*)*{_PLACE}(?:'s|’s)?",
    re.IGNORECASE,
)
_ASKED_OF = re.compile(
    rf"\b(do|does|did|are|is|will|would|can|should|must)\s+(?:an? |the )?{_PLACE}(?!['’])", re.IGNORECASE
)
_PLURAL = {"does": "do", "is": "are"}
# Beside each other careers make money and grow in number; alone one makes bread or grows into another.
_MAKES, _GROWS = re.compile(r"\bmakes?\b", re.IGNORECASE), re.compile(r"\bgrow(?:s|ing)?\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# The share of what other guides reach in meaning that a guide must reach for it to state a matter.
_SHARE = 0.5
# Below this cosine the matter is vague everywhere, and says nothing about one guide.
_CLEAR = 0.3


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked of each career: a row's label, and the words to search by."""

    label: str
    asked: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Careers to set side by side, and the matters that are asked of each."""

    careers: tuple[Name, ...]
    matters: tuple[Matter, ...]


# What is compared where the question says no more than "compare".
_USUAL = (
    Matter("What they do", "What do they do, duties and responsibilities"),
    Matter("Pay", PAY),
    Matter("Education and training", EDUCATION),
    Matter("Job outlook", OUTLOOK),
)


def comparison_in(understood: Understood, guides: Guides) -> Compared | None:
    """The comparison that a question asks for, or None.

    A career that no guide is about has "" for its guide. Two careers named aren't
    enough: they must be joined ("or", "and", "vs") or a word say that they
    are compared, so that "can a programmer become a developer?" is none; and
    one must be named in full, or have a short name, for parts of a headline
    are words of many meanings.
    """
    question, mentions = understood.question, understood.mentions(guides)
    careers = topics_of(mentions) if len(topics_of(mentions)) > 1 else understood.topics
    if not 2 <= len(careers) <= MOST_CAREERS:
        return None
    clear = any(m.full or len(m.name.name.split()) <= _SHORT for m in mentions)
    against = _joined(question, mentions) or compares(question)
    if not (understood.about or (clear and against)):
        return None
    return Compared(careers, _matters(question, mentions))


def _joined(question: str, mentions: Sequence[Mention]) -> bool:
    between = [question[a.end : b.start] for a, b in pairwise(mentions)]
    return bool(between) and all(_BETWEEN.match(text) and _SETS_AGAINST.search(text) for text in between)


def asked_of(career: Name, matter: str) -> str:
    """A matter as it is asked of a career."""
    return f"{career.topic}: {matter}"


def stated(matter: str, career: Name, guides: Guides) -> bool:
    """Whether a career's guide states a matter at all.

    It does where its best section's headings do, or that has a sum of money
    where one is asked. Else the matter alone decides, without the career's
    name, which stands over every section of its guide: how near the guide
    comes to it in meaning, as a share of how near the third best guide comes.
    """
    own = guides.within(asked_of(career, matter), 1, career)
    if own and (headed(own[0], matter, ()) or (asks_amount(matter) and has_pay(own[0].document, own[0].section))):
        return True
    best: dict[str, float] = {}
    for hit in guides.find(matter, 30):
        best[hit.document.id] = max(best.get(hit.document.id, 0.0), hit.meaning)
    if not best:
        return True
    third = sorted(best.values(), reverse=True)[:3][-1]
    return third < _CLEAR or guides.nearness(matter, career)[0] >= _SHARE * third


def on_matter(matter: Matter, citation: Citation) -> bool:
    """Whether a quote, or a heading over it, has a word for a usual matter that nobody asked for by name."""
    if matter.asked not in (EDUCATION, OUTLOOK):
        return True
    matters = (matter.asked, *AKIN[matter.asked])
    return any(of_term(word) in matters for word in terms("\n".join((*citation.headings, citation.quote))))


def _matters(question: str, mentions: Sequence[Mention]) -> tuple[Matter, ...]:
    """What is asked of each career: the question without them, or the usual."""
    text = _SENTENCE_END.split(without_names(question, mentions, _PLACE))[-1]
    differ = bool(CUE.search(text))
    text = _ASKED_OF.sub(lambda found: f"{_PLURAL.get(found[1].lower(), found[1])} they", text)
    text = CUE.sub(" ", _ROUND_A_NAME.sub(" ", text))
    text = LEADS_ON.sub("", re.sub(r"[\s:]+([?.!,]|$)", r"\1", " ".join(text.split()))).strip(" :;,.-?")
    if not set(matter_of(text)) - (WHOLE if differ else frozenset()):
        return _USUAL
    if (matter := _usual(text)) is not None:
        return (matter,)
    parts = [part.strip() for part in re.split(r",|/|&|\band\b", text)]
    listed = 1 < len(parts) <= MOST_CAREERS and all(1 <= len(p.split()) <= 2 and matter_of(p) for p in parts)
    return tuple(
        _usual(part) or Matter(part[:1].upper() + part[1:], part)
        for part in (parts if listed else [ARTICLE.sub("", text)])
    )


def _usual(text: str) -> Matter | None:
    """The usual matter that a text asks for in other words, if it asks for nothing else."""
    phrase = usual(_GROWS.sub("growth", _MAKES.sub("earn", text)))
    return next((matter for matter in _USUAL if matter.asked == phrase), None)
