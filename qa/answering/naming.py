"""The names that guides give their careers: titles, aliases, and what these hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from qa.answering.aliases import stated_aliases
from qa.answering.names import FILE, Name, singular
from qa.answering.usual import matter_under
from qa.types import Document

# Whether each of some topics is a career.
AreCareers = Callable[[Sequence[str]], Sequence[bool]]
_HYPHEN = re.compile(r"(?<=\w)-(\w)")
_BRACKETS = re.compile(r"^([^()]+?)\s*\(([^()]+)\)\s*$")
_BESIDE = re.compile(r"\s+[|/]\s+")
# A topic whose headings are for so many usual matters is a career, whatever its title sounds like.
_MATTERS = 3
_JOINT = re.compile(r"\s*(?:,|/|&|\band\b|\bor\b)+\s*", re.IGNORECASE)


def write_names(folder: Path, documents: Iterable[Document], are_careers: AreCareers | None = None) -> None:
    """Save each name with the topic that it stands for, for Names to read; titles win.

    ``are_careers`` tells of topics whether they are careers, not matters
    such as "Interviews", where their headings don't; without it all are.
    """
    titles: list[Name] = []
    aliases: list[Name] = []
    stated: list[Name] = []
    parts: list[Name] = []
    careers: set[str] = set()
    for document in documents:
        own = [Name(t, t, document.id) for t in dict.fromkeys((document.title, *(s.topic for s in document.sections)))]
        titles += own
        careers |= {n.topic for n in own if len(_usual_matters(document, n.topic)) >= _MATTERS}
        aliases += [Name(alias, document.title, document.id) for alias in document.aliases]
        stated += [Name(alias, n.topic, n.document) for n in own for alias in stated_aliases(document, n.topic)]
        within = (*_parts(document.title), *_bracketed(document.title), *_alternatives(document.title))
        parts += [Name(part, document.title, document.id) for part in within]
    names: dict[str, Name] = {}
    for name in (*titles, *aliases, *_unclaimed(stated)):
        names.setdefault(name.name, name)
    for name in list(names.values()):  # "frontend developer" is a Front-End Developer
        joined = _HYPHEN.sub(lambda found: found[1].lower(), name.name)
        names.setdefault(joined, Name(joined, name.topic, name.document))
    for part in _unclaimed(parts):  # several guides are about investigators
        names.setdefault(part.name, part)
    # Several guides may be about one career: a chapter of a handbook, and a row of job data.
    also = [name for name in titles if names[name.name].document != name.document]
    doubted = [topic for topic in dict.fromkeys(name.topic for name in titles) if topic not in careers]
    told = are_careers(doubted) if are_careers else [True] * len(doubted)
    values = {
        "names": [asdict(name) for name in (*names.values(), *also)],
        "matters": [topic for topic, is_career in zip(doubted, told, strict=True) if not is_career],
    }
    (folder / FILE).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")


def _usual_matters(document: Document, topic: str) -> set[str]:
    """The usual matters that the headings over a topic's sections are for."""
    headings = {h for section in document.sections if section.topic == topic for h in section.headings if h != topic}
    return {matter_under(heading, topic) for heading in headings} - {""}


def _unclaimed(names: Sequence[Name]) -> list[Name]:
    """Names that stand for one career alone."""
    claims = Counter(name for name, _ in {(name.name, name.topic) for name in names})
    return [name for name in names if claims[name.name] == 1]


def _parts(title: str) -> Iterator[str]:
    """The careers that a title joins: "Accountants and Auditors" has two.

    Only where each part is a plural of its own; in "Computer and Information
    Scientists" the first isn't.
    """
    parts = [p for p in _JOINT.split(title) if p.strip()]
    if len(parts) > 1 and all(singular(p.lower()) != p.lower() for p in parts):
        yield from parts


def _alternatives(title: str) -> Iterator[str]:
    """The names that a title gives side by side: "Cook / Chef"."""
    names = _BESIDE.split(title)
    yield from names if len(names) > 1 else []


def _bracketed(title: str) -> Iterator[str]:
    """What stands before a title's brackets and, where that is more than a word, in them: "Garda (Police Officer)"."""
    if found := _BRACKETS.match(title):
        yield found[1]
        yield from [found[2]] if " " in found[2] else []
