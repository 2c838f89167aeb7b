"""What counts as relevant for a question: sections, documents, or answer text.

Never passages: a question set outlives another way of cutting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qa.errors import QuestionSetError
from qa.evaluation.questions import Question
from qa.stores.engine import DocumentStore, each_section
from qa.types import Hit

JudgedBy = Literal["section", "document", "answer text", "not covered"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Relevant ids with their grades, and those of them that the index lacks."""

    by: JudgedBy
    relevant: Mapping[str, int]
    missing: tuple[str, ...] = ()

    def item(self, hit: Hit) -> str:
        """What a found section is judged as: itself, or its document where that is named."""
        by_document = self.by == "document" or hit.document.id in self.relevant
        return hit.document.id if by_document and hit.section_id not in self.relevant else hit.section_id

    def items(self, hits: Iterable[Hit]) -> list[str]:
        """What was found, best first, each once."""
        return list(dict.fromkeys(self.item(hit) for hit in hits))


class Judge:
    """Says what is relevant among the sections of one index."""

    def __init__(self, library: DocumentStore) -> None:
        self.library = library

    @cached_property
    def anchors(self) -> dict[str, str]:
        """The id of a section by its anchor: the rows of a BEIR corpus."""
        return {s.anchor: f"{d.id}#{s.anchor}" for d, s in each_section(self.library)}

    def judge(self, question: Question, allow_missing: bool = False) -> Judgement:
        """Raises QuestionSetError, which names the question's place, when what
        is relevant isn't said, or isn't in the index and may not be missing."""
        if question.unreviewed:
            raise QuestionSetError(
                f'{question.place} was voted down and isn\'t reviewed: name what is "relevant", or leave [] where the '
                'guides don\'t cover it, then take "review" out.'
            )
        if question.document is not None and question.document not in self.library.number_of:
            raise QuestionSetError(
                f"{question.place} asks within the document {question.document}, which the index doesn't have: "
                "careers-qa documents lists those that it has."
            )
        if question.relevant is None:
            return self._by_answer(question)
        if not question.relevant:
            return Judgement("not covered", {})
        missing = tuple(name for name in question.relevant if not self._has(name))
        if missing and not allow_missing:
            kind = "section" if "#" in missing[0] else "document"
            raise QuestionSetError(
                f"{question.place} names the {kind} {missing[0]}, which the index doesn't have: "
                "mend the id, build the index again, or count it as a miss with --allow-missing."
            )
        documents = all(name in self.library.number_of or "#" not in name for name in question.relevant)
        return Judgement("document" if documents else "section", question.relevant, missing)

    def _has(self, name: str) -> bool:
        return name in self.library.number_of or name in self._texts

    def _by_answer(self, question: Question) -> Judgement:
        if not question.answers:
            raise QuestionSetError(
                f'{question.place} has no "relevant": name sections or documents, or [] where the guides don\'t cover '
                'the question, or give "answers" to judge by.'
            )
        relevant = {name: 1 for name, text in self._texts.items() if holds(text, question.answers)}
        if not relevant:
            raise QuestionSetError(
                f'{question.place} has "answers" that no section of the index holds: mend them, or name what is '
                '"relevant".'
            )
        return Judgement("answer text", relevant)

    @cached_property
    def _texts(self) -> dict[str, str]:
        """Every section's text by its id."""
        return {f"{d.id}#{s.anchor}": d.section_text(s) for d, s in each_section(self.library)}

    def text(self, name: str) -> str:
        """A section's text, or "" for anything else."""
        return self._texts.get(name, "")


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether a text contains one of the answers, case and white space aside."""
    plain = _plain(text)
    return any(_plain(answer) in plain for answer in answers)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
