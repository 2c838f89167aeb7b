"""A folder of guides: which files are read, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.errors import CorpusError, ReadError
from qa.reading.blocks import Reading, assemble
from qa.reading.files import read_bytes, refusal
from qa.reading.html import read_html
from qa.reading.markdown import read_markdown
from qa.reading.text import read_text
from qa.types import Document

READERS: dict[str, Callable[[str], Reading]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
}
QUESTIONS = "questions.jsonl"  # the question set that may lie beside the guides


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, and why, as one sentence."""

    path: str
    reason: str


# Reads a file as the document of an id, or says why not; the last argument is its name in messages.
Read = Callable[[Path, str, str], "Document | Skipped"]


def corpus_files(folder: Path) -> list[Path]:
    """The files of a corpus in a stable order, hidden ones left out, and those that ``refusal`` refuses.

    Raises CorpusError when the folder is missing or isn't a folder.
    """
    return [path for path, reason in _entries(folder) if not reason]


def _entries(folder: Path) -> list[tuple[Path, str]]:
    """Everything in a corpus but folders and hidden files, each with why it is refused or ""."""
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "doesn't exist"
        raise CorpusError(f"The corpus folder {folder} {what}: name a folder of .md, .txt or .html guides.")
    found = [(p, refusal(p, folder)) for p in sorted(folder.rglob("*")) if not _is_hidden(p.relative_to(folder))]
    return [(path, reason) for path, reason in found if reason or not path.is_dir()]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def read_file(path: Path, document_id: str, name: str) -> Document | Skipped:
    """Read one file of a known kind into a Document, or say why it is skipped."""
    try:
        document = assemble(document_id, READERS[path.suffix.lower()](_text_of(path)))
    except ReadError as error:
        return Skipped(name, str(error))
    return document if document.sections else Skipped(name, "it has no text")


def read_corpus(folder: Path, read: Read = read_file) -> Iterator[Document | Skipped]:
    """Read each file of a folder into a Document, or say why it is skipped.

    A document's id is its path without the ending; where two files would
    share one, the later keeps its ending. Raises CorpusError as corpus_files.
    """
    taken: set[str] = set()
    for path, reason in _entries(folder):
        name = path.relative_to(folder)
        shown = str(name).encode("utf-8", "replace").decode()
        if name.as_posix() == QUESTIONS:
            continue  # the question set that may lie beside the guides
        if reason:
            yield Skipped(shown, reason)
            continue
        if path.suffix.lower() not in READERS:
            known = ", ".join(READERS)
            yield Skipped(shown, f"it isn't a kind of guide that is read ({known})")
            continue
        if shown != str(name):
            yield Skipped(shown, "its name isn't UTF-8: rename it")
            continue
        document_id = name.with_suffix("").as_posix()
        if document_id in taken:
            document_id = name.as_posix()
        taken.add(document_id)
        yield read(path, document_id, shown)


def _text_of(path: Path) -> str:
    """A file's text with plain line ends.

    Raises ReadError when the file can't be opened, is too large, or isn't text.
    """
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise ReadError("it is a binary file, not text") from error
        raise ReadError(f"it isn't UTF-8 (byte {error.start + 1}): save it as UTF-8") from error
    if "\0" in text:
        raise ReadError("it is a binary file, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")
