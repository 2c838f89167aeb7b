"""Builds killed at random moments: python -m benchmarks.kills (about 5 minutes).

A build is ended by SIGKILL, one half of the times after a random time, the
other half at a random one of its calls that open, make, rename or remove a
file. After each the index must be whole, open and answer, and be the one from
before or the new one; after every tenth a build must succeed and leave
nothing of the dead ones. The encoder is the tests' own, so that a build takes
a moment; the last few kill the whole command with the real model.

    python -m benchmarks.kills --kills 20 --real 0     to try; figures aren't kept
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

from benchmarks.report_reliability import keep
from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.stores import folder
from tests.fakes import open_fake, prepare_fake

FULL, FULL_REAL = 400, 12
_EVENTS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.utime", "shutil.rmtree")
_CLEAN = get_context("forkserver")
_PATIENCE = 300  # seconds
_LATE = 1.1  # of a build's time: so a few kills come too late and show that the new index is whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=FULL, help="builds to kill")
    parser.add_argument("--real", type=int, default=FULL_REAL, help="builds with the real model to kill")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    os.environ["CAREERS_QA_KEEP_OLD"] = "0"
    with tempfile.TemporaryDirectory() as place:
        figures = run(Path(place), given.kills, given.real, random.Random(given.seed))
    print(keep("kills", figures, whole=given.kills >= FULL and given.real >= FULL_REAL))


def run(place: Path, kills: int, real: int, chance: random.Random) -> dict[str, Any]:
    """Kill builds; count what was current after each. Raises RuntimeError at the first broken index."""
    # Guides are read in this process: one of their own would outlive the kill for a moment.
    settings = Settings(corpus=place / "guides", index=place / "index", keep_old=0, min_confidence=0.05, file_seconds=0)
    write_guides(settings.corpus, "first")
    build(settings, progress=False, prepare=prepare_fake)
    measured(settings)  # the first also starts the process that makes the others
    seconds, events = measured(settings)
    found: Counter[str] = Counter()
    for number in range(kills):
        before = folder.current_name(settings.index)
        write_guides(settings.corpus, f"{number}")
        if number % 2:
            died = killed_after(settings, chance.uniform(0, _LATE * seconds))
        else:
            died = killed_at(settings, chance.randrange(events))
        found["killed" if died else "ended before"] += 1
        found["old index" if whole(settings) == before else "new index"] += died
        if number % 10 == 9:
            build(settings, progress=False, prepare=prepare_fake)
            if left := leftovers(settings.index):
                raise RuntimeError(f"After kill {number} and a build this is left: {left}")
            found["builds after"] += 1
    return {"fake": dict(found), "real": dict(_real(place, real, chance))}


def _real(place: Path, kills: int, chance: random.Random) -> Counter[str]:
    """The same with the whole command and the real model."""
    settings = Settings(corpus=place / "guides", index=place / "real")
    command = [sys.executable, "-m", "qa.cli", "build", str(settings.corpus), "--index", str(settings.index), "--quiet"]
    found: Counter[str] = Counter()
    if not kills:
        return found
    # The first build converts the model, which those after it take over.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    write_guides(settings.corpus, "real")
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    for number in range(kills):
        write_guides(settings.corpus, f"real {number}")
        before = folder.current_name(settings.index)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            process.wait(chance.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            process.kill()
        died = process.wait() == -signal.SIGKILL
        after, _ = folder.require_whole(settings.index, for_answering=False)
        found["killed" if died else "ended before"] += 1
        found["old index" if after.name == before else "new index"] += died
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    if left := leftovers(settings.index):
        raise RuntimeError(f"After the real model's kills and a build this is left: {left}")
    found["builds after"] += 1
    return found


def whole(settings: Settings) -> str:
    """The name of the index in use, which was checked, opened and asked."""
    if faults := folder.verify(settings.index):
        raise RuntimeError(f"The index is damaged: {faults}")
    answer = Assistant.open(settings=settings, open_encoder=open_fake).ask("What do nurses earn?")
    if not answer.answered:
        raise RuntimeError("The index is whole but answers nothing.")
    return folder.current_name(settings.index)


def leftovers(index: Path) -> list[str]:
    """What lies in the index folder besides the generation in use, its pointer and the lock."""
    return sorted({p.name for p in index.iterdir()} - {folder.current_name(index), "CURRENT", ".lock"})


def killed_after(settings: Settings, seconds: float) -> bool:
    """Start a build and kill it so many seconds later; whether it still ran."""
    process = _started(settings)
    process.join(seconds)
    process.kill()
    return _was_killed(process)


def killed_at(settings: Settings, event: int) -> bool:
    """Start a build that kills itself at its event-th call that changes or opens a file."""
    return _was_killed(_started(settings, event))


def measured(settings: Settings) -> tuple[float, int]:
    """How long a build takes, and how many events it has."""
    began = time.perf_counter()
    events = _CLEAN.SimpleQueue()
    _was_killed(_started(settings, -1, events))
    return time.perf_counter() - began, int(events.get())


def _started(settings: Settings, event: int = -1, events: SimpleQueue[int] | None = None) -> ForkServerProcess:
    """A build in a process made by one that has imported everything and run nothing: libraries'
    threads don't survive a fork."""
    _CLEAN.set_forkserver_preload(["qa.builder", "tests.fakes"])
    process = _CLEAN.Process(target=_build, args=(settings, event, events))
    process.start()
    return process


def _build(settings: Settings, event: int, events: SimpleQueue[int] | None) -> None:
    """Build; at the event-th event end by SIGKILL; in the end tell the number of events."""
    seen = 0
    below = str(settings.index)

    def hook(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if name in _EVENTS and str(arguments[0]).startswith(below):
            if seen == event:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

    sys.addaudithook(hook)
    build(settings, progress=False, prepare=prepare_fake)
    if events:
        events.put(seen)


def _was_killed(process: ForkServerProcess) -> bool:
    """Whether a child ended by SIGKILL; raises RuntimeError when its build failed, or hangs."""
    process.join(_PATIENCE)
    if process.exitcode not in (0, -signal.SIGKILL):
        raise RuntimeError("A build that wasn't killed failed or hangs.")
    return process.exitcode == -signal.SIGKILL


def write_guides(corpus: Path, text: str) -> None:
    """A small corpus whose index differs for each text."""
    corpus.mkdir(exist_ok=True)
    (corpus / "nurse.md").write_text(f"# Nurse\n\nNurses care. Note {text}.\n\n## Pay\n\nNurses earn $93,600.\n")
    (corpus / "developer.txt").write_text("Developer\n\nDevelopers write software.\n\nOutlook\n\nDemand grows.\n")


if __name__ == "__main__":
    main()
