"""The handbook's pages and job titles, whole or a first few to try with."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORK = ROOT / "benchmarks" / ".work"
RESULTS = ROOT / "benchmarks" / "results"


@dataclass(frozen=True, slots=True)
class Inputs:
    """``corpus`` is a folder of pages; ``questions`` are JSON Lines."""

    corpus: Path
    questions: Path
    pages: int
    titles: int


def handbook(work: Path, pages: int | None, titles: int) -> Inputs:
    """The first ``pages`` pages (all for None), and titles that they cover.

    Raises SystemExit, which says what to do, where the data is missing.
    """
    data = Path(os.environ.get("CAREERS_QA_DATA", ROOT.parent / "shared" / "data")).resolve() / "ooh"
    if not data.is_dir():
        raise SystemExit(f"There is no handbook in {data}: set CAREERS_QA_DATA to the folder that holds ooh/.")
    work.mkdir(parents=True, exist_ok=True)
    corpus = data / "markdown"
    files = sorted(corpus.glob("*.md"))
    if pages is not None and pages < len(files):
        files = files[:pages]
        corpus = work / "pages"
        shutil.rmtree(corpus, ignore_errors=True)
        corpus.mkdir()
        for file in files:
            shutil.copy(file, corpus)
    covered = {file.stem for file in files}
    rows = [json.loads(line) for line in (data / "job-titles.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = [row for row in rows if covered & set(row["relevant"])][:titles]
    if not chosen:
        raise SystemExit(f"No job title belongs to the first {len(files)} pages: take more with --pages.")
    questions = work / "questions.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in chosen), encoding="utf-8")
    return Inputs(corpus, questions, len(files), len(chosen))


def write_passages(corpus: Path, target: Path) -> int:
    """Save the sections of a corpus as careers-qa reads them; gives their number.

    The text is the heading path (title > section > sub-heading), then the
    section's own words: what careers-qa itself gives to BM25.
    """
    from qa.reading.corpus import read_corpus
    from qa.types import Document

    lines = []
    for document in read_corpus(corpus):
        if isinstance(document, Document):
            for number, section in enumerate(document.sections):
                text = f"{section.path}\n{document.section_text(section)}"
                lines.append(json.dumps({"id": f"{document.id}#{number}", "page": document.id, "text": text}))
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)
