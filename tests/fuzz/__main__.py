"""Fuzz every reader, the API and the chat: python -m tests.fuzz (make fuzz).

Inputs are made by atheris, which follows the code that they reach, where it
is installed, else by mutating seeds at random. They are tried in batches, each
in a process of its own; what is done is saved after each, so that a run that
was stopped goes on where it was. An input that fails is saved and named, and
the run ends with status 1.

    python -m tests.fuzz --inputs 20000                 in all
    python -m tests.fuzz --target html --inputs 5000
    python -m tests.fuzz --target html --again FILE     what an input does
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.inputs import ROOT, WORK
from benchmarks.report_reliability import keep
from tests.fuzz.mutator import SEEDS

FULL = 1_000_000
_BATCH = 20_000
# Shares of the inputs: a request to the server takes some ten times a reader's time, a PDF more.
_SHARES = {
    "api": 0.4,
    "chat": 0.4,
    "chat_events": 0.4,
    "qrels": 0.5,
    "manifest": 0.5,
    "docx": 0.3,
    "xlsx": 0.3,
    "pdf": 0.1,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=FULL, help="inputs in all")
    parser.add_argument("--target", choices=list(SEEDS), help="this one alone")
    parser.add_argument("--engine", choices=["auto", "atheris", "random"], default="auto")
    parser.add_argument("--work", type=Path, default=WORK / "fuzz", help="folder of what is done and found")
    parser.add_argument("--anew", action="store_true", help="forget what an earlier run did")
    parser.add_argument("--again", type=Path, help="try one saved input of --target")
    given = parser.parse_args()
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if given.again:
        from tests.fuzz.targets import tried

        print("read" if tried(given.target, given.again.read_bytes()) else "refused")
        return
    done = work / "done.json"
    if given.anew:
        done.unlink(missing_ok=True)
    targets = [given.target] if given.target else list(SEEDS)
    shares = {name: _SHARES.get(name, 1.0) for name in targets}
    wanted = {name: -(-int(given.inputs * share) // 1) / sum(shares.values()) for name, share in shares.items()}
    figures: dict[str, Any] = json.loads(done.read_text(encoding="utf-8")) if done.is_file() else {}
    failed = False
    while open_targets := [n for n in targets if figures.get(n, {}).get("inputs", 0) < int(wanted[n] + 1)]:
        for name in open_targets:
            figures[name], broke = _batch(name, figures.get(name, {}), int(wanted[name] + 1), given.engine, work)
            done.write_text(json.dumps(figures, indent=1), encoding="utf-8")
            if broke:
                failed = True
                targets.remove(name)
    print(keep("fuzz", {"targets": {n: figures[n] for n in SEEDS if n in figures}}, whole=_whole(figures, failed)))
    sys.exit(failed)


def _whole(figures: dict[str, Any], failed: bool) -> bool:
    return not failed and set(figures) == set(SEEDS) and sum(f["inputs"] for f in figures.values()) >= FULL


def _batch(name: str, before: dict[str, Any], wanted: int, engine: str, work: Path) -> tuple[dict[str, Any], bool]:
    """Try a batch in a process of its own; the target's figures with it, and whether an input failed."""
    start = before.get("inputs", 0)
    report = work / f"{name}.json"
    report.unlink(missing_ok=True)
    command = [
        sys.executable, "-m", "tests.fuzz.batch", name, "--inputs", str(min(_BATCH, wanted - start)),
        "--seed", str(start), "--engine", engine, "--work", str(work), "--report", str(report),
    ]  # fmt: skip
    log = work / f"{name}.log"
    with log.open("wb") as out:
        subprocess.run(command, cwd=ROOT, stdout=out, stderr=out, check=False)
    found = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else {}
    if not found or found["failed"]:
        print(f"{name}: {found.get('failed') or 'the process died'}: see {log}", file=sys.stderr)
    total = {
        "inputs": start + found.get("inputs", 0),
        "refused": before.get("refused", 0) + found.get("refused", 0),
        "slowest_ms": max(before.get("slowest_ms", 0), found.get("slowest_ms", 0)),
    }
    print(f"{name}: {total['inputs']:,} inputs", file=sys.stderr)
    return total, not found or bool(found["failed"])


if __name__ == "__main__":
    main()
