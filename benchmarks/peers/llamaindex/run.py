"""LlamaIndex: VectorStoreIndex over FAISS, and with BM25 fused by QueryFusionRetriever.

As in its documentation's pages "Faiss Vector Store", "BM25 Retriever" and
"Reciprocal Rerank Fusion Retriever", with one query and no language model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from protocol import CANDIDATES, SHOWN, Search, Work, main, passages

LIBRARIES = (
    "faiss",
    "llama_index.core",
    "llama_index.embeddings.huggingface",
    "llama_index.retrievers.bm25",
    "llama_index.vector_stores.faiss",
)

DIM = 384


def build(work: Work, modes: list[str]) -> Iterator[str]:
    import faiss
    from llama_index.core import Settings, StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    Settings.embed_model = HuggingFaceEmbedding(model_name=work["model"], device="cpu")
    nodes = [
        TextNode(
            id_=row["id"],
            text=row["text"],
            metadata={"page": row["page"]},
            # The page's name serves to count hits; it isn't part of the text.
            excluded_embed_metadata_keys=["page"],
            excluded_llm_metadata_keys=["page"],
        )
        for row in passages(work)
    ]
    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(DIM))
    index = VectorStoreIndex(nodes, storage_context=StorageContext.from_defaults(vector_store=store))
    index.storage_context.persist(work["store"])
    yield "FAISS"
    if "hybrid" in modes:
        BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=CANDIDATES).persist(_words(work))
        yield "hybrid"


def open_index(work: Work, mode: str) -> Search:
    from llama_index.core import Settings, StorageContext, load_index_from_storage
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    Settings.embed_model = HuggingFaceEmbedding(model_name=work["model"], device="cpu")
    store = FaissVectorStore.from_persist_dir(work["store"])
    index = load_index_from_storage(StorageContext.from_defaults(vector_store=store, persist_dir=work["store"]))
    if mode == "FAISS":
        retriever = index.as_retriever(similarity_top_k=SHOWN)
    else:
        retriever = QueryFusionRetriever(
            [index.as_retriever(similarity_top_k=CANDIDATES), BM25Retriever.from_persist_dir(_words(work))],
            llm=MockLLM(),
            similarity_top_k=SHOWN,
            num_queries=1,
            mode="reciprocal_rerank",
            use_async=False,
        )
    return lambda question: [found.node.metadata["page"] for found in retriever.retrieve(question)]


def _words(work: Work) -> str:
    return str(Path(work["store"]) / "bm25")


if __name__ == "__main__":
    main(LIBRARIES, build, open_index, ["llama-index-core", "sentence-transformers", "torch"])
