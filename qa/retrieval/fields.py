"""What of a section goes into which store.

The schemes were chosen by benchmarks/retrieval.py; docs/retrieval.md tells
what else was tried.
"""

from __future__ import annotations

from qa.stores.words import Scheme
from qa.types import Document, Section

# A section's words and pairs of neighbouring words: sections differ little in
# length, so length and repetition count for little (as in Anserini's settings).
WORDS = Scheme(k1=0.9, b=0.4, pairs=True)
HEADINGS = Scheme()
GUIDES = Scheme()


def words_text(document: Document, section: Section) -> str:
    """A section for BM25: its heading path and its text."""
    return f"{section.path}\n{document.section_text(section)}"


def heading_text(document: Document, section: Section) -> str:
    """A section's names for BM25: aliases, title and headings.

    It is empty for a section without headings, which has none to weigh. The
    aliases are the document's; a topic of its own has none.
    """
    if not section.headings:
        return ""
    aliases = document.aliases if section.topic == document.title else ()
    return " ".join((*aliases, section.path))


def guide_text(document: Document) -> str:
    """A document for BM25: all its names and all its text."""
    return "\n".join((document.title, *document.aliases, document.text))
