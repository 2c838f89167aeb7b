"""One batch of inputs of one target, in a process that ends with it."""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import importlib.util
import json
import random
import sys
import time
import traceback
from pathlib import Path

from tests.fuzz.mutator import DICTIONARIES, MOST, SEEDS, mutated

_TOO_SLOW = 60  # seconds of an input, after which the process ends with its traceback
_POOL = 400


class Batch:
    """Tries inputs, counts them, and saves what it counted and the input that failed."""

    def __init__(self, target: str, work: Path, report: Path) -> None:
        from tests.fuzz.targets import tried

        self._tried = tried
        self.target, self.work, self.report = target, work, report
        self.inputs = self.refused = 0
        self.slowest = 0.0

    def one(self, data: bytes) -> bool:
        """Whether an input was read; one that fails is saved, and what it raised goes on."""
        faulthandler.dump_traceback_later(_TOO_SLOW, exit=True)
        (self.work / f"{self.target}.last").write_bytes(data)
        began = time.process_time()
        try:
            read = self._tried(self.target, data)
        except BaseException:
            traceback.print_exc()
            path = self.work / f"{self.target}-{hashlib.sha256(data).hexdigest()[:12]}"
            path.write_bytes(data)
            self.save(str(path))
            raise
        self.slowest = max(self.slowest, time.process_time() - began)
        self.inputs += 1
        self.refused += not read
        return read

    def save(self, failed: str = "") -> None:
        figures = {"inputs": self.inputs, "refused": self.refused, "slowest_ms": self.slowest * 1000, "failed": failed}
        self.report.write_text(json.dumps(figures), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--inputs", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True)
    given = parser.parse_args()
    follows = importlib.util.find_spec("atheris") is not None if given.engine == "auto" else given.engine == "atheris"
    if follows:
        follow(given)
    else:
        at_random(Batch(given.target, given.work, given.report), given.inputs, given.seed)


def at_random(batch: Batch, inputs: int, seed: int) -> None:
    """Mutate seeds; inputs that are read join the seeds."""
    chance = random.Random(seed)
    pool = list(SEEDS[batch.target])
    for _ in range(inputs):
        data = mutated(chance, batch.target, pool)
        if batch.one(data) and chance.random() < 0.05:
            pool.append(data)
            if len(pool) > _POOL:
                del pool[chance.randrange(len(SEEDS[batch.target]), len(pool))]
    batch.save()


def follow(given: argparse.Namespace) -> None:
    """Have atheris make inputs: libFuzzer, which keeps those that reach new code of ours."""
    import atheris

    with atheris.instrument_imports(include=["qa", "markdown_it"]):
        batch = Batch(given.target, given.work, given.report)
    kept = given.work / "kept" / given.target
    kept.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[given.target]):
        (kept / f"seed-{number}").write_bytes(seed)
    words = given.work / f"{given.target}.dict"
    words.write_text("".join(f'"{_escaped(w)}"\n' for w in DICTIONARIES[given.target] if len(w) < 64), encoding="ascii")
    chance = random.Random(given.seed)

    def one(data: bytes) -> None:
        # libFuzzer ends the process itself, so the last input saves the figures.
        batch.one(data)
        if batch.inputs >= given.inputs:
            batch.save()

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        if seed % 2:
            return bytes(atheris.Mutate(data, most))
        chance.seed(seed)
        return mutated(chance, given.target, [data, *SEEDS[given.target]])[:most]

    options = [
        sys.argv[0], str(kept), f"-dict={words}", f"-max_len={MOST}", f"-runs={given.inputs}",
        f"-seed={given.seed + 1}",
        f"-artifact_prefix={given.work}/{given.target}-crash-", "-rss_limit_mb=4096", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup(options, one, custom_mutator=mutate)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main()
