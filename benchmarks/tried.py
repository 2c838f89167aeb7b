"""Ideas for retrieval that were tried and didn't stay: python -m benchmarks.tried [DATA].

Each is run over four sets: the bundled questions, our own questions about the
handbook, its job titles, and feedbackqa-valid. A row gives the difference in
nDCG@10 to the program as configured, with its 95 % interval. DATA and --work
are those of benchmarks.retrieval.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.retrieval import Order, as_found, built, per_question, questions_of
from qa.answering.guides import Guides
from qa.answering.quotes import best_quote
from qa.assistant import Assistant
from qa.evaluation.measures import figures
from qa.evaluation.questions import Question
from qa.retrieval.fields import HEADINGS, heading_text
from qa.stores.words import WordStore, terms
from qa.types import Hit

HERE = Path(__file__).parent
# set, its corpus, its questions; relative ones lie in the data folder
SETS = (
    ("bundled", HERE.parent / "corpus", HERE.parent / "corpus" / "questions.jsonl"),
    ("handbook", Path("ooh/markdown"), HERE / "handbook-questions.jsonl"),
    ("ooh/job-titles", Path("ooh/markdown"), Path("ooh/job-titles.jsonl")),
    ("feedbackqa-valid", Path("feedbackqa-valid"), None),
)
_LOOKED_AT = 20


def parent_first(assistant: Assistant, question: Question, hits: list[Hit]) -> list[Hit]:
    """A section goes before a sub-section whose own heading the question doesn't touch, if it is near in score."""
    asked = set(terms(_understood(assistant, question)))
    place = {(h.document.id, h.section.headings): n for n, h in enumerate(hits)}
    scores = [h.score for h in hits]
    for n, hit in enumerate(hits[:_LOOKED_AT]):
        above = place.get((hit.document.id, hit.section.headings[:-1]), -1)
        own = set(terms(" ".join(hit.section.headings[-1:]))) - set(terms(" ".join(hit.section.path.split(" > ")[:-1])))
        if above > n and own and not own & asked and scores[above] >= 0.8 * hit.score:
            scores[above] = max(scores[above], hit.score + 1e-6)
    return _by(scores, hits)


def over_guides(assistant: Assistant, question: Question, hits: list[Hit]) -> list[Hit]:
    """Each further section of a guide counts 5 % less than the one before it."""
    left, chosen, taken = list(hits), list[Hit](), dict[str, int]()
    while left and len(chosen) < _LOOKED_AT:
        best = max(left, key=lambda h: h.score * 0.95 ** taken.get(h.document.id, 0))
        left.remove(best)
        chosen.append(best)
        taken[best.document.id] = taken.get(best.document.id, 0) + 1
    return chosen + left


def by_quote(assistant: Assistant, question: Question, hits: list[Hit]) -> list[Hit]:
    """How well the quote fits the question counts for a tenth, over the first ten."""
    search = assistant._search
    asked = _understood(assistant, question)
    fits = np.array([best_quote(asked, h, search.rarity, search.knows).fit for h in hits[:10]])
    scores = np.array([h.score for h in hits])
    if len(fits) and fits.max() > 0:
        scores[: len(fits)] += 0.1 * fits / fits.max() + 1  # they stay before the others
    return _by(scores.tolist(), hits)


def _understood(assistant: Assistant, question: Question) -> str:
    return assistant._understood(question.text, question.history).question


def _by(scores: Sequence[float], hits: Sequence[Hit]) -> list[Hit]:
    return [hits[n] for n in sorted(range(len(hits)), key=lambda n: -scores[n])]


def spelt_out(assistant: Assistant) -> ExitStack:
    """Aliases and parts of names in a question are replaced by the guide's title."""
    plain = Guides.search

    def search(self: Guides, question: str, k: int, document: int | None = None, asked: object = None) -> list[Hit]:
        for mention in sorted(self.mentions(question), key=lambda m: -m.start):
            question = f"{question[: mention.start]}{mention.name.topic}{question[mention.end :]}"
        return plain(self, question, k, document)

    return _patched(patch.object(Guides, "search", search))


def headings_once(assistant: Assistant) -> ExitStack:
    """A word that several headings of a path share counts once."""
    library, search = assistant.library, assistant._search
    texts = [heading_text(*library.section(n)) for n in range(len(library.section_document))]
    once = [" ".join({w.lower(): w for w in text.split()}.values()) for text in texts]
    return _patched(patch.object(search, "fields", replace(search.fields, headings=WordStore.build(once, HEADINGS))))


def no_change(assistant: Assistant) -> ExitStack:
    return ExitStack()


def _patched(change: object) -> ExitStack:
    stack = ExitStack()
    stack.enter_context(change)  # type: ignore[arg-type]
    return stack


IDEAS: dict[str, tuple[Callable[[Assistant], ExitStack], Order]] = {
    "a section before its sub-sections": (no_change, parent_first),
    "results spread over guides": (no_change, over_guides),
    "the quote's fit as a signal": (no_change, by_quote),
    "names in questions spelt out": (spelt_out, as_found),
    "repeated heading words count once": (headings_once, as_found),
}


def with_idea(assistant: Assistant, questions: Sequence[Question], idea: str) -> np.ndarray:
    """nDCG@10 of each question with an idea in force, shape (questions,)."""
    change, order = IDEAS[idea]
    assistant._guides.find.cache_clear()
    with change(assistant):
        return per_question(assistant, questions, order)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path(os.environ.get("CAREERS_QA_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, default=HERE / ".work" / "retrieval")
    options = parser.parse_args()
    for name, corpus, questions in SETS:
        folder = options.data / corpus
        if not folder.is_dir():
            print(f"{name}: left out, there is no {folder}.")
            continue
        index = options.work / ("ooh" if corpus.parts[0] == "ooh" else name)
        assistant = Assistant.open(settings=built(folder, index))
        asked = questions_of(assistant, folder, options.data / questions if questions else None)
        asked = [q for q in asked if q.relevant]
        base = per_question(assistant, asked)
        print(f"\n{name}: {len(asked)} questions, nDCG@10 {base.mean():.4f} as configured", flush=True)
        for idea in IDEAS:
            figure = figures((with_idea(assistant, asked, idea) - base)[None])[0]
            print(f"  {idea:<36} {figure.value:>+8.4f}  ({figure.low:+.4f} to {figure.high:+.4f})", flush=True)


if __name__ == "__main__":
    main()
