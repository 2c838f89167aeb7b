"""BEIR folders as question sets: queries.jsonl, qrels/<split>.tsv and what isn't answered.

Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of
Information Retrieval Models", 2021. Its qrels list relevant rows only, so
questions that no row answers lie beside it in ``unanswerable.jsonl``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from qa.errors import QuestionSetError
from qa.evaluation.questions import Question, checked, question_of
from qa.reading.beir import CORPUS, json_lines

QUERIES, UNANSWERABLE = "queries.jsonl", "unanswerable.jsonl"


def files_of(folder: Path, split: str) -> tuple[Path, ...]:
    """The files that a collection is read from."""
    return folder / CORPUS, folder / QUERIES, folder / UNANSWERABLE, folder / "qrels" / f"{split}.tsv"


def read_collection(folder: Path, split: str, sections: Mapping[str, str]) -> list[Question]:
    """The questions that a split judges, then those that nothing answers.

    ``sections`` maps the _id of a corpus row to the id of its section in the
    index. Queries that the split doesn't judge are left out, for that is how
    splits of one query file are told apart. Raises QuestionSetError or
    ReadError, which name file and line.
    """
    qrels = read_qrels(folder / "qrels" / f"{split}.tsv")
    questions = []
    for name, relevant in ((QUERIES, None), (UNANSWERABLE, {})):
        path = folder / name
        if relevant == {} and not path.exists():
            continue
        for number, values in json_lines(path):
            place = f"Line {number} of {path}"
            if values.get("_id") in (None, ""):
                raise QuestionSetError(f'{place} has no "_id": give each query one.')
            rows = qrels.get(str(values["_id"]), {}) if relevant is None else relevant
            # A row that isn't indexed stays as a section of no document, and is named as missing.
            judged = {sections.get(row, f"#{row}"): grade for row, grade in rows.items()}
            if judged or relevant is not None:
                questions.append(question_of(values, place, str(number), "_id", "text", judged))
    questions = checked(questions, folder / QUERIES)
    if unknown := qrels.keys() - {q.id for q in questions}:
        raise QuestionSetError(
            f"{folder / 'qrels' / f'{split}.tsv'} judges the query {min(unknown)}, "
            f"which {QUERIES} doesn't have: mend either."
        )
    return questions


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Relevant rows and their grades by query; rows of grade 0 are left out.

    Raises QuestionSetError, which names file and line.
    """
    qrels: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, fields in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
                if not fields or (number == 1 and fields[-1] == "score"):
                    continue
                try:
                    query, row, grade = fields
                    if int(grade) > 0:
                        qrels.setdefault(query, {})[row] = int(grade)
                except ValueError as error:
                    raise QuestionSetError(
                        f"Line {number} of {path} isn't query-id, corpus-id and a whole score, with tabs: mend it."
                    ) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else "it isn't a table with tabs in UTF-8"
        splits = ", ".join(sorted(p.stem for p in path.parent.glob("*.tsv"))) or "none"
        raise QuestionSetError(
            f"The judgements {path} can't be read ({why}): choose a split with --split (there are: {splits})."
        ) from error
    return qrels
