"""A folder of guides: which files are read, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa.errors import CorpusError, ReadError
from qa.reading.blocks import Reading, assemble
from qa.reading.csv_table import read_csv
from qa.reading.docx import read_docx
from qa.reading.html import read_html
from qa.reading.json_export import read_json, read_jsonl
from qa.reading.markdown import read_markdown
from qa.reading.pdf import read_pdf
from qa.reading.plain import text_of
from qa.reading.sitemap import Sitemap, is_sitemap
from qa.reading.spreadsheet import read_xlsx
from qa.reading.text import read_text
from qa.types import Document

# Gives a file's guides, and errors that name what of it is left out.
Reader = Callable[[Path], Iterator[Reading | ReadError]]
LARGEST_FILE = 20_000_000  # bytes; a guide is some ten thousand


def _text_reader(read: Callable[[str], Reading]) -> Reader:
    def reader(path: Path) -> Iterator[Reading | ReadError]:
        yield read(text_of(path, LARGEST_FILE))

    return reader


READERS: dict[str, Reader] = {
    ".md": _text_reader(read_markdown),
    ".markdown": _text_reader(read_markdown),
    ".txt": _text_reader(read_text),
    ".html": _text_reader(read_html),
    ".htm": _text_reader(read_html),
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
QUESTIONS = "questions.jsonl"  # the question set that may lie beside the guides


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, or a part of one, and why, as one sentence."""

    path: str
    reason: str


def corpus_files(folder: Path) -> list[Path]:
    """The files of a corpus in a stable order, hidden ones left out.

    Raises CorpusError when the folder is missing or isn't a folder.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "doesn't exist"
        raise CorpusError(f"The corpus folder {folder} {what}: name a folder of guides.")
    return sorted(p for p in folder.rglob("*") if p.is_file() and not _is_hidden(p.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    # Office programs lay a file "~$name" beside one that is open.
    return any(part.startswith(".") for part in path.parts) or path.name.startswith("~$")


def read_corpus(folder: Path) -> Iterator[Document | Skipped]:
    """Read each file of a folder into Documents, or say why it is skipped.

    A document's id is its file's path without the ending; where two files
    would share one, the later keeps its ending. In a file of several guides
    the guide's own name follows it. A page that names no address gets that of
    the sitemap beside it. Raises CorpusError as corpus_files.
    """
    files = corpus_files(folder)
    sitemap = Sitemap(p for p in files if is_sitemap(p))
    yield from (Skipped(str(path.relative_to(folder)), reason) for path, reason in sitemap.problems)
    taken: set[str] = set()
    for path in files:
        name = path.relative_to(folder)
        if name.as_posix() == QUESTIONS or is_sitemap(path):
            continue
        reader = READERS.get(path.suffix.lower())
        if reader is None:
            known = f"it isn't a kind of guide that is read ({', '.join(READERS)})"
            yield Skipped(str(name), _UNREAD.get(path.suffix.lower(), known))
            continue
        file_id = name.with_suffix("").as_posix()
        if file_id in taken:
            file_id = name.as_posix()
        taken.add(file_id)
        try:
            for reading in reader(path):
                yield _document(file_id, reading, sitemap.url(path), taken, str(name))
        except ReadError as error:
            yield Skipped(str(name), str(error))


def _document(file_id: str, reading: Reading | ReadError, url: str, taken: set[str], name: str) -> Document | Skipped:
    if isinstance(reading, ReadError):
        return Skipped(name, str(reading))
    document_id = file_id
    if reading.name:
        wanted, n = f"{file_id}/{reading.name}", 1
        document_id = wanted
        while document_id in taken:
            n += 1
            document_id = f"{wanted}-{n}"
        taken.add(document_id)
    elif not (reading.url or reading.source_url):
        reading = replace(reading, url=url)
    document = assemble(document_id, reading)
    return (
        document
        if document.sections
        else Skipped(name, f"{reading.title} in it has no text" if reading.name else "it has no text")
    )
