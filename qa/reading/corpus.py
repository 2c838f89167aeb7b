"""A folder of guides: which files are read, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.errors import CorpusError, ReadError
from qa.reading.blocks import Reading, assemble
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
LARGEST_FILE = 20_000_000  # bytes; a guide is some ten thousand


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, and why, as one sentence."""

    path: str
    reason: str


def corpus_files(folder: Path) -> list[Path]:
    """The files of a corpus in a stable order, hidden ones left out.

    Raises CorpusError when the folder is missing or isn't a folder.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "doesn't exist"
        raise CorpusError(f"The corpus folder {folder} {what}: name a folder of .md, .txt or .html guides.")
    return sorted(p for p in folder.rglob("*") if p.is_file() and not _is_hidden(p.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def read_corpus(folder: Path) -> Iterator[Document | Skipped]:
    """Read each file of a folder into a Document, or say why it is skipped.

    A document's id is its path without the ending; where two files would
    share one, the later keeps its ending. Raises CorpusError as corpus_files.
    """
    taken: set[str] = set()
    for path in corpus_files(folder):
        name = path.relative_to(folder)
        if name.as_posix() == QUESTIONS:
            continue  # the question set that may lie beside the guides
        reader = READERS.get(path.suffix.lower())
        if reader is None:
            known = ", ".join(READERS)
            yield Skipped(str(name), f"it isn't a kind of guide that is read ({known})")
            continue
        document_id = name.with_suffix("").as_posix()
        if document_id in taken:
            document_id = name.as_posix()
        taken.add(document_id)
        try:
            document = assemble(document_id, reader(_text_of(path)))
        except ReadError as error:
            yield Skipped(str(name), str(error))
            continue
        if document.sections:
            yield document
        else:
            yield Skipped(str(name), "it has no text")


def _text_of(path: Path) -> str:
    """A file's text with plain line ends.

    Raises ReadError when the file can't be opened, is too large, or isn't text.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ReadError(f"it is larger than {LARGEST_FILE // 1_000_000} MB: split it into guides")
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"it can't be opened ({error.strerror or error})") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise ReadError("it is a binary file, not text") from error
        raise ReadError(f"it isn't UTF-8 (byte {error.start + 1}): save it as UTF-8") from error
    if "\0" in text:
        raise ReadError("it is a binary file, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")
