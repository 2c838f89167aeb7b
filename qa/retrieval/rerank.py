"""A second look at the best sections, by a model that reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.reading.passages import encoded_text
from qa.types import Hit

# So many sections are read again; those after them keep their places.
DEPTH = 20


class Reranker(Protocol):
    """Tells how well passages answer a question."""

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """One score a passage, shape (n,); higher is better."""
        ...


def reranked(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The first DEPTH hits by the reranker's scores, the rest as they were.

    The scores are scaled to lie between 1 and the score of the first hit that
    wasn't read again, so that all stay in one order from 0 to 1. Equal ones
    keep their order.
    """
    again, rest = hits[:DEPTH], hits[DEPTH:]
    if not again:
        return []
    scores = reranker.scores(
        question, [encoded_text(h.document, h.section, h.passage_start, h.passage_end) for h in again]
    )
    floor = rest[0].score if rest else 0.0
    spread = float(scores.max() - scores.min())
    scaled = (scores - scores.min()) / spread if spread > 0 else np.ones_like(scores)
    order = np.argsort(-scores, kind="stable").tolist()
    return [replace(again[n], score=floor + (1 - floor) * float(scaled[n])) for n in order] + list(rest)
