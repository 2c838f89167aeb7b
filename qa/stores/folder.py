"""The index folder: generations, each whole or not there, and their manifest.

    index/CURRENT                   the name of the generation in use
    index/<generation>/manifest.json
    index/<generation>/...          the files that the manifest lists

A build writes a new generation beside the old one and makes it current by
replacing one small file, so a build that fails leaves the index as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.digest import sha256
from qa.errors import IndexFolderError

FORMAT = 2
# Read by rebuilds alone: what was encoded, and its vectors.
KEYS, KEPT = "keys.npy", "kept.npy"
_CURRENT = "CURRENT"
MANIFEST = "manifest.json"
_PARTIAL = ".partial-"
_REBUILD = "build it again with careers-qa build"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made of; ``files`` maps a name to [bytes, SHA-256]."""

    format: int
    built: str
    model: str
    model_fingerprint: str
    dim: int
    max_tokens: int
    settings: dict[str, str | int | float]
    corpus_fingerprint: str
    documents: int
    sections: int
    passages: int
    files: dict[str, tuple[int, str]]


@contextmanager
def new_generation(index: Path) -> Iterator[Path]:
    """A fresh folder to build in; it goes away unless ``commit`` kept it.

    Raises IndexFolderError when the folder can't be written.
    """
    work = index / f"{_PARTIAL}{uuid.uuid4().hex[:12]}"
    try:
        work.mkdir(parents=True)
    except OSError as error:
        raise IndexFolderError(
            f"The index folder {index} can't be written ({error.strerror}): choose another with --index."
        ) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def commit(index: Path, work: Path, manifest: Manifest) -> Path:
    """Seal a built generation with its manifest and make it the current one."""
    files = {p.relative_to(work).as_posix(): (p.stat().st_size, sha256(p)) for p in _files(work)}
    values = {**asdict(manifest), "files": files}
    (work / MANIFEST).write_text(json.dumps(values, indent=1), encoding="utf-8")
    for path in _files(work):
        _flush(path)
    generation = index / work.name.removeprefix(_PARTIAL)
    work.rename(generation)
    before = _current_name(index)
    pointer = index / f"{_PARTIAL}{_CURRENT}"
    pointer.write_text(generation.name, encoding="utf-8")
    _flush(pointer)
    pointer.replace(index / _CURRENT)
    _flush(index)
    if before and before != generation.name:
        shutil.rmtree(index / before, ignore_errors=True)
    return generation


def current(index: Path) -> tuple[Path, Manifest]:
    """The generation in use and its manifest.

    Raises IndexFolderError when there is none or it is of another format.
    """
    name = _current_name(index)
    if not name:
        what = "has no index in it" if index.is_dir() else "doesn't exist"
        raise IndexFolderError(f"The index folder {index} {what}: {_REBUILD}.")
    generation = index / name
    try:
        data = (generation / MANIFEST).read_bytes()
    except OSError as error:
        raise IndexFolderError(f"The manifest of the index in {index} can't be read: {_REBUILD}.") from error
    return generation, manifest_of(data, str(index))


def manifest_of(data: bytes, place: str) -> Manifest:
    """A manifest from its bytes. Raises IndexFolderError as current does, naming the place."""
    try:
        values = json.loads(data)
        if values.get("format") != FORMAT:
            raise IndexFolderError(
                f"The index in {place} is of format {values.get('format')}, this program reads {FORMAT}: {_REBUILD}."
            )
        values["files"] = {k: (int(size), str(digest)) for k, (size, digest) in values["files"].items()}
        return Manifest(**values)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexFolderError(f"The manifest of the index in {place} can't be read: {_REBUILD}.") from error


def verify(index: Path, but: Collection[str] = ()) -> list[str]:
    """Compare every file with the manifest, ``but`` some; give a sentence for each fault."""
    generation, manifest = current(index)
    present = {p.relative_to(generation).as_posix() for p in _files(generation)} - {MANIFEST}
    names = sorted((present | set(manifest.files)) - set(but))
    with ThreadPoolExecutor() as pool:  # hashing leaves Python's lock
        faults = pool.map(lambda name: _fault(generation, manifest, name, name in present), names)
        return [fault for fault in faults if fault]


def _fault(generation: Path, manifest: Manifest, name: str, present: bool) -> str:
    if name not in manifest.files:
        return f"{name} isn't in the manifest."
    if not present:
        return f"{name} is missing."
    size, digest = manifest.files[name]
    if (generation / name).stat().st_size != size:
        return f"{name} isn't {size} bytes long."
    return "" if sha256(generation / name) == digest else f"{name} was changed."


def require_whole(index: Path, for_answering: bool = True) -> tuple[Path, Manifest]:
    """The generation in use, its files checked against their digests.

    ``for_answering`` leaves out those that only a rebuild reads. Raises
    IndexFolderError, which names the first fault.
    """
    found = current(index)
    faults = verify(index, (KEYS, KEPT) if for_answering else ())
    if faults:
        raise IndexFolderError(f"The index in {index} is damaged: {faults[0].rstrip('.')}; {_REBUILD}.")
    return found


def _current_name(index: Path) -> str:
    try:
        name = (index / _CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if name and "/" not in name and not name.startswith(".") else ""


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
