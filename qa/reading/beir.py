"""BEIR folders: corpus.jsonl read as documents, one section a row.

Rows that share a title, and a URL where they name one, are sections of one
document; a row's ``headers`` are its headings and its ``_id`` its anchor.
The format is that of Thakur et al., "BEIR: A Heterogeneous Benchmark for
Zero-shot Evaluation of Information Retrieval Models", 2021.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa.errors import ReadError
from qa.reading.blocks import Piece, Reading, assemble, free, slug
from qa.reading.files import is_whole
from qa.reading.text import body_pieces
from qa.types import Document

CORPUS = "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a corpus: its id, its headings from the outermost on, its text."""

    id: str
    headers: tuple[str, ...]
    text: str


def is_beir(folder: Path) -> bool:
    """Whether a folder is a BEIR collection rather than a folder of guides."""
    return (folder / CORPUS).is_file()


def read_beir(folder: Path) -> list[Document]:
    """Read the corpus of a BEIR folder, documents in the order of their first row.

    Raises ReadError, which names file and line, for a row that can't be used.
    """
    grouped: dict[tuple[str, str], list[Row]] = {}
    seen: set[str] = set()
    path = folder / CORPUS
    for number, values in json_lines(path):
        name = str(values.get("_id") or "")
        if not name or not isinstance(values.get("text"), str):
            raise ReadError(f'Line {number} of {path} has no "_id" or no "text": give each row both.')
        if name in seen:
            raise ReadError(f"Line {number} of {path} repeats the _id {name}: give each row one of its own.")
        seen.add(name)
        title = str(values.get("title") or "")
        metadata = values.get("metadata") or {}
        url = str(metadata.get("url") or "") if isinstance(metadata, dict) else ""
        given = values.get("headers") or []
        if not isinstance(given, list):
            raise ReadError(
                f'Line {number} of {path} has "headers" that aren\'t a list: write ["Heading", "Sub-heading"].'
            )
        headers = tuple(str(h) for h in given if str(h).strip())
        group = (title, url) if title else (name, "")
        grouped.setdefault(group, []).append(Row(name, headers, values["text"]))
    documents: list[Document] = []
    taken: set[str] = set()
    for (title, url), rows in grouped.items():
        document_id = free(slug(title) if title else rows[0].id, taken)
        taken.add(document_id)
        documents.append(_document(document_id, title or rows[0].id, rows, url))
    return documents


def _document(document_id: str, title: str, rows: Sequence[Row], url: str) -> Document:
    pieces: list[Piece] = []
    for row in rows:
        pieces.append(Piece("heading", row.headers[-1] if row.headers else title, 2, anchor=row.id))
        # A row without text is a section still: its heading is all that it says.
        pieces += body_pieces(row.text) or [Piece("paragraph", pieces[-1].text)]
    document = assemble(document_id, Reading(pieces, title, url))
    sections = tuple(
        replace(section, headings=row.headers, topic=title)
        for section, row in zip(document.sections, rows, strict=True)
    )
    return replace(document, sections=sections)


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file with their line numbers, empty lines left out.

    Raises ReadError, which names file and line, for a line that isn't an object.
    """
    try:
        # Bytes that aren't UTF-8 are read as halves of characters, so that their line can be named.
        with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                if not is_whole(line):
                    raise ReadError(f"Line {number} of {path} isn't UTF-8: save the file as UTF-8.")
                try:
                    values = json.loads(line)
                    if "\\u" in line and not is_whole(json.dumps(values, ensure_ascii=False)):
                        raise ReadError(
                            f"Line {number} of {path} has half of a surrogate pair in it: write the whole character."
                        )
                except (ValueError, RecursionError) as error:
                    raise ReadError(f"Line {number} of {path} isn't JSON: mend it.") from error
                if not isinstance(values, dict):
                    raise ReadError(f"Line {number} of {path} isn't a JSON object: give each line one.")
                yield number, values
    except OSError as error:
        raise ReadError(
            f"The file {path} can't be read ({error.strerror}): name a JSON Lines file in UTF-8."
        ) from error
