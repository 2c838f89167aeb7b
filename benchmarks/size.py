"""Search at size: what a thousand to a million passages cost and what is found.

    python benchmarks/size.py --sizes 1000,10000,100000,1000000 --out FILE.json

Real passages are cut from the documents in the data folder (CAREERS_QA_DATA)
and encoded with the real model; smaller sizes are real passages alone, larger
ones are grown from them (benchmarks/growth.py). Questions are real. Each size
is built here and measured in a process of its own, which loads the stores as
answering does. ``--methods`` compares ways of growing instead.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import growth  # noqa: E402
from qa.digest import sha256  # noqa: E402
from qa.stores.faiss_store import FaissStore  # noqa: E402
from qa.stores.words import WordStore, best_rows, terms  # noqa: E402

WORK = ROOT / "benchmarks" / ".work" / "size"
K, DEPTH, SEED = 10, 100, 1


def real(data: Path, count: int, questions: int) -> tuple[list[str], growth.Floats, list[str], growth.Floats]:
    """Real passages and questions, texts and vectors; kept in WORK once encoded."""
    from qa.reading.beir import read_beir
    from qa.reading.corpus import read_corpus
    from qa.reading.models import prepare
    from qa.reading.passages import encoded_text, passages_of
    from qa.types import Document

    kept = WORK / f"real-{count}-{questions}"
    if not (kept / "done").is_file():
        kept.mkdir(parents=True, exist_ok=True)
        encoder = prepare("all-MiniLM-L6-v2", kept / "encoder", ["What does a data scientist do?"])
        sets = [data / name for name in ("scifact", "feedbackqa-valid", "squad2", "xquad-en")]
        documents = [d for d in read_corpus(data / "ooh" / "markdown") if isinstance(d, Document)]
        documents += [d for folder in sets for d in read_beir(folder)]
        texts = [
            encoded_text(d, d.sections[p.section], p.start, p.end)
            for d in documents
            for p in passages_of(d, 60, encoder.max_tokens, encoder.count_tokens)
        ]
        texts = [texts[n] for n in np.random.default_rng(0).permutation(len(texts))[:count]]
        asked = [json.loads(line)["question"] for line in (data / "ooh" / "job-titles.jsonl").open(encoding="utf-8")]
        for folder in sets:
            asked += [json.loads(line)["text"] for line in (folder / "queries.jsonl").open(encoding="utf-8")]
        asked = [asked[n] for n in np.random.default_rng(0).permutation(len(asked))[:questions]]
        np.save(kept / "vectors.npy", encoder.encode(texts))
        np.save(kept / "asked.npy", encoder.encode(asked, query=True))
        (kept / "texts.json").write_text(json.dumps([texts, asked]), encoding="utf-8")
        (kept / "done").touch()
    texts, asked = json.loads((kept / "texts.json").read_text(encoding="utf-8"))
    return texts, np.load(kept / "vectors.npy"), asked, np.load(kept / "asked.npy")


def measure(folder: Path) -> dict[str, Any]:
    """Load the stores of a folder and search them with its questions."""
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    vectors, truth = np.load(folder / "asked.npy"), np.load(folder / "truth.npy")
    cosines = np.load(folder / "cosines.npy")
    before = _memory()
    started = time.perf_counter()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".faiss", ".json", ".npy")):
        if path.parent.name == "words" or path.suffix == ".faiss":
            sha256(path)
    hashed = time.perf_counter() - started
    store = FaissStore.load(folder / "vectors.faiss")
    opened_vectors = time.perf_counter() - started - hashed
    words = WordStore.load(folder / "words", store.size)
    opened = time.perf_counter() - started - hashed
    document = [(int(row) // 40 * 40, min(int(row) // 40 * 40 + 40, store.size)) for row in truth[:, 0]]

    def word_rows(n: int) -> Any:
        return best_rows(words.scores(asked[n]), DEPTH)

    def both(n: int) -> Any:
        return store.search(vectors[n], DEPTH), word_rows(n)

    count = len(asked)
    found = [store.search(vectors[n], K) for n in range(count)]
    hits = [len({*f.rows.tolist()} & {*t.tolist()}) / K for f, t in zip(found, truth, strict=True)]
    error = [
        abs(float(score) - float(cosines[n, truth[n].tolist().index(row)]))
        for n, f in enumerate(found)
        for row, score in zip(f.rows.tolist(), f.scores, strict=True)
        if row in truth[n]
    ]
    times = {
        "vectors": _times(lambda n: store.search(vectors[n], K), count),
        "vectors_100": _times(lambda n: store.search(vectors[n], DEPTH), count),
        "vectors_within_document": _times(lambda n: store.search(vectors[n], K, document[n]), count),
        "words": _times(word_rows, count),
        "both": _times(both, count),
    }
    after = _memory()
    return {
        "exact": store.exact,
        "recall@10": float(np.mean(hits)),
        "score_error": max(error),
        "ms": times,
        "open_ms": {"vectors": 1e3 * opened_vectors, "both": 1e3 * opened, "sha256": 1e3 * hashed},
        "memory_mb": {"own": after[0], "mapped": after[1], "before": before[0] + before[1]},
    }


def _times(call: Callable[[int], Any], count: int) -> dict[str, float]:
    """p50, p95 in ms over all questions, after each was asked once."""
    took = []
    for warm in (True, False):
        for n in range(count):
            started = time.perf_counter()
            call(n)
            if not warm:
                took.append(1e3 * (time.perf_counter() - started))
    return {"p50": float(np.percentile(took, 50)), "p95": float(np.percentile(took, 95))}


def _memory() -> tuple[float, float]:
    """This process's resident memory in MB: its own, and pages of files."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    own, mapped = (int(lines[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return own, mapped


