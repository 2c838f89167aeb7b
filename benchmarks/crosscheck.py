"""Checks the evaluation against published figures: python benchmarks/crosscheck.py [DATA].

nDCG@10 of the bundled model alone and of BM25 alone, whole rows (title and
text, cut where the model stops reading) as MTEB and BEIR encode them, so that
nothing of this program's own passages comes in. DATA is a folder of BEIR
collections; CAREERS_QA_DATA names it likewise. Published: MTEB's results of
all-MiniLM-L6-v2 (SciFact 0.645, XQuAD-en 0.943), and BM25 with stemming on
SciFact (0.687). The exit status is 1 when a figure is off.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from qa.config import Settings
from qa.evaluation.collection import read_collection
from qa.evaluation.measures import measure
from qa.reading.beir import CORPUS, json_lines
from qa.reading.models import prepare
from qa.stores.faiss_store import FaissStore
from qa.stores.words import WordStore

# set, ranking, published nDCG@10, how far off it may be
CHECKS = (
    ("scifact", "dense", 0.645, 0.005),
    ("scifact", "bm25", 0.687, 0.01),
    ("xquad-en", "dense", 0.943, 0.005),
)
DEPTH = 100
Rankings = dict[str, list[str]]


def rankings(folder: Path, ranking: str) -> tuple[dict[str, dict[str, int]], Rankings]:
    """The qrels of a collection and what a ranking finds, both by row."""
    rows = {str(v["_id"]): f"{v.get('title') or ''} {v['text']}".strip() for _, v in json_lines(folder / CORPUS)}
    names = list(rows)
    questions = [q for q in read_collection(folder, "test", {n: n for n in names}) if q.relevant]
    qrels = {q.id: dict(q.relevant or {}) for q in questions}
    found: Rankings = {}
    if ranking == "bm25":
        words = WordStore.build(list(rows.values()))
        for question in questions:
            scores = words.scores(question.text)
            best = np.argsort(-scores, kind="stable")[:DEPTH]
            found[question.id] = [names[n] for n in best if scores[n] > 0]
        return qrels, found
    with tempfile.TemporaryDirectory() as work:
        encoder = prepare(Settings().model, Path(work), list(rows.values()))
        store = FaissStore.build(encoder.encode(list(rows.values())))
        vectors = encoder.encode([q.text for q in questions], query=True)
    for question, vector in zip(questions, vectors, strict=True):
        found[question.id] = [names[n] for n in store.search(vector, DEPTH).rows]
    return qrels, found


def main(data: Path) -> int:
    if not data.is_dir():
        print(f"There are no collections in {data}: give their folder, or set CAREERS_QA_DATA.")
        return 1
    off = 0
    print(f"{'set':<10} {'ranking':<8} {'questions':>9} {'nDCG@10':>8} {'published':>10} {'seconds':>8}")
    for name, ranking, published, tolerance in CHECKS:
        started = time.perf_counter()
        values = list(measure(*rankings(data / name, ranking))["nDCG@10"].values())
        value = sum(values) / len(values)
        holds = abs(value - published) <= tolerance
        off += not holds
        print(
            f"{name:<10} {ranking:<8} {len(values):>9} {value:>8.4f} {published:>10.3f} "
            f"{time.perf_counter() - started:>8.1f}  {'holds' if holds else f'is off by more than {tolerance}'}",
            flush=True,
        )
    return int(off > 0)


if __name__ == "__main__":
    default = os.environ.get("CAREERS_QA_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else default)))
