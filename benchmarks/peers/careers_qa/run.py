"""careers-qa itself, by the same harness.

It is given the folder of pages, not the sections, so that its build includes
reading and cutting them. "search" gives sections, "answer" the whole answer
with its quotes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from protocol import SHOWN, Search, Work, main

LIBRARIES = ("qa",)


def build(work: Work, modes: list[str]) -> Iterator[str]:
    from qa.builder import build as build_index
    from qa.config import Settings

    build_index(Settings(corpus=Path(work["corpus"]), index=Path(work["store"])), progress=False)
    yield from modes


def open_index(work: Work, mode: str) -> Search:
    from qa import Assistant

    assistant = Assistant.open(work["store"])
    if mode == "search":
        return lambda question: [hit.document.id for hit in assistant.search(question, SHOWN)]

    def answer(question: str) -> list[str]:
        found = assistant.ask(question)
        return [place.document_id for place in (*found.citations, *found.related)][:SHOWN]

    return answer


if __name__ == "__main__":
    main(LIBRARIES, build, open_index, ["careers-qa", "openvino", "faiss-cpu"])
