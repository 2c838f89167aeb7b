"""Parts of a question set: by guide, by category, by how the question asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.names import Name, Names
from qa.evaluation.running import Outcome
from qa.stores.engine import DocumentStore

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Slice:
    """The questions of a part; ``kind`` is "guide", "category", "named" or "asked"."""

    kind: str
    name: str
    outcomes: tuple[Outcome, ...]


def slices(outcomes: Sequence[Outcome], library: DocumentStore) -> list[Slice]:
    """The parts of a set, by kind and name; kinds with nothing to tell apart are left out.

    A question with relevant sections in several guides counts for each.
    """
    groups: dict[Key, list[Outcome]] = {}
    for outcome in outcomes:
        for key in _keys(outcome, library):
            groups.setdefault(key, []).append(outcome)
    kinds = [kind for kind, _ in groups]
    return [
        Slice(kind, name, tuple(members))
        for (kind, name), members in sorted(groups.items())
        if kinds.count(kind) > 1 or len(members) < len(outcomes)
    ]


def guides_of(outcome: Outcome, library: DocumentStore) -> list[str]:
    """The ids of the documents that are relevant, or hold what is."""
    names = (n for n in outcome.judgement.relevant if n not in outcome.judgement.missing)
    return list(dict.fromkeys(n if n in library.number_of else n.rpartition("#")[0] for n in names))


def _keys(outcome: Outcome, library: DocumentStore) -> Iterator[Key]:
    guides = guides_of(outcome, library)
    yield from (("guide", guide) for guide in guides)
    if outcome.question.category:
        yield "category", outcome.question.category
    yield "asked", "after earlier questions" if outcome.question.history else "on its own"
    if naming := _naming(outcome.question.text, guides, library):
        yield "named", naming


def _naming(question: str, guides: Sequence[str], library: DocumentStore) -> str:
    """Whether a question names its guide by title or by another name only.

    Empty for guides without other names: nothing could be told apart.
    """
    documents = [d for g in guides if (d := library.get(g)) and d.aliases]
    if not documents:
        return ""
    titles = {name for d in documents for name in (d.title, *(s.topic for s in d.sections))}
    aliases = {alias for d in documents for alias in d.aliases} - titles
    found = Names([Name(name, name, "") for name in (*titles, *aliases)]).found_in(question)
    if not found:
        return "by no name"
    return "by title" if titles & set(found) else "by alias"
