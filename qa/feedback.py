"""Visitors' votes on answers, in a local SQLite file.

A vote holds the question, what was shown, the vote, a reason if one was
given, and the time. No address, no cookie, nothing that says who voted.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from qa.answering.smalltalk import smalltalk
from qa.errors import FeedbackError

Vote = Literal["up", "down"]

# Lengths in characters, and how many of each are kept: a vote is at most some 20 kB.
_LONGEST_QUESTION, _LONGEST_REASON, _LONGEST_QUOTE, _LONGEST_ID = 1000, 1000, 1000, 300
_MOST_HISTORY, _MOST_SHOWN = 5, 10
MOST_VOTES = 200_000  # the oldest go first, so that the file can't fill a disk
_WAIT = 5.0  # seconds that a writer waits for another

_TABLE = """
CREATE TABLE IF NOT EXISTS votes (
    id INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    question TEXT NOT NULL,
    history TEXT NOT NULL,
    shown TEXT NOT NULL,
    vote TEXT NOT NULL CHECK (vote IN ('up', 'down')),
    reason TEXT NOT NULL
)
"""


class Feedback:
    """Votes in one file; any number of threads and processes may add to it."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises FeedbackError when it can't be used."""
        self.path = path
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(_TABLE)

    def add(
        self,
        question: str,
        vote: Vote,
        *,
        shown: Sequence[tuple[str, str]] = (),
        history: Sequence[str] = (),
        reason: str = "",
    ) -> int:
        """Keep a vote and give its number.

        ``shown`` are the citations, each as (section id "guide#anchor",
        quote); it is empty where the answer was "not covered". What is
        longer than is kept is cut. Raises FeedbackError for another vote
        than "up" or "down", an empty question, or a file that can't be
        written.
        """
        if vote not in ("up", "down"):
            raise FeedbackError('A vote is "up" or "down": send one of them.')
        if not question.strip():
            raise FeedbackError("A vote needs the question that was asked: send it along.")
        values = (
            datetime.now(UTC).isoformat(timespec="seconds"),
            question.strip()[:_LONGEST_QUESTION],
            json.dumps([str(h)[:_LONGEST_QUESTION] for h in list(history)[-_MOST_HISTORY:]], ensure_ascii=False),
            json.dumps(
                [[str(i)[:_LONGEST_ID], str(quote)[:_LONGEST_QUOTE]] for i, quote in list(shown)[:_MOST_SHOWN]],
                ensure_ascii=False,
            ),
            vote,
            reason.strip()[:_LONGEST_REASON],
        )
        with self._connection() as connection:
            added = connection.execute(
                "INSERT INTO votes (time, question, history, shown, vote, reason) VALUES (?, ?, ?, ?, ?, ?)", values
            ).lastrowid
            connection.execute("DELETE FROM votes WHERE id <= ?", ((added or 0) - MOST_VOTES,))
        return int(added or 0)

    def change(self, number: int, vote: Vote, reason: str = "") -> None:
        """Change a vote that was kept, by its number. Raises FeedbackError as add does."""
        if vote not in ("up", "down"):
            raise FeedbackError('A vote is "up" or "down": send one of them.')
        with self._connection() as connection:
            connection.execute(
                "UPDATE votes SET vote = ?, reason = ? WHERE id = ?", (vote, reason.strip()[:_LONGEST_REASON], number)
            )

    def question_set(self) -> Iterator[dict[str, Any]]:
        """Question-set rows to review, one for each question with its history.

        A row that was voted down is marked with ``"review": "down"`` and has
        no relevant sections: a person has to say which they are. ``shown``
        holds the sections last shown, ``reasons`` what visitors wrote.
        Greetings are left out: no section answers one.
        """
        with self._connection() as connection:
            votes = connection.execute(
                "SELECT id, time, question, history, shown, vote, reason FROM votes ORDER BY id"
            ).fetchall()
        asked: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        for vote in votes:
            asked.setdefault((" ".join(vote[2].lower().split()), vote[3]), []).append(vote)
        for group in asked.values():
            if not smalltalk(group[0][2]):
                yield _row(group)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction; SQLite itself keeps writers apart."""
        try:
            connection = sqlite3.connect(self.path, timeout=_WAIT)
            try:
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise FeedbackError(
                f"The feedback file {self.path} can't be used ({error}): mend its place or set feedback to off."
            ) from error


def _row(votes: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    number, time, question, history, shown, _, _ = votes[-1]
    ups = sum(v[5] == "up" for v in votes)
    sections = list(dict.fromkeys(section for section, _ in json.loads(shown)))
    down = ups < len(votes)
    row: dict[str, Any] = {"id": f"feedback-{number}", "question": question, "category": "feedback"}
    row["relevant"] = [] if down else sections
    if earlier := json.loads(history):
        row["history"] = earlier
    row |= {"review": "down" if down else "up", "shown": sections, "up": ups, "down": len(votes) - ups, "time": time}
    if reasons := list(dict.fromkeys(v[6] for v in votes if v[6])):
        row["reasons"] = reasons
    return row
