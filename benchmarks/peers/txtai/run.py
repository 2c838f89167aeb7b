"""txtai: an Embeddings database with hybrid search and content.

As in its documentation's pages "Embeddings" and "Configuration": hybrid=True
joins its BM25 to the vectors, which it keeps in FAISS.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocol import SHOWN, Search, Work, main, passages

LIBRARIES = ("txtai",)


def build(work: Work, modes: list[str]) -> Iterator[str]:
    from txtai import Embeddings

    embeddings = Embeddings(path=work["model"], content=True, hybrid=True)
    embeddings.index([(row["id"], {"text": row["text"], "page": row["page"]}) for row in passages(work)])
    embeddings.save(work["store"])
    yield modes[0]


def open_index(work: Work, mode: str) -> Search:
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(work["store"])
    # An id is the page and the section's number.
    return lambda question: [found["id"].rsplit("#", 1)[0] for found in embeddings.search(question, SHOWN)]


if __name__ == "__main__":
    main(LIBRARIES, build, open_index, ["txtai", "sentence-transformers", "torch"])
