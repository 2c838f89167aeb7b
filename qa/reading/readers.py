"""Reading one file: by its ending, into the guides that it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa.errors import ReadError
from qa.reading.blocks import Reading, assemble, free
from qa.reading.csv_table import read_csv
from qa.reading.docx import read_docx
from qa.reading.files import is_whole, text_of
from qa.reading.html import read_html
from qa.reading.json_export import read_json, read_jsonl
from qa.reading.levels import with_topics
from qa.reading.markdown import read_markdown
from qa.reading.pdf import read_pdf
from qa.reading.spreadsheet import read_xlsx
from qa.reading.text import read_text
from qa.types import Document

# Gives a file's guides, and errors that name what of it is left out.
Reader = Callable[[Path], Iterator[Reading | ReadError]]


def of_text(read: Callable[[str], Reading]) -> Reader:
    """The reader of files that are text and hold one guide."""

    def reader(path: Path) -> Iterator[Reading | ReadError]:
        yield read(text_of(path))

    return reader


READERS: dict[str, Reader] = {
    ".md": of_text(read_markdown),
    ".markdown": of_text(read_markdown),
    ".txt": of_text(read_text),
    ".html": of_text(read_html),
    ".htm": of_text(read_html),
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}
_UNREAD = {
    **dict.fromkeys(
        (".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar"), "it is an archive: unpack it"
    ),
    **dict.fromkeys((".doc", ".dot", ".rtf", ".odt", ".pages"), "its format isn't read: save it as .docx"),
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".numbers"), "its format isn't read: save it as .xlsx or .csv"),
    **dict.fromkeys((".ppt", ".pptx", ".odp"), "its format isn't read: save it as .pdf"),
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, or a part of one, and why, as one sentence."""

    path: str
    reason: str


def unread(path: Path) -> str:
    """Why a file of this ending isn't read; "" where it is."""
    ending = path.suffix.lower()
    known = f"it isn't a kind of guide that is read ({', '.join(READERS)})"
    return "" if ending in READERS else _UNREAD.get(ending, known)


def read_file(path: Path, file_id: str, name: str, url: str = "") -> list[Document | Skipped]:
    """The guides of one file of a known kind, or why it, or a part of it, is skipped.

    A guide's id is ``file_id``; in a file of several guides the guide's own
    name follows it. ``url`` is the address of a page that names none itself.
    """
    found: list[Document | Skipped] = []
    taken: set[str] = set()
    try:
        for reading in READERS[path.suffix.lower()](path):
            if isinstance(reading, ReadError):
                found.append(Skipped(name, str(reading)))
                continue
            document_id = free(f"{file_id}/{reading.name}", taken) if reading.name else file_id
            taken.add(document_id)
            own = reading.url or reading.source_url or reading.name
            pieces = reading.pieces if reading.name else with_topics(reading.pieces)
            document = assemble(document_id, replace(reading, pieces=pieces, url=reading.url if own else url))
            if not _whole(document):
                part = "one of its guides" if reading.name else "it"
                found.append(Skipped(name, f"{part} has half of a surrogate pair in it: write the whole character"))
                continue
            empty = f"{reading.title} in it has no text" if reading.name else "it has no text"
            found.append(document if document.sections else Skipped(name, empty))
    except ReadError as error:
        found.append(Skipped(name, str(error)))
    return found


def _whole(document: Document) -> bool:
    """Whether a guide has whole characters alone."""
    said = (document.id, document.title, document.url, document.source_url, document.text, *document.aliases)
    headings = (word for s in document.sections for word in (s.topic, *s.headings))
    return is_whole("".join((*said, *headings, *(f"{k}{v}" for k, v in document.metadata.items()))))