def run(sizes: Sequence[int], data: Path, count: int, questions: int) -> dict[str, Any]:
    """Build and measure each size; all are prefixes of the largest."""
    texts, vectors, asked, asked_vectors = real(data, count, questions)
    largest, extra = max(sizes), max(0, max(sizes) - len(vectors))
    facts: dict[str, Any] = {"real": len(vectors), "questions": len(asked)}
    if extra:
        near = growth.neighbours(vectors)
        wanted = growth.trend(vectors, largest)

        def whole(spread: float) -> growth.Floats:
            return np.concatenate([vectors, growth.grown(vectors, near, extra, spread, SEED)])

        spread = growth.calibrated(whole, wanted)
        coined = growth.heaps(texts, largest, terms)
        facts["grown"] = {"spread": spread, "wanted_nearest_cosine": wanted, "new_words_a_passage": coined}
        _say(f"grown: {facts['grown']}")
        all_vectors = whole(spread)
        all_texts = [*texts, *growth.grown_texts(texts, growth.parents(near, extra, SEED), coined, SEED)]
    else:
        all_vectors, all_texts = vectors, texts
    facts["sizes"] = {}
    for size in sizes:
        folder = WORK / str(size)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        part = all_vectors[:size]
        started = time.perf_counter()
        FaissStore.build(part).save(folder / "vectors.faiss")
        built_vectors = time.perf_counter() - started
        _say(f"{size}: vectors built in {built_vectors:.1f} s")
        WordStore.build(all_texts[:size]).save(folder / "words")
        built_words = time.perf_counter() - started - built_vectors
        _say(f"{size}: words built in {built_words:.1f} s")
        cosines, truth = growth.exact(part, asked_vectors, K)
        np.save(folder / "cosines.npy", cosines)
        np.save(folder / "truth.npy", truth)
        np.save(folder / "asked.npy", asked_vectors)
        (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        own = subprocess.run(
            [sys.executable, __file__, "--measure", str(folder)], capture_output=True, text=True, check=True
        )
        words_bytes = sum(p.stat().st_size for p in (folder / "words").iterdir())
        facts["sizes"][size] = {
            **json.loads(own.stdout),
            "build_s": {"vectors": built_vectors, "words": built_words},
            "bytes_a_row": {
                "vectors": (folder / "vectors.faiss").stat().st_size / size,
                "words": words_bytes / size,
            },
            "nearest_cosine": growth.nearest_cosine(part),
        }
        _say(json.dumps(facts["sizes"][size]))
    return facts


def methods(data: Path, count: int, questions: int, size: int) -> dict[str, Any]:
    """The same size grown in several ways, and grown from a part against real."""
    _, vectors, _, asked = real(data, count, questions)
    near, extra, wanted = growth.neighbours(vectors), size - len(vectors), growth.trend(vectors, size)
    part = vectors[: len(vectors) // 4]
    part_near, rest = growth.neighbours(part), len(vectors) - len(part)

    def between(s: float) -> growth.Floats:
        return np.concatenate([vectors, growth.grown(vectors, near, extra, s, SEED)])

    def noise(s: float) -> growth.Floats:
        return np.concatenate([vectors, growth.noisy(vectors, extra, s, SEED)])

    def held_out(s: float) -> growth.Floats:
        return np.concatenate([part, growth.grown(part, part_near, rest, s, SEED)])

    made = {
        "real": lambda: vectors,
        "grown from a quarter to the real size": lambda: held_out(
            growth.calibrated(held_out, growth.trend(part, len(vectors)))
        ),
        "between neighbours": lambda: between(growth.calibrated(between, wanted)),
        "noise alike in all directions": lambda: noise(growth.calibrated(noise, wanted)),
        "one Gaussian": lambda: np.concatenate([vectors, growth.blob(vectors, extra, SEED)]),
    }
    out = {}
    for name, make in made.items():
        corpus = make()
        scores, truth = growth.exact(corpus, asked, DEPTH)
        store = FaissStore.build(corpus, exact_up_to=0)
        found = [set(store.search(vector, K).rows.tolist()) for vector in asked]
        out[name] = {
            "size": len(corpus),
            "recall@10": float(np.mean([len(f & set(t[:K].tolist())) / K for f, t in zip(found, truth, strict=True)])),
            "nearest_cosine": growth.nearest_cosine(corpus),
            "question_to_1st_10th_100th": [float(np.median(scores[:, n])) for n in (0, 9, 99)],
        }
        _say(f"{name}: {json.dumps(out[name])}")
    return out


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", help="numbers of passages, with commas")
    parser.add_argument("--real", type=int, default=24_000, help="real passages to encode and grow from")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--methods", type=int, metavar="SIZE", help="compare ways of growing at this size")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help="file for the figures, as JSON; else they are printed")
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return
    data = Path(os.environ.get("CAREERS_QA_DATA", ROOT.parent / "shared" / "data"))
    if not data.is_dir():
        raise SystemExit(f"There is no data in {data}: set CAREERS_QA_DATA to the folder that holds ooh/.")
    if given.methods:
        facts = methods(data, given.real, given.questions, given.methods)
    else:
        facts = run([int(n) for n in given.sizes.split(",")], data, given.real, given.questions)
    text = json.dumps(facts, indent=1)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
