"""Sections whose heading says less than another's: "Pay" beside "Pay by industry".

Both are near to a question for the pay, and the narrower one, whose heading
repeats the words, is often the nearer. A question that doesn't ask for the
industry asks for the plain section.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from qa.stores.words import terms
from qa.types import Document, Section


def plainer(asked: Collection[str], document: Document, section: Section) -> list[int]:
    """Places in the document of the sections that a question means rather than this one.

    Their headings have some of this one's words; none of the others is among
    the stemmed words that are ``asked``.
    """
    own = _said(section)
    if own <= set(asked):
        return []
    return [
        place
        for place, other in enumerate(document.sections)
        if other.topic == section.topic and (said := _said(other)) and said < own and (own - said).isdisjoint(asked)
    ]


def _said(section: Section) -> frozenset[str]:
    return _words(section.headings[-1], section.topic) if section.headings else frozenset()


@lru_cache(maxsize=10_000)
def _words(heading: str, topic: str) -> frozenset[str]:
    """A heading's stemmed words but those of its topic, which are said of every section."""
    return frozenset(terms(heading)) - frozenset(terms(topic))
