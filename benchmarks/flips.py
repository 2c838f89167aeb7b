"""Single bytes of an index changed: python -m benchmarks.flips (about 10 minutes).

Each change replaces one byte, at a random place of a random file of the index,
manifest and pointer included, by another; ``careers-qa check`` must find it,
and does so for the whole index each time. Then the byte is put back.

    python -m benchmarks.flips --changes 200 --real 0     to try; figures aren't kept
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.kills import write_guides
from benchmarks.report_reliability import keep
from qa.builder import Prepare, build
from qa.config import Settings
from qa.errors import IndexFolderError
from qa.stores import folder
from tests.fakes import prepare_fake

FULL, FULL_REAL = 10_000, 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=FULL, help="bytes to change")
    parser.add_argument("--real", type=int, default=FULL_REAL, help="the same in an index of the real model")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as place:
        runs = [run("tests' encoder", Path(place), given.changes, chance, prepare_fake)]
        if given.real:
            runs.append(run("real model", Path(place), given.real, chance, None))
    print(keep("flips", {"runs": runs}, whole=given.changes >= FULL and given.real >= FULL_REAL))


def run(name: str, place: Path, changes: int, chance: random.Random, prepare: Prepare | None) -> dict[str, Any]:
    """Change bytes one by one; how many were found."""
    settings = Settings(corpus=place / "guides", index=place / name, keep_old=0)
    write_guides(settings.corpus, name)
    build(settings, progress=False, prepare=prepare)
    generation, _ = folder.current(settings.index)
    files = [
        p for p in [settings.index / "CURRENT", *sorted(generation.rglob("*"))] if p.is_file() and p.stat().st_size
    ]
    found = 0
    for _ in range(changes):
        path = chance.choice(files)
        at, by = chance.randrange(path.stat().st_size), chance.randrange(1, 256)
        change(path, at, by)
        found += is_found(settings.index)
        change(path, at, by)
    if is_found(settings.index):
        raise RuntimeError("The index isn't as it was: a byte wasn't put back.")
    return {"index": name, "changes": changes, "found": found}


def change(path: Path, at: int, by: int) -> None:
    """Exclusive or of one byte: done twice it changes nothing."""
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ by]))


def is_found(index: Path) -> bool:
    """Whether ``careers-qa check`` has a fault to name."""
    try:
        return bool(folder.verify(index))
    except IndexFolderError:
        return True


if __name__ == "__main__":
    main()
