"""The careers that the guides name, and finding them in a question.

A name is the title of a guide, one of its aliases, or a topic within it. A
question may give it whole, in part ("juniors", "governance consultants"),
or cut short ("web devs"); a part counts only where it can't be taken for
something else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from qa.answering.matter import matter_of
from qa.stores.words import WORD, terms

FILE = "names.json"
# What may stand between two careers that are named side by side.
_COORDINATES = re.compile(r"^\s*(?:[,/&]|\b(?:and|or|vs|versus)\b)[\s.,/&]*(?:and |or )?(?:an? |the )?$", re.IGNORECASE)
# What opens a place where a career is named: "what about juniors".
_OPENS = re.compile(r"\b(?:about|for|and|or|vs\.?|versus|than|with|to|an?|the|as|of)[\s,/]*$", re.IGNORECASE)
_LEVELS = frozenset(
    "junior senior lead principal chief head assistant associate deputy trainee apprentice graduate".split()
)
# What is said before one comes to it.
_SAID = re.compile(r"\b(?:hmm+|well|alright|right|yes|yeah|no|sorry|oh|ah)\b", re.IGNORECASE)
# How English forms the words for people by what they do.
AGENT = re.compile(r"\w\w(?:er|or|ist|ian|man)$")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a career: ``topic`` is its title, ``document`` the guide's id."""

    name: str
    topic: str
    document: str


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` of a question names a career by ``name``, in full or by a part of it."""

    start: int
    end: int
    name: Name
    full: bool = True


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str
    stem: str


class Names:
    """Finds the names of careers in a text."""

    def __init__(self, names: Sequence[Name], matters: Iterable[str] = ()) -> None:
        self.all = names
        self._matters = frozenset(matters)
        # A page of advice, or what one asks in its title, is no career: it is named in full or not at all.
        careers = {name for name in names if self.is_career(name) and not name.name.rstrip().endswith("?")}
        self._heads = {singular(tokens[-1].word) for name in careers if len(tokens := _tokens(name.name)) > 1}
        self._by_stems: dict[tuple[str, ...], Name] = {}
        self._namesakes: dict[tuple[str, ...], list[Name]] = {}
        self._names_of: dict[tuple[str, str], list[str]] = {}
        self._with_stem: dict[str, list[tuple[Sequence[_Token], Name]]] = {}
        for name in names:
            tokens = _tokens(name.name)
            stems = tuple(t.stem for t in tokens)
            self._names_of.setdefault((name.document, name.topic), []).append(name.name)
            if name.name == name.topic:
                self._namesakes.setdefault(stems, []).append(name)
            if not stems or stems in self._by_stems:
                continue
            self._by_stems[stems] = name
            for token in tokens if name in careers else ():
                self._with_stem.setdefault(token.stem, []).append((tokens, name))
        self._longest = max((len(stems) for stems in self._by_stems), default=0)
        self._stems_of: dict[str, set[str]] = {}
        for stems, name in self._by_stems.items():
            self._stems_of.setdefault(name.topic, set()).update(stems)

    @classmethod
    def read(cls, folder: Path) -> Names:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if isinstance(values, list):  # as indexes had them that knew of no matters
            values = {"names": values, "matters": []}
        return cls([Name(**v) for v in values["names"]], values["matters"])

    def is_career(self, name: Name) -> bool:
        """Whether a name stands for a career, not for a matter that a page of advice is about."""
        return name.topic not in self._matters

    def same(self, name: Name) -> list[Name]:
        """The careers of all guides that go by a career's title, itself among them."""
        return self._namesakes.get(tuple(t.stem for t in _tokens(name.topic)), [name])

    def of(self, career: Name) -> list[str]:
        """The names of a career."""
        return self._names_of.get((career.document, career.topic), [])

    def found_in(self, text: str) -> list[str]:
        """Topics named in a text, in its order."""
        return list(dict.fromkeys(m.name.topic for m in self.mentions(text)))

    def mentions(self, text: str, near: Sequence[str] = ()) -> list[Mention]:
        """Careers named in a text, in its order; the longest name at a place wins.

        A part that several careers share is taken for the one that has most
        in common with those named beside it, else with ``near``: topics that
        are being talked about.
        """
        tokens = _tokens(text)
        whole = list(self._whole(tokens))
        beside = [m.name.topic for m in whole]
        taken = {place for m in whole for place in range(m.start, m.end)}
        free = [t for t in tokens if t.start not in taken]
        parts: list[Mention] = []
        place = 0
        while place < len(free):
            for length in range(min(self._longest, len(free) - place), 0, -1):
                run = free[place : place + length]
                if length > 1 and not _adjoin(text, run):
                    continue
                if found := self._part(text, run, whole, beside, near):
                    parts.append(found)
                    beside = [*beside, found.name.topic]
                    place += length
                    break
            else:
                place += 1
        return sorted((*whole, *parts), key=lambda m: m.start)

    def has_stranger(self, text: str, mentions: Sequence[Mention]) -> bool:
        """Whether a text names a career that isn't among the names, such as a
        "prompt engineer" where the guides have other engineers."""
        taken = {place for m in mentions for place in range(m.start, m.end)}
        tokens = _tokens(text)
        return any(
            before.start not in taken and here.start not in taken and singular(here.word) in self._heads
            for before, here in pairwise(tokens)
            if _adjoin(text, (before, here)) and matter_of(before.word)
        )

    def beside(self, topic: str, word: str) -> Name | None:
        """The career whose title differs from another's in one word, which it has instead or besides: the "junior"
        one beside a Senior Data Engineer."""
        own, stem = {t.stem for t in _tokens(topic)}, _stem(word.lower())
        for tokens, name in self._with_stem.get(stem, ()):
            stems = {t.stem for t in tokens}
            if stem not in own and name.topic != topic and len(stems) > 1 and len(stems - own) == 1 >= len(own - stems):
                return name
        return None

    def alone_with(self, word: str) -> Name | None:
        """The one career whose names have a word."""
        names = {name.topic: name for _, name in self._with_stem.get(_stem(word.lower()), ())}
        return next(iter(names.values())) if len(names) == 1 else None

    def is_of_other_level(self, text: str, mentions: Sequence[Mention]) -> bool:
        """Whether a text names a career by part of its name, with another level than that has: a "junior data
        scientist" where the guides have a principal one."""
        levels = {m.start: _LEVELS.intersection(t.word for t in _tokens(m.name.name)) for m in mentions if not m.full}
        return any(
            here.start in levels and levels[here.start] and before.word in _LEVELS - levels[here.start]
            for before, here in pairwise(_tokens(text))
            if _adjoin(text, (before, here))
        )

    def looks_for_career(self, text: str, mentions: Sequence[Mention]) -> bool:
        """Whether a text is no more than what people of a career are called,
        such as "Fabrication Welder", and not just as the guides call them."""
        words = WORD.findall(text)
        if not words or not all(matter_of(word) for word in words):
            return False
        last = singular(words[-1].lower())
        whole = any(m.full and not WORD.search(text[: m.start] + text[m.end :]) for m in mentions)
        return not whole and (last in self._heads or bool(AGENT.search(last)))

    def _whole(self, tokens: Sequence[_Token]) -> Iterator[Mention]:
        place = 0
        while place < len(tokens):
            for length in range(min(self._longest, len(tokens) - place), 0, -1):
                run = tokens[place : place + length]
                name = self._by_stems.get(tuple(t.stem for t in run))
                # A single word must be the name itself: to model isn't a Model.
                if name and (length > 1 or singular(run[0].word) == singular(_tokens(name.name)[0].word)):
                    yield Mention(run[0].start, run[-1].end, name)
                    place += length
                    break
            else:
                place += 1

    def _part(
        self, text: str, run: Sequence[_Token], whole: Sequence[Mention], beside: Sequence[str], near: Sequence[str]
    ) -> Mention | None:
        start, end = run[0].start, run[-1].end
        paired = any(_COORDINATES.match(text[end : m.start] if m.start >= end else text[m.end : start]) for m in whole)
        opened = bool(_OPENS.search(text[:start]))
        alone = not matter_of(f"{_SAID.sub(' ', text[:start])} {text[end:]}")  # "nurse?" and no more
        fitting: dict[str, Name] = {}
        for words, name in self._with_stem.get(run[0].stem, ()):
            if name.topic not in fitting and _fits(run, words, opened, paired, alone):
                fitting[name.topic] = name
        if paired:  # what stands beside a career is another
            fitting = {topic: name for topic, name in fitting.items() if topic not in beside}
        if not fitting:
            return None
        # "Junior or senior engineer": an adjective counts for the noun that it shares.
        heads = {name.topic for name in fitting.values() if run[-1].stem == _tokens(name.name)[-1].stem}
        chosen = self._chosen(fitting, beside, near, must_share=paired and len(run) == 1 and not heads)
        return Mention(start, end, chosen, full=False) if chosen else None

    def _chosen(
        self, fitting: dict[str, Name], beside: Sequence[str], near: Sequence[str], must_share: bool
    ) -> Name | None:
        for topics in (beside, near):
            shared = {
                topic: sum(len(self._stems_of[topic] & self._stems_of.get(other, set())) for other in topics)
                for topic in fitting
            }
            most = max(shared.values())
            best = [topic for topic in fitting if shared[topic] == most]
            if most and len(best) == 1:
                return fitting[best[0]]
        return next(iter(fitting.values())) if len(fitting) == 1 and not (must_share and beside) else None


def without_names(text: str, mentions: Sequence[Mention], instead: str = " ") -> str:
    """A text with the careers that it names taken out, ``instead`` in their places."""
    for mention in sorted(mentions, key=lambda m: -m.start):
        text = f"{text[: mention.start]}{instead}{text[mention.end :]}"
    return text


def titled(text: str, mentions: Sequence[Mention]) -> str:
    """A text with the guides' titles for the other names of careers that it has in full."""
    for mention in sorted(mentions, key=lambda m: -m.start):
        if mention.full and terms(mention.name.name) != terms(mention.name.topic):
            text = f"{text[: mention.start]}{mention.name.topic}{text[mention.end :]}"
    return text


def _fits(run: Sequence[_Token], words: Sequence[_Token], opened: bool, paired: bool, alone: bool) -> bool:
    """Whether a run of words can stand for a name that holds more words."""
    if len(run) > len(words) or len(words) == 1:
        return False
    places: list[int] = []
    for number, token in enumerate(run):
        after = places[-1] + 1 if places else 0
        place = next((n for n in range(after, len(words)) if words[n].stem == token.stem), None)
        if place is None and number and len(token.word) >= 3:  # "web devs"
            clipped = singular(token.word)
            place = next(
                (n for n in range(after, len(words)) if len(clipped) > 2 and words[n].word.startswith(clipped)), None
            )
        if place is None:
            return False
        places.append(place)
    is_head = places[-1] == len(words) - 1
    if len(run) > 1:
        return is_head
    word, own = run[0].word, words[places[0]].word
    plural = singular(word) != word
    if is_head and singular(word) == singular(own):
        return (plural or opened or paired or alone) and own not in _LEVELS
    # An adjective made a noun ("juniors"), or one that shares the next name's noun ("junior or senior engineer").
    return paired or (opened and plural and singular(own) == own and singular(word) == own)


def _adjoin(text: str, run: Sequence[_Token]) -> bool:
    return all(not text[a.end : b.start].strip(" -/'’") for a, b in pairwise(run))


def _tokens(text: str) -> list[_Token]:
    """The words that count, with their places. A stop word in capitals counts: "OR analyst"."""
    tokens = []
    for found in WORD.finditer(text):
        word = found[0]
        if stem := _stem(word.lower()):
            tokens.append(_Token(found.start(), found.end(), word.lower(), stem))
        elif len(word) == 2 and word.isupper() and not text.isupper():
            tokens.append(_Token(found.start(), found.end(), word, word))
    return tokens


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    found = terms(word)
    if found:  # the stemmer keeps the s of short plurals: "dbas"
        return found[0][:-1] if len(word) == 4 and word.endswith("s") and found[0] == word else found[0]
    return ""


def singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
