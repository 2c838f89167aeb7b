"""Visitors' votes on answers, as chat and API take them.

What was shown is found by asking again, never taken from the sender, so that
no one can put words of their own into the file as if a guide had said them.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Sequence
from pathlib import Path

from qa.assistant import Assistant
from qa.errors import FeedbackError
from qa.feedback import Feedback, Vote
from qa.server.logs import log_event

LONGEST_REASON = 1000  # characters


class Votes:
    """Keeps votes in a file. Whoever votes gets a receipt, by which the vote
    can be changed or given a reason, as long as this process runs."""

    def __init__(self, feedback: Feedback) -> None:
        self._feedback = feedback
        self._key = secrets.token_bytes(32)

    @classmethod
    def open(cls, path: Path | None) -> Votes | None:
        """The votes in a file; None for none. Where the file can't be used
        the assistant answers all the same, without votes, and the log says why."""
        if path is None:
            return None
        try:
            return cls(Feedback(path.resolve()))
        except FeedbackError as error:
            log_event("feedback-off", level=logging.WARNING, problem=str(error))
            return None

    def add(
        self,
        assistant: Assistant,
        question: str,
        history: Sequence[str],
        document: str | None,
        vote: Vote,
        reason: str = "",
        receipt: str = "",
    ) -> str:
        """Keep a vote, or change the one of the receipt, and give its receipt.

        Raises what Assistant.ask raises, and FeedbackError.
        """
        if number := self._number(receipt):
            self._feedback.change(number, vote, reason)
        else:
            answer = assistant.ask(question, history, document)
            shown = [(c.section_id, c.quote) for c in answer.citations]
            number = self._feedback.add(question, vote, shown=shown, history=history, reason=reason)
        return f"{number}-{self._seal(number)}"

    def _number(self, receipt: str) -> int | None:
        """The number of the vote that a receipt is for, if it is one of ours."""
        number, _, seal = receipt.partition("-")
        known = number.isdecimal() and seal.isascii() and len(number) < 19
        return int(number) if known and hmac.compare_digest(seal, self._seal(int(number))) else None

    def _seal(self, number: int) -> str:
        return hmac.digest(self._key, str(number).encode(), "sha256").hex()[:32]
