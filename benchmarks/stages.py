"""Where the time of a question goes: the parts of one Assistant, timed.

    python -m benchmarks.stages INDEX QUESTIONS.jsonl OUT.json

The program's own methods are wrapped from outside. Each stage's time is
without that of the stages within it, but for the quote, which includes the
encoding of its candidates.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qa import Assistant

WHOLE, QUOTE = "whole answer", "choose the quotes"
# What is timed under which name: the path of an object from the assistant, and its method.
STAGES = (
    ("encode the question", "_search.encoder", "read"),
    ("encode the quote", "_search.encoder", "encode"),
    ("search vectors", "_search.passages", "near"),
    ("compare passages", "_search.passages", "best"),
    ("compare near words", "_search", "_with_near_words"),
    ("score words", "_search.fields.words", "asked"),
    ("score words of headings", "_search.fields.headings", "asked"),
    ("score words of guides", "_search.fields.guides", "asked"),
    ("fuse, read sections", "_search", "search"),
    (QUOTE, "", "_cite"),
)


class Stages:
    """Collects the seconds of each stage, question by question."""

    def __init__(self) -> None:
        self.questions: list[dict[str, float]] = []
        self._within: list[float] = []  # time spent in inner stages, a number for each open stage
        self._quoting = False

    def begin(self) -> None:
        self.questions.append(defaultdict(float))

    def wrap(self, name: str, owner: Any, method: str) -> None:
        original: Callable[..., Any] = getattr(owner, method)

        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._quoting:
                return original(*args, **kwargs)
            self._quoting = name == QUOTE
            self._within.append(0.0)
            began = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                spent = time.perf_counter() - began
                inner = self._within.pop()
                if self._within:
                    self._within[-1] += spent
                self._quoting = False
                if self.questions:
                    self.questions[-1][name] += spent - inner

        # The program's classes may have slots or be compiled: then the stage stays unmeasured.
        try:
            setattr(owner, method, timed)
        except AttributeError:
            print(f"The stage {name} can't be timed on its own.", file=sys.stderr)


def wrapped(assistant: Assistant) -> Stages:
    """Time the assistant's stages; one that the program no longer has is left out, and named."""
    stages = Stages()
    for name, path, method in STAGES:
        owner: Any = assistant
        for part in filter(None, path.split(".")):
            owner = getattr(owner, part, None)
        if hasattr(owner, method):
            stages.wrap(name, owner, method)
        else:
            print(f"There is no {path}.{method} to time as: {name}.", file=sys.stderr)
    return stages


def main() -> None:
    index, questions, out = (Path(argument) for argument in sys.argv[1:4])
    asked = [json.loads(line)["question"] for line in questions.read_text(encoding="utf-8").splitlines()]
    assistant = Assistant.open(index)
    assistant.ask(asked[0])
    plain = []
    for question in asked:  # without the wrappers, for the whole
        began = time.perf_counter()
        assistant.ask(question)
        plain.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assistant = Assistant.open(index)  # the first one keeps what it found
    assistant.ask(asked[0])
    stages = wrapped(assistant)
    for question in asked:
        stages.begin()
        assistant.ask(question)
    names = [name for name, _, _ in STAGES if any(name in found for found in stages.questions)]
    seconds = {WHOLE: plain} | {name: [found.get(name, 0.0) for found in stages.questions] for name in names}
    out.write_text(json.dumps({"seconds": seconds, "peak_mb": peak}), encoding="utf-8")


if __name__ == "__main__":
    main()
