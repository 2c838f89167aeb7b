"""Follow-up questions: what an earlier question was about goes with the next."""

from __future__ import annotations

from collections.abc import Sequence

from qa.stores.library import Library


def in_context(question: str, history: Sequence[str], library: Library) -> str:
    """The question as it is searched, with what it leaves to its history."""
    return question
