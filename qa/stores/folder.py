"""The index folder: generations, each whole or not there, and their manifest.

    index/CURRENT                   the name of the generation in use
    index/<generation>/manifest.json
    index/<generation>/...          the files that the manifest lists
    index/.lock                     held by the build that runs

A build writes a new generation beside the old one and makes it current by
replacing one small file, so a build that dies leaves the index as it was; the
next one clears what it left. The manifest vouches for every file, and the
generation's name, which ends in the manifest's digest, for the manifest.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256 as sha256_of
from pathlib import Path

from filelock import FileLock, Timeout

from qa.digest import sha256
from qa.errors import IndexFolderError

FORMAT = 7
# Read by rebuilds alone: what was encoded, and its vectors.
KEYS, KEPT = "keys.npy", "kept.npy"
# What answering reads, by the modules that write it.
ENCODER, VECTORS, SECTIONS, TOKENS = "encoder", "vectors.faiss", "sections.npy", "tokens"
WORDS, HEADINGS, GUIDES = "words", "headings", "guides"
_CURRENT = "CURRENT"
MANIFEST = "manifest.json"
_PARTIAL = ".partial-"
_LOCK = ".lock"
# A random name, and the first half of the manifest's SHA-256; before format 3 the name alone.
_GENERATION = re.compile(r"[0-9a-f]{12}(?:-([0-9a-f]{32}))?")
# Seconds to wait for the lock, which clearing up holds for a moment too.
_PATIENCE = 1.0
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
def new_generation(index: Path, grace: float = 0) -> Iterator[Path]:
    """A fresh folder to build in; it goes away unless ``commit`` kept it.

    Before and after, what is left of builds that died is cleared, and so are
    generations out of use for ``grace`` seconds. Raises IndexFolderError when
    the folder can't be written, or another build writes to it: its lock ends
    with its process.
    """
    lock = FileLock(index / _LOCK)
    work = index / f"{_PARTIAL}{uuid.uuid4().hex[:12]}"
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_PATIENCE)
    except Timeout as error:
        raise IndexFolderError(
            f"Another build writes to the index folder {index}: wait until it ends, or choose another with --index."
        ) from error
    except (OSError, NotImplementedError) as error:
        raise _unwritable(index, error) from error
    try:
        _clear(index, grace)
        work.mkdir()
        yield work
    except OSError as error:
        raise _unwritable(index, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
        _clear(index, grace)
        lock.release()


def clear(index: Path, grace: float) -> None:
    """Remove generations out of use for ``grace`` seconds, and what builds that died left.

    Nothing happens while a build runs, or where the folder can't be written.
    """
    if not any(name != current_name(index) for name in _generations(index)):
        return
    try:
        with FileLock(index / _LOCK, timeout=0):
            _clear(index, grace)
    except (OSError, NotImplementedError):  # Timeout is an OSError too
        return


def _clear(index: Path, grace: float) -> None:
    """With the lock held: whatever is partial was left by a build that died."""
    for path in index.glob(f"{_PARTIAL}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    generations, in_use, now = _generations(index), current_name(index), time.time()
    if in_use not in generations:
        return  # which one was in use can't be told: the next build that succeeds tells
    for name in generations:
        # Its time is when it went out of use, or 0 for one that never was in use.
        if name != in_use and now - (index / name).stat().st_mtime >= grace:
            shutil.rmtree(index / name, ignore_errors=True)


def commit(index: Path, work: Path, manifest: Manifest) -> Path:
    """Seal a built generation with its manifest and make it the current one.

    All of it is on the disk before the one step that makes it current.
    """
    files = {p.relative_to(work).as_posix(): (p.stat().st_size, sha256(p)) for p in _files(work)}
    data = json.dumps({**asdict(manifest), "files": files}, indent=1).encode()
    (work / MANIFEST).write_bytes(data)
    for path in [*_files(work), *_folders(work), work]:
        _flush(path)
    generation = index / f"{work.name.removeprefix(_PARTIAL)}-{_short_digest(data)}"
    os.utime(work, (0, 0))  # never in use so far: see _clear
    work.rename(generation)
    before = current_name(index)
    pointer = index / f"{_PARTIAL}{_CURRENT}"
    pointer.write_text(generation.name, encoding="utf-8")
    _flush(pointer)
    _flush(index)
    if before:
        with suppress(FileNotFoundError):  # someone may have removed it
            os.utime(index / before)  # from now on it is out of use
    pointer.replace(index / _CURRENT)
    _flush(index)
    return generation


def current(index: Path) -> tuple[Path, Manifest]:
    """The generation in use and its manifest, checked against the generation's name.

    Raises IndexFolderError when there is none, it is of another format, or
    its manifest was changed.
    """
    name = current_name(index)
    if not name:
        what = "has no index in it" if index.is_dir() else "doesn't exist"
        raise IndexFolderError(f"The index folder {index} {what}: build it with careers-qa build.")
    generation = index / name
    try:
        data = (generation / MANIFEST).read_bytes()
    except OSError as error:
        raise IndexFolderError(f"The manifest of the index in {index} can't be read: {_REBUILD}.") from error
    manifest = manifest_of(data, str(index))
    if name.partition("-")[2] != _short_digest(data):
        raise IndexFolderError(f"The manifest of the index in {index} was changed: {_REBUILD}.")
    return generation, manifest


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
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise IndexFolderError(f"The manifest of the index in {place} can't be read: {_REBUILD}.") from error


def verify(index: Path) -> list[str]:
    """Compare every file with the manifest; give a sentence for each fault."""
    return _faults(*current(index))


def _faults(generation: Path, manifest: Manifest, but: Collection[str] = ()) -> list[str]:
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
    faults = _faults(*found, (KEYS, KEPT) if for_answering else ())
    if faults:
        raise IndexFolderError(f"The index in {index} is damaged: {faults[0].rstrip('.')}; {_REBUILD}.")
    return found


def current_name(index: Path) -> str:
    """The name of the generation in use, or "" when there is none."""
    try:
        name = (index / _CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if _GENERATION.fullmatch(name) else ""


def _generations(index: Path) -> list[str]:
    """The folders that are generations by their names, and nothing else that lies there."""
    return sorted(p.name for p in index.glob("*") if _GENERATION.fullmatch(p.name) and p.is_dir())


def _short_digest(data: bytes) -> str:
    return sha256_of(data).hexdigest()[:32]


def _unwritable(index: Path, error: Exception) -> IndexFolderError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else error
    return IndexFolderError(
        f"The index folder {index} can't be written ({why}): make room, or choose another with --index."
    )


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_dir())


def _flush(path: Path) -> None:
    """Have a file's bytes, or a folder's entries, on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows flushes no folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
