"""Whether the guides cover a question: a confidence, 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.types import Hit

# Best cosine plus a small share of the best BM25 score separates covered
# questions from others better than the cosine alone; the curve's place and
# steepness were fitted on the bundled question set (benchmarks/abstention.py).
_WORDS_SHARE = 0.03
_MIDDLE = 0.62
_STEEPNESS = 9.0


def confidence(hits: Sequence[Hit]) -> float:
    """How sure it is that the best of the hits answers, 0 to 1.

    0.5 is the place where answering and staying silent are equally good.
    """
    if not hits:
        return 0.0
    evidence = max(h.meaning for h in hits) + _WORDS_SHARE * max(h.words for h in hits)
    return round(1 / (1 + math.exp(-_STEEPNESS * (evidence - _MIDDLE))), 4)
