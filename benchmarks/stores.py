"""Both stores over the same questions: what they find, how well, how fast, and what they keep.

    python benchmarks/stores.py --questions corpus/questions.jsonl --corpus corpus
    CAREERS_QA_DATA=... python benchmarks/stores.py --beir scifact

Starts Milvus Lite in a process of its own unless --uri names a server. What
an index that --from names has encoded isn't encoded again. Give --json FILE to keep the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.machine import describe, sentence  # noqa: E402
from qa import builder  # noqa: E402
from qa.assistant import Assistant  # noqa: E402
from qa.builder import build  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.evaluation.collection import read_collection  # noqa: E402
from qa.evaluation.judging import Judge  # noqa: E402
from qa.evaluation.measures import measure  # noqa: E402
from qa.evaluation.questions import Question, read_questions  # noqa: E402
from qa.evaluation.running import retrieve  # noqa: E402
from qa.types import Hit  # noqa: E402

DEPTH = 10


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int]]:
    """Milvus Lite on a free port: its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder), "--host", "127.0.0.1"]
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(
                        "Milvus Lite didn't start: pip install milvus-lite, or name a server with --uri."
                    ) from None
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def asked(
    settings: Settings, beir: Path | None, questions: Path | None
) -> tuple[list[list[Hit]], dict[str, float], dict[str, Any]]:
    """What a store finds for each question, its mean measures, and its times in ms."""
    assistant = Assistant.open(settings=settings)
    judge = Judge(assistant.library)
    rows: Sequence[Question]
    rows = read_collection(beir, "test", judge.anchors) if beir else read_questions(questions or Path())
    judgements = [judge.judge(q, allow_missing=True) for q in rows]
    assistant.retrieve(rows[0].text)
    found, times = [], []
    for question, judgement in zip(rows, judgements, strict=True):
        started = time.perf_counter()
        found.append(retrieve(assistant, question, judgement))
        times.append((time.perf_counter() - started) * 1000)
    relevant = {q.id: j.relevant for q, j in zip(rows, judgements, strict=True) if j.relevant}
    rankings = {q.id: j.items(f) for q, j, f in zip(rows, judgements, found, strict=True) if j.relevant}
    values = measure(relevant, rankings)
    means = {str(name): float(np.mean(list(per.values()))) for name, per in values.items()}
    p50, p95 = np.percentile(times, [50, 95])
    return found, means, {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "questions": len(rows)}


def size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--beir", help="a collection's folder, or its name within CAREERS_QA_DATA")
    parser.add_argument("--from", dest="before", type=Path, help="an index in files whose vectors are taken over")
    parser.add_argument("--uri")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if (given.beir is None) == (given.questions is None):
        parser.error("give one of --questions and --beir")
    data = Path(os.environ.get("CAREERS_QA_DATA", ROOT.parent / "shared" / "data"))
    beir = data / given.beir if given.beir else None
    machine = describe()
    with TemporaryDirectory(prefix="careers-qa-stores-") as work:
        lite = Path(work) / "milvus"
        with server(lite) as (own, _):
            uri = given.uri or own
            index = Path(work) / "index"
            if given.before:
                copytree(given.before, index)
            plain = Settings(corpus=beir or given.corpus, index=index, feedback=None)
            build(plain, progress=True)
            milvus = plain.model_copy(
                update={"store": "milvus", "milvus_uri": uri, "milvus_collection": "benchmark", "milvus_timeout": 120}
            )
            build(milvus, progress=True)
            figures: dict[str, Any] = {"machine": machine, "server": given.uri or "Milvus Lite"}
            found = {}
            for name, settings in (("faiss", plain), ("milvus", milvus)):
                hits, means, times = asked(settings, beir, given.questions)
                found[name] = [[h.section_id for h in each[:DEPTH]] for each in hits]
                figures[name] = {**means, **times}
            pairs = list(zip(found["faiss"], found["milvus"], strict=True))
            figures["same first section"] = sum(a[:1] == b[:1] for a, b in pairs)
            figures["same first ten"] = sum(a == b for a, b in pairs)
            _, manifest = builder.in_use(milvus)
            figures["sections"], figures["passages"] = manifest.sections, manifest.passages
            if not given.uri:  # Milvus Lite has a folder for each collection
                for kind, rows in (("section", manifest.sections), ("passage", manifest.passages)):
                    kept = sum(size(p) for p in lite.rglob(f"*_{kind}s") if p.is_dir())
                    figures[f"bytes in Milvus, a {kind}"] = round(kept / rows)
            figures["bytes of a server's copy"] = size(builder.in_use(milvus)[0])
    print(sentence(machine))
    print(json.dumps({k: v for k, v in figures.items() if k != "machine"}, indent=1))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
