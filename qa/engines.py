"""The engine that an index lies in: files and FAISS, or Milvus."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qa.config import Settings
from qa.reading.encoder import Encoder
from qa.retrieval.fields import GUIDES, HEADINGS, WORDS
from qa.retrieval.hybrid import Fields, HybridSearch, Weights


def open_search(generation: Path, documents: int, sections: int, encoder: Encoder, settings: Settings) -> HybridSearch:
    """The search over the files of a generation."""
    from qa.stores.faiss_store import FaissStore
    from qa.stores.library import Library
    from qa.stores.local import LocalPassages
    from qa.stores.words import WordStore

    library = Library(generation)
    vectors = FaissStore.load(generation / "vectors.faiss")
    section_vectors = np.load(generation / "sections.npy", mmap_mode="r", allow_pickle=False)
    return HybridSearch(
        library,
        LocalPassages(library, vectors, section_vectors),
        Fields(
            WordStore.load(generation / "words", sections, WORDS),
            WordStore.load(generation / "headings", sections, HEADINGS),
            WordStore.load(generation / "guides", documents, GUIDES),
        ),
        encoder,
        Weights(settings.dense_weight, settings.heading_weight),
    )
