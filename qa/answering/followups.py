"""Follow-up questions: what an earlier question was about goes with the next.

"And the salary?" keeps the career and changes the matter; "What about
juniors?" keeps the matter and changes the career. Anything that can stand
alone is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa.stores.words import terms

_LEADS_ON = re.compile(r"^\s*(and|also|but|or|ok|okay|so|then|what about|how about|what if|same for)\b", re.IGNORECASE)
_WHAT_ABOUT = re.compile(
    r"^\s*(?:and |ok |okay |so |but )*(?:what|how) about (?:the |a |an )?|^\s*and for |^\s*same for ", re.IGNORECASE
)
_POINTS_BACK = re.compile(r"\b(it|its|they|them|their|that|this|these|those|there|one|he|she)\b", re.IGNORECASE)
# A question with more words that carry meaning than this stands alone,
# unless it points back at something.
_MOST_TERMS = 4

NamesIn = Callable[[str], list[str]]
TopicOf = Callable[[str], str]


def in_context(question: str, history: Sequence[str], names_in: NamesIn, topic_of: TopicOf) -> str:
    """The question as it is searched, with what it leaves to its history.

    ``names_in`` gives the careers that a text names; ``topic_of`` gives the
    career that a question without a name is about, by retrieval.
    """
    if not history:
        return question
    named = names_in(question)
    swaps = _WHAT_ABOUT.search(question)
    asked = terms(question[swaps.end() :]) if swaps else terms(question)
    if swaps and (named or len(asked) <= 2) and not _is_matter(asked):
        return _with_matter(question[swaps.end() :], history, names_in)
    leans = _LEADS_ON.search(question) or _POINTS_BACK.search(question) or len(asked) <= _MOST_TERMS
    if named or not leans:
        return question
    topic = _topic(history, names_in, topic_of)
    return f"{topic}: {question}" if topic else question


_MATTERS = frozenset(
    t
    for t in terms(
        "salary pay wage earn money education degree training skill skills duty task tasks outlook growth demand job "
        "jobs hours schedule environment experience requirement challenge trend career path advancement certificate "
        "tool qualification remote"
    )
)


def _is_matter(asked: Sequence[str]) -> bool:
    """Whether words ask for a matter (pay, training), not for a career."""
    return bool(asked) and all(term in _MATTERS for term in asked)


def _topic(history: Sequence[str], names_in: NamesIn, topic_of: TopicOf) -> str:
    for earlier in reversed(history):
        if named := names_in(earlier):
            return named[0]
        if len(terms(earlier)) > 1 and not _LEADS_ON.search(earlier):
            return topic_of(earlier)
    return ""


def _with_matter(career: str, history: Sequence[str], names_in: NamesIn) -> str:
    """The last question's matter, asked of another career."""
    last = history[-1]
    for name in names_in(last):
        last = _without(last, name)
    return f"{career.rstrip(' ?')}: {last}"


def _without(text: str, name: str) -> str:
    dropped = set(terms(name))
    return " ".join(word for word in text.split() if not (set(terms(word)) & dropped))
