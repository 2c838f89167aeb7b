"""LangChain: its FAISS vector store, and with BM25 by EnsembleRetriever.

As in its documentation's pages on FAISS, BM25Retriever and EnsembleRetriever.
The documents of the BM25 retriever come from the saved FAISS store: LangChain
has no way of its own to save that retriever.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocol import CANDIDATES, SHOWN, Search, Work, main, passages

LIBRARIES = (
    "langchain_classic.retrievers",
    "langchain_community.retrievers",
    "langchain_community.vectorstores",
    "langchain_huggingface",
)


def build(work: Work, modes: list[str]) -> Iterator[str]:
    from langchain_community.vectorstores import FAISS
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings

    documents = [Document(row["text"], metadata={"page": row["page"]}, id=row["id"]) for row in passages(work)]
    embeddings = HuggingFaceEmbeddings(model_name=work["model"], model_kwargs={"device": "cpu"})
    FAISS.from_documents(documents, embeddings).save_local(work["store"])
    yield from modes


def open_index(work: Work, mode: str) -> Search:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(model_name=work["model"], model_kwargs={"device": "cpu"})
    store = FAISS.load_local(work["store"], embeddings, allow_dangerous_deserialization=True)
    if mode == "FAISS":
        retriever = store.as_retriever(search_kwargs={"k": SHOWN})
    else:
        words = BM25Retriever.from_documents(list(store.docstore._dict.values()), k=CANDIDATES)
        meaning = store.as_retriever(search_kwargs={"k": CANDIDATES})
        retriever = EnsembleRetriever(retrievers=[words, meaning], weights=[0.5, 0.5])
    return lambda question: [found.metadata["page"] for found in retriever.invoke(question)[:SHOWN]]


if __name__ == "__main__":
    main(LIBRARIES, build, open_index, ["langchain-core", "langchain-community", "sentence-transformers", "torch"])
