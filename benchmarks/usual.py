"""Asks of every career what visitors ask of any: python -m benchmarks.usual [DATA].

For each guide of the bundled corpus, of the portals and of the handbook, each
wording below is asked of its career, where the guide has a section on it as
its headings say, alone and after an earlier question. Prints how often that
section is cited first, further down, another one of the guide, another guide's,
and how often the answer is silence. DATA and --work are those of
benchmarks.retrieval; the handbook is left out where DATA isn't there.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.retrieval import built
from qa.assistant import Assistant
from qa.types import Citation, Document

ROOT = Path(__file__).parent.parent
PORTALS = ("ireland", "state", "trades", "university", "profiles", "centre")
EVERY = 8  # of the handbook's pages, each such is asked of
# A matter by what headings say of it.
MATTERS = {
    "pay": r"\bpay\b|salar|earn|wage|money",
    "duties": r"what .*\bdo(?:es)?\b|what you'll do|duties|tasks|the (?:job|role|work)$|role|day-to-day",
    "entry": r"become|entry|getting in|route|start|education|qualif|training|study|degree|college|universit|apprentic",
    "skills": r"skill|qualit|what it takes",
    "workplace": r"environment|setting|conditions|workplace|where .*work",
    "progression": r"progress|advance|career path|promotion|career development|prospects|next steps",
    "demand": r"outlook|demand|vacanc|opportunit|openings|job market",
    "hours": r"hours|schedule|shift",
}
# Matter, an earlier question if any, and the question: {a} is "a welder", {t} "welder", {p} "welders".
ASKED = (
    *(("pay", "", q) for q in ("How much does {a} earn?", "{t} salary", "How much do {p} make?", "{t} wages")),
    *(("duties", "", q) for q in ("What does {a} do?", "{t}", "{t} day-to-day tasks", "Tell me about being {a}",
                                  "what do {p} do all day", "what is {a}?")),
    *(("entry", "", q) for q in ("How do I become {a}?", "how to get into {t}", "What qualifications does {a} need?",
                                 "Do I need a degree to be {a}?", "{t} training")),
    *(("skills", "", q) for q in ("What skills does {a} need?", "{t} skills")),
    *(("workplace", "", q) for q in ("Where do {p} work?", "{t} working conditions",
                                     "what is it like to work as {a}?")),
    *(("progression", "", q) for q in ("What is the career progression for {a}?", "How can {a} get promoted?")),
    *(("demand", "", q) for q in ("Are there job vacancies for {p}?", "job outlook for {t}", "are {p} in demand?")),
    *(("hours", "", q) for q in ("What hours does {a} work?", "do {p} work weekends?")),
    ("entry", "How do I become {a}?", "how long does it take?"),
    ("pay", "What does {a} do?", "and the pay?"),
    ("hours", "How much does {a} earn?", "what about the hours?"),
    ("demand", "How much does {a} earn?", "is there much demand?"),
    ("workplace", "What does {a} do?", "where do they work?"),
    ("entry", "{t}", "do I need a degree?"),
)  # fmt: skip
KINDS = ("first", "later", "own guide", "elsewhere", "silent")


def of_career(template: str, title: str) -> str:
    """A wording as it is asked of a career."""
    low = title if sum(c.isupper() for c in title) > 2 else title.lower()
    plural = low.endswith("s") and not low.endswith("ss")
    one = low if plural else f"{'an' if low[0] in 'aeio' else 'a'} {low}"
    asked = template.format(a=one, t=low, p=low if plural else f"{low}s")
    return asked.replace("does ", "do ").replace("what is ", "what are ") if plural else asked


def sections_on(document: Document, matter: str) -> set[str]:
    """The anchors of the sections whose headings are on a matter; of duties the opening too."""
    found = {s.anchor for s in document.sections if any(re.search(MATTERS[matter], h, re.I) for h in s.headings)}
    return found | {document.sections[0].anchor} if found and matter == "duties" else found


def kind_of(cited: tuple[Citation, ...], document: Document, wanted: set[str]) -> str:
    own = [c.document_id == document.id for c in cited]
    right = [mine and c.anchor in wanted for c, mine in zip(cited, own, strict=True)]
    if not cited:
        return "silent"
    return "first" if right[0] else "later" if any(right) else "own guide" if any(own) else "elsewhere"


def guides(assistant: Assistant, every: int) -> Iterator[Document]:
    """The guides that are about one career each."""
    for number in list(assistant.library.numbers)[::every]:
        document = assistant.library.document(number)
        if not document.title.endswith("?") and len({s.topic for s in document.sections}) == 1:
            yield document


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path(os.environ.get("CAREERS_QA_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, default=ROOT / "benchmarks" / ".work" / "retrieval")
    options = parser.parse_args()
    corpora = [("bundled", ROOT / "corpus", 1), *((n, ROOT / "benchmarks" / "portals" / n, 1) for n in PORTALS)]
    if (handbook := options.data / "ooh" / "markdown").is_dir():
        corpora.append(("ooh", handbook, EVERY))
    else:
        print(f"The handbook isn't in {options.data}: it is left out.")
    found: dict[tuple[str, str, str], Counter[str]] = {asked: Counter() for asked in ASKED}
    for name, corpus, every in corpora:
        assistant = Assistant.open(settings=built(corpus, options.work / name))
        for document in guides(assistant, every):
            for asked in ASKED:
                matter, before, question = asked
                if wanted := sections_on(document, matter):
                    history = [of_career(before, document.title)] if before else []
                    answer = assistant.ask(of_career(question, document.title), history)
                    found[asked][kind_of(answer.citations, document, wanted)] += 1
    print(f"{'asked':<66} {'asked of':>8} {' '.join(f'{kind:>9}' for kind in KINDS)}")
    for (_, before, question), counts in found.items():
        row(f"{before} > {question}" if before else question, counts)
    row("all", sum(found.values(), Counter()))
    return 0


def row(name: str, counts: Counter[str]) -> None:
    total = counts.total()
    print(f"{name:<66} {total:>8} {' '.join(f'{counts[kind] / max(1, total):>9.3f}' for kind in KINDS)}")


if __name__ == "__main__":
    raise SystemExit(main())
