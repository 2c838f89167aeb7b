"""Starter questions: a few that the guides are known to answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from qa.types import Document

_FILE = "starters.json"
_MOST = 40
_LONGEST = 70  # characters that a button shows


def write_starters(folder: Path, questions: Path, documents: Sequence[Document]) -> None:
    """Save candidates: short questions of the corpus's own question set, of
    guides in turn, else what the guides' headings ask."""
    own = list(_from_question_set(questions))
    candidates = (own or list(_from_headings(documents)))[:_MOST]
    (folder / _FILE).write_text(json.dumps(candidates, ensure_ascii=False), encoding="utf-8")


def read_starters(folder: Path) -> list[str]:
    return [str(q) for q in json.loads((folder / _FILE).read_text(encoding="utf-8"))]


def _from_question_set(path: Path) -> Iterator[str]:
    """Covered single questions, one of each guide. A set that can't be read
    gives none here: it is for evaluate to say what is wrong with it."""
    seen = set()
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            question, relevant = row["question"], row["relevant"]
            question.encode()  # raises ValueError for half of a character
            plain = question[:1].isupper() and question.endswith("?") and len(question) <= _LONGEST
            if relevant and plain and not row.get("history") and (guide := relevant[0].split("#")[0]) not in seen:
                seen.add(guide)
                yield question
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return


def _from_headings(documents: Iterable[Document]) -> Iterator[str]:
    for number, document in enumerate(documents):
        named = [s for s in document.sections if s.headings]
        if named:
            section = named[number % len(named)]
            yield f"{section.topic}: {section.headings[-1]}"
