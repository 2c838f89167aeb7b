"""Haystack: a hybrid pipeline over its InMemoryDocumentStore.

As in its documentation's pages "InMemoryDocumentStore", "DocumentJoiner" and
the tutorial on hybrid retrieval, joined by reciprocal rank fusion, without a
ranker, which the others don't have either.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from protocol import CANDIDATES, SHOWN, Search, Work, main, passages

LIBRARIES = (
    "haystack",
    "haystack.components.joiners",
    "haystack.components.retrievers.in_memory",
    "haystack.document_stores.in_memory",
    "haystack_integrations.components.embedders.sentence_transformers",
)


def build(work: Work, modes: list[str]) -> Iterator[str]:
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    documents = [Document(id=r["id"], content=r["text"], meta={"page": r["page"]}) for r in passages(work)]
    embedder = SentenceTransformersDocumentEmbedder(model=work["model"], device=_cpu(), progress_bar=False)
    embedder.warm_up()
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embedder.run(documents)["documents"])
    store.save_to_disk(_file(work))
    yield modes[0]


def open_index(work: Work, mode: str) -> Search:
    from haystack import Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    store = InMemoryDocumentStore.load_from_disk(_file(work))
    pipeline = Pipeline()
    pipeline.add_component(
        "embedder", SentenceTransformersTextEmbedder(model=work["model"], device=_cpu(), progress_bar=False)
    )
    pipeline.add_component("meaning", InMemoryEmbeddingRetriever(store, top_k=CANDIDATES))
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=CANDIDATES))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=SHOWN))
    pipeline.connect("embedder", "meaning")
    pipeline.connect("meaning", "joiner")
    pipeline.connect("words", "joiner")
    pipeline.warm_up()

    def search(question: str) -> list[str]:
        found = pipeline.run({"embedder": {"text": question}, "words": {"query": question}})
        return [document.meta["page"] for document in found["joiner"]["documents"]]

    return search


def _cpu() -> Any:
    from haystack.utils import ComponentDevice

    return ComponentDevice.from_str("cpu")


def _file(work: Work) -> str:
    return str(Path(work["store"]) / "store.json")


if __name__ == "__main__":
    main(LIBRARIES, build, open_index, ["haystack-ai", "sentence-transformers", "torch"])
