"""A folder of guides: which files are read, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from qa.errors import CorpusError
from qa.reading.blocks import free
from qa.reading.files import is_whole, refusal
from qa.reading.readers import Skipped, read_file, unread
from qa.reading.sitemap import Sitemap, is_sitemap
from qa.types import Document

QUESTIONS = "questions.jsonl"  # the question set that may lie beside the guides

# What lies in an index, by its names (qa/stores/folder.py): an index may stand among the guides.
_GENERATION, _CURRENT = re.compile(r"[0-9a-f]{12}-[0-9a-f]{32}"), "CURRENT"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

# Reads a file like ``read_file``.
Read = Callable[[Path, str, str, str], "list[Document | Skipped]"]


def corpus_files(folder: Path) -> list[Path]:
    """The files of a corpus in a stable order, without hidden ones, an index, and those that ``refusal`` refuses.

    Raises CorpusError when the folder is missing or isn't a folder.
    """
    return [path for path, reason in _entries(folder) if not reason]


def _entries(folder: Path) -> list[tuple[Path, str]]:
    """Everything in a corpus but folders, hidden files and an index, each with why it is refused or ""."""
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "doesn't exist"
        raise CorpusError(f"The corpus folder {folder} {what}: name a folder of guides.")
    shown = [p for p in sorted(folder.rglob("*")) if not _is_hidden(p.relative_to(folder))]
    indexes = {p.parent for p in shown if _GENERATION.fullmatch(p.name)}
    found = [(p, refusal(p, folder)) for p in shown if not _is_of_index(p.relative_to(folder), p.parent in indexes)]
    return [(path, reason) for path, reason in found if reason or not path.is_dir()]


def _is_hidden(path: Path) -> bool:
    # Office programs lay a file "~$name" beside one that is open.
    return any(part.startswith(".") for part in path.parts) or path.name.startswith("~$")


def _is_of_index(path: Path, beside_generations: bool) -> bool:
    """Whether a path of a corpus is part of an index; guides that lie in one's folder aren't."""
    inside = any(_GENERATION.fullmatch(part) for part in path.parts)
    return inside or (beside_generations and path.name == _CURRENT)


def read_corpus(folder: Path, read: Read = read_file) -> Iterator[Document | Skipped]:
    """Read each file of a folder into Documents, or say why it is skipped.

    A document's id is its file's path without the ending; where two files
    would share one, the later keeps its ending. In a file of several guides
    the guide's own name follows it. A page that names no address gets that of
    the sitemap beside it. Raises CorpusError as corpus_files.
    """
    entries = _entries(folder)
    sitemap = Sitemap(path for path, reason in entries if not reason and is_sitemap(path))
    yield from (Skipped(_shown(path.relative_to(folder)), reason) for path, reason in sitemap.problems)
    taken: set[str] = set()
    for path, refused in entries:
        name = path.relative_to(folder)
        if name.as_posix() == QUESTIONS or (not refused and is_sitemap(path)):
            continue
        shown = _shown(name)
        if reason := refused or unread(path) or _misnamed(name):
            yield Skipped(shown, reason)
            continue
        file_id = name.with_suffix("").as_posix()
        if file_id in taken:
            file_id = name.as_posix()
        taken.add(file_id)
        for found in read(path, file_id, shown, sitemap.url(path)):
            if isinstance(found, Skipped) or found.id == file_id:
                yield found
                continue
            document_id = free(found.id, taken)
            taken.add(document_id)
            yield replace(found, id=document_id)


def _misnamed(name: Path) -> str:
    """Why a file of this name isn't read: no address leads to it."""
    if not is_whole(str(name)):
        return "its name isn't UTF-8: rename it"
    control = _CONTROL.search(str(name))
    return "its name has a line break or another control character in it: rename it" if control else ""


def _shown(name: Path) -> str:
    return _CONTROL.sub("?", str(name)).encode("utf-8", "replace").decode()
