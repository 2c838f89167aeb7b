"""The careers that the guides name, and finding them in a question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from qa.stores.words import terms
from qa.types import Document

_FILE = "names.json"


class Names:
    """Finds titles, aliases and topics of the guides in a text, by their stems."""

    def __init__(self, names: dict[str, str]) -> None:
        self._by_stems: dict[tuple[str, ...], str] = {}
        for name, title in names.items():
            if stems := tuple(terms(name)):
                self._by_stems.setdefault(stems, title)
        self._longest = max((len(stems) for stems in self._by_stems), default=0)

    @staticmethod
    def write(folder: Path, documents: Sequence[Document]) -> None:
        """Save each name with the title that it stands for; titles win."""
        names: dict[str, str] = {}
        for document in documents:
            for topic in dict.fromkeys((document.title, *(s.topic for s in document.sections))):
                names[topic] = topic
        for document in documents:
            for alias in document.aliases:
                names.setdefault(alias, document.title)
        (folder / _FILE).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Names:
        return cls(json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def found_in(self, text: str) -> list[str]:
        """Titles named in a text, in its order; the longest name at a place wins."""
        stems = terms(text)
        found: list[str] = []
        place = 0
        while place < len(stems):
            for length in range(min(self._longest, len(stems) - place), 0, -1):
                title = self._by_stems.get(tuple(stems[place : place + length]))
                if title:
                    found.append(title)
                    place += length
                    break
            else:
                place += 1
        return list(dict.fromkeys(found))
