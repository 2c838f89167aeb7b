"""The quote: which of a section's sentences, items or rows answer a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from qa.reading.encoder import Encoder
from qa.reading.passages import section_units
from qa.stores.words import terms
from qa.types import Hit

Span = tuple[int, int]

_ASKS_NUMBER = re.compile(
    r"\b(how (much|many|long|old|fast|big|high)|salar\w*|pay|paid|pays|earn\w*|wage\w*|income|percent\w*|number of|"
    r"growth|rate|median|average|years?|hours?|cost\w*|money|make)\b",
    re.IGNORECASE,
)
_ASKS_MONEY = re.compile(r"\b(salar\w*|pay|paid|pays|earn\w*|wage\w*|income|money|make)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d")
_MONEY = re.compile(r"[$€£]\s?\d")

# Encoding a sentence costs about as much as searching; a long section's
# sentences are first thinned out to the best few by their words.
_MOST_SPANS = 12


@dataclass(frozen=True, slots=True)
class Quote:
    """The place of a quote in its document, and how well it fits, -1 to 1."""

    start: int
    end: int
    fit: float


def best_quote(question: str, hit: Hit, encoder: Encoder) -> Quote:
    """The sentence, item or row of a section that fits the question best.

    Fit is the cosine of question and unit, plus the share of the question's
    words that the unit holds; a question for a number favours units with one.
    """
    document = hit.document
    spans = list(section_units(document, hit.section)) or [(hit.passage_start, hit.passage_end)]
    asked = set(terms(question))
    asks_number, asks_money = bool(_ASKS_NUMBER.search(question)), bool(_ASKS_MONEY.search(question))

    def worded(span: Span) -> float:
        text = document.text[slice(*span)]
        share = len(asked & set(terms(text))) / len(asked) if asked else 0.0
        bonus = 0.1 if asks_number and _NUMBER.search(text) else 0.0
        bonus += 0.1 if asks_money and _MONEY.search(text) else 0.0
        inside = 0.05 if hit.passage_start <= span[0] < hit.passage_end else 0.0
        return 0.2 * share + bonus + inside

    worth = {span: worded(span) for span in spans}
    spans = sorted(spans, key=lambda s: -worth[s])[:_MOST_SPANS]
    texts = [question, *(document.text[slice(*span)] for span in spans)]
    vectors = encoder.encode(texts)
    fits = vectors[1:] @ vectors[0]
    totals = [float(fit) + worth[span] for fit, span in zip(fits, spans, strict=True)]
    best = int(np.argmax(totals))
    return Quote(*spans[best], totals[best])
