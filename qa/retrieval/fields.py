"""What of a section goes into which store."""

from __future__ import annotations

from qa.types import Document, Section


def words_text(document: Document, section: Section) -> str:
    """A section for BM25: its heading path and its text."""
    return f"{section.path}\n{document.section_text(section)}"


def heading_text(document: Document, section: Section) -> str:
    """A section's names for BM25: title, aliases and headings.

    The aliases are the document's; a topic of its own has none.
    """
    aliases = document.aliases if section.topic == document.title else ()
    return " ".join((*aliases, section.path))
