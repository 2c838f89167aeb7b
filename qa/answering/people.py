"""Whether words mean people of a career, or a matter that is asked of one."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import cached_property

import numpy as np

from qa.answering.matter import matter_of
from qa.answering.names import AGENT, singular
from qa.reading.encoder import Encoder, Vectors
from qa.stores.words import terms

# What people of careers, and what matters that are asked of them, are near to in meaning.
_PEOPLE = ("teacher", "engineer", "driver", "manager", "artist", "scientist", "mechanic", "clerk", "farmer", "nurse")
_MATTERS = (
    *("salary", "hours", "skills", "training", "degree", "employers", "benefits", "tools", "openings", "holidays"),
    *("experience", "requirements", "growth", "duties"),
)
# People of no career.
_ANYONE = frozenset(
    terms(
        "woman women man men person people student graduate beginner worker employee employer colleague customer "
        "client patient child children kid parent boss adult senior junior apprentice intern trainee candidate "
        "applicant other"
    )
)
# Last words of titles that say no more than that a career is meant.
_SURELY = frozenset(("worker", "lead", "head", "chief", "director", "officer"))
# In titles of pages about several careers: "Ten local jobs side by side".
_SEVERAL = re.compile(r"\b(?:jobs|side by side|compared|at a glance)\b", re.IGNORECASE)
_NOBODY = re.compile(r"\b(?:some|any|no|every)(?:thing|one|body|where)\b", re.IGNORECASE)
_NEAREST = 3  # of them, for one is too chancy
# How much nearer to people than to matters the first words of a text must be for a career: as "nurses" or "a nurse",
# and in a form that says nothing, as "nurse".
_CLEARLY, _BY_FAR = 0.03, 0.08
_LONGEST = 3  # words of a career
# How much nearer to people a title's last word must be, or the title as a whole, which may be a little nearer to
# matters, and more so where it has the form of a word for people.
_HEAD, _NO_MATTER, _FORM_OF_MATTER = 0.015, -0.01, -0.06
_JOINED = re.compile(r"\s*(?:[,/&()]|\band\b|\bor\b)+\s*", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_][\w'’-]+")
_ARTICLE_OR_WORD = re.compile(r"\b(an? )?(\w\w[\w-]+)", re.IGNORECASE)


class People:
    """Knows careers that no guide is about, by the form of their words and by their meaning."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def are(self, phrase: str) -> bool:
        """Whether a phrase means people of a career: "nurses", "a pilot", but not "wages"."""
        found = _ARTICLE_OR_WORD.findall(phrase)
        if _NOBODY.search(phrase):
            return False
        return bool(found) and _is_countable(*found[-1]) and bool(self._margins([phrase]) > 0)

    def in_text(self, text: str) -> list[str]:
        """The words of a text that mean people of a career."""
        words = [word for word in _countable(text) if _ANYONE.isdisjoint(terms(word))]
        return [word for word, margin in zip(words, self._margins(words), strict=True) if margin > 0] if words else []

    def careers_among(self, titles: Sequence[str]) -> list[bool]:
        """Whether each guide's title means people of a career, rather than a matter: by the last words of its parts,
        which say what the others tell more of, or as a whole."""
        heads = [_heads(title) for title in titles]
        texts = [*(title.lower() for title in titles), *dict.fromkeys(head for own in heads for head in own)]
        margins = dict(zip(texts, self._margins(texts).tolist(), strict=True)) if texts else {}

        def is_career(title: str, own: Sequence[str]) -> bool:
            if not own or not _SURELY.isdisjoint(own):
                return bool(own)
            least = _FORM_OF_MATTER if AGENT.search(own[-1]) else _NO_MATTER
            return bool(max(margins[head] for head in own) > _HEAD or margins[title.lower()] > least)

        return [is_career(title, own) for title, own in zip(titles, heads, strict=True)]

    def beyond(self, text: str, said: Set[str]) -> bool:
        """Whether a text has a word for people of a career whose stem isn't among those ``said``."""
        words = [singular(word.lower()) for word in _countable(text)]
        words = [w for w in words if matter_of(w) and _ANYONE.isdisjoint(terms(w)) and said.isdisjoint(terms(w))]
        return bool(words) and bool((self._margins(words) > _CLEARLY).any())

    def first_in(self, text: str) -> str:
        """The career that the first words of a text name, by what they mean, "" where they name none."""
        run: list[tuple[str, str]] = []
        end = 0
        for found in _ARTICLE_OR_WORD.finditer(text):
            said = bool(matter_of(found[2]))
            if len(run) == _LONGEST or (run and (not said or text[end : found.start(2)].strip())):
                break
            run += [(found[1], found[2])] if said else []
            end = found.end()
        words = [word for _, word in run]
        phrases = [" ".join(words[: n + 1]) for n in range(len(words))]
        if not phrases:
            return ""
        # A model tells people from matters better by a word for one of them.
        margins = self._margins([" ".join((*words[:n], singular(word.lower()))) for n, word in enumerate(words)])
        best = int(margins.argmax())
        if not _ANYONE.isdisjoint(terms(words[best])):
            return ""
        form = any(article for article, _ in run[: best + 1]) or _is_countable("", words[best])
        return phrases[best] if margins[best] >= (_CLEARLY if form else _BY_FAR) else ""

    def _margins(self, phrases: Sequence[str]) -> Vectors:
        """How much nearer, in cosine, each phrase is to people than to matters: shape (phrases,)."""
        vectors = self._encoder.encode(phrases)
        people, matters = (np.sort(vectors @ kind.T)[:, -_NEAREST:].mean(axis=1) for kind in self._kinds)
        margins: Vectors = people - matters
        return margins

    @cached_property
    def _kinds(self) -> tuple[Vectors, Vectors]:
        vectors = self._encoder.encode([*_PEOPLE, *_MATTERS])
        return vectors[: len(_PEOPLE)], vectors[len(_PEOPLE) :]


def _countable(text: str) -> list[str]:
    """The words of a text that have the form of one for people, and say something."""
    found = _ARTICLE_OR_WORD.findall(text)
    return [word for article, word in found if _is_countable(article, word) and matter_of(word)]


def _heads(title: str) -> list[str]:
    """The last words of a title's parts, without those for people of no career."""
    if _SEVERAL.search(title):
        return []
    heads = [singular(words[-1].lower()) for part in _JOINED.split(title) if (words := _WORDS.findall(part))]
    return [head for head in heads if head in _SURELY or _ANYONE.isdisjoint(terms(head))]


def _is_countable(article: str, word: str) -> bool:
    """Whether a word has the form of one for people: several, one of several, or who does something."""
    word = word.lower()
    return bool(article) or singular(word) != word or bool(AGENT.search(word))
