"""The engine that an index lies in: files and FAISS, or Milvus."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qa.config import Settings
from qa.reading.encoder import Encoder
from qa.retrieval.fields import GUIDES, HEADINGS, WORDS
from qa.retrieval.hybrid import Fields, HybridSearch, Weights
from qa.retrieval.rerank import Reranker
from qa.stores import folder
from qa.stores.engine import DocumentStore

if TYPE_CHECKING:
    from qa.stores.milvus_store import Milvus

# How the texts of a collection's fields are scored.
SCHEMES = {"sections": {"words": WORDS, "headings": HEADINGS}, "guides": {"words": GUIDES}}


@lru_cache(maxsize=4)
def connected(settings: Settings) -> Milvus:
    """The connection to Milvus, one for all that use it. Raises StoreError."""
    from qa.stores.milvus_store import Milvus

    return Milvus(settings)


def in_use(settings: Settings, whole: bool = False) -> tuple[Path, folder.Manifest]:
    """The folder of the index in use and its manifest; of one in Milvus, its copy.

    ``whole`` checks every file that answering reads. Raises IndexFolderError
    when there is none, or it can't be used.
    """
    if settings.store == "faiss":
        return folder.require_whole(settings.index) if whole else folder.current(settings.index)
    from qa.stores.milvus_copy import refreshed

    return refreshed(connected(settings), settings)


def name_in_use(settings: Settings) -> str:
    """A name that changes when another index comes into use, or "" for none."""
    if settings.store == "faiss":
        return folder.current_name(settings.index)
    from qa.stores.milvus_copy import in_use_name

    return in_use_name(connected(settings), settings)


def faults(settings: Settings) -> list[str]:
    """A sentence for each part of the index that isn't as its manifest says."""
    if settings.store == "faiss":
        return folder.verify(settings.index)
    from qa.stores import milvus_copy

    _, manifest = in_use(settings)
    return folder.verify(milvus_copy.copy_folder(settings)) + milvus_copy.faults(
        connected(settings), settings, manifest
    )


def place(settings: Settings) -> str:
    """Where the index lies, for people."""
    if settings.store == "faiss":
        return str(settings.index)
    return f"{settings.milvus_collection} at {settings.milvus_uri}"


def open_documents(generation: Path, manifest: folder.Manifest, settings: Settings) -> DocumentStore:
    """The documents of an index."""
    if settings.store == "faiss":
        from qa.stores.library import Library

        return Library(generation)
    from qa.stores.milvus_copy import GENERATION
    from qa.stores.milvus_files import Files, MilvusLibrary

    files = Files(connected(settings), str(manifest.settings[GENERATION]))
    return MilvusLibrary.read(generation, files, manifest.sections)


def open_search(
    generation: Path,
    manifest: folder.Manifest,
    encoder: Encoder,
    settings: Settings,
    reranker: Reranker | None = None,
) -> HybridSearch:
    """The search over the index of which ``generation`` has the files."""
    weights = Weights(settings.dense_weight, settings.heading_weight, settings.late_weight)
    if settings.store == "milvus":
        return _milvus_search(generation, manifest, encoder, settings, weights, reranker)
    from qa.stores.faiss_store import FaissStore
    from qa.stores.library import Library
    from qa.stores.local import LocalPassages
    from qa.stores.tokens import TokenStore
    from qa.stores.words import WordStore

    library = Library(generation)
    vectors = FaissStore.load(generation / folder.VECTORS)
    section_vectors = np.asarray(np.load(generation / folder.SECTIONS, mmap_mode="r", allow_pickle=False))
    fields = Fields(
        WordStore.load(generation / folder.WORDS, manifest.sections, WORDS),
        WordStore.load(generation / folder.HEADINGS, manifest.sections, HEADINGS),
        WordStore.load(generation / folder.GUIDES, manifest.documents, GUIDES),
    )
    tokens = TokenStore(generation / folder.TOKENS)
    passages = LocalPassages(library, vectors, section_vectors, tokens)
    return HybridSearch(library, passages, fields, encoder, weights, reranker)


def _milvus_search(
    generation: Path,
    manifest: folder.Manifest,
    encoder: Encoder,
    settings: Settings,
    weights: Weights,
    reranker: Reranker | None,
) -> HybridSearch:
    from qa.stores.milvus_copy import GENERATION, INDEX
    from qa.stores.milvus_index import FREQUENCIES, Frequencies, MilvusPassages, MilvusWords, together
    from qa.stores.milvus_layout import collection_of, vector_index

    milvus, name = connected(settings), str(manifest.settings[GENERATION])
    sections, guides = collection_of(name, "sections"), collection_of(name, "guides")
    index = vector_index(str(manifest.settings[INDEX]), manifest.passages)
    fields = Fields(
        MilvusWords(
            milvus, sections, "words", WORDS, manifest.sections, Frequencies.read(generation / FREQUENCIES, "words")
        ),
        MilvusWords(milvus, sections, "headings", HEADINGS, manifest.sections),
        MilvusWords(
            milvus, guides, "words", GUIDES, manifest.documents, Frequencies.read(generation / FREQUENCIES, "guides")
        ),
    )
    return HybridSearch(
        open_documents(generation, manifest, settings),
        MilvusPassages(milvus, name, index, manifest.passages, manifest.sections, manifest.dim),
        fields,
        encoder,
        weights,
        reranker,
        together,
    )
