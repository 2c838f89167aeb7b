"""Starter questions: a few that the guides are known to answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from qa.answering.suggestions import phrased
from qa.types import Document

_FILE = "starters.json"
_MOST = 40
_LONGEST = 70  # characters that a button shows


def write_starters(folder: Path, questions: Path, documents: Iterable[Document]) -> None:
    """Save candidates: short questions of the corpus's own question set, of
    guides in turn, else what the guides' headings ask."""
    own = list(_from_question_set(questions))
    _write(folder, (own or list(_from_headings(documents)))[:_MOST], ())


def check_starters(folder: Path, answered: Callable[[str], bool]) -> None:
    """Of the candidates, note those that the index answers."""
    candidates = _read(folder)["candidates"]
    _write(folder, candidates, [q for q in candidates if answered(q)])


def read_starters(folder: Path) -> list[str]:
    """The questions that the index is known to answer."""
    return _read(folder)["answered"]


def _read(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return found


def _write(folder: Path, candidates: Sequence[str], answered: Sequence[str]) -> None:
    text = json.dumps({"candidates": candidates, "answered": answered}, ensure_ascii=False, indent=1)
    (folder / _FILE).write_text(text, encoding="utf-8")


def _from_question_set(path: Path) -> Iterator[str]:
    """Covered single questions, one of each guide. A set that can't be read
    gives none here: it is for evaluate to say what is wrong with it."""
    seen = set()
    try:
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            row = json.loads(line)
            question, relevant = row["question"], row["relevant"]
            question.encode()  # raises ValueError for half of a character
            plain = question[:1].isupper() and question.endswith("?") and len(question) <= _LONGEST
            if not relevant or not plain or row.get("history"):
                continue
            guide = relevant[0].rpartition("#")[0] or relevant[0]
            if guide not in seen:
                seen.add(guide)
                yield question
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return


def _from_headings(documents: Iterable[Document]) -> Iterator[str]:
    """A question of each guide, first those that a heading makes a sentence of."""
    sentences: list[str] = []
    labels: list[str] = []
    for number, document in enumerate(documents):
        asked = [phrased(s.topic, s.headings[-1], lambda _: False)[0] for s in document.sections if s.headings]
        short = [q for q in asked if len(q) <= _LONGEST]
        whole = [q for q in short if q.endswith("?") and ": " not in q]
        if chosen := whole or short:
            (sentences if whole else labels).append(chosen[number % len(chosen)])
    yield from (*sentences, *labels)
