"""Questions to ask next, from the sections beside the one that was cited."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from qa.answering.matter import article, matter_of
from qa.stores.engine import DocumentStore, each_section
from qa.types import Document, Section

_FILE = "suggestions.json"
MOST = 3
_LONGEST = 140  # characters of a question that is suggested
_REACH = 8  # sections before and after the cited one that are considered
_NEAR = 3  # near guides that are kept of each
_ROWS = 512

# Headings that are safe to ask in a sentence; {who} is "an actuary", {does} fits it.
_ASKED: tuple[tuple[str, str, str], ...] = (
    ("pay", r"(?:pay|salar(?:y|ies)|earnings|wages|what they earn)", "How much {does} {who} earn?"),
    ("outlook", r"(?:(?:job|employment|career) (?:outlook|prospects|demand)|(?:future )?(?:outlook|prospects|demand))",
     "What is the job outlook for {who}?"),
    ("skills", r"(?:(?:important|key|personal|technical|useful) )?(?:skills|qualities)"
     r"(?: and (?:personal )?(?:qualities|qualifications)| you need| that matter)?", "What skills {does} {who} need?"),
    ("education", r"(?:education(?:al)?(?: (?:needed|and training|requirements))?|degrees? (?:required|needed)|degree|"
     r"qualifications|entry requirements)", "What education {does} {who} need?"),
    ("duties", r"(?:(?:core |main |day-to-day |typical )?(?:duties|responsibilities|tasks)|role and duties)",
     "What {does} {who} do?"),
    ("environment", r"(?:work (?:environment|setting)|working conditions|workplaces?)", "Where {does} {who} work?"),
    ("hours", r"(?:work schedules?|(?:working )?hours)", "What hours {does} {who} work?"),
    ("certificates", r"(?:certifications?|licen[cs]es, certifications,? and registrations|certification and licensing)",
     "What certificates {does} {who} need?"),
    ("advancement", r"(?:(?:career )?advancement|promotion|career (?:path|progression|development))",
     "How {does} {who} advance in the career?"),
)  # fmt: skip


def phrased(topic: str, heading: str, named: Callable[[str], bool]) -> tuple[str, str]:
    """The question that a section answers, and its kind ("" for a plain one).

    A sentence only where the heading is of a known kind and the title a
    plural or one career; else "Data Scientist: Models and presentation".
    """
    plain = re.sub(r"\s*\([^)]*\)\s*$", "", heading).strip()
    if heading.endswith("?") and named(heading):
        return heading, ""
    kind, template = next(((k, t) for k, pattern, t in _ASKED if re.fullmatch(pattern, plain, re.IGNORECASE)), ("", ""))
    plural = topic.endswith("s") and not topic.endswith("ss")
    if not kind or (not plural and re.search(r"\band\b|\bor\b|,|&", topic)):
        return f"{topic}: {heading}", kind
    who = _lower(topic) if plural else f"{article(topic)} {_lower(topic)}"
    return template.format(who=who, does="do" if plural else "does"), kind


class Suggestions:
    """Questions by section, each found to be answered when the index was built."""

    def __init__(
        self, sections: dict[str, tuple[str, str, float]], near: dict[str, list[str]], library: DocumentStore
    ) -> None:
        self._sections = sections
        self._near = near
        self._library = library

    @staticmethod
    def write(
        folder: Path,
        library: DocumentStore,
        vectors: NDArray[np.float16],
        leads_to: Callable[[Sequence[tuple[str, str]]], Iterator[float | None]],
        named: Callable[[str], bool],
        progress: bool,
    ) -> None:
        """Save the question of each section that answers it.

        ``leads_to`` gives for questions and sections the confidence that the
        one answers the other, which is kept: whether it is enough is for the
        settings to say. ``vectors`` are those of all sections, shape
        (sections, dim).
        """
        asked: dict[str, tuple[str, str]] = {}
        owners: list[str] = []
        for document, section in each_section(library):
            owners.append(document.id)
            if section.headings and section.headings[-1] != section.topic:
                found = phrased(section.topic, section.headings[-1], named)
                if len(found[0]) <= _LONGEST:
                    asked[f"{document.id}#{section.anchor}"] = found
        kept: dict[str, tuple[str, str, float]] = {}
        sure = leads_to([(question, name) for name, (question, _) in asked.items()])
        bar = tqdm(asked.items(), "Suggesting", unit="question", disable=not progress)
        for (name, (question, kind)), confidence in zip(bar, sure, strict=True):
            if confidence is not None:
                kept[name] = (question, kind, confidence)
        values = {"sections": kept, "near": _near(library.ids, owners, vectors)}
        (folder / _FILE).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")

    @staticmethod
    def write_none(folder: Path) -> None:
        (folder / _FILE).write_text(json.dumps({"sections": {}, "near": {}}), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, library: DocumentStore) -> Suggestions:
        values = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls({k: (q, kind, sure) for k, (q, kind, sure) in values["sections"].items()}, values["near"], library)

    def after(
        self, cited: Sequence[str], asked: Sequence[str], least: float, *, elsewhere: bool = True
    ) -> tuple[str, ...]:
        """At most MOST questions to follow an answer from sections ``cited``.

        ``asked`` are the questions up to now, none of which comes again;
        ``least`` is the confidence below which a question isn't answered;
        ``elsewhere`` tells whether one of another guide may be among them.
        """
        if not cited:
            return ()
        done = [set(matter_of(q)) for q in asked]
        kinds = {self._sections[c][1] for c in cited if c in self._sections} - {""}

        def fresh(section: str) -> bool:
            if section in cited or section not in self._sections:
                return False
            question, kind, sure = self._sections[section]
            words = set(matter_of(question))
            return sure >= least and kind not in kinds and not any(words <= d for d in done)

        own = self._questions(section for section in self._beside(cited[0]) if fresh(section))
        guides = {section.rpartition("#")[0] for section in cited}
        other = self._questions(s for s in self._same_matter(cited[0], least) if s.rpartition("#")[0] not in guides)
        other = [q for q in other if elsewhere and not any(set(matter_of(q)) <= d for d in done)][:1]
        return tuple(dict.fromkeys([*own[: MOST - len(other)], *other]))[:MOST]

    def _questions(self, sections: Iterator[str]) -> list[str]:
        """Their questions without doubles, those in a sentence first."""
        found = sorted((self._sections[s] for s in sections), key=lambda entry: entry[0].find(":") >= 0)
        return list(dict.fromkeys(question for question, _, _ in found))

    def _beside(self, section: str) -> Iterator[str]:
        """The sections of the same topic around one, nearest first, later before earlier."""
        name, _, anchor = section.rpartition("#")
        document = self._library.get(name)
        here = _place(document, anchor) if document else None
        if document is None or here is None:
            return
        topic = document.sections[here].topic
        for distance in range(1, _REACH + 1):
            for place in (here + distance, here - distance):
                if 0 <= place < len(document.sections) and document.sections[place].topic == topic:
                    yield f"{name}#{document.sections[place].anchor}"

    def _same_matter(self, section: str, least: float) -> Iterator[str]:
        """Sections of the same kind, or heading, in the guides nearest to this one."""
        name, _, anchor = section.rpartition("#")
        document = self._library.get(name)
        here = _place(document, anchor) if document else None
        if document is None or here is None or not document.sections[here].headings:
            return
        kind = self._sections.get(section, ("", "", 0.0))[1]
        heading = document.sections[here].headings[-1]
        for other in self._near.get(name, ()):
            guide = self._library.get(other)
            for candidate in guide.sections if guide else ():
                key = f"{other}#{candidate.anchor}"
                question, its_kind, sure = self._sections.get(key, ("", "", 0.0))
                same = its_kind == kind if kind else _last(candidate) == heading
                if question and sure >= least and same:
                    yield key


def _place(document: Document, anchor: str) -> int | None:
    return next((n for n, s in enumerate(document.sections) if s.anchor == anchor), None)


def _last(section: Section) -> str:
    return section.headings[-1] if section.headings else ""


def _lower(title: str) -> str:
    """A title inside a sentence: "data scientist", but "AI/ML engineer"."""
    return " ".join(w if sum(c.isupper() for c in w) > 1 else w.lower() for w in title.split())


def _near(ids: Sequence[str], owners: Sequence[str], vectors: NDArray[np.float16]) -> dict[str, list[str]]:
    """The guides nearest to each by the mean of their sections' vectors; ``owners`` has a section's guide."""
    places = {name: n for n, name in enumerate(ids)}
    means = np.zeros((len(ids), vectors.shape[1]), dtype=np.float32)
    np.add.at(means, [places[name] for name in owners], vectors)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    near: dict[str, list[str]] = {}
    for first in range(0, len(means), _ROWS):
        likeness = means[first : first + _ROWS] @ means.T
        for row, scores in enumerate(likeness):
            order = np.argsort(-scores, kind="stable")[: _NEAR + 1]
            near[ids[first + row]] = [ids[n] for n in order if n != first + row][:_NEAR]
    return near
