"""Misspelt words of a question, mended by the words of the guides."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qa.stores.words import terms
from qa.types import Document

_FILE = "spellings.json"
_WORD = re.compile(r"[^\W\d_]+")
# A shorter word is too near to too many others; a longer one may be two letters off.
_SHORTEST, _LONG = 6, 9
_KEPT = 4096  # words whose mending is kept, for they come again and again


class Spelling:
    """The guides' words, most frequent first.

    ``knows`` says whether the guides have a stem, ``is_word`` whether a word
    is a common one of the language all the same. The guides' words are parsed
    when the first unknown one is met.
    """

    def __init__(self, words: bytes, knows: Callable[[str], bool], is_word: Callable[[str], bool]) -> None:
        self._json = words
        self._knows = knows
        self._is_word = is_word
        self._mended = lru_cache(maxsize=_KEPT)(self._mended_anew)

    @staticmethod
    def write(folder: Path, documents: Iterable[Document]) -> None:
        counts: Counter[str] = Counter()
        for document in documents:
            for text in (document.text, document.title, *document.aliases):
                counts.update(w for w in _WORD.findall(text.lower()) if len(w) >= _SHORTEST - 1)
        words = [word for word, _ in counts.most_common()]
        (folder / _FILE).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, knows: Callable[[str], bool], is_word: Callable[[str], bool]) -> Spelling:
        # Its bytes now, as the folder may be gone later.
        return cls((folder / _FILE).read_bytes(), knows, is_word)

    def mended(self, question: str) -> str:
        """The question with its misspelt words replaced.

        A word that no guide has, and the language hasn't either, is taken for the guides' word nearest to it
        in spelling: one letter wrong, missing, too many or swapped with its
        neighbour (optimal string alignment), the first and the last letter
        being the same; in a long word two, or one where it has the stem of a
        word that the guides have, which in a shorter one must be that of the
        nearest. Others stay as they are.
        """
        return _WORD.sub(lambda found: self._mended(found[0]), question)

    def _mended_anew(self, word: str) -> str:
        lower = word.lower()
        if len(word) < _SHORTEST or self._is_word(lower) or lower in self._by_ends.get(_ends(lower), ()):
            return word
        # "translater" has the stem of "translate"; a shorter word may well be a form of its own, but for "enginer".
        is_form = any(self._knows(stem) for stem in terms(lower))
        most = 1 if is_form or len(word) < _LONG else 2
        alike = self._by_ends.get(_ends(lower), [])
        if is_form and len(word) < _LONG:
            alike = [near for near in alike if terms(near) == terms(lower)]
        close = process.extract(lower, alike, scorer=OSA.distance, score_cutoff=most, limit=None)
        return min((off, place, near) for near, off, place in close)[2] if close else word

    @cached_property
    def _by_ends(self) -> dict[str, list[str]]:
        """The words by their first and last letter, the only ones that are compared."""
        found: dict[str, list[str]] = {}
        for word in json.loads(self._json):
            found.setdefault(_ends(word), []).append(word)
        return found


def _ends(word: str) -> str:
    return word[0] + word[-1]
