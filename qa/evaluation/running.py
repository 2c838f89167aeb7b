"""Asking an assistant the questions of a set and keeping what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from tqdm import tqdm

from qa.assistant import Assistant
from qa.errors import QuestionError, QuestionSetError
from qa.evaluation.judging import Judgement, holds
from qa.evaluation.questions import Question
from qa.types import Hit

DEPTH = 100  # sections looked at, at least
_ITEMS = 10  # documents that measures look at; these take more sections
_KEPT = 3  # found sections whose passages are kept for the report
CUTOFF = 5  # a relevant section further down is a failure

Reason = Literal[
    "not indexed",
    "filtered out",
    "ranked below 5",
    "judged not covered",
    "answered although not covered",
    "answer not shown",
]


@dataclass(frozen=True, slots=True)
class Found:
    """A section that retrieval found: the id it was judged as, its headings, its best passage."""

    item: str
    section: str
    title: str
    passage: str
    score: float

    @classmethod
    def of(cls, hit: Hit, judgement: Judgement) -> Found:
        title = " > ".join(dict.fromkeys((hit.document.title, *hit.section.headings)))
        return cls(judgement.item(hit), hit.section_id, title, hit.passage, hit.score)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question got: its ranking, best first, and its answer.

    ``ranking`` holds each section, or document, once; ``quotes`` and
    ``passages`` are those that the answer shows.
    """

    question: Question
    judgement: Judgement
    ranking: tuple[str, ...]
    found: tuple[Found, ...]
    answered: bool
    confidence: float
    quotes: tuple[str, ...]
    passages: tuple[str, ...]
    elapsed_ms: float

    @property
    def covered(self) -> bool:
        return self.judgement.by != "not covered"

    @property
    def rank(self) -> int | None:
        """The rank of the first that is relevant, from 1; None when none was found."""
        ranks = (n for n, name in enumerate(self.ranking, 1) if name in self.judgement.relevant)
        return next(ranks, None)

    @property
    def quote_holds(self) -> bool:
        return any(holds(quote, self.question.answers) for quote in self.quotes)

    @property
    def passage_holds(self) -> bool:
        return any(holds(passage, self.question.answers) for passage in self.passages)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the question failed, the first cause first; empty when it didn't."""
        if not self.covered:
            return ("answered although not covered",) if self.answered else ()
        reasons: list[Reason] = []
        if self.rank is None or self.rank > CUTOFF:
            reasons.append(self._why_not_found())
        if not self.answered:
            reasons.append("judged not covered")
        elif self.question.answers and not self.passage_holds:
            reasons.append("answer not shown")
        return tuple(reasons)

    def _why_not_found(self) -> Reason:
        present = [name for name in self.judgement.relevant if name not in self.judgement.missing]
        if not present:
            return "not indexed"
        within = self.question.document
        if within and not any(name == within or name.rpartition("#")[0] == within for name in present):
            return "filtered out"
        return "ranked below 5"


def run(
    assistant: Assistant, questions: Sequence[Question], judgements: Sequence[Judgement], progress: bool = False
) -> list[Outcome]:
    """Ask each question, in its history and within its document.

    Raises QuestionSetError, which names the place, for a question that the
    assistant doesn't take.
    """
    # So that the first question doesn't pay for loading.
    assistant.ask("What is this about?"[: assistant.settings.max_question])
    pairs = list(zip(questions, judgements, strict=True))
    return [_outcome(assistant, *pair) for pair in tqdm(pairs, "Asking", unit="question", disable=not progress)]


@contextmanager
def _asked(question: Question) -> Iterator[None]:
    """Names the place of a question that the assistant doesn't take."""
    try:
        yield
    except QuestionError as error:
        raise QuestionSetError(f"{question.place} can't be asked: {str(error)[:1].lower()}{str(error)[1:]}") from error


def retrieve(assistant: Assistant, question: Question, judgement: Judgement) -> list[Hit]:
    """The sections found for a question, so many that ten documents are among them if they are judged."""
    depth, most = DEPTH, assistant.library.sections
    while True:
        with _asked(question):
            hits = assistant.retrieve(question.text, question.history, depth, question.document)
        enough = judgement.by != "document" or len(judgement.items(hits)) >= _ITEMS
        if enough or len(hits) < depth or depth >= most:
            return hits
        depth *= 2


def _outcome(assistant: Assistant, question: Question, judgement: Judgement) -> Outcome:
    with _asked(question):  # before its sections are looked for, as its time is a figure
        answer = assistant.ask(question.text, question.history, question.document)
    hits = retrieve(assistant, question, judgement)
    return Outcome(
        question=question,
        judgement=judgement,
        ranking=tuple(judgement.items(hits)),
        found=tuple(Found.of(hit, judgement) for hit in hits[:_KEPT]),
        answered=answer.answered,
        confidence=answer.confidence,
        quotes=tuple(c.quote for c in answer.citations),
        passages=tuple(c.passage for c in answer.citations),
        elapsed_ms=answer.elapsed_ms,
    )
